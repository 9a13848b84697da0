import type { ErrorView } from './errors.ts';
import type { Needs } from './approval.ts';
import type { Proof } from './proof.ts';
import type { Outcome, Person, Risk, RunRequest } from './run.ts';
import type { Report } from './report.ts';

/** A step as the plan shows it. */
export type PlannedStep = {
  readonly id: string;
  readonly title: string;
  readonly layer: string;
  readonly skip?: string | undefined;
  readonly risk?: string | undefined;
  /** What it took in earlier runs of the job in this environment: their median, ms. undefined: no history yet. */
  readonly usuallyMs?: number | undefined;
};

/** How a person stops a run: at the next step boundary, or in the middle of a step. */
export type Stop = 'after-step' | 'now';

/** What a person says of a step in doubt: it is done, or it is not, and is to be run (again). */
export type Resolution = 'done' | 'again';

/** What happened in a run, in order. Appended before anything is shown; the one log. */
export type RunEventBody =
  | { readonly type: 'requested'; readonly request: RunRequest }
  /** A worker took the run; `attempt` counts from 1 and grows when another takes over. */
  | { readonly type: 'started'; readonly worker: string; readonly attempt: number }
  | {
      readonly type: 'planned';
      readonly summary: string;
      readonly risk: Risk;
      readonly steps: readonly PlannedStep[];
      readonly facts: unknown;
      /** Its steps run at once. */
      readonly isIndependent?: boolean | undefined;
    }
  | { readonly type: 'step-started'; readonly stepId: string }
  | {
      readonly type: 'step-done';
      readonly stepId: string;
      readonly value: unknown;
      readonly detail?: string | undefined;
      /** True when an earlier attempt had already made it. */
      readonly found: boolean;
      readonly tookMs: number;
    }
  | { readonly type: 'step-failed'; readonly stepId: string; readonly error: ErrorView; readonly tookMs: number }
  | { readonly type: 'step-skipped'; readonly stepId: string; readonly why: string }
  | { readonly type: 'note'; readonly stepId: string; readonly text: string }
  | { readonly type: 'clean-up-started' }
  | { readonly type: 'undone'; readonly stepId: string; readonly error?: ErrorView | undefined }
  /** The plan waits for people; no worker carries the run meanwhile. */
  | {
      readonly type: 'asked';
      readonly digest: string;
      readonly needs: Needs;
      readonly expiresAt: string;
      readonly judged: readonly string[];
      readonly changes: readonly string[];
    }
  /** `proof`: it was decided at a terminal. */
  | {
      readonly type: 'approved';
      readonly by: Person;
      readonly digest: string;
      readonly proof?: Proof | undefined;
    }
  | {
      readonly type: 'denied';
      readonly by: Person;
      readonly digest: string;
      readonly reason: string;
      readonly proof?: Proof | undefined;
    }
  /** The run goes on without those who would have had to agree. */
  | {
      readonly type: 'glass-broken';
      readonly by: Person;
      readonly digest: string;
      readonly reason: string;
      readonly proof?: Proof | undefined;
    }
  | { readonly type: 'reminded' }
  | { readonly type: 'expired' }
  /** Another run changes the environment; `place` counts from 1. No worker carries the run meanwhile. */
  | {
      readonly type: 'waiting';
      readonly place: number;
      readonly behind: number;
      /** Who asked for the run it waits behind. */
      readonly by?: Person | undefined;
    }
  /** The environment is frozen. No worker carries the run meanwhile. */
  | { readonly type: 'held'; readonly freeze: Freeze }
  /**
   * It cannot be known whether a step was done: a person says. No worker carries the run meanwhile. `canBeDone`: they may
   * say that it is, and then its value is `value`.
   */
  | {
      readonly type: 'doubted';
      readonly stepId: string;
      readonly error: ErrorView;
      readonly canBeDone: boolean;
      readonly value: unknown;
    }
  | { readonly type: 'resolved'; readonly by: Person; readonly stepId: string; readonly as: Resolution }
  /** Somebody wants to hear privately when the run goes on. */
  | { readonly type: 'tell-asked'; readonly by: Person }
  | { readonly type: 'stop-asked'; readonly by: Person; readonly stop: Stop }
  /** Somebody had an ended run go on from its first step that is not done. */
  | { readonly type: 'retried'; readonly by: Person }
  /** The worker stops in good order; another goes on. */
  | { readonly type: 'handed-over'; readonly worker: string }
  | {
      readonly type: 'ended';
      readonly outcome: Outcome;
      readonly error?: ErrorView | undefined;
      readonly report?: Report | undefined;
      readonly leftovers: readonly string[];
    };

/** An environment closed by a person. `until` is ISO 8601; undefined: until somebody opens it. */
export type Freeze = {
  readonly by: Person;
  readonly reason: string;
  readonly at: string;
  readonly until?: string | undefined;
};

/** `seq` counts from 1 within a run without gaps; `at` is ISO 8601 UTC. */
export type RunEvent = { readonly seq: number; readonly at: string } & RunEventBody;

/** What an event of each type must have to be understood. */
const FIELDS: Readonly<Record<RunEventBody['type'], readonly string[]>> = {
  requested: ['request'],
  started: ['worker', 'attempt'],
  planned: ['summary', 'risk', 'steps'],
  'step-started': ['stepId'],
  'step-done': ['stepId'],
  'step-failed': ['stepId', 'error'],
  'step-skipped': ['stepId', 'why'],
  note: ['stepId', 'text'],
  'clean-up-started': [],
  undone: ['stepId'],
  asked: ['digest', 'needs', 'expiresAt', 'judged', 'changes'],
  approved: ['by', 'digest'],
  denied: ['by', 'digest', 'reason'],
  'glass-broken': ['by', 'digest', 'reason'],
  reminded: [],
  expired: [],
  waiting: ['place', 'behind'],
  held: ['freeze'],
  doubted: ['stepId', 'error', 'canBeDone'],
  resolved: ['by', 'stepId', 'as'],
  'tell-asked': ['by'],
  'stop-asked': ['by', 'stop'],
  retried: ['by'],
  'handed-over': ['worker'],
  ended: ['outcome', 'leftovers'],
};

/** False for one that another version of Strata wrote and this one does not understand: it is shown, not acted on. */
export function isUnderstood(event: RunEvent): boolean {
  return Object.hasOwn(FIELDS, event.type) && FIELDS[event.type].every((field) => Object.hasOwn(event, field));
}
