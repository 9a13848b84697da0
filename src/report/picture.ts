import type { Report, Table } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { altTextOf } from './alt.ts';
import { checksPart } from './checks.ts';
import { cleanForPicture, cleanReport } from './clean.ts';
import { fitColumns, naturalWidth } from './columns.ts';
import { foot, head } from './head.ts';
import { hopsPart } from './hops.ts';
import { mark } from './kit/marks.ts';
import { column, type Node, row, text } from './kit/nodes.ts';
import type { Card } from './kit/raster.ts';
import { type Theme, type ThemeName, THEMES } from './kit/theme.ts';
import { alsoRead, layersPart } from './layers.ts';
import { type Counts, countsOf, inWords, sizeOf, tellingTable, wordsFor } from './summary.ts';
import { cutTable, tablePart } from './table.ts';
import { troublesPart } from './troubles.ts';

const REPORT_WIDTH = 720;
const TABLE_WIDTH = 880;
const EDGE = 28;
/** Border and padding of a table's panel. */
const PANEL_SPACE = 2 + 3 + 13 + 16;
const MOST_LEFTOVERS = 6;

function leftoversPart(theme: Theme, leftovers: readonly string[]): Node | undefined {
  if (leftovers.length === 0) return undefined;
  const { tint = theme.panel, text: color } = theme.tones.warning;
  const hidden = leftovers.length - MOST_LEFTOVERS;
  return row(
    { gap: 12, alignItems: 'flex-start', padding: '10px 12px 12px 12px', borderRadius: 6, backgroundColor: tint },
    mark(theme, 'warning', { size: 16, ground: tint, margin: '2px 0 0 0' }),
    column(
      { gap: 2, flex: '1 1 0' },
      text(words.leftovers(leftovers.length), { size: 15, weight: 600, color: theme.text }),
      ...leftovers.slice(0, MOST_LEFTOVERS).map((left) => text(left, { size: 13, mono: true, color })),
      hidden > 0 ? text(words.more(hidden), { size: 13, mono: true, weight: 600, color: theme.text }) : undefined,
    ),
  );
}

/** A table fitted into the widest card, with the width its card needs. */
function fitTable(theme: Theme, table: Table, rest: Counts): { width: number; node: Node; note: string } {
  const columns = fitColumns(table, table.rows, TABLE_WIDTH - 2 * EDGE - PANEL_SPACE);
  const needed = naturalWidth(columns) + PANEL_SPACE + 2 * EDGE;
  const notes = [
    sizeOf(rest) > 0 ? words.rows(table.rows.length, table.rows.length + sizeOf(rest)) : '',
    columns.length < table.columns.length ? words.columns(columns.length, table.columns.length) : '',
  ];
  return {
    width: Math.min(TABLE_WIDTH, Math.max(REPORT_WIDTH, needed)),
    node: tablePart(theme, table, { columns, rest }),
    note: words.list(notes.filter((note) => note !== '')),
  };
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

export type Picture = { readonly card: Card; readonly altText: string };

/**
 * The picture of a report and its alternative text (at most 2000 characters): head with counts and health bar, troubles
 * with cause and advice, layers, MTU chain, check list, the table that says most. Pure; the same report gives the same
 * card. `footer` stands beside the time, as `#42 by operator`.
 */
export function pictureOf(raw: Report, themeName: ThemeName, options: { readonly footer?: string } = {}): Picture {
  const theme = THEMES[themeName];
  const telling = tellingTable(raw);
  const counts = countsOf(raw);
  const others = raw.tables
    .filter((other) => other !== telling)
    .map((other) => ({ ...other, title: cleanForPicture(other.title) }));
  const cut = telling && cutTable(telling);
  const report = cleanReport({ ...raw, tables: cut ? [cut.drawn] : [] }, cleanForPicture);
  const [table] = report.tables;
  const body = table && cut && fitTable(theme, table, cut.rest);
  const parts = [
    troublesPart(theme, report.troubles),
    layersPart(theme, layersOf(report)),
    hopsPart(theme, report.hops),
    checksPart(theme, withoutEchoes(report)),
    leftoversPart(theme, report.leftovers),
    body?.node,
    alsoRead(theme, others),
  ];
  const isEmpty = parts.every((part) => part === undefined);
  const when = [words.time(report.at), cleanForPicture(options.footer ?? '')]
    .filter((part) => part !== '')
    .join('  ·  ');
  const root = column(
    { width: '100%', height: '100%', padding: `26px ${EDGE}px 20px ${EDGE}px`, gap: 18, backgroundColor: theme.ground },
    head(theme, { title: report.title, subtitle: report.subtitle, counts }),
    ...parts,
    isEmpty ? text(words.nothing, { size: 15, color: theme.secondary }) : undefined,
    foot(theme, when, body?.note || inWords(counts, wordsFor(raw))),
  );
  return { card: { width: body?.width ?? REPORT_WIDTH, root }, altText: altTextOf(raw) };
}
