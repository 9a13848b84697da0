import { isDeepStrictEqual } from 'node:util';
import type { StepView } from '#domain/fold.ts';
import type { Report, Table } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { alsoRead } from './also.ts';
import { altTextOf } from './alt.ts';
import { type Amount, amountOf } from './amount.ts';
import { changePart } from './change.ts';
import { checksPart } from './checks.ts';
import { cleanForPicture, cleanReport, cleanSteps } from './clean.ts';
import { fitColumns, type Fitted, naturalWidth } from './columns.ts';
import { consolePart } from './console.ts';
import { foot, head } from './head.ts';
import { hopsPart } from './hops.ts';
import { column, text } from './kit/nodes.ts';
import type { Card } from './kit/raster.ts';
import { type ThemeName, THEMES } from './kit/theme.ts';
import { layersPart } from './layers.ts';
import { leftoversPart } from './leftovers.ts';
import { type Counts, countsOf, inWords, sizeOf, wordsFor } from './summary.ts';
import { cutTable, tablePart } from './table.ts';
import { healthsOf, rowsOf } from './timeline/rows.ts';
import { timelinePart } from './timeline/timeline.ts';
import { troublesPart } from './troubles.ts';

const REPORT_WIDTH = 720;
const WIDE = 880;
const EDGE = 28;
/** Border and padding of a table's panel. */
const PANEL_SPACE = 2 + 3 + 13 + 16;

export type Picture = { readonly card: Card; readonly altText: string };
export type PictureOptions = {
  /** Stands beside the time, as `#42 by operator`. */
  readonly footer?: string;
  /** Drawn as a timeline; default none. */
  readonly steps?: readonly StepView[];
  /** As much as one picture holds. Default false: what is understood in a thread. */
  readonly isFull?: boolean;
};

/** A table as it is drawn, cut to its rows and columns, and what the rest is. */
type Drawn = { readonly table: Table; readonly rest: Counts; readonly columns: readonly Fitted[] };

function drawnOf(raw: Report, { rows }: Amount): Drawn[] {
  return [...rows].map(([whole, most]) => {
    const { drawn, rest } = cutTable(whole, most);
    const [table = drawn] = cleanReport({ ...raw, tables: [drawn] }, cleanForPicture).tables;
    return { table, rest, columns: fitColumns(table, table.rows, WIDE - 2 * EDGE - PANEL_SPACE) };
  });
}

/** What of the only table is not drawn; of several each says it itself. */
function noteOf([drawn, ...others]: readonly Drawn[]): string {
  if (!drawn || others.length > 0) return '';
  const { table, rest, columns } = drawn;
  const notes = [
    sizeOf(rest) > 0 ? words.rows(table.rows.length, table.rows.length + sizeOf(rest)) : '',
    columns.length < table.columns.length ? words.columns(columns.length, table.columns.length) : '',
  ];
  return words.list(notes.filter((note) => note !== ''));
}

/** A check whose detail only repeats a trouble that is shown above it does without. */
function withoutEchoes(report: Report): Report['checks'] {
  const said = new Set(report.troubles.flatMap((trouble) => [trouble.what, trouble.cause]));
  return report.checks.map((check) => (said.has(check.detail) ? { ...check, detail: undefined } : check));
}

/** Layers say something new where there are several, where one is not well, or where no check list tells of them. */
function layersOf({ layers, checks }: Report): Report['layers'] {
  return checks.length > 0 && layers.length < 2 ? [] : layers;
}

/** A chain that a table tells, or that is well and told with the layers, need not be told again. */
function hopsOf({ hops, layers, checks }: Report, drawn: readonly Drawn[]): Report['hops'] {
  const names = new Set<string | undefined>(hops.map(({ name }) => name));
  const isTable = drawn.some(({ table: { rows } }) =>
    isDeepStrictEqual(new Set(rows.map(({ cells: [name] }) => name)), names),
  );
  if (isTable) return [];
  const isTold = hops.every(({ health, layer }) => health === 'ok' && layers.some((each) => each.layer === layer));
  return isTold && checks.length === 0 ? [] : hops;
}

function widthOf(drawn: readonly Drawn[], isWide: boolean): number {
  const needed = drawn.map(({ columns }) => naturalWidth(columns) + PANEL_SPACE + 2 * EDGE);
  return isWide ? WIDE : Math.min(WIDE, Math.max(REPORT_WIDTH, ...needed));
}

/**
 * The picture of a report and its alternative text (at most 2000 characters): head with counts and health bar, troubles
 * with cause and advice, what changed, layers with their MTU, MTU chain, check list, timeline, console, the table that
 * says most. Pure; the same report gives the same card.
 */
export function pictureOf(raw: Report, themeName: ThemeName, options: PictureOptions = {}): Picture {
  const theme = THEMES[themeName];
  const { footer = '', isFull = false } = options;
  const timeline = rowsOf(cleanSteps(options.steps ?? [], cleanForPicture), { until: raw.at, isFull });
  const amount = amountOf(raw, { isFull, steps: timeline.length });
  const steps = healthsOf(options.steps ?? []);
  const counts = countsOf(raw, steps);
  const drawn = drawnOf(raw, amount);
  const others = raw.tables
    .filter((table) => !amount.rows.has(table))
    .map((table) => ({ ...table, title: cleanForPicture(table.title) }));
  const report = cleanReport({ ...raw, tables: [] }, cleanForPicture);
  const [screen] = report.consoles ?? [];
  const width = widthOf(drawn, timeline.length > 0 || screen !== undefined);
  const parts = [
    troublesPart(theme, report.troubles, amount.troubles),
    report.change && changePart(theme, report.change),
    layersPart(theme, layersOf(report), report.hops),
    hopsPart(theme, hopsOf(report, drawn)),
    checksPart(theme, withoutEchoes(report), { most: amount.checks, isFull }),
    timelinePart(theme, timeline, { width: width - 2 * EDGE, most: amount.steps }),
    screen && consolePart(theme, screen, amount.consoleLines),
    leftoversPart(theme, report.leftovers, amount.leftovers),
    ...drawn.map(({ table, ...cut }) => tablePart(theme, table, cut)),
    alsoRead(theme, others),
  ];
  const isEmpty = parts.every((part) => part === undefined);
  const when = [words.time(report.at), cleanForPicture(footer)].filter((part) => part !== '').join('  ·  ');
  const root = column(
    { width: '100%', height: '100%', padding: `26px ${EDGE}px 20px ${EDGE}px`, gap: 18, backgroundColor: theme.ground },
    head(theme, { title: report.title, subtitle: report.subtitle, counts }),
    ...parts,
    isEmpty ? text(words.nothing, { size: 15, color: theme.secondary }) : undefined,
    foot(theme, when, noteOf(drawn) || inWords(counts, wordsFor(raw, steps))),
  );
  return { card: { width, root }, altText: altTextOf(raw, options.steps) };
}
