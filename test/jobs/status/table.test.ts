import { describe, expect, it } from 'vitest';
import type { Table } from '#domain/report.ts';
import { tableOf } from '#jobs/status/table.ts';
import { pictureOf } from '#report/picture.ts';
import { textOf } from '#report/text.ts';
import { nothing } from '../../report/fixtures.ts';
import { layerOf } from './world.ts';

type Thing = { readonly name: string; readonly isIll: boolean };

function tables(count: number, ill: number): readonly Table[] {
  const things = Array.from({ length: count }, (_, index): Thing => ({
    name: `pod-${index}`,
    isIll: index >= count - ill,
  }));
  return tableOf(layerOf('cluster', 'kubernetes'), things, {
    ...{ id: 'pods', title: 'Pods', command: 'kubectl get pods', columns: ['Name', 'Status'] },
    cells: ({ name, isIll }) => [name, isIll ? 'Error' : 'Running'],
    health: ({ isIll }) => (isIll ? 'failure' : 'ok'),
  });
}

describe('a table of the status', () => {
  it('has every row while they are few, and is left out when there are none', () => {
    expect(tables(0, 0)).toEqual([]);
    expect(tables(200, 3)[0]).toMatchObject({ id: 'cluster/pods', title: 'Pods of cluster', statusColumn: 1 });
    expect(tables(200, 3)[0]?.rows).toHaveLength(200);
    expect(tables(200, 3)[0]?.all).toBeUndefined();
  });

  it('keeps of ten thousand rows the worst two hundred, and how many there are', () => {
    const [table] = tables(10_000, 150);

    expect(table?.rows).toHaveLength(200);
    expect(table?.rows.filter(({ health }) => health === 'failure')).toHaveLength(150);
    expect(table?.all).toEqual({ failure: 150, ok: 9850 });
    expect(JSON.stringify(table).length).toBeLessThan(20_000);
  });

  it('is told with its whole count in picture and text', () => {
    const report = { ...nothing, tables: tables(10_000, 1) };

    const texts = JSON.stringify(pictureOf(report, 'dark').card.root);

    expect(texts).toContain('15 of 10000 rows');
    expect(texts).toContain('+9985 more');
    expect(textOf(report)).toContain('1 failed, 9999 healthy');
    expect(textOf(report)).toContain('+9800 more: 9800 healthy');
  });
});
