import type { ErrorView } from './errors.ts';
import type { RunEvent } from './events.ts';
import type { Outcome, Risk, RunRequest } from './run.ts';
import type { Report } from './report.ts';

export type StepView = {
  readonly id: string;
  readonly title: string;
  readonly layer: string;
  readonly status: 'pending' | 'running' | 'done' | 'failed' | 'skipped';
  readonly detail?: string | undefined;
  /** What to do about a failure. */
  readonly advice?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly tookMs?: number | undefined;
  /** The value of a step that is done; what a resumed run starts from. */
  readonly value?: unknown;
};

/** A run as it stands after its events: the one source of the thread, `strata show` and the picture. */
export type RunView = {
  readonly request: RunRequest;
  readonly state: 'queued' | 'surveying' | 'running' | 'cleaning' | 'ended';
  readonly attempt: number;
  readonly worker?: string | undefined;
  readonly summary?: string | undefined;
  readonly risk?: Risk | undefined;
  readonly facts?: unknown;
  readonly steps: readonly StepView[];
  readonly undone: readonly string[];
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly error?: ErrorView | undefined;
  readonly report?: Report | undefined;
  readonly leftovers: readonly string[];
  /** Sequence and time of the last event in this view. */
  readonly seq: number;
  readonly lastAt: string;
};

/**
 * The view after these events; undefined when there are none.
 * @throws Error when the first event is not `requested`: that journal is not one of ours.
 */
export function fold(events: readonly RunEvent[]): RunView | undefined {
  const [first, ...rest] = events;
  if (!first) return undefined;
  if (first.type !== 'requested') throw new Error(`reading the journal: it starts with "${first.type}"`);
  const start: RunView = {
    request: first.request,
    state: 'queued',
    attempt: 0,
    steps: [],
    undone: [],
    leftovers: [],
    seq: first.seq,
    lastAt: first.at,
  };
  return rest.reduce((view, event) => ({ ...apply(view, event), seq: event.seq, lastAt: event.at }), start);
}

function apply(view: RunView, event: RunEvent): RunView {
  switch (event.type) {
    case 'requested':
      return view;
    case 'started':
      return {
        ...view,
        state: view.state === 'queued' ? 'surveying' : view.state,
        attempt: event.attempt,
        worker: event.worker,
        startedAt: view.startedAt ?? event.at,
      };
    case 'planned':
      return {
        ...view,
        state: 'running',
        summary: event.summary,
        risk: event.risk,
        facts: event.facts,
        steps: event.steps.map((step) => ({ ...step, status: 'pending' })),
      };
    case 'step-started':
      return withStep(view, event.stepId, { status: 'running', startedAt: event.at, detail: undefined });
    case 'step-done':
      return withStep(view, event.stepId, {
        status: 'done',
        value: event.value,
        detail: event.detail,
        tookMs: event.tookMs,
      });
    case 'step-failed':
      return withStep(view, event.stepId, {
        status: 'failed',
        detail: event.error.message,
        advice: event.error.advice,
        tookMs: event.tookMs,
      });
    case 'step-skipped':
      return withStep(view, event.stepId, { status: 'skipped', detail: event.why });
    case 'note':
      return withStep(view, event.stepId, { detail: event.text });
    case 'clean-up-started':
      return { ...view, state: 'cleaning' };
    case 'undone':
      return event.error ? view : { ...view, undone: [...view.undone, event.stepId] };
    case 'handed-over':
      return { ...view, worker: undefined };
    case 'ended':
      return {
        ...view,
        state: 'ended',
        outcome: event.outcome,
        error: event.error,
        report: event.report,
        leftovers: event.leftovers,
        endedAt: event.at,
      };
  }
}

function withStep(view: RunView, id: string, change: Partial<StepView>): RunView {
  return { ...view, steps: view.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) };
}
