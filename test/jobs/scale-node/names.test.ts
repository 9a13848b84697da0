import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepContext } from '#domain/run.ts';
import { keepNames, nextNames, readHighest, rememberSteps } from '#jobs/scale-node/names.ts';
import { type Lab, openLab } from './guards/world.ts';

describe('names of new nodes', () => {
  it.each([
    ['continue the sequence', ['node-2', 'node-3', 'node-4'], [], 0, 1, ['node-5']],
    ['come in order', ['node-2'], [], 0, 3, ['node-3', 'node-4', 'node-5']],
    ['count the control plane too', ['node-2', 'node-3'], ['node-7'], 0, 1, ['node-8']],
    ['skip a server that is no node', ['node-2'], ['node-3'], 0, 1, ['node-4']],
    ['never take that of a dead one again', ['node-2', 'node-3'], [], 5, 1, ['node-6']],
    ['keep a domain', ['node-2.lab.example'], [], 0, 1, ['node-3.lab.example']],
    ['keep leading zeros', ['w-008', 'w-009'], [], 0, 1, ['w-010']],
    ['do not count what is called otherwise', ['node-2'], ['db-40', 'node-two', 'my-node-90'], 0, 1, ['node-3']],
    ['take the pattern of the last numbered worker', ['gpu-1', 'plain'], ['gpu-2'], 0, 1, ['gpu-3']],
    ['begin anew where nothing is numbered', ['anna', 'bert'], [], 0, 2, ['cluster-worker-1', 'cluster-worker-2']],
  ])('%s', (_what, workers, others, highest, count, names) => {
    expect(nextNames('cluster', { workers, others, highest }, count)).toEqual(names);
  });
});

describe('the name of a node that goes', () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());

  const NODES = ['node-1', 'node-2', 'node-3', 'node-4'].map((name) => ({ name }));
  const highest = () => readHighest('cluster', lab.source);
  const next = async (workers: readonly string[]) =>
    nextNames('cluster', { workers, others: [], highest: await highest() }, 1);

  it('is kept before it goes, so that the next new node does not get it', async () => {
    const [step] = rememberSteps('cluster', 'node-4', { nodes: NODES });
    await step?.act(lab.source as unknown as StepContext);

    expect(await next(['node-2', 'node-3'])).toEqual(['node-5']);
  });

  it.each([
    ['a node that stays has a higher number', 'node-3', { nodes: NODES }],
    ['a higher number is kept already', 'node-4', { nodes: NODES, highest: 6 }],
    ['it has no number', 'anna', { nodes: [{ name: 'anna' }] }],
  ])('need not be kept where %s', (_what, node, facts) => {
    expect(rememberSteps('cluster', node, facts)).toEqual([]);
  });

  it('never makes the number smaller that somebody else has kept meanwhile', async () => {
    const ctx = lab.source as unknown as StepContext;
    await keepNames('cluster', ['node-9']).act(ctx);

    await keepNames('cluster', ['node-5']).act(ctx);

    expect(await highest()).toBe(9);
  });
});
