import { describe, expect, it } from 'vitest';
import type { Health } from '#domain/health.ts';
import { endOf, isOpen, judged } from '#domain/incidents.ts';
import type { Incident, Reading } from '#domain/schedule.ts';

const START_MS = Date.parse('2026-11-23T12:00:00.000Z');

function reading(minute: number, healths: Readonly<Record<string, Health>>): Reading {
  const layers = Object.entries(healths).map(([layer, health]) => ({ layer, health, summary: `${layer} ${health}` }));
  return { at: new Date(START_MS + minute * 60_000).toISOString(), layers };
}

/** The incidents after readings, one a minute. */
function after(...readings: readonly Readonly<Record<string, Health>>[]): readonly Incident[] {
  return readings.reduce<readonly Incident[]>((all, healths, minute) => judged(all, reading(minute, healths)), []);
}

function told(incidents: readonly Incident[]): readonly string[] {
  return incidents.map(({ ills, turns }) =>
    [
      ills.map(({ layer }) => layer).join('+'),
      ...turns.map(({ kind, layers }) => `${kind} ${layers.map((one) => one.layer).join('+')}`),
    ].join(', '),
  );
}

describe('what is told of readings', () => {
  it.each([
    ['nothing while all is well', [{ metal: 'ok' }, { metal: 'ok' }], []],
    ['what was bad from the first reading on', [{ metal: 'failure' }], ['metal']],
    [
      'a bad layer once, however long it stays so',
      [{ metal: 'ok' }, { metal: 'failure' }, { metal: 'failure' }],
      ['metal'],
    ],
    ['that it healed', [{ metal: 'failure' }, { metal: 'ok' }, { metal: 'ok' }], ['metal, healed metal']],
    ['all that turned bad at once in one message', [{ a: 'failure', b: 'warning', c: 'ok' }], ['a+b']],
    [
      'each layer that heals by itself',
      [
        { a: 'failure', b: 'failure' },
        { a: 'ok', b: 'failure' },
        { a: 'ok', b: 'ok' },
      ],
      ['a+b, healed a, healed b'],
    ],
    [
      'what turns bad later as news of its own',
      [
        { a: 'failure', b: 'ok' },
        { a: 'failure', b: 'failure' },
      ],
      ['a', 'b'],
    ],
    ['that it got worse', [{ a: 'warning' }, { a: 'failure' }], ['a, worse a']],
    ['nothing when it gets better without being well', [{ a: 'failure' }, { a: 'warning' }], ['a']],
    ['a layer that cannot be read', [{ a: 'ok' }, { a: 'unknown' }, { a: 'ok' }], ['a, healed a']],
    [
      'the same layer in the same thread when it is soon back',
      [{ a: 'failure' }, { a: 'ok' }, { a: 'failure' }, { a: 'ok' }],
      ['a, healed a, again a, healed a'],
    ],
    ['the end of a layer that is read no more', [{ a: 'failure', b: 'ok' }, { b: 'ok' }], ['a, healed a']],
    ['nothing of a layer that has nothing to read, or waits', [{ a: 'off', b: 'waiting', c: 'running' }], []],
  ] as const)('%s', (_what, readings, expected) => {
    expect(told(after(...readings))).toEqual(expected);
  });

  it('leaves the same array when nothing changed, so that a caller sees that', () => {
    const before = after({ a: 'failure' });

    expect(judged(before, reading(1, { a: 'failure' }))).toBe(before);
  });

  it('leaves out layers that do not count', () => {
    const all = judged([], reading(0, { a: 'failure', b: 'failure' }), (layer) => layer === 'b');

    expect(told(all)).toEqual(['b']);
  });

  it('begins anew when a layer turns bad long after it healed', () => {
    const before = after({ a: 'failure' }, { a: 'ok' });

    expect(told(judged(before, reading(32, { a: 'failure' })))).toEqual(['a, healed a', 'a']);
  });

  it('knows when the last of it was well', () => {
    const [open] = after({ a: 'failure', b: 'failure' }, { a: 'ok', b: 'failure' });
    const [over] = after({ a: 'failure', b: 'failure' }, { a: 'ok', b: 'failure' }, { a: 'ok', b: 'ok' });

    expect(open && [isOpen(open), endOf(open)]).toEqual([true, undefined]);
    expect(over && [isOpen(over), endOf(over)]).toEqual([false, '2026-11-23T12:02:00.000Z']);
  });

  it('keeps the newest ten, and every open one', () => {
    const flaps = Array.from({ length: 25 }, (_, index): Reading[] => [
      reading(index * 100, { a: 'failure', b: 'failure' }),
      reading(index * 100 + 1, { a: 'ok', b: 'failure' }),
    ]).flat();

    const all = flaps.reduce<readonly Incident[]>((before, one) => judged(before, one), []);

    expect(all).toHaveLength(10);
    expect(told(all)[0]).toBe('a+b, healed a');
    expect(all.at(-1)?.id).toBe(25);
  });
});
