import { describe, expect, it } from 'vitest';
import { aimOf } from '#domain/aim.ts';
import { aimIn } from '#words/jobs.ts';

describe('what a run is about', () => {
  it.each<[input: unknown, layer: string, aim: string | undefined]>([
    [{ layer: 'metal', depth: 'full' }, 'metal', 'full'],
    [{ layer: 'all' }, 'all', undefined],
    [{ layer: 'cluster', action: 'add', count: 1 }, 'cluster', 'add 1 node'],
    [{ layer: 'cluster', action: 'add', count: 2 }, 'cluster', 'add 2 nodes'],
    [{ layer: 'cluster', action: 'remove', node: 'node-4' }, 'cluster', 'remove node-4'],
    [{ layers: ['cluster'], action: 'apply', isDryRun: false, isOverride: false }, 'cluster', undefined],
    [{ layers: ['metal', 'cluster'], action: 'apply', isDryRun: true }, 'metal + cluster', 'dry run'],
    [
      { layers: ['cluster'], action: 'apply', isDryRun: true, isOverride: true },
      'cluster',
      'preflight overridden, dry run',
    ],
    [{ layers: ['cluster', 'cloud'], action: 'remove', isDryRun: true }, 'cluster + cloud', 'remove, dry run'],
    [{ layers: ['cloud'], action: 'rollback', release: 'keystone' }, 'cloud', 'rollback keystone'],
    [{ stages: 7 }, 'all', undefined],
    [{ layer: 7 }, 'all', undefined],
    ['', 'all', undefined],
  ])('is told of %j', (input, expected, aim) => {
    const { layer, ...rest } = aimOf(input);

    expect([layer, aimIn(rest)]).toEqual([expected, aim]);
  });
});
