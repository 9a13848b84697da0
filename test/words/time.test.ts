import { expect, it } from 'vitest';
import { roughly } from '#words/time.ts';

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

it.each([
  [0, 'Less than a second'],
  [1, '1 second'],
  [59, '59 seconds'],
  [MINUTE, 'About a minute'],
  [2 * MINUTE, '2 minutes'],
  [59 * MINUTE, '59 minutes'],
  [HOUR, 'About an hour'],
  [1.6 * HOUR, '2 hours'],
  [47 * HOUR, '47 hours'],
  [2 * DAY, '2 days'],
  [13 * DAY, '13 days'],
  [21 * DAY, '3 weeks'],
  [70 * DAY, '2 months'],
  [800 * DAY, '2 years'],
  [-5, 'Less than a second'],
])('an age of %i s is told as docker ps tells it', (seconds, told) => {
  expect(roughly(seconds * 1000)).toBe(told);
});
