import type { Freeze } from './events.ts';

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];

/** When changes may begin: on these days, from `from` to `to` (`HH:MM`), over midnight where `to` is not later. */
export type Window = {
  readonly days: readonly Day[];
  readonly from: string;
  readonly to: string;
  /** IANA name. Default `UTC`. */
  readonly timeZone: string;
};

const DAY_MS = 86_400_000;

/**
 * The freeze between an environment's windows, until the next one opens; undefined while one is open, or without any.
 * @param nowMs epoch ms by the store's clock
 */
export function closedBy(
  windows: readonly Window[],
  nowMs: number,
  { who, reason }: { readonly who: string; readonly reason: string },
): Freeze | undefined {
  if (windows.length === 0 || windows.some((window) => isOpen(window, nowMs))) return undefined;
  const opensMs = Math.min(...windows.map((window) => nextOpening(window, nowMs)));
  const until = Number.isFinite(opensMs) ? new Date(opensMs).toISOString() : undefined;
  // The same all the while, so that it is told once.
  return { by: { id: '', name: who }, reason, at: until ?? '', until };
}

function isOpen({ days, from, to, timeZone }: Window, nowMs: number): boolean {
  const localMs = localOf(nowMs, timeZone);
  const minute = Math.floor((localMs % DAY_MS) / 60_000);
  const [start, end] = [minuteOf(from), minuteOf(to)];
  if (start < end) return days.includes(dayOf(localMs)) && minute >= start && minute < end;
  return (days.includes(dayOf(localMs)) && minute >= start) || (days.includes(dayOf(localMs - DAY_MS)) && minute < end);
}

/** Epoch ms; Infinity for a window without days. */
function nextOpening({ days, from, timeZone }: Window, nowMs: number): number {
  const todayMs = Math.floor(localOf(nowMs, timeZone) / DAY_MS) * DAY_MS;
  for (let ahead = 0; ahead <= 7; ahead++) {
    const localMs = todayMs + ahead * DAY_MS + minuteOf(from) * 60_000;
    // Twice, because the first guess may lie on the other side of a change of the clocks.
    const guessMs = localMs - offsetMs(localMs, timeZone);
    const opensMs = localMs - offsetMs(guessMs, timeZone);
    if (days.includes(dayOf(localMs)) && opensMs > nowMs) return opensMs;
  }
  return Number.POSITIVE_INFINITY;
}

/** The clock on the wall there, as if it were UTC. */
function localOf(ms: number, timeZone: string): number {
  return ms + offsetMs(ms, timeZone);
}

function offsetMs(ms: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function dayOf(localMs: number): Day {
  return DAYS[new Date(localMs).getUTCDay()] ?? 'sun';
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
