import type { Health } from '#domain/health.ts';
import { plural } from './language.ts';

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
/** What a health is called of a step of a run. */
const STEP_WORDS: Readonly<Record<Health, string>> = { ...CHECK_WORDS, ok: 'done' };

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Sentences of pictures and of reports as text. */
export const words = {
  check: (health: Health) => CHECK_WORDS[health],
  thing: (health: Health) => THING_WORDS[health],
  step: (health: Health) => STEP_WORDS[health],
  count: (count: number, word: string) => `${count} ${word === 'warning' && count !== 1 ? 'warnings' : word}`,
  emoji: '[emoji]',
  rightToLeft: '[right-to-left]',
  hops: 'MTU, lowest level first',
  mtu: 'MTU',
  console: (server: string) => `Console of ${server}`,
  consoleCut: (shown: number, all: number) => `last ${shown} of ${all} lines`,
  noConsole: 'It has written nothing.',
  timeline: (steps: number, time: string) => `${plural(steps, '1 step', `${steps} steps`)} in ${time}`,
  slowest: 'full colour: the three slowest',
  slowestOf: (steps: readonly string[]) => `Slowest: ${steps.join(', ')}`,
  steps: 'Steps',
  stepsColumns: 'begun after, took',
  folded: (count: number, word: string) => `${count} ${word}`,
  before: 'Before',
  after: 'After',
  change: 'Change',
  changed: (name: string, before: string, after: string) => `${name}: ${before} to ${after}`,
  same: 'same',
  signed: (value: number) => `${value > 0 ? '+' : '-'}${words.number(Math.abs(value))}`,
  percent: (value: number) => `${value > 0 ? '+' : '-'}${Math.abs(value)}%`,
  /** `1,536`, `0.5`. */
  number: (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 }),
  how: { came: 'new', went: 'gone', moved: 'moved' },
  nothing: 'Nothing was read.',
  troubles: 'Troubles',
  checks: 'Checks',
  layers: 'Layers',
  alsoRead: 'Also read',
  cause: 'cause',
  advice: 'do',
  more: (count: number) => `+${count} more`,
  moreRows: (count: number, which: string) => `+${count} more: ${which}`,
  moreChecks: (count: number) => `${count} more checks`,
  moreTroubles: (count: number) => plural(count, '+1 more trouble', `+${count} more troubles`),
  emptyTable: 'none',
  rows: (shown: number, all: number) => `${shown} of ${all} rows`,
  columns: (shown: number, all: number) => `${shown} of ${all} columns`,
  leftovers: (count: number) => plural(count, '1 thing was left over', `${count} things were left over`),
  list: (parts: readonly string[]) => parts.join(', '),

  /** `0s`, `<0.1s`, `2.4s`, `58s`, `3m 44s`, `1h 02m`. */
  duration(ms: number): string {
    if (ms < 50) return ms === 0 ? '0s' : '<0.1s';
    if (ms < 9_950) return `${(ms / 1000).toFixed(1)}s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 60) return `${seconds}s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
    const minutes = Math.round(seconds / 60);
    return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
  },

  /** `0`, `500ms`, `15s`, `1m 30s`, `5m`, `2h`. */
  tick(ms: number): string {
    if (ms < 1000) return ms === 0 ? '0' : `${ms}ms`;
    const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(Math.floor);
    const parts = [hours ? `${hours}h` : '', minutes ? `${minutes}m` : '', seconds ? `${seconds}s` : ''];
    return parts.filter((part) => part !== '').join(' ');
  },

  /** `23 Nov 2026, 14:50 UTC` of an ISO time; what is no time stays as it is. */
  time(at: string): string {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return at;
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${date.toISOString().slice(11, 16)} UTC`;
  },
};
