import { describe, expect, it } from 'vitest';
import { closedBy, type Window } from '#domain/window.ts';

const nights: Window = { days: ['mon', 'tue', 'wed', 'thu'], from: '22:00', to: '04:00', timeZone: 'Europe/Oslo' };
const saturday: Window = { days: ['sat'], from: '09:00', to: '17:30', timeZone: 'UTC' };

function until(windows: readonly Window[], now: string): string | undefined {
  return closedBy(windows, Date.parse(now), { who: 'the stack file', reason: 'outside' })?.until;
}

describe('windows for changes', () => {
  it.each([
    ['no window at all', [], '2026-11-24T12:00:00Z', undefined],
    ['in the evening', [nights], '2026-11-24T21:00:00Z', undefined],
    ['after midnight of the day before', [nights], '2026-11-25T02:59:00Z', undefined],
    ['at its end', [nights], '2026-11-25T03:00:00Z', '2026-11-25T21:00:00.000Z'],
    ['over the weekend', [nights], '2026-11-27T12:00:00Z', '2026-11-30T21:00:00.000Z'],
    ['the sooner of two', [nights, saturday], '2026-11-27T12:00:00Z', '2026-11-28T09:00:00.000Z'],
    ['summer time there', [nights], '2026-07-14T12:00:00Z', '2026-07-14T20:00:00.000Z'],
    [
      'across the change of the clocks',
      [{ ...saturday, days: ['sun'], timeZone: 'Europe/Oslo' }],
      '2026-10-24T20:00:00Z',
      '2026-10-25T08:00:00.000Z',
    ],
    ['a week ahead', [saturday], '2026-11-28T17:30:00Z', '2026-12-05T09:00:00.000Z'],
  ] as const)('%s', (_what, windows, now, expected) => {
    expect(until(windows, now)).toBe(expected);
  });
});
