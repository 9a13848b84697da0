import { isEmoji } from './emoji.ts';

const ASCII = /^[\x20-\x7e]*$/;
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18aff}]|[\u{1b000}-\u{1b2ff}]|[\u{20000}-\u{3fffd}])/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function widthOf(grapheme: string): number {
  return WIDE.test(grapheme) || isEmoji(grapheme) ? 2 : 1;
}

/** Terminal cells a line takes: two for a wide character (CJK, emoji), one for any other grapheme. */
export function cellsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) cells += widthOf(segment);
  return cells;
}

/** Cuts a line to at most `max` cells (at least 1), an ellipsis being the last of them when something was cut. */
export function capCells(text: string, max: number): string {
  if (cellsOf(text) <= max) return text;
  let kept = '';
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) {
    cells += widthOf(segment);
    if (cells > max - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** As `capCells`, but a name or an address, which has no spaces, loses its middle: its ends tell it from others. */
export function capName(text: string, max: number): string {
  if (text.includes(' ') || cellsOf(text) <= max) return capCells(text, max);
  const head = capCells(text, Math.ceil(max / 2));
  let tail = '';
  let cells = cellsOf(head);
  for (const { segment } of [...graphemes.segment(text)].toReversed()) {
    cells += widthOf(segment);
    if (cells > max) break;
    tail = segment + tail;
  }
  return head + tail;
}

/** Fills a line with spaces up to `cells`; a longer one stays as it is. */
export function padCells(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, cells - cellsOf(text)));
  return align === 'left' ? text + space : space + text;
}

/** Breaks a text into lines of at most `max` cells, between words where it can be done. */
export function wrapCells(text: string, max: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cellsOf(longer) <= max) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = chop(word, max);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

/** A word in pieces of at most `max` cells. */
function chop(word: string, max: number): string[] {
  if (cellsOf(word) <= max) return [word];
  const pieces = [''];
  let cells = 0;
  for (const { segment } of graphemes.segment(word)) {
    cells += widthOf(segment);
    if (cells > max) {
      pieces.push('');
      cells = widthOf(segment);
    }
    pieces[pieces.length - 1] += segment;
  }
  return pieces;
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** The first eight characters of a UUID, which tell it apart; any other text as it is. */
export function shortId(text: string): string {
  return UUID.test(text) ? text.slice(0, 8) : text;
}
