import { describe, expect, it } from 'vitest';
import { words } from '#words/durations.ts';
import { about } from '#words/time.ts';

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];

it.each([
  [0, '10 s'],
  [14 * SECOND, '10 s'],
  [54 * SECOND, '50 s'],
  [55 * SECOND, '1 min'],
  [90 * SECOND, '2 min'],
  [59.4 * MINUTE, '59 min'],
  [59.6 * MINUTE, '1 h'],
  [62 * MINUTE, '1 h'],
  [63 * MINUTE, '1 h 5 min'],
  [26 * HOUR, '26 h'],
])('%i ms are about %s', (ms, told) => {
  expect(about(ms)).toBe(told);
});

describe('the time of a plan', () => {
  it.each([
    [{ aboutMs: 12 * MINUTE, known: 9, unknown: 0 }, 'about 12 min'],
    [{ aboutMs: 12 * MINUTE, known: 7, unknown: 2 }, 'about 12 min; no history yet for 2 steps'],
    [{ aboutMs: 12 * MINUTE, known: 8, unknown: 1 }, 'about 12 min; no history yet for 1 step'],
    [{ aboutMs: 0, known: 0, unknown: 9 }, 'no history yet of how long it takes'],
  ])('%o is told as: %s', (estimate, told) => {
    expect(words.plan(estimate)).toBe(told);
  });
});

describe('the times of a run', () => {
  it.each([
    [4 * MINUTE, { aboutMs: 8 * MINUTE, known: 6, unknown: 0 }, '4 min, about 8 min left'],
    [4 * MINUTE, { aboutMs: 8 * MINUTE, known: 6, unknown: 1 }, '4 min, at least 8 min left'],
    [4 * MINUTE, { aboutMs: 0, known: 0, unknown: 3 }, '4 min'],
    [2 * SECOND, { aboutMs: 8 * MINUTE, known: 6, unknown: 0 }, 'about 8 min left'],
    [2 * SECOND, { aboutMs: 3 * SECOND, known: 6, unknown: 0 }, ''],
  ])('%i ms and %o left are told as: %s', (elapsedMs, left, told) => {
    expect(words.underWay({ elapsedMs, left })).toBe(told);
  });
});
