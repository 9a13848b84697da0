import { CancelledError } from '#domain/errors.ts';
import type { Gate } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import { words } from '#words/engine.ts';

/** How often a worker looks whether a person wants the run to stop at once. */
const STOP_POLL_MS = 1000;

/** `signal` aborts with a CancelledError when a person wants the run to stop at once. `end` when nobody asks any more. */
export function watchStop(gate: Gate, run: RunRef): { readonly signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  const timer = setInterval(() => {
    gate
      .control(run)
      .then(
        ({ stop: asked }) => asked?.stop === 'now' && stop.abort(new CancelledError(words.stoppedBy(asked.by.name))),
      )
      .catch(() => undefined);
  }, STOP_POLL_MS);
  return { signal: stop.signal, end: () => clearInterval(timer) };
}
