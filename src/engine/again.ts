import { setTimeout as sleep } from 'node:timers/promises';
import { DeadlineError, RemoteError } from '#domain/errors.ts';

/** Pauses before each further try. */
const PAUSES_MS = [500, 1000, 2000];

/** True when the other side may have done what it did not confirm: no answer at all, or an error of its own. */
export function isAmbiguous(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  return error instanceof RemoteError && (error.failure.status === undefined || error.failure.status >= 500);
}

/**
 * Does idempotent work, and does it again after an answer that time may mend: none, 429 or 5xx.
 * @throws what the last of four tries threw
 */
export async function again<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await work();
    } catch (error) {
      const isLimit = error instanceof RemoteError && error.failure.status === 429;
      if (signal.aborted || !(isLimit || isAmbiguous(error))) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
  return work();
}
