import type { Health } from '#domain/health.ts';

/** What a health is called in a check list, where `off` and `waiting` are checks that were not made. */
const CHECK_WORDS: Readonly<Record<Health, string>> = {
  failure: 'failed',
  warning: 'warning',
  unknown: 'unknown',
  running: 'running',
  waiting: 'not run',
  off: 'skipped',
  ok: 'passed',
};
/** What a health is called of a thing of the cloud. */
const THING_WORDS: Readonly<Record<Health, string>> = {
  failure: 'failed',
  warning: 'warning',
  unknown: 'unknown',
  running: 'in progress',
  waiting: 'waiting',
  off: 'off',
  ok: 'healthy',
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Sentences of pictures and of reports as text. */
export const words = {
  check: (health: Health) => CHECK_WORDS[health],
  thing: (health: Health) => THING_WORDS[health],
  count: (count: number, word: string) => `${count} ${word === 'warning' && count !== 1 ? 'warnings' : word}`,
  emoji: '[emoji]',
  hops: 'MTU, lowest level first',
  nothing: 'Nothing was read.',
  troubles: 'Troubles',
  checks: 'Checks',
  layers: 'Layers',
  alsoRead: 'Also read',
  cause: 'cause',
  advice: 'do',
  more: (count: number) => `+${count} more`,
  moreRows: (count: number, which: string) => `+${count} more: ${which}`,
  moreTroubles: (count: number) => (count === 1 ? '+1 more trouble' : `+${count} more troubles`),
  emptyTable: 'none',
  rows: (shown: number, all: number) => `${shown} of ${all} rows`,
  columns: (shown: number, all: number) => `${shown} of ${all} columns`,
  leftovers: (count: number) => (count === 1 ? '1 thing was left over' : `${count} things were left over`),
  list: (parts: readonly string[]) => parts.join(', '),

  /** `2.4s`, `58s`, `3m 44s`, `1h 02m`. */
  duration(ms: number): string {
    if (ms < 9_950) return `${(ms / 1000).toFixed(1)}s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 60) return `${seconds}s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
    const minutes = Math.round(seconds / 60);
    return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
  },

  /** `23 Nov 2026, 14:50 UTC` of an ISO time; what is no time stays as it is. */
  time(at: string): string {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return at;
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${date.toISOString().slice(11, 16)} UTC`;
  },
};
