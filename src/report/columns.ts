import type { Column, Row, Table } from '#domain/report.ts';
import { cellsOf } from './cells.ts';
import { MONO_ADVANCE } from './kit/nodes.ts';

export const CELL_SIZE = 14;
/** Mark and gap before a status word. */
const MARK_SPACE = 25;
const MIN_GAP = 24;
const MOST_COLUMNS = 7;
const LONGEST_CELLS = 48;
const SHORTEST_CELLS = 18;
/** Rather than cut names shorter, which would make them alike, columns go. */
const SHORTEST_NAME_CELLS = 34;

/** A column as it is drawn. `index` is its place in the table, `cells` how many characters fit. */
export type Fitted = {
  readonly index: number;
  readonly column: Column;
  readonly cells: number;
  readonly kind: 'status' | 'id' | 'name' | 'other';
  /** Carries the status mark: the status, or the name where there is no status. */
  readonly isMarked: boolean;
};

/** CSS pixels a column takes, without the gap; one more than its text, which else could be cut for a rounding error. */
export function widthOf({ cells, isMarked }: Fitted): number {
  return Math.ceil(cells * CELL_SIZE * MONO_ADVANCE) + 1 + (isMarked ? MARK_SPACE : 0);
}

/** CSS pixels all columns take at their narrowest spacing. */
export function naturalWidth(columns: readonly Fitted[]): number {
  return columns.reduce((sum, column) => sum + widthOf(column), 0) + MIN_GAP * Math.max(0, columns.length - 1);
}

function kindsOf({ columns, statusColumn }: Table): Fitted['kind'][] {
  const isId = (column: Column) => /\b(?:id|uuid)$/i.test(column.title);
  const named = columns.findIndex(({ title }) => /^names?$/i.test(title));
  const name = named >= 0 ? named : columns.findIndex((column, index) => index !== statusColumn && !isId(column));
  return columns.map((column, index) => {
    if (index === statusColumn) return 'status';
    if (index === name) return 'name';
    return isId(column) ? 'id' : 'other';
  });
}

/** The index of the rightmost column that can go: not the name and not the status. */
function dispensable(columns: readonly Fitted[]): number {
  return columns.findLastIndex(({ kind }) => kind === 'other' || kind === 'id');
}

/** The columns with the longest narrowed until they fit into `space`: first those that may go, then all. */
function narrowed(columns: readonly Fitted[], space: number): readonly Fitted[] | undefined {
  let fitted = columns;
  while (naturalWidth(fitted) > space) {
    const wide = fitted.filter(({ cells, kind }) => cells > (kind === 'name' ? SHORTEST_NAME_CELLS : SHORTEST_CELLS));
    const others = wide.filter(({ kind }) => kind === 'other');
    const [first, ...rest] = others.length > 0 ? others : wide;
    if (!first) return undefined;
    const longest = rest.reduce((a, b) => (b.cells > a.cells ? b : a), first);
    fitted = fitted.map((entry) => (entry === longest ? { ...entry, cells: entry.cells - 1 } : entry));
  }
  return fitted;
}

/**
 * The columns of a table that fit into `space` CSS pixels for these rows, seven at most. Columns are dropped from the
 * right until the others need not get too narrow; name and status stay.
 */
export function fitColumns(table: Table, rows: readonly Row[], space: number): readonly Fitted[] {
  const kinds = kindsOf(table);
  let fitted = table.columns.map((column, index): Fitted => {
    const cells = Math.max(cellsOf(column.title), ...rows.map((row) => cellsOf(row.cells[index] ?? '')));
    const kind = kinds[index] ?? 'other';
    const isMarked = kind === (table.statusColumn === undefined ? 'name' : 'status');
    return { index, column, cells: Math.min(cells, LONGEST_CELLS), kind, isMarked };
  });
  while (fitted.length > MOST_COLUMNS) fitted = fitted.toSpliced(dispensable(fitted), 1);
  for (;;) {
    const narrow = narrowed(fitted, space);
    if (narrow) return narrow;
    const drop = dispensable(fitted);
    if (drop === -1) return fitted;
    fitted = fitted.toSpliced(drop, 1);
  }
}
