import { fold, type RunView } from '#domain/fold.ts';
import type { RunRef } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { admit } from './admit.ts';
import type { Engine } from './engine.ts';
import type { Log } from './log.ts';
import type { SegmentQueue } from './queue.ts';
import { strangenessOf } from './strange.ts';

/** A run that can go on, and where its journal stands. */
export type Next = { readonly run: RunRef; readonly seq: number };

/**
 * Looks at every open run, time after time, and queues those that nobody carries and that can go on: their record was
 * made just before Redis went away, their worker died, their approval is over, their turn has come.
 */
export function openSweep(engine: Engine, queue: SegmentQueue, log: Pick<Log, 'error'>): () => Promise<void> {
  /** Where runs that nobody carried stood the last time: one on its way between two hands is not taken for lost. */
  let idle = new Map<string, number>();

  async function isIdle(run: RunRef, { seq }: RunView): Promise<boolean> {
    return !(await engine.runs.isHeld(run)) && !(await queue.isAlive(run, seq));
  }

  async function look(run: RunRef, environment: Environment): Promise<number | undefined> {
    const view = fold(await engine.journal.read(run));
    if (!view || strangenessOf(engine, view.request) !== undefined) return undefined;
    if (!(await isIdle(run, view)) || !(await canGoOn(engine, view, environment))) return undefined;
    if (idle.get(run.key) === view.seq) await queue.enqueue(run, view.seq);
    return view.seq;
  }

  return async () => {
    const found = new Map<string, number>();
    for (const environment of engine.stack.environments) {
      for (const run of await engine.runs.open(environment.name)) {
        try {
          const seq = await look(run, environment);
          if (seq !== undefined) found.set(run.key, seq);
        } catch (error) {
          // One run that cannot be read keeps no other waiting.
          log.error({ run: run.number, environment: run.environment, error }, 'looking at a run failed');
        }
      }
    }
    idle = found;
  };
}

/** The first of those that wait for the environment, when nobody is inside. */
export async function nextOf({ gate, journal }: Engine, environment: string): Promise<Next | undefined> {
  const { inside, waiting } = await gate.queue(environment);
  const [run] = waiting;
  if (inside || !run) return undefined;
  const view = fold(await journal.read(run));
  return view && { run, seq: view.seq };
}

/** False for a run that waits for people or for another run, and whose waiting is not over. */
async function canGoOn(engine: Engine, view: RunView, environment: Environment): Promise<boolean> {
  const control = await engine.gate.control(view.request);
  if (control.stop) return true;
  if (view.state === 'waiting') {
    const { inside, waiting } = await engine.gate.queue(view.request.environment);
    const mine = view.request.number;
    return inside?.number === mine || (!inside && waiting[0]?.number === mine) || view.queue?.behind !== ahead(mine);
    function ahead(number: number): number | undefined {
      const index = waiting.findIndex((run) => run.number === number);
      return index > 0 ? waiting[index - 1]?.number : inside?.number;
    }
  }
  if (view.state !== 'asking' && view.state !== 'held' && view.state !== 'doubt') return true;
  const admission = await admit(view, environment, { ...engine, control });
  return admission.kind !== 'park' || admission.events.length > 0;
}
