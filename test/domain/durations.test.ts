import { describe, expect, it } from 'vitest';
import { durationsOf, estimateOf, timesOf, usualOf } from '#domain/durations.ts';
import type { RunEvent, RunEventBody } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';

const MINUTE = 60_000;
const START_MS = Date.parse('2026-11-25T14:50:00.000Z');
const request = {
  ...{ number: 42, key: 'aa', environment: 'lab', job: 'drill', input: {}, by: { id: 'U1', name: 'operator' } },
  ...{ origin: { kind: 'terminal', host: 'here' }, askedAt: '2026-11-25T14:50:00.000Z' },
};

/** A run with an event each minute. */
function viewOf(...bodies: readonly object[]): RunView {
  const all = [{ type: 'requested', request }, ...bodies] as readonly RunEventBody[];
  const at = (index: number) => new Date(START_MS + index * MINUTE).toISOString();
  const view = fold(all.map((body, index): RunEvent => ({ seq: index + 1, at: at(index), ...body })));
  if (!view) throw new Error('no view');
  return view;
}

const planned = (usual: Readonly<Record<string, number | undefined>>, more: object = {}) => ({
  ...{ type: 'planned', summary: 'some', risk: 'change', facts: {} },
  steps: Object.entries(usual).map(([id, usuallyMs]) => ({ id, title: id, layer: 'metal', usuallyMs })),
  ...more,
});
const started = (stepId: string) => ({ type: 'step-started', stepId });
const done = (stepId: string, tookMs: number, found = false) => ({
  type: 'step-done',
  stepId,
  value: 1,
  found,
  tookMs,
});

describe('what steps usually take', () => {
  it.each([
    ['one run', [{ a: 5 }], 5],
    ['an odd number of runs', [{ a: 9 }, { a: 1 }, { a: 4 }], 4],
    ['an even number of runs', [{ a: 1 }, { a: 4 }, { a: 100 }, { a: 2 }], 3],
    ['runs some of which did not do it', [{ b: 1 }, { a: 4 }, {}], 4],
  ])('is the median of %s', (_what, past, usual) => {
    expect(usualOf(past).get('a')).toBe(usual);
  });

  it.each([[[]], [[{ b: 1 }]]])('is not known of a step that was never done: %j', (past) => {
    expect(usualOf(past).get('a')).toBeUndefined();
    expect(usualOf(past).get('constructor')).toBeUndefined();
  });

  it('is learnt from what was done from beginning to end, not from what was found, skipped, failed or left', () => {
    const view = viewOf(
      planned({ a: undefined, b: undefined, c: undefined, d: undefined, e: undefined }),
      ...[started('a'), done('a', 10), started('b'), done('b', 20, true)],
      { type: 'step-skipped', stepId: 'c', why: 'no need' },
      { type: 'step-failed', stepId: 'd', error: { code: 'CHECK', message: 'no' }, tookMs: 40 },
    );

    expect(durationsOf(view)).toEqual({ a: 10 });
  });

  it('is learnt once from a run that is retried', () => {
    const view = viewOf(
      planned({ a: undefined, b: undefined }),
      ...[started('a'), done('a', 10), { type: 'ended', outcome: 'failed', leftovers: [] }],
      ...[{ type: 'retried', by: request.by }, started('b'), done('b', 20)],
    );

    expect(durationsOf(view)).toEqual({ b: 20 });
  });
});

describe('what a plan takes', () => {
  it('is the sum of its steps, and how many are not known', () => {
    const view = viewOf(planned({ a: 2 * MINUTE, b: undefined, c: 3 * MINUTE }));

    expect(estimateOf(view)).toEqual({ aboutMs: 5 * MINUTE, known: 2, unknown: 1 });
  });

  it('is that of the longest of steps that run at once', () => {
    const view = viewOf(planned({ a: 2 * MINUTE, b: 3 * MINUTE }, { isIndependent: true }));

    expect(estimateOf(view)).toEqual({ aboutMs: 3 * MINUTE, known: 2, unknown: 0 });
  });

  it('leaves out what the plan skips', () => {
    const steps = [{ id: 'a', title: 'a', layer: 'metal', skip: 'no probe here', usuallyMs: undefined }];

    expect(estimateOf(viewOf(planned({}, { steps })))).toEqual({ aboutMs: 0, known: 0, unknown: 0 });
  });

  it('is not known of a journal of before durations were kept', () => {
    const steps = [{ id: 'a', title: 'a', layer: 'metal' }];

    expect(estimateOf(viewOf(planned({}, { steps })))).toEqual({ aboutMs: 0, known: 0, unknown: 1 });
  });
});

describe('the times of a run', () => {
  it('begin with its first step', () => {
    expect(timesOf(viewOf(planned({ a: MINUTE })))).toBeUndefined();
  });

  it('are what went by since then, and what is left of the steps', () => {
    const view = viewOf(
      ...[planned({ a: MINUTE, b: 5 * MINUTE, c: 2 * MINUTE, d: undefined }), started('a')],
      ...[done('a', MINUTE), started('b')],
    );
    const [begun] = [START_MS + 2 * MINUTE];

    expect(timesOf(view, begun + 3 * MINUTE)).toEqual({
      elapsedMs: 3 * MINUTE,
      left: { aboutMs: 6 * MINUTE, known: 2, unknown: 1 },
    });
    expect(timesOf(view)).toMatchObject({ elapsedMs: 2 * MINUTE, left: { aboutMs: 7 * MINUTE } });
  });

  it('take nothing off the others when a step takes longer than usual', () => {
    const view = viewOf(planned({ a: MINUTE, b: 2 * MINUTE }), started('a'));

    expect(timesOf(view, START_MS + 60 * MINUTE)?.left.aboutMs).toBe(2 * MINUTE);
  });

  it('begin anew with a retry', () => {
    const ended = [started('a'), done('a', 1), started('b'), { type: 'ended', outcome: 'failed', leftovers: [] }];
    const view = viewOf(planned({ a: MINUTE, b: MINUTE }), ...ended, { type: 'retried', by: request.by }, started('b'));

    expect(timesOf(view)).toEqual({ elapsedMs: 0, left: { aboutMs: MINUTE, known: 1, unknown: 0 } });
  });
});
