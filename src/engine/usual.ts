import { durationsOf, usualOf } from '#domain/durations.ts';
import type { RunView } from '#domain/fold.ts';
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

/** Keeps what the steps of an ended run took, for those to come. A run loses nothing when that cannot be kept. */
export async function learnFrom({ runs }: Engine, view: RunView): Promise<void> {
  const took = durationsOf(view);
  if (Object.keys(took).length > 0) await runs.learn(view.request, took).catch(() => undefined);
}
