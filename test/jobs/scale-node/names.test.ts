import { describe, expect, it } from 'vitest';
import { nextNames } from '#jobs/scale-node/names.ts';

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
