import { stripVTControlCharacters } from 'node:util';
import { redact } from '#domain/redact.ts';
import type { Report, Row, Table } from '#domain/report.ts';
import { words } from '#words/report.ts';

/** Line and paragraph separators, tabs and everything else that should be a space. */
const BREAKS = /[\p{Z}\t-\r\u0085]+/gu;
/** Controls, bidirectional marks and overrides, everything that takes no room (soft hyphens, tags), private use. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\ufff9-\uffff]/gu;
/** More than two marks on one letter are there to spill over the neighbours. */
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;
const EMOJI = /\p{RGI_Emoji}/gv;
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

/**
 * As `clean`, for pictures: emoji become a word and accents that are no part of a letter go, since no font of ours draws
 * them. At most 600 characters.
 */
export function cleanForPicture(text: string): string {
  const line = clean(text.replace(EMOJI, words.emoji)).replace(/\p{M}/gu, '');
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
    hops: report.hops.map((hop) => ({ ...hop, name: by(hop.name) })),
    tables: report.tables.map((table) => cleanTable(table, by)),
    leftovers: report.leftovers.map((left) => by(left)),
    at: by(report.at),
  };
}
