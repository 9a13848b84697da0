import { describe, expect, it } from 'vitest';
import type { Outcome, RunOutcome, StepOutcome } from '#domain/run.ts';
import type { Input } from '#jobs/scale-node/input.ts';
import { offersOf } from '#jobs/scale-node/offers.ts';
import { environment } from '../../commands/world.ts';

const done: StepOutcome = { status: 'done', value: null, tookMs: 1 };
const failed: StepOutcome = { status: 'failed', message: 'blocked', tookMs: 1 };
const notRun: StepOutcome = { status: 'not-run' };
const remove: Input = { layer: 'cluster', action: 'remove', node: 'node-4' };

function endOf(outcome: Outcome, cordon: StepOutcome, drain: StepOutcome): RunOutcome {
  const steps = { 'cluster/cordon-node-4': cordon, 'cluster/drain-node-4': drain };
  return { environment: environment('lab'), outcome, steps, leftovers: [], tookMs: 1, endedAt: '' };
}

describe('offersOf', () => {
  it.each([
    ['failed', failed],
    ['cancelled', notRun],
  ] as const)('offers to uncordon the node after a drain that %s', (outcome, drain) => {
    expect(offersOf(remove, endOf(outcome, done, drain))).toEqual([
      {
        ...{ label: 'Uncordon node-4', command: 'scale-node' },
        text: '--environment lab --layer cluster uncordon node-4',
      },
    ]);
  });

  it.each([
    ['that was drained', remove, endOf('failed', done, done)],
    ['that was never cordoned', remove, endOf('failed', failed, notRun)],
    ['that is gone', remove, endOf('succeeded', done, done)],
    ['that is replaced', { ...remove, action: 'replace' as const }, endOf('failed', done, failed)],
    ['that came', { layer: 'cluster', action: 'add' as const, count: 1 }, endOf('failed', done, failed)],
  ])('offers nothing for a node %s', (_what, input, end) => {
    expect(offersOf(input, end)).toEqual([]);
  });
});
