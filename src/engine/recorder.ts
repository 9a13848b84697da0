import type { RunEventBody } from '#domain/events.ts';
import type { Journal, Position } from '#domain/ports.ts';
import { redact } from '#domain/redact.ts';
import type { RunRef } from '#domain/run.ts';

/** Notes are for people: more than two a second a step only fill the journal. */
const NOTE_GAP_MS = 500;

/** The one writer of a run's journal in this process: keeps the position, the order and the secrets out. */
export interface Recorder {
  /** Resolves when the events stand in the journal. @throws LeaseLostError when another worker carries the run */
  record(...events: RunEventBody[]): Promise<void>;
  /** Notes a line of progress, thinned out; written with the next event or soon. Never throws. */
  note(stepId: string, text: string): void;
}

export function openRecorder(journal: Journal, run: RunRef, start: Position): Recorder {
  let position = start;
  let tail: Promise<unknown> = Promise.resolve();
  const lastNote = new Map<string, { readonly text: string; readonly atMs: number }>();

  function record(...events: RunEventBody[]): Promise<void> {
    const clean = events.map((event) => redactAll(event) as RunEventBody);
    const written = tail.then(async () => {
      position = await journal.append(run, position, clean);
    });
    tail = written.catch(() => undefined);
    return written;
  }

  function note(stepId: string, text: string): void {
    const last = lastNote.get(stepId);
    const atMs = performance.now();
    if (last && (last.text === text || atMs - last.atMs < NOTE_GAP_MS)) return;
    lastNote.set(stepId, { text, atMs });
    // A note that cannot be written is no loss: the next event meets the same trouble and reports it.
    record({ type: 'note', stepId, text }).catch(() => undefined);
  }

  return { record, note };
}

/** Masks secrets in every string of a JSON value. */
function redactAll(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactAll);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactAll(inner)]));
}
