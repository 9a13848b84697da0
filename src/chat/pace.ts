import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps calls of one kind apart, in memory. */
export type Pace = {
  /** Waits until this kind may go again, and takes its turn. @throws the signal's reason when it is aborted */
  turn(kind: string, gapMs: number, signal: AbortSignal): Promise<void>;
  /** Nobody of this kind goes for so long. */
  pause(kind: string, ms: number): void;
};

export function openPace(): Pace {
  const next = new Map<string, number>();
  return {
    async turn(kind, gapMs, signal) {
      for (;;) {
        const wait = (next.get(kind) ?? 0) - performance.now();
        if (wait <= 0) break;
        await sleep(Math.ceil(wait), undefined, { signal });
      }
      signal.throwIfAborted();
      next.set(kind, performance.now() + gapMs);
    },
    pause(kind, ms) {
      next.set(kind, Math.max(next.get(kind) ?? 0, performance.now() + ms));
    },
  };
}
