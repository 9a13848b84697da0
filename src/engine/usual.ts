import { durationsOf, usualOf } from '#domain/durations.ts';
import type { RunView } from '#domain/fold.ts';
import type { Learnt } from '#domain/ports.ts';
import type { RunRequest } from '#domain/run.ts';
import type { Engine } from './engine.ts';

/**
 * What each step of a job usually takes in this environment, by step id, ms. It is only told to people: when it cannot be
 * read, there is no history.
 */
export async function usualSteps({ runs }: Engine, request: RunRequest): Promise<ReadonlyMap<string, number>> {
  try {
    return usualOf(await runs.past(request));
  } catch {
    return new Map();
  }
}

/** What those to come learn from a run that ends: what its steps took. undefined: nothing. */
export function learntFrom(view: RunView): Learnt | undefined {
  const took = durationsOf(view);
  return Object.keys(took).length > 0 ? { job: view.request.job, took } : undefined;
}
