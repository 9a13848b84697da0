import type { StepView } from '#domain/fold.ts';
import type { Outcome } from '#domain/run.ts';

/** Each has its own shape, so that colour is never needed. */
export const STEP_MARKS: Readonly<Record<StepView['status'], string>> = {
  pending: '·',
  running: '▸',
  unknown: '?',
  done: '✓',
  failed: '✗',
  skipped: '–',
};

export const OUTCOME_MARKS: Readonly<Record<Outcome, string>> = {
  succeeded: '✓',
  degraded: '!',
  failed: '✗',
  cancelled: '–',
};
