import type { RunEventBody } from '#domain/events.ts';
import type { RunView } from '#domain/fold.ts';
import { hasBegun } from '#domain/rounds.ts';
import type { RunRequest } from '#domain/run.ts';
import { words } from '#words/engine.ts';
import type { Attempt, Engine } from './engine.ts';

/** Why this worker cannot carry the run: it was made before the job, or its stack file has not the environment. */
export function strangenessOf({ jobs, stack }: Engine, { job, environment }: RunRequest): string | undefined {
  if (!Object.hasOwn(jobs, job)) return words.noJobHere(job);
  return stack.environments.some(({ name }) => name === environment) ? undefined : words.noEnvironmentHere(environment);
}

/** Leaves the run to a worker that knows it, and says so once. One that is stopped before its first step ends here. */
export async function leaveToOthers({ engine, run, recorder }: Attempt, view: RunView, why: string): Promise<void> {
  const { stop } = await engine.gate.control(run);
  if (stop && !hasBegun(view)) {
    const ended: RunEventBody = { type: 'ended', outcome: 'cancelled', leftovers: [] };
    return recorder.record({ type: 'stop-asked', ...stop }, ended);
  }
  const isTold = view.state === 'held' && view.freeze?.reason === why;
  const freeze = { by: { id: '', name: words.otherWorkers }, reason: why, at: view.request.askedAt };
  return recorder.park(...(isTold ? [] : [{ type: 'held', freeze } as const]));
}
