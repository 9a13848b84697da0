import type { Health } from '#domain/health.ts';

/** One cell each, told apart without colour; plain text, none of them an emoji. */
const SIGNS: Readonly<Record<Health, string>> = {
  failure: '✗',
  warning: '!',
  unknown: '?',
  running: '▸',
  waiting: '○',
  off: '-',
  ok: '✓',
};

const CODES: Readonly<Record<Health, number>> = {
  failure: 31,
  warning: 33,
  unknown: 35,
  running: 34,
  waiting: 90,
  off: 90,
  ok: 32,
};

/** How text is coloured for a terminal; without colour every function gives its text back. */
export type Ink = {
  readonly bold: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly health: (health: Health, text: string) => string;
  /** The health's sign in its colour. */
  readonly sign: (health: Health) => string;
};

/** Ink with ANSI colours, or without any. */
export function inkOf(color: boolean): Ink {
  const wrap = (code: number, text: string) => (color && text !== '' ? `\u001B[${code}m${text}\u001B[0m` : text);
  return {
    bold: (text) => wrap(1, text),
    faint: (text) => wrap(90, text),
    health: (health, text) => wrap(CODES[health], text),
    sign: (health) => wrap(CODES[health], SIGNS[health]),
  };
}
