import { createHash } from 'node:crypto';
import type { Freeze } from './events.ts';
import type { Person } from './run.ts';

/** What happened in an environment, and is not part of a run. */
export type AuditEvent =
  /** Somebody may not, or not now, or not this plan. `what` is the command or button. */
  | { readonly type: 'refused'; readonly by: Person; readonly what: string; readonly why: string }
  | { readonly type: 'frozen'; readonly freeze: Freeze }
  | { readonly type: 'unfrozen'; readonly by: Person }
  /** Something is looked at from now on, or otherwise than before; `what` as `status of all, every 300 s`. */
  | { readonly type: 'scheduled'; readonly by: Person; readonly schedule: number; readonly what: string }
  /** It is no longer: a person removed it, or it paused. */
  | { readonly type: 'unscheduled'; readonly by?: Person | undefined; readonly schedule: number; readonly why: string }
  /** Everything up to `head` was removed; the chain is judged from there. */
  | { readonly type: 'trimmed'; readonly by: Person; readonly head: Head };

/**
 * One record of an environment's chain: an event of a run, or one of the environment itself. `n` counts from 1 without
 * gaps over all of them.
 */
export type AuditRecord = {
  readonly n: number;
  readonly link: string;
  /** Epoch ms by the store's clock. */
  readonly atMs: number;
  /** `<number>-<key>` of the run; empty: the environment. */
  readonly source: string;
  readonly seq: number;
  /** JSON, as it was written. */
  readonly event: string;
};

/** Number and link of the last record; 0 and empty when there is none. */
export type Head = { readonly n: number; readonly link: string };

/** What is wrong with a chain, at its record `n`. */
export type Flaw = {
  readonly n: number;
  readonly kind: 'missing' | 'changed' | 'reordered' | 'head';
  readonly record?: AuditRecord | undefined;
};

/** The link of a record: a hash of it and of the link before. The Redis scripts write the same. */
function linkOf(before: string, { n, atMs, source, seq, event }: Omit<AuditRecord, 'link'>): string {
  return createHash('sha1').update([before, n, atMs, source, seq, event].join('\n')).digest('hex');
}

/**
 * Every flaw of a chain, first to last, from where it was trimmed. `remembered`, kept elsewhere, finds also what somebody
 * wrote anew from one record to the end.
 */
export function flawsOf(records: readonly AuditRecord[], head: Head, remembered?: Head): Flaw[] {
  const flaws: Flaw[] = [];
  const seqs = new Map<string, number>();
  const start = startOf(records);
  if (remembered && remembered.n < start.n) flaws.push({ n: remembered.n, kind: 'missing' });
  let before = start;
  // A trim that was cut short left some of what it removes.
  const kept = records.filter(({ n }) => !(n <= start.n));
  for (const record of kept.toSorted((a, b) => a.n - b.n)) {
    const { n, link, source, seq } = record;
    if (n === before.n) flaws.push({ n, kind: 'changed', record });
    for (let missing = before.n + 1; missing < n; missing++) flaws.push({ n: missing, kind: 'missing' });
    if (seq <= (seqs.get(source) ?? 0)) flaws.push({ n, kind: 'reordered', record });
    // The one before a gap is not known, so neither is the link.
    else if (n === before.n + 1 && link !== linkOf(before.link, record)) flaws.push({ n, kind: 'changed', record });
    if (remembered?.n === n && remembered.link !== link) flaws.push({ n, kind: 'changed', record });
    seqs.set(source, seq);
    before = record;
  }
  for (let missing = before.n + 1; missing <= head.n; missing++) flaws.push({ n: missing, kind: 'missing' });
  if (before.n === head.n && before.link !== head.link) flaws.push({ n: head.n, kind: 'head' });
  if (remembered && remembered.n > Math.max(before.n, head.n)) flaws.push({ n: remembered.n, kind: 'missing' });
  return flaws;
}

/** What the newest trim removed up to; 0 and empty when there was none. */
function startOf(records: readonly AuditRecord[]): Head {
  const heads = records.flatMap((record) => {
    const event = record.source === '' ? eventOf(record) : undefined;
    return event?.type === 'trimmed' && event.head ? [event.head] : [];
  });
  return heads.toSorted((a, b) => a.n - b.n).at(-1) ?? { n: 0, link: '' };
}

/**
 * How far a chain can be trimmed: to the last record before `beforeMs` with only runs behind it that have ended and are
 * behind it as a whole. undefined: not at all.
 */
export function trimmableTo(records: readonly AuditRecord[], beforeMs: number): Head | undefined {
  const sorted = records.toSorted((a, b) => a.n - b.n);
  const last = new Map(sorted.map((record) => [record.source, record]));
  let whole: Head | undefined;
  let wholeFrom = 0;
  for (const { n, link, atMs, source } of sorted) {
    const end = source === '' ? undefined : last.get(source);
    if (atMs >= beforeMs || (end && eventOf(end)?.type !== 'ended')) break;
    wholeFrom = Math.max(wholeFrom, end?.n ?? n);
    if (n >= wholeFrom) whole = { n, link };
  }
  return whole;
}

function eventOf({ event }: AuditRecord): { readonly type?: string; readonly head?: Head } | undefined {
  try {
    return JSON.parse(event) as { readonly type?: string; readonly head?: Head };
  } catch {
    return undefined;
  }
}
