import { CheckError, DeadlineError, InputError, MissingError, RemoteError, type StrataError } from '#domain/errors.ts';
import { words } from '#words/deploy.ts';

/**
 * What a failed read tells of the thing that was to be read. Only `silent` may be absence, and only where nothing else speaks
 * for the thing: no file of ours names it yet, or nobody is at its address. `ill`: somebody is, or may be, and cannot answer
 * now. `barred`: somebody does not let us in, or our own files are wrong; a person mends that first.
 */
export type Sign = 'silent' | 'ill' | 'barred';

/** undefined for what is no failed read: a bug of ours, or the end of the run. */
export function signOf(error: unknown): Sign | undefined {
  if (error instanceof MissingError) return 'silent';
  if (error instanceof DeadlineError) return 'ill';
  if (error instanceof InputError) return 'barred';
  if (!(error instanceof RemoteError)) return undefined;
  const { status, network } = error.failure;
  if (status !== undefined) return status === 429 || status >= 500 ? 'ill' : 'barred';
  if (network === 'silent') return 'silent';
  return network === 'tls' ? 'barred' : 'ill';
}

/** Stops the plan of a layer that cannot be read: taken for absent, it would be set up a second time. */
export function unreadError(layer: string, error: unknown): CheckError {
  const { message, advice = words.advice.unread } = error as StrataError;
  return new CheckError(words.unread(layer, message), { cause: error, advice });
}
