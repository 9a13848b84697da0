import type { ErrorView } from './errors.ts';
import type { Approval } from './approval.ts';
import { type Freeze, isUnderstood, type PlannedStep, type RunEvent, type Stop } from './events.ts';
import type { Outcome, Person, Risk, RunRequest } from './run.ts';
import type { Proof } from './proof.ts';
import { reopened } from './rounds.ts';
import type { Report } from './report.ts';

export type StepView = PlannedStep & {
  /** `unknown`: its worker went away in the middle of it, and nobody has looked yet. */
  readonly status: 'pending' | 'running' | 'unknown' | 'done' | 'failed' | 'skipped';
  readonly detail?: string | undefined;
  /** What to do about a failure. */
  readonly advice?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly tookMs?: number | undefined;
  /** It was done from beginning to end in this round: `tookMs` tells how long such a step takes. */
  readonly isTimed?: boolean | undefined;
  /** The value of a step that is done; what a resumed run starts from. */
  readonly value?: unknown;
};

/** Somebody had the run go on without those who would have had to agree. */
export type BrokenGlass = {
  readonly by: Person;
  readonly digest: string;
  readonly reason: string;
  readonly at: string;
  readonly proof?: Proof | undefined;
};

/** A run as it stands after its events: the one source of the thread, `strata show` and the picture. */
export type RunView = {
  readonly request: RunRequest;
  /** `asking`, `waiting`, `held` and `doubt` runs are parked: no worker carries them. */
  readonly state: 'queued' | 'surveying' | 'asking' | 'waiting' | 'held' | 'doubt' | 'running' | 'cleaning' | 'ended';
  /** How often a worker took it up. */
  readonly attempt: number;
  /** How often one took it up that another had left without a word. */
  readonly takeovers: number;
  /** How many of these in a row, since it last got on by a step. */
  readonly idleTakeovers: number;
  /** How often somebody had it go on after its end. */
  readonly round: number;
  /** Who did so last, and when. */
  readonly retried?: { readonly by: Person; readonly at: string } | undefined;
  readonly worker?: string | undefined;
  readonly summary?: string | undefined;
  readonly risk?: Risk | undefined;
  readonly facts?: unknown;
  readonly steps: readonly StepView[];
  /** Its steps run at once. */
  readonly isIndependent?: boolean | undefined;
  /** When its first step began, since it was asked for or last retried. */
  readonly begunAt?: string | undefined;
  readonly undone: readonly string[];
  /** What could not be removed: step id -> why. */
  readonly stuck: Readonly<Record<string, string>>;
  readonly approval?: Approval | undefined;
  /** Kept also when the plan is asked for anew. */
  readonly glass: readonly BrokenGlass[];
  /** Its place among those that wait for the environment, and whom it waits for. */
  readonly queue?: { readonly place: number; readonly behind: number; readonly by?: Person | undefined } | undefined;
  readonly freeze?: Freeze | undefined;
  /** The step of which a person has to say whether it was done. */
  readonly doubt?:
    | { readonly stepId: string; readonly error: ErrorView; readonly canBeDone: boolean; readonly value: unknown }
    | undefined;
  /** Those who want to hear when it goes on. */
  readonly tell: readonly Person[];
  readonly stop?: { readonly by: Person; readonly stop: Stop } | undefined;
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly error?: ErrorView | undefined;
  readonly report?: Report | undefined;
  readonly leftovers: readonly string[];
  /** Types of the events that another version of Strata wrote, and this one does not understand. */
  readonly foreign: readonly string[];
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
    takeovers: 0,
    idleTakeovers: 0,
    round: 0,
    steps: [],
    undone: [],
    stuck: {},
    tell: [],
    glass: [],
    leftovers: [],
    foreign: [],
    seq: first.seq,
    lastAt: first.at,
  };
  return rest.reduce(after, start);
}

function after(view: RunView, event: RunEvent): RunView {
  const { takeovers, ...next } = apply(view, event);
  const idleTakeovers = isProgress(event) ? 0 : view.idleTakeovers + takeovers - view.takeovers;
  return { ...next, takeovers, idleTakeovers, seq: event.seq, lastAt: event.at };
}

/** True for what cannot happen in a run without end. */
function isProgress(event: RunEvent): boolean {
  const isUndone = event.type === 'undone' && !event.error;
  return isUndone || ['step-done', 'step-failed', 'step-skipped', 'retried'].includes(event.type);
}

function apply(view: RunView, event: RunEvent): RunView {
  if (!isUnderstood(event)) return { ...view, foreign: [...view.foreign, event.type] };
  switch (event.type) {
    case 'requested':
      return view;
    case 'started':
      return {
        ...view,
        state: stateOnStart(view),
        attempt: event.attempt,
        takeovers: view.takeovers + (view.worker === undefined ? 0 : 1),
        worker: event.worker,
        startedAt: view.startedAt ?? event.at,
        steps: view.steps.map((step) => (step.status === 'running' ? { ...step, status: 'unknown' } : step)),
      };
    case 'planned':
      return {
        ...view,
        state: 'running',
        summary: event.summary,
        risk: event.risk,
        facts: event.facts,
        isIndependent: event.isIndependent,
        steps: event.steps.map((step) => ({ ...step, status: 'pending' })),
      };
    case 'step-started':
      return withStep({ ...view, begunAt: view.begunAt ?? event.at }, event.stepId, {
        status: 'running',
        startedAt: event.at,
        detail: undefined,
      });
    case 'step-done':
      return withStep(view, event.stepId, {
        status: 'done',
        value: event.value,
        detail: event.detail,
        tookMs: event.tookMs,
        isTimed: !event.found,
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
      return event.error
        ? { ...view, stuck: { ...view.stuck, [event.stepId]: event.error.message } }
        : { ...view, undone: [...view.undone, event.stepId], stuck: without(view.stuck, event.stepId) };
    case 'asked':
      return {
        ...view,
        state: 'asking',
        worker: undefined,
        approval: { ...askedOf(event), round: view.round, by: [], state: 'asking' },
      };
    case 'approved':
      return withApproval(view, (approval) => {
        const by = [...approval.by, event.by];
        return by.length < approval.needs.others
          ? { ...approval, by }
          : { ...approval, by, state: 'approved', approvedAt: event.at };
      });
    case 'denied':
      return withApproval(view, (approval) => ({
        ...approval,
        state: 'denied',
        deniedBy: event.by,
        reason: event.reason,
      }));
    case 'glass-broken': {
      const { by, digest, reason, at, proof } = event;
      const broken = { ...view, glass: [...view.glass, { by, digest, reason, at, proof }] };
      return withApproval(broken, (approval) => ({ ...approval, state: 'approved', approvedAt: at }));
    }
    case 'reminded':
      return withApproval(view, (approval) => ({ ...approval, reminded: true }));
    case 'expired':
      return withApproval(view, (approval) => ({ ...approval, state: 'expired' }));
    case 'waiting':
      return {
        ...view,
        state: 'waiting',
        worker: undefined,
        queue: { place: event.place, behind: event.behind, by: event.by },
      };
    case 'held':
      return { ...view, state: 'held', worker: undefined, freeze: event.freeze };
    case 'doubted': {
      const { stepId, error, canBeDone, value } = event;
      const doubted = {
        ...view,
        state: 'doubt',
        worker: undefined,
        doubt: { stepId, error, canBeDone, value },
      } as const;
      return withStep(doubted, stepId, { status: 'unknown', detail: error.message, advice: error.advice });
    }
    case 'resolved':
      return withStep({ ...view, doubt: undefined, state: 'running' }, event.stepId, {
        ...(event.as === 'done' ? { status: 'done', value: view.doubt?.value } : { status: 'pending' }),
        detail: undefined,
        advice: undefined,
      });
    case 'tell-asked':
      return { ...view, tell: [...view.tell.filter(({ id }) => id !== event.by.id), event.by] };
    case 'stop-asked':
      return { ...view, stop: { by: event.by, stop: event.stop } };
    case 'retried':
      return { ...reopened(view), retried: { by: event.by, at: event.at } };
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

function without<T>(all: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(all).filter(([known]) => known !== key));
}

type Asked = Extract<RunEvent, { readonly type: 'asked' }>;

function askedOf({ at, digest, needs, expiresAt, judged, changes }: Asked) {
  return { digest, needs, askedAt: at, expiresAt, judged, changes };
}

function withApproval(view: RunView, change: (approval: Approval) => Approval): RunView {
  return view.approval ? { ...view, approval: change(view.approval) } : view;
}

/** A worker that takes a parked run goes on where it was parked. */
function stateOnStart(view: RunView): RunView['state'] {
  if (view.state === 'queued') return 'surveying';
  return ['asking', 'waiting', 'held', 'doubt'].includes(view.state) ? 'running' : view.state;
}

function withStep(view: RunView, id: string, change: Partial<StepView>): RunView {
  return { ...view, steps: view.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) };
}
