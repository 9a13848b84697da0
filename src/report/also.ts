import { worst } from '#domain/health.ts';
import type { Table } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { mark } from './kit/marks.ts';
import { type Node, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';
import { sizeOf, tallyOf } from './summary.ts';

const MOST = 12;

/** The tables that are not drawn, as a mark, a name and a number each; undefined when there are none. */
export function alsoRead(theme: Theme, tables: readonly Table[]): Node | undefined {
  if (tables.length === 0) return undefined;
  const chip = (table: Table) =>
    row(
      { gap: 7, flexShrink: 0, maxWidth: 300 },
      mark(theme, worst(table.rows.map(({ health }) => health)), { size: 14 }),
      text(table.title, { size: 13, color: theme.text }),
      text(String(sizeOf(tallyOf(table))), { size: 13, mono: true, color: theme.secondary }, { flexShrink: 0 }),
    );
  return row(
    { gap: '6px 18px', flexWrap: 'wrap' },
    text(words.alsoRead, { size: 13, color: theme.secondary }, { flexShrink: 0 }),
    ...tables.slice(0, MOST).map(chip),
    tables.length > MOST
      ? text(words.more(tables.length - MOST), { size: 13, color: theme.secondary }, { flexShrink: 0 })
      : undefined,
  );
}
