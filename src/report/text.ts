import { worstFirst } from '#domain/health.ts';
import type { StepView } from '#domain/fold.ts';
import type { Check, Hop, LayerHealth, Report, Trouble } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { capCells, cellsOf, padCells, wrapCells } from './cells.ts';
import { cleanReport, cleanSteps } from './clean.ts';
import { type Ink, inkOf } from './ink.ts';
import { countsOf, inWords, wordsFor } from './summary.ts';
import { changeLines, consoleLines, timelineLines } from './text-run.ts';
import { tableLines } from './text-table.ts';
import { healthsOf } from './timeline/rows.ts';

type Page = { readonly ink: Ink; readonly width: number };

const NARROWEST = 40;
/** No sentence of a report needs more; what does is the output of a tool, which stands in the log. */
const MOST_CELLS = 1000;
const NAME_CELLS = 32;

/** A text on as many lines as it needs, the first led by `lead`, the others indented as far. */
function paragraph(lead: string, text: string, width: number): string[] {
  const indent = cellsOf(lead);
  return wrapCells(text, Math.max(20, width - indent)).map(
    (line, index) => (index === 0 ? lead : ' '.repeat(indent)) + line,
  );
}

function headLines(report: Report, steps: readonly StepView[], { ink, width }: Page): string[] {
  const healths = healthsOf(steps);
  const counts = inWords(countsOf(report, healths), wordsFor(report, healths));
  const wrap = (line: string) => (line === '' ? [] : wrapCells(line, width));
  return [...wrap(report.title).map(ink.bold), ...wrap(report.subtitle), ...wrap(counts)];
}

function troubleLines(trouble: Trouble, { ink, width }: Page): string[] {
  const [first = '', ...rest] = paragraph('  ', `${trouble.layer}: ${capCells(trouble.what, MOST_CELLS)}`, width);
  const notes = [
    ...(trouble.cause ? paragraph(`  ${words.cause}: `, capCells(trouble.cause, MOST_CELLS), width) : []),
    ...(trouble.advice ? paragraph(`  ${words.advice}: `, capCells(trouble.advice, MOST_CELLS), width) : []),
  ];
  const paint = (line: string) => ink.health(trouble.health, line);
  return [`${ink.sign(trouble.health)} ${paint(first.slice(2))}`, ...rest.map(paint), ...notes];
}

function layerLines(layers: readonly LayerHealth[], { ink, width }: Page): string[] {
  const widest = (texts: readonly string[]) => Math.min(NAME_CELLS, Math.max(0, ...texts.map(cellsOf)));
  const names = widest(layers.map(({ layer }) => layer));
  const kinds = widest(layers.map(({ kind }) => kind));
  const states = widest(layers.map(({ health }) => words.thing(health)));
  const indent = 2 + names + 2 + kinds + 2 + states + 2;
  return layers.flatMap(({ layer, kind, health, summary }) => {
    const name = padCells(capCells(layer, names), names);
    const state = ink.health(health, padCells(words.thing(health), states));
    const lead = `${ink.sign(health)} ${name}  ${ink.faint(padCells(capCells(kind, kinds), kinds))}  ${state}`;
    const room = width - indent;
    if (room < 20) return [lead.trimEnd(), ...paragraph('    ', summary, width)];
    const [first = '', ...rest] = wrapCells(summary, room);
    return [`${lead}  ${first}`, ...rest.map((line) => ' '.repeat(indent) + line)];
  });
}

function hopLines(hops: readonly Hop[], { ink, width }: Page): string[] {
  if (hops.length === 0) return [];
  const chain = hops.map(({ name, mtuBytes, health }) => {
    const sign = health === 'ok' ? '' : `${ink.sign(health)} `;
    return `${sign}${name} ${ink.health(health, mtuBytes > 0 ? String(mtuBytes) : '?')}`;
  });
  const line = `  ${chain.join(' → ')}`;
  const plain = hops.reduce((sum, { name }) => sum + cellsOf(name) + 11, 0);
  return [ink.bold(words.hops), ...(plain <= width ? [line] : chain.map((hop) => `  ${hop}`))];
}

/** The time of a check, or the word for one that was not made. */
function endOf(check: Check): string {
  return check.tookMs === undefined ? words.check(check.health) : words.duration(check.tookMs);
}

function checkLines(checks: readonly Check[], { ink, width }: Page): string[] {
  if (checks.length === 0) return [];
  const ends = Math.max(...checks.map((check) => cellsOf(endOf(check))));
  const titles = Math.min(width - ends - 4, Math.max(...checks.map(({ title }) => cellsOf(title))));
  const lines = checks.flatMap((check) => {
    const end = ink.faint(padCells(endOf(check), ends, 'right'));
    const line = `${ink.sign(check.health)} ${padCells(check.title, titles)}  ${end}`;
    const { health, detail = '' } = check;
    const room = width - titles - ends - 6;
    if (detail === '') return [line];
    const paint = (part: string) => (health === 'ok' ? ink.faint(part) : ink.health(health, part));
    if (health !== 'failure' && cellsOf(detail) <= room) return [`${line}  ${paint(detail)}`];
    return [line, ...paragraph('    ', capCells(detail, MOST_CELLS), width).map(paint)];
  });
  return [ink.bold(words.checks), ...lines];
}

function leftoverLines(leftovers: readonly string[], { ink, width }: Page): string[] {
  if (leftovers.length === 0) return [];
  const lines = leftovers.flatMap((left) => paragraph('  ', left, width));
  return [`${ink.sign('warning')} ${ink.health('warning', words.leftovers(leftovers.length))}`, ...lines];
}

/** What would mend it, as it is typed at a terminal. */
function offerLines(offers: Report['offers'] = []): string[] {
  return offers.map(({ label, command, text }) => `${label}: strata run ${command} ${text}`);
}

export type TextOptions = {
  /** Cells, default 120, at least 40; wide characters count two. Sentences are wrapped, tables narrowed. */
  readonly width?: number;
  /** ANSI colours. Default false. */
  readonly color?: boolean;
  /** Told with their times; default none. */
  readonly steps?: readonly StepView[];
};

/**
 * A report as text for a terminal or a code block: troubles first with cause and advice, what changed, a line a layer,
 * the MTU chain, checks, steps, what was left over, every row of every table, consoles. Ends without a newline.
 */
export function textOf(raw: Report, options: TextOptions = {}): string {
  const report = cleanReport(raw);
  const steps = cleanSteps(options.steps ?? []);
  const page: Page = { ink: inkOf(options.color ?? false), width: Math.max(NARROWEST, options.width ?? 120) };
  const body = [
    worstFirst(report.troubles).flatMap((trouble) => troubleLines(trouble, page)),
    report.change ? changeLines(report.change, page) : [],
    layerLines(report.layers, page),
    hopLines(report.hops, page),
    checkLines(report.checks, page),
    timelineLines(steps, page),
    leftoverLines(report.leftovers, page),
    offerLines(report.offers),
    ...report.tables.map((table) => tableLines(table, page.ink, page.width)),
    ...(report.consoles ?? []).map((each) => consoleLines(each, page)),
  ].filter((part) => part.length > 0);
  const foot = [page.ink.faint(words.time(report.at))];
  return [headLines(report, steps, page), ...(body.length > 0 ? body : [[words.nothing]]), foot]
    .map((part) => part.join('\n'))
    .join('\n\n');
}
