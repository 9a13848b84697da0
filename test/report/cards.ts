import type { Report, Table } from '#domain/report.ts';
import { type Picture, pictureOf, type PictureOptions } from '#report/picture.ts';
import type { ThemeName } from '#report/kit/theme.ts';
import * as fixtures from './fixtures.ts';
import * as runs from './runs.ts';
import { printouts } from './tables.ts';

type Drawn = { readonly report: Report } & PictureOptions;

function tableOf(table: Table): Drawn {
  return { report: { ...fixtures.nothing, title: table.title, subtitle: 'lab', tables: [table] } };
}

const { nothing, servers, statusTroubled } = fixtures;
const all = servers(40);

/** Every kind of picture there is; what the golden files and the gallery show. */
export const cards: Readonly<Record<string, Drawn>> = {
  statusTroubled: { report: statusTroubled },
  statusHealthy: { report: fixtures.statusHealthy },
  statusFull: { report: statusTroubled, isFull: true },
  smokeFailed: { report: fixtures.smokeFailed },
  smokePassed: { report: fixtures.smokePassed },
  stack: { report: { ...runs.deployed, title: 'lab', subtitle: 'four layers, the lowest at the foot' } },
  stackBroken: { report: { ...runs.deployBroken, title: 'lab needs a look' } },
  timeline: { report: { ...runs.deployed, layers: [], hops: [] }, steps: runs.deploySteps },
  timelineFull: { report: runs.deployed, steps: runs.deploySteps, isFull: true },
  timelineBroken: { report: runs.deployBroken, steps: runs.brokenSteps },
  scaled: { report: runs.scaled },
  console: { report: runs.consoleFailed },
  cjk: { report: fixtures.eastern },
  nothing: { report: nothing },
  hostile: { report: fixtures.hostile },
  longNames: { report: fixtures.longNames, steps: fixtures.longSteps },
  oneRow: tableOf(servers(1)),
  emptyTable: tableOf(servers(0)),
  manyRows: tableOf(servers(5000)),
  allBroken: tableOf({ ...all, rows: all.rows.map((row) => ({ ...row, health: 'failure' as const })) }),
  ...Object.fromEntries(Object.entries(printouts).map(([name, table]) => [name, tableOf(table)])),
};

/** A card by its name. */
export function draw(name: string, theme: ThemeName): Picture {
  const { report = nothing, ...options } = cards[name] ?? {};
  return pictureOf(report, theme, { footer: '#42 by operator', ...options });
}
