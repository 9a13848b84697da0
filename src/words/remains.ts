import type { Remains } from '#domain/remains.ts';

/** The state in which a step was left. `risk`: what ending it in the middle can leave; `why`: what kept it. */
export const REMAINS: Readonly<Record<Remains, (risk: string, why: string) => string>> = {
  done: () => 'done',
  removed: () => 'removed again',
  stuck: (_risk, why) => `could not be removed: ${why}`,
  'broken-off': (risk) => `stopped in the middle${risk === '' ? '' : `; can have left: ${risk}`}`,
  unknown: () => 'nobody knows whether it was done',
  'not-run': () => 'not begun',
};
