import type { StepView } from '#domain/fold.ts';
import { type Health, worst } from '#domain/health.ts';

/** When something was under way, milliseconds from the start of the first step. */
export type Span = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly health: Health;
  /** One of the three slowest. */
  readonly isSlow: boolean;
};
/** `phase` heads the steps of a layer; `fold` stands for several steps. */
export type TimelineRow = {
  readonly kind: 'phase' | 'step' | 'fold';
  readonly title: string;
  readonly health: Health;
  readonly spans: readonly Span[];
  readonly tookMs?: number | undefined;
  /** How many steps it stands for. */
  readonly count: number;
  /** Why it was skipped. */
  readonly note?: string | undefined;
};
type Timed = { readonly step: StepView; readonly health: Health; readonly span: Span | undefined };

/** How a step is doing. */
export const STEP_HEALTHS: Readonly<Record<StepView['status'], Health>> = {
  done: 'ok',
  failed: 'failure',
  skipped: 'off',
  pending: 'waiting',
  running: 'running',
  unknown: 'unknown',
};
/** How each step is doing. */
export function healthsOf(steps: readonly StepView[]): { readonly health: Health }[] {
  return steps.map(({ status }) => ({ health: STEP_HEALTHS[status] }));
}

/** Longer ones are folded. */
const MOST_UNFOLDED = 14;
/** Fewer in a row than this stay as they are. */
const LEAST_FOLDED = 3;
const SLOWEST = 3;
/** Among so few the slowest say nothing. */
const LEAST_FOR_SLOWEST = 6;

/** Steps with their times. `untilMs` (epoch): the end of a step that is under way. */
function timed(steps: readonly StepView[], untilMs: number): Timed[] {
  const startOf = ({ startedAt }: StepView) => Date.parse(startedAt ?? '');
  const zero = Math.min(...steps.map(startOf).filter((ms) => !Number.isNaN(ms)));
  const times = steps.flatMap(({ tookMs }) => tookMs ?? []).toSorted((a, b) => b - a);
  const slow = times.length < LEAST_FOR_SLOWEST ? Infinity : (times[SLOWEST - 1] ?? Infinity);
  return steps.map((step) => {
    const health = STEP_HEALTHS[step.status];
    const from = startOf(step) - zero;
    if (Number.isNaN(from)) return { step, health, span: undefined };
    const toMs = step.tookMs === undefined ? Math.max(from, untilMs - zero) : from + step.tookMs;
    const isSlow = step.tookMs !== undefined && step.tookMs >= slow;
    return { step, health, span: { fromMs: from, toMs, health, isSlow } };
  });
}

/** Runs of neighbours that belong together. */
function runsOf<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const runs: T[][] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last?.[0] !== undefined && keyOf(last[0]) === keyOf(item)) last.push(item);
    else runs.push([item]);
  }
  return runs;
}

function stepRow({ step, health, span }: Timed): TimelineRow {
  const note = step.status === 'skipped' ? step.detail : undefined;
  return { kind: 'step', title: step.title, health, spans: span ? [span] : [], tookMs: step.tookMs, count: 1, note };
}

function groupRow(kind: 'phase' | 'fold', title: string, group: readonly Timed[]): TimelineRow {
  const spans = group.flatMap(({ span }) => span ?? []);
  const [from, to] = [Math.min(...spans.map((each) => each.fromMs)), Math.max(...spans.map((each) => each.toMs))];
  const health = worst(group.map((each) => each.health));
  return { kind, title, health, spans, tookMs: spans.length > 0 ? to - from : undefined, count: group.length };
}

/** Steps that say nothing by themselves, several in a row, become one. */
function foldRuns(group: readonly Timed[]): TimelineRow[] {
  const isQuiet = ({ health, span }: Timed) => ['ok', 'waiting', 'off'].includes(health) && span?.isSlow !== true;
  const keyOf = (each: Timed) => (isQuiet(each) ? each.health : each.step.id);
  return runsOf(group, keyOf).flatMap((run) =>
    run.length < LEAST_FOLDED ? run.map(stepRow) : [groupRow('fold', '', run)],
  );
}

/**
 * The rows of a timeline: each layer's steps under its name. A long one is folded unless `isFull`: a layer where all went
 * well becomes one row; in the others only what was slow or went wrong keeps its own. None when no step was begun.
 * `until`: ISO time up to which steps that have no end were under way.
 */
export function rowsOf(
  steps: readonly StepView[],
  { until, isFull }: { readonly until: string; readonly isFull: boolean },
): TimelineRow[] {
  if (steps.every(({ startedAt }) => startedAt === undefined)) return [];
  const phases = runsOf(timed(steps, Date.parse(until)), ({ step }) => step.layer);
  const isFolded = !isFull && steps.length > MOST_UNFOLDED;
  const isSingle = phases.length === 1;
  return phases.flatMap((phase) => {
    const title = phase[0]?.step.layer ?? '';
    if (isFolded && !isSingle && phase.length > 1 && phase.every(({ health }) => health === 'ok')) {
      return [groupRow('fold', title, phase)];
    }
    const head = isSingle ? [] : [groupRow('phase', title, phase)];
    return [...head, ...(isFolded ? foldRuns(phase) : phase.map(stepRow))];
  });
}

/** Overlapping spans side by side in as many lanes as it takes, at most `most`; what is over goes into the last. */
export function lanesOf(spans: readonly Span[], most: number): Span[][] {
  const lanes: Span[][] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const free = lanes.find((lane) => (lane.at(-1)?.toMs ?? 0) <= span.fromMs);
    if (free) free.push(span);
    else if (lanes.length < most) lanes.push([span]);
    else lanes.at(-1)?.push(span);
  }
  return lanes;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ROUND = [
  ...[100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND],
  ...[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR],
];
const MOST_TICKS = 9;

/** Round times from 0 up to `wholeMs`, ten at most. */
export function ticksOf(wholeMs: number): number[] {
  const every = ROUND.find((round) => wholeMs / round <= MOST_TICKS) ?? Math.ceil(wholeMs / MOST_TICKS / HOUR) * HOUR;
  return Array.from({ length: Math.floor(wholeMs / every) + 1 }, (_, index) => index * every);
}
