import { worstFirst } from '#domain/health.ts';
import type { Table } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { capName, cellsOf, padCells, shortId } from './cells.ts';
import type { Ink } from './ink.ts';
import { inWords, restOf, sizeOf } from './summary.ts';

const GAP = '  ';
/** Room for the sign and the space before a row. */
const SIGN_CELLS = 2;
const SHORTEST_CELLS = 8;

/** Cells each column wants. */
function wantedCells(table: Table): number[] {
  return table.columns.map((column, index) =>
    table.rows.reduce((most, row) => Math.max(most, cellsOf(row.cells[index] ?? '')), cellsOf(column.title)),
  );
}

function rowCells(cells: readonly number[]): number {
  return cells.reduce((sum, cell) => sum + cell, SIGN_CELLS + GAP.length * Math.max(0, cells.length - 1));
}

/** The same columns narrowed until a row fits into `width`; the widest give way first, none below eight cells. */
function narrow(wanted: readonly number[], width: number): number[] {
  const cells = [...wanted];
  let surplus = rowCells(cells) - width;
  while (surplus > 0) {
    const most = Math.max(...cells);
    if (most <= SHORTEST_CELLS) break;
    const second = Math.max(SHORTEST_CELLS, ...cells.filter((cell) => cell < most));
    const cut = Math.min(surplus, most - second);
    cells[cells.indexOf(most)] = most - cut;
    surplus -= cut;
  }
  return cells;
}

/** A table whose rows do not fit has its ids cut to eight characters. */
function withShortIds(table: Table, width: number): Table {
  if (rowCells(wantedCells(table)) <= width) return table;
  return { ...table, rows: table.rows.map((row) => ({ ...row, cells: row.cells.map(shortId) })) };
}

/** A table as lines: its title and command, its columns aligned, every row led by its sign. */
export function tableLines(whole: Table, ink: Ink, width: number): string[] {
  const table = withShortIds(whole, width);
  const title = ink.bold(table.title) + (table.command ? GAP + ink.faint(`$ ${table.command}`) : '');
  if (table.rows.length === 0) return [title, `  ${ink.faint(words.emptyTable)}`];
  const cells = narrow(wantedCells(table), width);
  const fill = (texts: readonly string[], paint: (text: string, index: number) => string) =>
    table.columns
      .map(({ align }, index) => {
        const max = cells[index] ?? 0;
        return paint(padCells(capName(texts[index] || '-', max), max, align), index);
      })
      .join(GAP)
      .trimEnd();
  const heads = fill(
    table.columns.map((column) => column.title),
    (text) => ink.faint(text),
  );
  const rows = worstFirst(table.rows).map(({ health, cells: texts }) => {
    const paint = (text: string, index: number) => (index === table.statusColumn ? ink.health(health, text) : text);
    return `${ink.sign(health)} ${fill(texts, paint)}`;
  });
  const rest = restOf(table, table.rows);
  const note = sizeOf(rest) > 0 ? [`  ${ink.faint(words.moreRows(sizeOf(rest), inWords(rest, words.thing)))}`] : [];
  return [title, `  ${heads}`, ...rows, ...note];
}
