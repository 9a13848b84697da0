import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { DeadlineError } from '#domain/errors.ts';
import type { Change, Meta } from '#domain/kubernetes.ts';
import { RetryableError } from '../http/retry.ts';
import { isStatus, type Listing } from './client.ts';

/** What a watch stands on: everything now, and the lines of what changes from a version on. */
export type Watched<T> = {
  readonly shape: z.ZodType<T>;
  list(): Promise<Listing<T>>;
  lines(version: string): AsyncIterable<string>;
};

const LONGEST_PAUSE_MS = 10_000;

const WatchEvent = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.looseObject({
    code: z.number().optional(),
    metadata: z.looseObject({ resourceVersion: z.string().default('') }).prefault({}),
  }),
});
const KINDS = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' } as const;

/**
 * Changes from now on. A connection that drops is taken up where it was; where the server no longer knows that (410),
 * everything is listed anew and what differs is told. Goes on until the signal; only what no time mends is thrown.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function* watchChanges<T extends Meta>(
  watched: Watched<T>,
  signal: AbortSignal,
): AsyncGenerator<Change<T>> {
  const known = new Map<string, T>();
  const first = await watched.list();
  for (const row of first.rows) known.set(row.uid, row);
  let version = first.version;
  for (let failures = 0; ;) {
    try {
      if (version === '') {
        const { rows, version: now } = await watched.list();
        yield* difference(known, rows);
        version = now;
      }
      for await (const line of watched.lines(version)) {
        const event = WatchEvent.parse(JSON.parse(line));
        // Most often 410; whatever it is, a new list finds out.
        if (event.type === 'ERROR') version = '';
        if (event.type === 'ERROR') break;
        version = event.object.metadata.resourceVersion;
        failures = 0;
        if (event.type !== 'BOOKMARK') yield changed(known, KINDS[event.type], watched.shape.parse(event.object));
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isStatus(error, 410)) version = '';
      else if (!(error instanceof RetryableError || error instanceof DeadlineError)) throw error;
      if (error instanceof RetryableError) {
        await sleep(Math.min(200 * 2 ** failures++, LONGEST_PAUSE_MS), undefined, { signal });
      }
    }
  }
}

function changed<T extends Meta>(known: Map<string, T>, kind: Change<T>['kind'], object: T): Change<T> {
  if (kind === 'deleted') known.delete(object.uid);
  else known.set(object.uid, object);
  return { kind, object };
}

/** What became of those we know. */
function* difference<T extends Meta>(known: Map<string, T>, rows: readonly T[]): Generator<Change<T>> {
  const here = new Set(rows.map(({ uid }) => uid));
  for (const [uid, object] of known) if (!here.has(uid)) yield changed(known, 'deleted', object);
  for (const row of rows) {
    const before = known.get(row.uid);
    if (before === undefined) yield changed(known, 'added', row);
    else if (!isDeepStrictEqual(before, row)) yield changed(known, 'modified', row);
  }
}
