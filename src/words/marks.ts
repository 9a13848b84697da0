import type { StepView } from '#domain/fold.ts';
import type { Health } from '#domain/health.ts';
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

export const HEALTH_MARKS: Readonly<Record<Health, string>> = {
  failure: '✗',
  warning: '!',
  unknown: '?',
  running: '▸',
  waiting: '·',
  off: '–',
  ok: '✓',
};
