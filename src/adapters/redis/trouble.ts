import { BusyError, FullError } from '#domain/errors.ts';
import { words } from '#words/redis.ts';

const REFUSALS: Readonly<Record<string, { readonly what: string; readonly advice: string }>> = words.refusals;

/**
 * What Redis throws, in our words where a person can do something about it: it takes nothing now, or holds at `key` what we
 * did not write. Anything else comes back as it is.
 */
export function troubleOf(error: unknown, key: string): unknown {
  if (!(error instanceof Error)) return error;
  const refusal = REFUSALS[/^[A-Z]+/.exec(error.message)?.[0] ?? ''];
  if (refusal) return new FullError(refusal.what, { cause: error, advice: refusal.advice });
  const [, field] = /^UNREADABLE (\w+)/.exec(error.message) ?? [];
  if (field === undefined && !error.message.startsWith('WRONGTYPE')) return error;
  return unreadable(key, field, error);
}

export function unreadable(key: string, field: string | undefined, cause?: unknown): BusyError {
  return new BusyError(words.unreadable(key, field), { cause, advice: words.unreadableAdvice });
}

/** A call that touches one key. @throws FullError, BusyError */
export async function inWords<T>(key: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw troubleOf(error, key);
  }
}
