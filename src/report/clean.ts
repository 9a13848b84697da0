import { stripVTControlCharacters } from 'node:util';
import type { StepView } from '#domain/fold.ts';
import { redact } from '#domain/redact.ts';
import type { Change, Console, Report, Row, Table } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { replaceEmoji } from './emoji.ts';

/** Line and paragraph separators, tabs and everything else that should be a space. */
const BREAKS = /[\p{Z}\t-\r\u0085]+/gu;
/** Controls, bidirectional marks and overrides, everything that takes no room (soft hyphens, tags), private use. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\ufff9-\uffff]/gu;
/** More than two marks on one letter are there to spill over the neighbours. */
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;
/** Scripts that run the other way, none of which our fonts have. */
const OTHER_WAY = String.raw`[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}]`;
const RIGHT_TO_LEFT = new RegExp(String.raw`${OTHER_WAY}(?:[\p{M} ]*${OTHER_WAY})*`, 'gv');
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/** One line, fit to be shown to people: secrets masked, nothing in it that hides, reorders or moves text. */
export function clean(text: string): string {
  if (PLAIN.test(text)) return redact(text);
  const visible = stripVTControlCharacters(text.toWellFormed())
    .replace(BREAKS, ' ')
    .replace(HIDDEN, '')
    .replace(PILED_MARKS, '$1')
    .replace(/ +/g, ' ')
    .normalize('NFC')
    .trim();
  return redact(visible);
}

const MOST_CHARACTERS = 600;

/** What no font of ours draws: emoji and words that run from right to left become a word, loose accents go. */
function drawable(text: string): string {
  return replaceEmoji(text, words.emoji).replace(RIGHT_TO_LEFT, words.rightToLeft).replace(/\p{M}/gu, '');
}

/** As `clean`, for pictures: only what can be drawn, at most 600 characters. */
export function cleanForPicture(text: string): string {
  if (PLAIN.test(text) && text.length <= MOST_CHARACTERS) return redact(text);
  // First, since cleaning takes an emoji apart.
  const line = drawable(clean(replaceEmoji(text, words.emoji)));
  if (line.length <= MOST_CHARACTERS) return line;
  return `${line
    .slice(0, MOST_CHARACTERS)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`;
}

type Clean = (text: string) => string;

function maybe(text: string | undefined, by: Clean): string | undefined {
  return text === undefined ? undefined : by(text);
}

function cleanTable(table: Table, by: Clean): Table {
  return {
    ...table,
    title: by(table.title),
    command: maybe(table.command, by),
    columns: table.columns.map((column) => ({ ...column, title: by(column.title) })),
    rows: table.rows.map((row): Row => ({ ...row, cells: row.cells.map((cell) => by(cell)) })),
  };
}

const TAB_CELLS = 8;
const MOST_LINE = 240;

function withoutTabs(line: string): string {
  const [first = '', ...rest] = line.split('\t');
  return rest.reduce((whole, part) => whole + ' '.repeat(TAB_CELLS - (whole.length % TAB_CELLS)) + part, first);
}

/** Lines of a screen: as `clean`, but each keeps its spaces, and a carriage return writes over what it stands behind. */
export function cleanScreen(lines: readonly string[]): string[] {
  // A key or a token may go over several lines.
  return redact(lines.join('\n'))
    .split('\n')
    .map((line) => {
      const last = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
      const visible = withoutTabs(stripVTControlCharacters(last.toWellFormed())).replace(/\p{Zs}/gu, ' ');
      const bare = drawable(visible).replace(HIDDEN, '');
      return redact(bare.slice(0, MOST_LINE).toWellFormed().trimEnd());
    });
}

function cleanConsole({ server, command, lines }: Console, by: Clean): Console {
  const screen = cleanScreen(lines);
  const end = screen.findLastIndex((line) => line !== '');
  return { server: by(server), command: by(command), lines: screen.slice(0, end + 1) };
}

function cleanChange({ measures, things }: Change, by: Clean): Change {
  return {
    measures: measures.map((each) => ({ ...each, name: by(each.name), unit: maybe(each.unit, by) })),
    things: things.map((each) => ({ ...each, name: by(each.name), detail: maybe(each.detail, by) })),
  };
}

/** What is shown of steps, cleaned. */
export function cleanSteps(steps: readonly StepView[], by: Clean = clean): StepView[] {
  return steps.map((step) => ({
    ...step,
    title: by(step.title),
    layer: by(step.layer),
    detail: maybe(step.detail, by),
  }));
}

/** The report with every text in it cleaned. */
export function cleanReport(report: Report, by: Clean = clean): Report {
  return {
    ...report,
    title: by(report.title),
    subtitle: by(report.subtitle),
    layers: report.layers.map((layer) => ({
      ...layer,
      layer: by(layer.layer),
      kind: by(layer.kind),
      summary: by(layer.summary),
    })),
    troubles: report.troubles.map((trouble) => ({
      ...trouble,
      layer: by(trouble.layer),
      what: by(trouble.what),
      cause: maybe(trouble.cause, by),
      advice: maybe(trouble.advice, by),
    })),
    checks: report.checks.map((check) => ({ ...check, title: by(check.title), detail: maybe(check.detail, by) })),
    hops: report.hops.map((hop) => ({ ...hop, name: by(hop.name), layer: maybe(hop.layer, by) })),
    change: report.change && cleanChange(report.change, by),
    consoles: report.consoles?.map((each) => cleanConsole(each, by)),
    tables: report.tables.map((table) => cleanTable(table, by)),
    leftovers: report.leftovers.map((left) => by(left)),
    offers: report.offers?.map(({ label, command, text }) => ({
      label: by(label),
      command: by(command),
      text: by(text),
    })),
    at: by(report.at),
  };
}
