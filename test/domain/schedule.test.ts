import { describe, expect, it } from 'vitest';
import { readingOf } from '#domain/schedule.ts';
import { nothing } from '../report/fixtures.ts';

describe('the reading of a report', () => {
  it('has each layer with its worst trouble, cut to what a record should keep', () => {
    const layers = ['metal', 'cluster'].map(
      (layer) => ({ layer, kind: 'openstack', health: 'failure', summary: 'x' }) as const,
    );
    const troubles = [
      { layer: 'metal', health: 'warning', what: 'a little' },
      { layer: 'metal', health: 'failure', what: 'y'.repeat(600), cause: 'a cable', advice: 'Plug it in.' },
    ] as const;

    const { layers: read } = readingOf({ ...nothing, layers, troubles });

    expect(read).toEqual([
      {
        layer: 'metal',
        health: 'failure',
        summary: 'x',
        what: 'y'.repeat(500),
        cause: 'a cable',
        advice: 'Plug it in.',
      },
      { layer: 'cluster', health: 'failure', summary: 'x', what: undefined, cause: undefined, advice: undefined },
    ]);
  });
});
