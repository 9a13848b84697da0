import { describe, expect, it } from 'vitest';
import { cellsOf } from '#report/cells.ts';
import { textOf } from '#report/text.ts';
import { brokenSteps, consoleFailed, deployBroken, scaled } from './runs.ts';
import { hostile, nothing, servers, smokeFailed, statusHealthy, statusTroubled } from './fixtures.ts';

describe('textOf', () => {
  it.each(Object.entries({ statusTroubled, statusHealthy, smokeFailed, nothing }))(
    'writes %s as it was read',
    async (name, report) => {
      await expect(`${textOf(report, { width: 100 })}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
    },
  );

  it.each(Object.entries({ scaled, consoleFailed }))('writes %s as it was read', async (name, report) => {
    await expect(`${textOf(report, { width: 100 })}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('writes the steps of a run with their times', async () => {
    const text = textOf(deployBroken, { width: 100, steps: brokenSteps });

    await expect(`${text}\n`).toMatchFileSnapshot('golden/deployBroken.txt');
  });

  it('tells what a run offers as it is typed', () => {
    const offers = [{ label: 'Uncordon node-4', command: 'scale-node', text: '--layer cluster uncordon node-4' }];

    const text = textOf({ ...nothing, offers });

    expect(text.split('\n')).toContain('Uncordon node-4: strata run scale-node --layer cluster uncordon node-4');
  });

  it('puts troubles before layers and layers before tables', () => {
    const text = textOf(statusTroubled);
    const places = ['✗ metal: Server', 'do: Free a server', '✗ metal  openstack', 'Servers on metal'].map((part) =>
      text.indexOf(part),
    );

    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it.each([40, 60, 80, 100])('keeps sentences and tables within %i cells', (width) => {
    const table = { ...servers(3), command: undefined, columns: servers(3).columns.slice(0, 3) };
    const narrow = { ...smokeFailed, title: 'x', subtitle: '', tables: [table], checks: smokeFailed.checks.slice(-3) };

    const tooWide = textOf(narrow, { width })
      .split('\n')
      .filter((line) => cellsOf(line) > width && !/^\d+ (?:failed|warning)/.test(line));

    expect(tooWide).toEqual([]);
  });

  it('aligns columns behind wide characters', () => {
    const table = {
      ...servers(0),
      columns: [{ title: 'Name' }, { title: 'State' }],
      statusColumn: 1,
      rows: [
        { health: 'ok' as const, cells: ['数据库-主', 'up'] },
        { health: 'ok' as const, cells: ['node-1', 'up'] },
      ],
    };
    const lines = textOf({ ...nothing, tables: [table] })
      .split('\n')
      .filter((line) => line.endsWith('up'));

    expect(lines.map(cellsOf)).toEqual([15, 15]);
  });

  it('has no escape sequence without colour, and loses nothing but those with it', () => {
    const plain = textOf(statusTroubled, { color: false });
    const colored = textOf(statusTroubled, { color: true });

    expect(plain).not.toContain('\u001B');
    expect(colored).toContain('\u001B[31m✗');
    // eslint-disable-next-line no-control-regex
    expect(colored.replace(/\u001B\[\d+m/g, '').replace(/ +$/gm, '')).toBe(plain.replace(/ +$/gm, ''));
  });

  it('masks secrets and lets no name move the cursor or turn the line', () => {
    const text = textOf(hostile);

    expect(text).not.toMatch(/hunter2|gAAAA/);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
    expect(text).toContain('数据库-主');
  });

  it('writes all of 5,000 rows, the worst first', () => {
    const lines = textOf({ ...nothing, tables: [servers(5000)] }).split('\n');

    expect(lines.filter((line) => line.startsWith('✓')).length).toBe(4995);
    expect(lines.findIndex((line) => line.startsWith('✗'))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('✓')),
    );
  });

  it('says that a table is empty and that a report is', () => {
    expect(textOf({ ...nothing, tables: [servers(0)] })).toMatch(/Servers on metal .*\n {2}none/);
    expect(textOf(nothing)).toContain('Nothing was read.');
  });
});
