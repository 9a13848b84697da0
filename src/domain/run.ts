import type { JobPorts } from './ports.ts';
import type { Environment } from './stack.ts';
import type { Report } from './report.ts';

export type JobName = 'smoke-test' | 'status' | 'scale-node' | 'deploy' | 'drill';

/** `read` looks; `probe` makes and removes only its own marked objects; `change` and `destroy` need approval. */
export type Risk = 'read' | 'probe' | 'change' | 'destroy';

/** Who asked. `id` is the Slack user id, also for people at the terminal (mapped by the stack file). */
export type Person = { readonly id: string; readonly name: string };

/**
 * Where a run was asked for, so that its answer goes to the same place; `private`: to the person who asked alone. Slack
 * without `channel`: in App Home. What a schedule asks for has no messages of its own: those of the schedule show it.
 */
export type Origin = (
  | { readonly kind: 'slack'; readonly team: string; readonly channel?: string | undefined }
  | { readonly kind: 'schedule'; readonly schedule: number; readonly team: string; readonly channel: string }
  | { readonly kind: 'terminal'; readonly host: string }
) & { readonly private?: boolean | undefined };

/** What identifies a run. `key` is random, so that two installations that share a cloud never share a mark. */
export type RunRef = { readonly number: number; readonly key: string; readonly environment: string };

/** A run as a person asked for it. Never changes after it was recorded. */
export type RunRequest = RunRef & {
  readonly job: JobName;
  readonly input: unknown;
  readonly by: Person;
  readonly origin: Origin;
  readonly askedAt: string;
};

/** Done with this value; `detail` is one line for the thread, as `192.0.2.10, mtu 1450`. */
export type Ready<T> = { readonly kind: 'ready'; readonly value: T; readonly detail?: string | undefined };
/** Not there yet: look again after `afterMs`; `why` is the last state seen, `advice` what to do if it stays so. */
export type Wait = {
  readonly kind: 'wait';
  readonly afterMs: number;
  readonly why: string;
  readonly advice?: string | undefined;
};
/** Could not be tried here; never counts as passed. */
export type Skip = { readonly kind: 'skip'; readonly why: string };
export type Settled<T> = Ready<T> | Wait | Skip;

/** What a step may touch. Nothing else is in scope: no globals, no environment variables. */
export interface StepContext {
  readonly run: RunRef;
  readonly environment: Environment;
  readonly ports: JobPorts;
  readonly signal: AbortSignal;
  /** The value of a step that is done. @throws Error when it is not: steps are planned in order. */
  result<T>(step: Step<T>): T;
  /** As `result`, but undefined for a step that was skipped, failed or not reached. */
  maybe<T>(step: Step<T>): T | undefined;
  /** One line of progress for the thread. */
  note(text: string): void;
}

/**
 * One unit of effect. `T` must be JSON: it is stored in the journal and handed to a worker that resumes the run.
 */
export interface Step<T = unknown> {
  readonly id: string;
  readonly title: string;
  /** Layer name, for grouping. */
  readonly layer: string;
  readonly timeoutMs: number;
  /** What stopping in the middle of it can leave, for the person who stops it; undefined: nothing. */
  readonly risk?: string | undefined;
  /** Set when the plan already knows that it cannot be tried: why. */
  readonly skip?: string | undefined;
  /**
   * The value of this step when a person says that it is done, after `find` could not tell; undefined: nobody can say
   * so, because what comes after needs to know what was made.
   */
  readonly ifDone?: T | undefined;
  /** What an earlier attempt left behind, by name and mark. Reads only. @throws AmbiguousError when it cannot be told. */
  find(ctx: StepContext): Promise<T | undefined>;
  /** The one change. Its mutating call is its LAST act: nothing after it may fail. */
  act(ctx: StepContext): Promise<T>;
  /** Runs on every attempt: follow-ups, then `ready`, `wait` or `skip`. Idempotent. */
  settle(ctx: StepContext, made: T): Promise<Settled<T>>;
  /** Removes everything this step can have made, found by name and mark, and waits until it is gone. Idempotent. */
  undo?(ctx: StepContext): Promise<void>;
}

export type Plan = {
  readonly summary: string;
  readonly risk: Risk;
  /** What is destroyed, by the name that an approver must type. */
  readonly target?: string | undefined;
  /** What a person judges, a line each: targets with their identities, effects in order. Default: the steps. */
  readonly judged?: readonly string[] | undefined;
  readonly steps: readonly Step[];
  /** True when no step needs another: they run at once, and one that fails stops none. Default false. */
  readonly independent?: boolean | undefined;
  /** What is still there after the clean-up, one line a thing, with its id. Reads only. */
  leftovers?(ctx: StepContext): Promise<readonly string[]>;
};

export type StepOutcome =
  | { readonly status: 'done'; readonly value: unknown; readonly detail?: string | undefined; readonly tookMs: number }
  | {
      readonly status: 'failed';
      readonly message: string;
      readonly advice?: string | undefined;
      readonly tookMs: number;
    }
  | { readonly status: 'skipped'; readonly why: string }
  | { readonly status: 'not-run' };

/** What a job's report is made from. `steps` is keyed by step id and has an entry for every planned step. */
export type RunOutcome = {
  readonly environment: Environment;
  readonly outcome: Outcome;
  readonly steps: Readonly<Record<string, StepOutcome>>;
  readonly leftovers: readonly string[];
  readonly tookMs: number;
  readonly endedAt: string;
};

/** `degraded`: the run did its work, and what it found is not healthy (status only). */
export type Outcome = 'succeeded' | 'degraded' | 'failed' | 'cancelled';

export type SurveyContext = {
  readonly environment: Environment;
  readonly ports: JobPorts;
  readonly signal: AbortSignal;
};

/** A kind of work. `I`: typed input; `F`: facts, JSON, stored with the run before it is planned. */
export interface Job<I = unknown, F = unknown> {
  readonly name: JobName;
  /** @throws when the stored input is not of this job (zod). */
  parse(raw: unknown): I;
  /** Reads the world, changes nothing. */
  survey(input: I, ctx: SurveyContext): Promise<F>;
  /** Pure: the same input and facts always give the same step ids, so that a resumed run meets its own journal. */
  plan(input: I, facts: F, environment: Environment): Plan;
  /** Pure: what people get to see at the end. `facts` is undefined when the survey failed. */
  report(input: I, facts: F | undefined, outcome: RunOutcome): Report;
}
