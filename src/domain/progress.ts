import type { RunView } from './fold.ts';

/** The step that a run is at, counted from 1, of all that it has; 0 of them before the first. */
export function progressOf({ steps }: Pick<RunView, 'steps'>): { readonly number: number; readonly all: number } {
  const isRunning = steps.some(({ status }) => status === 'running');
  const past = steps.filter(({ status }) => status !== 'pending' && status !== 'running').length;
  return { number: Math.min(steps.length, past + (isRunning ? 1 : 0)), all: steps.length };
}

/**
 * When a run is looked at. `nowMs`: epoch ms by the journal's clock; default: when the last of its events happened.
 * `ahead`: the run that it waits behind.
 */
export type Moment = { readonly nowMs?: number | undefined; readonly ahead?: RunView | undefined };
