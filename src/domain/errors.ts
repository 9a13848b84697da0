/** Facts about a failed call to a remote service. `requestId` is what the operator of that service can search for. */
export type RemoteFailure = {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly network?: NetworkBreak;
};

/**
 * What broke below HTTP, where there is no status. `silent`: nobody is at the address, or nothing has that name; `cut`: the
 * connection or the way to it broke; `tls`: somebody is there, and one of the two does not trust the other.
 */
export type NetworkBreak = 'silent' | 'cut' | 'tls';

/** What every error of ours carries besides its message; all optional, all shown to the person when present. */
export type ErrorOptions = { readonly cause?: unknown; readonly advice?: string };

/**
 * Base of every error that Strata throws on purpose. The message is lower case, starts with a gerund and quotes its
 * subject: `creating server "worker-3": 409 quota exceeded`. Anything else that is thrown is a bug of ours.
 */
export abstract class StrataError extends Error {
  abstract readonly code: string;
  /** What the person can do next; one sentence. */
  readonly advice: string | undefined;

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.advice = options.advice;
  }
}

/** The caller wrote something we cannot act on: unknown word, malformed file, missing argument. Never retried. */
export class InputError extends StrataError {
  readonly code = 'INPUT';
}

/** No file of ours has what was named: no such entry, or no file at all. */
export class MissingError extends InputError {}

/** The caller may not do this, here or now. Never retried; `environment`, where there is one, keeps it in its journal. */
export class PolicyError extends StrataError {
  readonly code = 'POLICY';
  readonly environment: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly environment: string | undefined }) {
    super(message, options);
    this.environment = options.environment;
  }
}

/** Another run, a freeze or an unreachable queue is in the way: time mends it. */
export class BusyError extends StrataError {
  readonly code = 'BUSY';
}

/** The store takes nothing now, and did nothing: time, and somebody who makes room or brings back replicas, mend it. */
export class FullError extends BusyError {}

/** A remote service answered with an error, with something unreadable, or not at all. */
export class RemoteError extends StrataError {
  readonly code = 'REMOTE';
  readonly failure: RemoteFailure;

  constructor(message: string, options: ErrorOptions & { readonly failure: RemoteFailure }) {
    super(message, options);
    this.failure = options.failure;
  }
}

/** A check of ours came out wrong: the cloud answered, and the answer is bad. */
export class CheckError extends StrataError {
  readonly code = 'CHECK';
}

/** More than one object answers to our name and mark, so that going on could touch the wrong one. A person decides. */
export class AmbiguousError extends StrataError {
  readonly code = 'AMBIGUOUS';
}

/** A command line tool ended with an error. `tail` holds its last lines. */
export class ToolError extends StrataError {
  readonly code = 'TOOL';
  readonly exitCode: number | undefined;
  readonly tail: string;

  constructor(message: string, options: ErrorOptions & { readonly exitCode?: number; readonly tail: string }) {
    super(message, options);
    this.exitCode = options.exitCode;
    this.tail = options.tail;
  }
}

/** Something awaited did not happen in time. */
export class DeadlineError extends StrataError {
  readonly code = 'DEADLINE';
}

/** A person stopped it. */
export class CancelledError extends StrataError {
  readonly code = 'CANCELLED';
}

/** Another worker carries this run now; this one must stop touching anything. Never shown. */
export class LeaseLostError extends StrataError {
  readonly code = 'LEASE_LOST';
}

/** This process is stopping; the run goes on in another one. Never shown. */
export class ShutdownError extends StrataError {
  readonly code = 'SHUTDOWN';
}

/** An error as it is stored in the journal and shown to people: no stack, no secret. */
export type ErrorView = {
  readonly code: string;
  readonly message: string;
  readonly advice?: string | undefined;
  readonly requestId?: string | undefined;
};

/** The storable view of anything thrown. What is not ours becomes code `BUG` with its message only. */
export function viewOf(error: unknown): ErrorView {
  if (error instanceof StrataError) {
    const requestId = error instanceof RemoteError ? error.failure.requestId : undefined;
    return {
      code: error.code,
      message: error.message,
      ...(error.advice === undefined ? {} : { advice: error.advice }),
      ...(requestId === undefined ? {} : { requestId }),
    };
  }
  return { code: 'BUG', message: error instanceof Error ? error.message : String(error) };
}
