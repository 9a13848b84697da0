import type { Estimate } from '#domain/durations.ts';
import { about } from './time.ts';
import { plural } from './language.ts';

/** Below this nobody needs to be told how long something is, or was. */
const LEAST_MS = 5000;

function steps(count: number): string {
  return plural(count, '1 step', `${count} steps`);
}

/** Sentences about how long runs take. */
export const words = {
  /** `about 12 min; no history yet for 2 steps` */
  plan({ aboutMs, known, unknown }: Estimate): string {
    if (known === 0) return 'no history yet of how long it takes';
    const time = `about ${about(aboutMs)}`;
    return unknown === 0 ? time : `${time}; no history yet for ${steps(unknown)}`;
  },
  /** `4 min, about 8 min left`: how long the steps have been at work, and what is left of them. Empty soon after the first began. */
  underWay({ elapsedMs, left }: { readonly elapsedMs: number; readonly left: Estimate }): string {
    const word = left.unknown === 0 ? 'about' : 'at least';
    return [
      ...(elapsedMs < LEAST_MS ? [] : [about(elapsedMs)]),
      ...(left.aboutMs < LEAST_MS ? [] : [`${word} ${about(left.aboutMs)} left`]),
    ].join(', ');
  },
  usually: (ms: number) => `usually ${about(ms)}`,
};
