import type { Report, Table } from '#domain/report.ts';
import { tellingTable } from './summary.ts';

/** How much of each part of a report is drawn. */
export type Amount = {
  readonly troubles: number;
  readonly checks: number;
  readonly leftovers: number;
  readonly steps: number;
  readonly consoleLines: number;
  /** Rows of each table that is drawn. */
  readonly rows: ReadonlyMap<Table, number>;
};

/** Rows of a table in a thread; each trouble above it takes the room of some, so that the picture stays small. */
const ROWS = 15;
const FEWEST_ROWS = 6;
const ROWS_OF_TROUBLE = 3;
const TROUBLES = 4;
/** Lines of some 30 CSS pixels that a full picture holds with room to spare: its pixels are limited. */
const LINES = 125;
/** A trouble with its cause and advice, and a table's head and foot, take the room of so many lines. */
const TROUBLE_LINES = 4;
const HEAD_LINES = 4;
const LAYER_LINES = 2;

/** What a picture in a thread shows: what is wrong in full, of the rest what is understood at a look. */
function brief(report: Report): Amount {
  const telling = tellingTable(report);
  const taken = ROWS_OF_TROUBLE * Math.min(TROUBLES, report.troubles.length);
  const rows = new Map(telling ? [[telling, Math.max(FEWEST_ROWS, ROWS - taken)]] : []);
  return { troubles: TROUBLES, checks: 24, leftovers: 6, steps: 30, consoleLines: 18, rows };
}

/** Everything, in the order of its weight, as long as there is room. */
function whole(report: Report, steps: number): Amount {
  let left = LINES - LAYER_LINES * report.layers.length;
  const take = (wanted: number, linesEach = 1): number => {
    const count = Math.max(0, Math.min(wanted, Math.floor(left / linesEach)));
    left -= count * linesEach;
    return count;
  };
  const amount = {
    troubles: take(Math.min(12, report.troubles.length), TROUBLE_LINES),
    leftovers: take(Math.min(20, report.leftovers.length)),
    checks: take(report.checks.length),
    steps: take(steps),
    consoleLines: take(Math.min(40, report.consoles?.[0]?.lines.length ?? 0)),
  };
  const telling = tellingTable(report);
  const tables = report.tables.filter(({ rows }) => rows.length > 0);
  const sorted = telling ? [telling, ...tables.filter((table) => table !== telling)] : tables;
  // A few rows of each say more than all of the first.
  const rows = new Map<Table, number>();
  for (const table of sorted) {
    if (left < HEAD_LINES + 1) break;
    left -= HEAD_LINES;
    rows.set(table, take(Math.min(ROWS, table.rows.length)));
  }
  for (const [table, count] of rows) rows.set(table, count + take(table.rows.length - count));
  return { ...amount, rows };
}

/** How much is drawn of a report in a thread, or in full. `steps`: how many its run had. */
export function amountOf(
  report: Report,
  { isFull, steps }: { readonly isFull: boolean; readonly steps: number },
): Amount {
  return isFull ? whole(report, steps) : brief(report);
}
