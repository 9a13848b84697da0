import type { ErrorView } from './errors.ts';
import type { Outcome, Risk, RunRequest } from './run.ts';
import type { Report } from './report.ts';

/** A step as the plan shows it. */
export type PlannedStep = {
  readonly id: string;
  readonly title: string;
  readonly layer: string;
  readonly skip?: string | undefined;
};

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
  /** The worker stops in good order; another goes on. */
  | { readonly type: 'handed-over'; readonly worker: string }
  | {
      readonly type: 'ended';
      readonly outcome: Outcome;
      readonly error?: ErrorView | undefined;
      readonly report?: Report | undefined;
      readonly leftovers: readonly string[];
    };

/** `seq` counts from 1 within a run without gaps; `at` is ISO 8601 UTC. */
export type RunEvent = { readonly seq: number; readonly at: string } & RunEventBody;
