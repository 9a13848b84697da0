import { type Health, WORST_FIRST, worst, worstFirst } from '#domain/health.ts';
import type { Report, Table } from '#domain/report.ts';
import { words } from '#words/report.ts';

export type Counts = Readonly<Record<Health, number>>;

const NONE: Counts = { failure: 0, warning: 0, unknown: 0, running: 0, waiting: 0, off: 0, ok: 0 };

/** How many of each health there are. */
export function tally(things: readonly { readonly health: Health }[]): Counts {
  const counts = { ...NONE };
  for (const { health } of things) counts[health] += 1;
  return counts;
}

/** How many of each health a table has, those included that were not kept. */
export function tallyOf(table: Table): Counts {
  return table.all ? { ...NONE, ...table.all } : tally(table.rows);
}

/** How many there are in all. */
export function sizeOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function plus(a: Counts, b: Counts, sign: 1 | -1 = 1): Counts {
  return Object.fromEntries(WORST_FIRST.map((health) => [health, a[health] + sign * b[health]])) as Counts;
}

/** What is in the table and not among these rows. */
export function restOf(table: Table, rows: Table['rows']): Counts {
  return plus(tallyOf(table), tally(rows), -1);
}

/**
 * What the head of a report counts: its checks, else the rows of its tables, else the steps of its run, else its layers.
 * Trouble that no such thing shows (an API that does not answer) counts by itself, so that the head never looks better
 * than the body.
 */
export function countsOf(report: Report, steps: readonly { readonly health: Health }[] = []): Counts {
  const rows = report.tables.map(tallyOf).reduce((sum, table) => plus(sum, table), NONE);
  const things = [tally(report.checks), rows, tally(steps), tally(report.layers)];
  const counts = things.find((each) => sizeOf(each) > 0) ?? NONE;
  const troubles = tally(report.troubles);
  return {
    ...counts,
    failure: Math.max(counts.failure, troubles.failure),
    warning: Math.max(counts.warning, troubles.warning),
    unknown: Math.max(counts.unknown, troubles.unknown),
  };
}

/** The healths that occur, worst first. */
export function present(counts: Counts): Health[] {
  return WORST_FIRST.filter((health) => counts[health] > 0);
}

/** As `1 failed, 2 skipped, 11 passed`. */
export function inWords(counts: Counts, word: (health: Health) => string): string {
  return words.list(present(counts).map((health) => words.count(counts[health], word(health))));
}

/** The words for this report's healths. `steps`: as `countsOf` counted them. */
export function wordsFor(report: Report, steps: readonly unknown[] = []): (health: Health) => string {
  if (report.checks.length > 0) return words.check;
  return steps.length > 0 && report.tables.length === 0 ? words.step : words.thing;
}

/** The worst row of a table. */
function healthOf(table: Table): Health {
  return worst(table.rows.map((row) => row.health));
}

/** The table that says most: the one with the worst row, and of those the one with most such rows; else an empty one. */
export function tellingTable(report: Report): Table | undefined {
  const filled = report.tables.filter((table) => table.rows.length > 0);
  const health = worst(filled.map(healthOf));
  const weight = (table: Table) => tallyOf(table)[health];
  const [first, ...rest] = worstFirst(filled.map((table) => ({ table, health: healthOf(table) })))
    .filter((entry) => entry.health === health)
    .map((entry) => entry.table);
  if (!first) return report.tables[0];
  if (health === 'ok') return first;
  return rest.reduce((best, table) => (weight(table) > weight(best) ? table : best), first);
}
