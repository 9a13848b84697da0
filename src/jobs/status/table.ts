import { type Health, WORST_FIRST, worstFirst } from '#domain/health.ts';
import type { Column, Row, Table } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/status.ts';

/** Rows kept of a table, worst first: a journal is no place for ten thousand pods. */
const MOST_ROWS = 200;
/** Titles of columns that say how a thing is. */
const STATUS_TITLES = new Set(['Status', 'State', 'Alive', 'Health', 'Phase', 'Verdict']);

export type Shape<T> = {
  readonly id: string;
  readonly title: string;
  readonly command: string;
  /** Titles, starting with `#` when it is a number; the one that says how a thing is carries the mark. */
  readonly columns: readonly string[];
  cells(item: T): readonly string[];
  health(item: T): Health;
};

/** A table of these things: the worst 200, and how many there are; none when there is nothing to show. */
export function tableOf<T>(layer: Layer, items: readonly T[], shape: Shape<T>): Table[] {
  if (items.length === 0) return [];
  const columns: Column[] = shape.columns.map((title) => ({
    title: title.replace('#', ''),
    align: title.startsWith('#') ? 'right' : 'left',
    mono: true,
  }));
  const judged = worstFirst(items.map((item) => ({ item, health: shape.health(item) })));
  const rows = judged.slice(0, MOST_ROWS).map(({ item, health }): Row => ({ health, cells: shape.cells(item) }));
  const statusColumn = shape.columns.findIndex((title) => STATUS_TITLES.has(title));
  return [
    {
      id: `${layer.name}/${shape.id}`,
      title: words.tableTitle(shape.title, layer.name),
      command: shape.command,
      columns,
      ...(statusColumn < 0 ? {} : { statusColumn }),
      rows,
      ...(judged.length > MOST_ROWS ? { all: countsOf(judged) } : {}),
    },
  ];
}

function countsOf(items: readonly { readonly health: Health }[]): Partial<Record<Health, number>> {
  const counts = WORST_FIRST.map((health) => [health, items.filter((item) => item.health === health).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
