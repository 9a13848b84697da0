import { setTimeout as sleep } from 'node:timers/promises';
import { FullError } from '#domain/errors.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { Journal, Position } from '#domain/ports.ts';
import { redact } from '#domain/redact.ts';
import type { RunRef } from '#domain/run.ts';

/** Notes are for people: more than two a second a step only fill the journal. */
const NOTE_GAP_MS = 500;
/** How often a Redis that is full is tried again. */
const FULL_PAUSE_MS = 500;

/** The one writer of a run's journal in this process: keeps the position, the order, the lease and the secrets out. */
export interface Recorder {
  /** Resolves when the events stand in the journal. @throws LeaseLostError when another worker carries the run */
  record(...events: RunEventBody[]): Promise<void>;
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
  /** Keeps the lease while nothing is recorded. `onLost` hears once of its loss. Gives a function that ends it. */
  keep(onLost: (error: unknown) => void): () => void;
}

type Desk = {
  readonly journal: Journal;
  readonly run: RunRef;
  /** Just after the claim. */
  readonly start: Position;
  readonly leaseMs: number;
};

export function openRecorder({ journal, run, start, leaseMs }: Desk): Recorder {
  let position = start;
  let tail: Promise<unknown> = Promise.resolve();
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

  function record(...events: RunEventBody[]): Promise<void> {
    const clean = events.map((event) => redactAll(event) as RunEventBody);
    return inTurn(() => journal.append(run, position, clean));
  }

  function renew(): Promise<void> {
    return inTurn(async () => {
      await journal.renew(run, position);
      return position;
    });
  }

  async function park(...events: RunEventBody[]): Promise<void> {
    if (events.length > 0) return record(...events);
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
    // A note that cannot be written is no loss: the next event meets the same trouble and reports it.
    record({ type: 'note', stepId, text }).catch(() => undefined);
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
    let isRenewing = false;
    const timer = setInterval(() => {
      if (isRenewing) return;
      isRenewing = true;
      renew()
        .catch(onLost)
        .finally(() => (isRenewing = false));
    }, leaseMs / 3);
    return () => clearInterval(timer);
  }

  return { record, park, note, holding, keep };
}

/** Masks secrets in every string of a JSON value. */
function redactAll(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactAll);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactAll(inner)]));
}
