import { describe, expect, it } from 'vitest';
import type { StepView } from '#domain/fold.ts';
import { lanesOf, rowsOf, type Span, ticksOf } from '#report/timeline/rows.ts';
import { brokenSteps, deploySteps } from '../runs.ts';

const until = '2026-11-23T14:44:30.000Z';

function titlesOf(steps: readonly StepView[], isFull = false): string[] {
  return rowsOf(steps, { until, isFull }).map(({ kind, title, count, health }) =>
    kind === 'fold' ? `${title || health} x${count}` : title,
  );
}

describe('the rows of a timeline', () => {
  it('are a row for each layer where all of a long run went well', () => {
    expect(titlesOf(deploySteps)).toEqual(['metal x9', 'cluster x5', 'ceph x4', 'cloud x7', 'smoke x4']);
  });

  it('show what failed or was skipped by itself, and fold what is beside it', () => {
    const titles = titlesOf(brokenSteps);

    expect(titles).toEqual([
      ...['metal x9', 'cluster x5', 'ceph', 'Rook operator', '3 monitors', '24 OSDs', 'Pools'],
      ...['cloud', 'ok x4', 'Nova', 'Neutron', 'Horizon', 'smoke', 'waiting x4'],
    ]);
  });

  it('are all steps under their layers when asked for in full', () => {
    expect(titlesOf(deploySteps, true)).toEqual(expect.arrayContaining(deploySteps.map(({ title }) => title)));
    expect(titlesOf(deploySteps, true)).toHaveLength(deploySteps.length + 5);
  });

  it('keep the slowest of a single layer apart', () => {
    const steps = deploySteps.map((step) => ({ ...step, layer: 'metal' }));

    expect(titlesOf(steps)).toEqual([
      'Power on by Redfish',
      'Write the image',
      'Bond the cards, mtu 9000',
      'Bootstrap hosts',
      'Pull images',
      'ok x11',
      '24 OSDs',
      'ok x12',
    ]);
  });

  it('end what is still under way at the given time, and leave out a run that began nothing', () => {
    const [first, second] = deploySteps;
    const running = { ...second!, status: 'running' as const, tookMs: undefined };

    expect(rowsOf([first!, running], { until, isFull: false }).at(-1)?.spans[0]?.toMs).toBe(2_190_000);
    expect(rowsOf([{ ...first!, startedAt: undefined }], { until, isFull: false })).toEqual([]);
  });
});

describe('lanes', () => {
  const span = (fromMs: number, toMs: number): Span => ({ fromMs, toMs, health: 'ok', isSlow: false });

  it('put beside each other what follows, and under each other what overlaps', () => {
    const [a, b, c, d] = [span(0, 10), span(10, 20), span(5, 15), span(6, 8)];

    expect(lanesOf([a, b], 4)).toEqual([[a, b]]);
    expect(lanesOf([a, b, c], 4)).toEqual([[a, b], [c]]);
    expect(lanesOf([a, c, d], 2)).toEqual([[a], [c, d]]);
  });
});

describe('ticks', () => {
  it.each([
    [4_000, [0, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000]],
    [2_467_000, [0, 5, 10, 15, 20, 25, 30, 35, 40].map((minutes) => minutes * 60_000)],
    [1, [0]],
  ])('of %i ms are round and few', (wholeMs, ticks) => {
    expect(ticksOf(wholeMs)).toEqual(ticks);
  });

  it('never are more than ten, however long it took', () => {
    for (const ms of [900, 59_000, 3_599_000, 86_400_000, 40 * 86_400_000]) {
      expect(ticksOf(ms).length).toBeLessThanOrEqual(10);
    }
  });
});
