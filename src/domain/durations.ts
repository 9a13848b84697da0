import type { RunView, StepView } from './fold.ts';

/** How long the steps of one run took, by step id, ms. */
export type Durations = Readonly<Record<string, number>>;

/** What steps take by what they usually took, ms, as far as they were done here before: `known` were, `unknown` were not. */
export type Estimate = { readonly aboutMs: number; readonly known: number; readonly unknown: number };

/** What the steps of the run took that were done from beginning to end since it was asked for, or last retried. */
export function durationsOf({ steps }: Pick<RunView, 'steps'>): Durations {
  return Object.fromEntries(
    steps.flatMap(({ id, isTimed, tookMs }) => (isTimed && tookMs !== undefined ? [[id, tookMs]] : [])),
  );
}

/** What each step usually takes, by step id, ms: the median over the runs in which it was done. */
export function usualOf(past: readonly Durations[]): ReadonlyMap<string, number> {
  const all = new Map<string, number[]>();
  for (const [id, tookMs] of past.flatMap(Object.entries<number>)) {
    all.set(id, [...(all.get(id) ?? []), tookMs]);
  }
  return new Map([...all].map(([id, figures]) => [id, median(figures)]));
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const [low = 0, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return Math.round((low + high) / 2);
}

type Steps = Pick<RunView, 'steps' | 'isIndependent'>;

/** What the whole plan takes, of the steps that it does not skip. */
export function estimateOf({ steps, isIndependent }: Steps): Estimate {
  return summed(
    steps.filter(({ skip }) => skip === undefined).map(({ usuallyMs }) => usuallyMs),
    isIndependent,
  );
}

/**
 * How long the run has been at its steps by then, and what is left of them; undefined before the first one.
 * @param nowMs epoch ms; default: when the last of its events happened
 */
export function timesOf(
  view: Steps & Pick<RunView, 'begunAt' | 'lastAt'>,
  nowMs = Date.parse(view.lastAt),
): { readonly elapsedMs: number; readonly left: Estimate } | undefined {
  const { begunAt, steps, isIndependent } = view;
  if (begunAt === undefined) return undefined;
  const since = (at: string) => Math.max(0, nowMs - Date.parse(at));
  const leftOf = ({ status, startedAt, usuallyMs }: StepView) =>
    status === 'running' && startedAt !== undefined && usuallyMs !== undefined
      ? Math.max(0, usuallyMs - since(startedAt))
      : usuallyMs;
  const ahead = steps.filter(
    ({ status, skip }) => skip === undefined && ['pending', 'running', 'unknown'].includes(status),
  );
  return { elapsedMs: since(begunAt), left: summed(ahead.map(leftOf), isIndependent) };
}

/** Independent steps run at once: the longest of them is what they take. */
function summed(all: readonly (number | undefined)[], isIndependent = false): Estimate {
  const known = all.filter((ms) => ms !== undefined);
  const aboutMs = isIndependent ? Math.max(0, ...known) : known.reduce((sum, ms) => sum + ms, 0);
  return { aboutMs, known: known.length, unknown: all.length - known.length };
}
