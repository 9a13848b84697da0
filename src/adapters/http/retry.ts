import { setTimeout as sleep } from 'node:timers/promises';
import { RemoteError } from '#domain/errors.ts';

const READ_RETRIES = 2;
const LONGEST_PAUSE_MS = 10_000;

/** A RemoteError that time may mend: 429, 5xx, or a connection that broke. */
export class RetryableError extends RemoteError {
  override name = 'RemoteError';
  /** What the service asked for. */
  retryAfterMs: number | undefined;
}

/** Does a read again when time may mend it; a change is done once. */
export async function retrying<T>(isRead: boolean, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isWorthIt = isRead && attempt < READ_RETRIES && error instanceof RetryableError;
      if (!isWorthIt || signal.aborted) throw error;
      const pauseMs = Math.min(error.retryAfterMs ?? 200 * 4 ** attempt, LONGEST_PAUSE_MS);
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

/** Milliseconds of a Retry-After header in seconds; undefined for any other. */
export function retryAfterOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
