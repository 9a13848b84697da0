import type { Clock } from '../panel/panel.ts';

/** How many times as long as usual the simulated work takes, by what the panel calls it. */
const SPEEDS: Readonly<Record<string, number>> = { '¼×': 4, '1×': 1, '10×': 0.1, instant: 0 };
/** What is work; the rest, as the life of a token, is no matter of speed. */
const WORK = new Set(['build', 'boot', 'remove', 'volume', 'move', 'start', 'job']);

/** A clock that changes these timings (milliseconds) where they are, and tells the factor to others. */
export function createClock(timings: readonly Record<string, number>[], tell: (factor: number) => void): Clock {
  const usual = timings.map((timing) => Object.entries(timing).filter(([name]) => WORK.has(name)));
  const clock = {
    speeds: Object.keys(SPEEDS),
    speed: '1×',
    set(speed: string) {
      const factor = SPEEDS[speed];
      if (factor === undefined) throw new Error(`setting the clock to "${speed}": it has no such speed`);
      clock.speed = speed;
      timings.forEach((timing, i) => {
        for (const [name, ms] of usual[i]!) timing[name] = Math.max(1, ms * factor);
      });
      tell(factor);
    },
  };
  return clock;
}
