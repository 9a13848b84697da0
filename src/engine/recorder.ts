import { setImmediate as pollPhase, setTimeout as sleep } from 'node:timers/promises';
import { FullError, LeaseLostError } from '#domain/errors.ts';
import type { RunEvent, RunEventBody } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { Journal, Learnt, Position } from '#domain/ports.ts';
import { redact } from '#domain/redact.ts';
import type { RunRef } from '#domain/run.ts';
import { words } from '#words/engine.ts';

/** Notes are for people: more than two a second a step only fill the journal. */
const NOTE_GAP_MS = 500;
/** How often a Redis that takes nothing is tried again. */
const FULL_PAUSE_MS = 500;
/** Parts of the lease: how often it is renewed, how long it counts as sure without, how often that is looked at. */
const [BEAT, SURE, LOOK] = [1 / 3, 2 / 3, 1 / 20];
/** How long an event waits for the next one, so that they are written together. */
const SOON_MS = 20;

/** The one writer of a run's journal in this process: keeps the position, the order, the lease and the secrets out. */
export interface Recorder {
  /** Resolves when the events stand in the journal. @throws LeaseLostError when another worker carries the run */
  record(...events: RunEventBody[]): Promise<void>;
  /** As `record`, of the last one; what later runs learn from this one is kept with it. */
  end(event: Extract<RunEventBody, { readonly type: 'ended' }>, learnt: Learnt | undefined): Promise<void>;
  /**
   * Writes the events with the next ones, or soon: for what need not stand before the run goes on, because who takes the
   * run over without them finds out by itself. Never throws; the next event meets the same trouble and reports it.
   */
  soon(...events: RunEventBody[]): void;
  /** Writes what parks the run, or nothing: either way no worker has it any more. */
  park(...events: RunEventBody[]): Promise<void>;
  /** Notes a line of progress, thinned out; written with the next event or soon. Never throws. */
  note(stepId: string, text: string): void;
  /**
   * Resolves when the lease surely lasts for another half of its time and the journal is safe from a failover, as must be
   * before anything is changed: after a pause of this process, or an outage of Redis, another worker may have the run.
   * @throws LeaseLostError
   */
  holding(): Promise<void>;
  /** The run with all that was recorded here. Nobody else writes its journal meanwhile, so it is not read again. */
  view(): RunView;
  /**
   * Keeps the lease while nothing is recorded. `onLost` hears of its loss; also when it could not be renewed for two thirds
   * of its time, so that what is done can end before another worker may begin. Gives a function that ends it.
   */
  keep(onLost: (error: unknown) => void): () => void;
}

type Desk = {
  readonly journal: Journal;
  readonly run: RunRef;
  /** Just after the claim: the journal, and the time of its store. */
  readonly events: readonly RunEvent[];
  readonly nowMs: number;
  readonly fence: number;
  readonly leaseMs: number;
};

export function openRecorder({ journal, run, events: before, nowMs, fence, leaseMs }: Desk): Recorder {
  const events = [...before];
  let position: Position = { fence, seq: before.at(-1)?.seq ?? 0 };
  let waiting: RunEventBody[] = [];
  let timer: NodeJS.Timeout | undefined;
  const openedAt = performance.now();
  let tail: Promise<unknown> = Promise.resolve();
  let broken: { readonly error: unknown } | undefined;
  // When the last call that made the lease last anew was sent: Redis counts from later than that.
  let heldSince = performance.now();
  const lastNote = new Map<string, { readonly text: string; readonly atMs: number }>();

  /** In order, one after the other. */
  function inTurn(work: () => Promise<Position>): Promise<void> {
    const done = tail.then(async () => {
      for (;;) {
        const sentAt = performance.now();
        try {
          position = await work();
          heldSince = sentAt;
          return;
        } catch (error) {
          // As while Redis is away: what was done cannot be written yet, so nothing more is done.
          if (!(error instanceof FullError)) throw error;
          await sleep(FULL_PAUSE_MS);
        }
      }
    });
    tail = done.catch(() => undefined);
    return done;
  }

  /** What once could not be written is missing: whatever came after it would stand in a journal with a hole. */
  function put(work: () => Promise<Position>): Promise<void> {
    return inTurn(async () => {
      if (broken) throw broken.error;
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof FullError)) broken = { error };
        throw error;
      }
    });
  }

  function add(bodies: readonly RunEventBody[]): void {
    const at = new Date(nowMs + performance.now() - openedAt).toISOString();
    for (const body of bodies) {
      const clean = redactAll(body) as RunEventBody;
      waiting.push(clean);
      events.push({ seq: (events.at(-1)?.seq ?? 0) + 1, at, ...clean });
    }
  }

  function write(): Promise<void> {
    const all = taken();
    return put(() => journal.append(run, position, all));
  }

  /** What waits to be written. */
  function taken(): readonly RunEventBody[] {
    clearTimeout(timer);
    timer = undefined;
    const all = waiting;
    waiting = [];
    return all;
  }

  function record(...bodies: RunEventBody[]): Promise<void> {
    add(bodies);
    return write();
  }

  function end(body: RunEventBody, learnt: Learnt | undefined): Promise<void> {
    add([body]);
    const all = taken();
    return put(() => journal.end(run, position, { events: all, learnt }));
  }

  function soon(...bodies: RunEventBody[]): void {
    add(bodies);
    timer ??= setTimeout(() => void write().catch(() => undefined), SOON_MS);
  }

  function view(): RunView {
    const folded = fold(events);
    if (!folded) throw new Error(`reading run #${run.number}: its journal is gone`);
    return folded;
  }

  function renew(): Promise<void> {
    return inTurn(async () => {
      await journal.renew(run, position);
      return position;
    });
  }

  async function park(...bodies: RunEventBody[]): Promise<void> {
    if (bodies.length > 0) return record(...bodies);
    return inTurn(async () => {
      await journal.release(run, position);
      return position;
    });
  }

  function note(stepId: string, text: string): void {
    const last = lastNote.get(stepId);
    const atMs = performance.now();
    if (last && (last.text === text || atMs - last.atMs < NOTE_GAP_MS)) return;
    lastNote.set(stepId, { text, atMs });
    soon({ type: 'note', stepId, text });
  }

  async function holding(): Promise<void> {
    do {
      await inTurn(async () => {
        await journal.secure(run, position);
        return position;
      });
    } while (performance.now() - heldSince > leaseMs / 2);
  }

  function keep(onLost: (error: unknown) => void): () => void {
    let askedAt: number | undefined;
    const heart = setInterval(() => {
      if (askedAt !== undefined) return;
      askedAt = performance.now();
      renew()
        .catch(onLost)
        .finally(() => (askedAt = undefined));
    }, leaseMs * BEAT);
    const watch = setInterval(() => void giveUp(), leaseMs * LOOK);

    /** After a standstill of this process what came meanwhile is read first, and the store gets its time to answer. */
    async function giveUp(): Promise<void> {
      await pollPhase();
      const isSilent = askedAt !== undefined && performance.now() - askedAt > leaseMs * BEAT;
      if (!isSilent || performance.now() - heldSince < leaseMs * SURE) return;
      onLost(new LeaseLostError(words.notRenewed(run)));
    }

    return () => {
      clearInterval(heart);
      clearInterval(watch);
    };
  }

  return { record, end, soon, park, note, holding, view, keep };
}

/** Masks secrets in every string of a JSON value. */
function redactAll(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactAll);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactAll(inner)]));
}
