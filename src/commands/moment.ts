import { InputError } from '#domain/errors.ts';
import { words as say } from '#words/commands.ts';

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const MOST_MS = 90 * 86_400_000;
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/i;

/**
 * A moment as people write it: `30m`, `2h`, `3d` from now, or ISO 8601 with its zone, or a date (UTC). Gives ISO 8601 UTC.
 * @throws InputError for anything else, for the past, and for more than 90 days
 */
export function readUntil(word: string, nowMs: number): string {
  const atMs = ISO.test(word) ? Date.parse(word) : nowMs + spanMs(word);
  if (Number.isNaN(atMs)) throw new InputError(say.noMoment(word));
  if (atMs <= nowMs || atMs > nowMs + MOST_MS) throw new InputError(say.badMoment(word));
  return new Date(atMs).toISOString();
}

/** A moment in the past, as `30m`, `2h`, `3d` ago, or ISO 8601. Gives epoch ms. @throws InputError */
export function readSince(word: string, nowMs: number): number {
  const atMs = ISO.test(word) ? Date.parse(word) : nowMs - spanMs(word);
  if (Number.isNaN(atMs)) throw new InputError(say.noMoment(word));
  return atMs;
}

/** Milliseconds of `30m`, `2h`, `3d`; NaN for anything else. */
function spanMs(word: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,4})([mhd])$/.exec(word.toLowerCase()) ?? [];
  return Number(amount) * (UNITS_MS[unit] ?? Number.NaN);
}

/** An interval, as `5m`, `6h`, `1d`. Gives ms. @throws InputError for anything else, and for what is out of bounds */
export function readInterval(
  word: string,
  { leastMs, mostMs }: { readonly leastMs: number; readonly mostMs: number },
): number {
  const everyMs = spanMs(word);
  if (Number.isNaN(everyMs)) throw new InputError(say.noInterval(word));
  if (everyMs < leastMs || everyMs > mostMs) throw new InputError(say.badInterval(word, leastMs, mostMs));
  return everyMs;
}
