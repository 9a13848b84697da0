import type { RunView, StepView } from './fold.ts';

/**
 * The state in which the end of a run left a step. `broken-off`: ended in the middle; what it began may be there.
 * `stuck`: it was made, and could not be removed.
 */
export type Remains = 'done' | 'removed' | 'stuck' | 'broken-off' | 'unknown' | 'not-run';

/** What became of each step, in order; steps that were skipped made nothing and are left out. */
export function remainsOf({ steps, undone, stuck }: RunView): readonly { step: StepView; remains: Remains }[] {
  return steps.flatMap((step) => {
    const remains = remainsOfStep(step, undone.includes(step.id), step.id in stuck);
    return remains === undefined ? [] : [{ step, remains }];
  });
}

function remainsOfStep({ status }: StepView, isUndone: boolean, isStuck: boolean): Remains | undefined {
  if (status === 'skipped') return undefined;
  if (status === 'pending') return 'not-run';
  if (isUndone) return 'removed';
  if (isStuck) return 'stuck';
  if (status === 'done') return 'done';
  return status === 'failed' ? 'broken-off' : 'unknown';
}
