import type { Check } from '#domain/report.ts';
import type { StepOutcome } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';

/** A step as a line of the report. */
export function checkOf(title: string, end: StepOutcome): Check {
  switch (end.status) {
    case 'done':
      return { title, health: 'ok', tookMs: end.tookMs, detail: end.detail };
    case 'failed':
      return { title, health: 'failure', tookMs: end.tookMs, detail: end.message };
    case 'skipped':
      return { title, health: 'off', detail: words.report.skipped(end.why) };
    case 'not-run':
      return { title, health: 'waiting' };
  }
}
