import { DeadlineError, type ErrorView, RemoteError, viewOf } from '#domain/errors.ts';
import type { Trouble } from '#domain/report.ts';
import { words } from '#words/status.ts';

/** Own deadline of each part; one that hangs must not keep the rest. */
const PART_TIMEOUT_MS = 10_000;
/** Lists that can be long, or that several parts ask for at once. */
export const LIST_TIMEOUT_MS = 30_000;

/** A part that was read, that this user may not see (403), that is not there at all, or that could not be read. */
export type Part<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly error: ErrorView };

/** Parts by name, each with the words that people know it by. */
type Names<P> = { readonly [Name in keyof P]?: string };

/** Reads one part; `undefined` means that it is absent. `timeoutMs` default 10,000. Throws only when the run itself ends. */
export type ReadPart = <T>(
  read: (signal: AbortSignal) => Promise<T | undefined> | T | undefined,
  timeoutMs?: number,
) => Promise<Part<T>>;

/** Reads parts until the signal says stop, each with its own deadline. */
export function partsUntil(signal: AbortSignal): ReadPart {
  return async (read, timeoutMs = PART_TIMEOUT_MS) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const value = await read(AbortSignal.any([signal, deadline]));
      return value === undefined ? { kind: 'absent' } : { kind: 'read', value };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RemoteError && error.failure.status === 403) return { kind: 'hidden' };
      const late = new DeadlineError(words.late(timeoutMs / 1000), { cause: error });
      return { kind: 'unknown', error: viewOf(deadline.aborted ? late : error) };
    }
  };
}

/** Waits for all of them at once, by name. */
export async function together<T extends Readonly<Record<string, Promise<unknown>>>>(
  parts: T,
): Promise<{ readonly [Name in keyof T]: Awaited<T[Name]> }> {
  const entries = Object.entries(parts).map(async ([name, part]) => [name, await part] as const);
  return Object.fromEntries(await Promise.all(entries)) as { readonly [Name in keyof T]: Awaited<T[Name]> };
}

/** The value of a part that was read, else undefined. */
export function valueOf<T>(part: Part<T> | undefined): T | undefined {
  return part?.kind === 'read' ? part.value : undefined;
}

/** The value of a part that was read, else an empty list. */
export function rowsOf<T>(part: Part<readonly T[]> | undefined): readonly T[] {
  return valueOf(part) ?? [];
}

/** A summary that tells also what this user may not see. */
export function withHidden<P extends object>(summary: string, parts: P, names: Names<P>): string {
  const hidden = Object.entries(parts).flatMap(([name, part]) =>
    (part as Part<unknown> | undefined)?.kind === 'hidden' ? [names[name as keyof P] ?? name] : [],
  );
  return hidden.length === 0 ? summary : words.also(summary, words.unseen(hidden));
}

/** One trouble for all parts that could not be read for the same reason. */
export function unreadTroubles<P extends object>(layer: string, parts: P, names: Names<P>): Trouble[] {
  const groups = new Map<string, { readonly error: ErrorView; readonly parts: string[] }>();
  for (const [name, part] of Object.entries(parts) as [keyof P & string, Part<unknown> | undefined][]) {
    if (part?.kind !== 'unknown') continue;
    // What was being done differs from part to part; what came of it does not.
    const reason = part.error.message.replace(/^[^:]*: /, '');
    const group = groups.get(reason) ?? { error: part.error, parts: [] };
    group.parts.push(names[name] ?? name);
    groups.set(reason, group);
  }
  return [...groups.values()].map(({ error, parts: those }) => ({
    layer,
    health: 'unknown',
    what: words.unread(those),
    cause: error.message,
    advice: error.advice,
  }));
}
