import { viewOf } from '#domain/errors.ts';
import type { RunView, StepView } from '#domain/fold.ts';
import type { Report } from '#domain/report.ts';
import { hasBegun } from '#domain/rounds.ts';
import type { Outcome, Plan, RunOutcome, StepOutcome } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/engine.ts';
import type { Carried } from './context.ts';
import type { Attempt } from './engine.ts';
import { leftoversOf } from './run-plan.ts';
import { learntFrom } from './usual.ts';

/** Ends a run whose steps came to their end, whatever it was. */
export async function conclude({ job, recorder }: Attempt, plan: Plan, carried: Carried): Promise<void> {
  const view = recorder.view();
  // A plan that cannot look for itself still knows what it failed to remove.
  const leftovers = plan.leftovers ? await leftoversOf(plan, carried) : Object.values(view.stuck);
  const outcome = outcomeOf(view, plan, leftovers);
  const { environment } = carried;
  const end = endOf(view, { environment, outcome, leftovers });
  const report = job.report(job.parse(view.request.input), view.facts, end);
  const ill = plan.risk === 'read' && (report.health === 'failure' || report.health === 'warning');
  const shown = outcome === 'succeeded' && ill ? 'degraded' : outcome;
  await recorder.end({ type: 'ended', outcome: shown, report, leftovers }, learntFrom(view));
}

function outcomeOf(view: RunView, plan: Plan, leftovers: readonly string[]): Outcome {
  const failures = view.steps.filter((step) => step.status === 'failed').length;
  const broken = plan.independent ? failures > 0 && failures === view.steps.length : failures > 0;
  if (leftovers.length > 0) return 'failed';
  if (view.stop && view.steps.some(({ status }) => status !== 'done' && status !== 'skipped')) return 'cancelled';
  return broken ? 'failed' : 'succeeded';
}

/** Ends a run that was stopped, denied or not approved in time, before its first step; what an earlier round left is still there. */
export async function endCancelled({ job, recorder }: Attempt, environment: Environment): Promise<void> {
  const view = recorder.view();
  const { leftovers } = view;
  const end = endOf(view, { environment, outcome: 'cancelled', leftovers });
  const report = job.report(job.parse(view.request.input), view.facts, end);
  await recorder.record({ type: 'ended', outcome: 'cancelled', report, leftovers });
}

/** Ends a run that a person stopped while it only looked around. */
export async function endStopped(attempt: Attempt, environment: Environment): Promise<void> {
  const { stop } = await attempt.engine.gate.control(attempt.run);
  if (stop) await attempt.recorder.record({ type: 'stop-asked', ...stop });
  await endCancelled(attempt, environment);
}

/** Ends a run that has no plan, or whose end itself went wrong. */
export async function giveUp(attempt: Attempt, environment: Environment | undefined, error: unknown): Promise<void> {
  const { job, recorder } = attempt;
  const view = recorder.view();
  // There is no plan that could look; silence would be taken for "nothing".
  const leftovers = view.risk === 'probe' && hasBegun(view) ? [words.mayBeLeft(view.request)] : [];
  let report: Report | undefined;
  try {
    const end = environment && endOf(view, { environment, outcome: 'failed', leftovers });
    report = end && job.report(job.parse(view.request.input), view.facts, end);
  } catch {
    report = undefined;
  }
  await recorder.record({ type: 'ended', outcome: 'failed', error: viewOf(error), report, leftovers });
}

/** How the run ended, as its report is made from it. */
export function endOf(view: RunView, end: Pick<RunOutcome, 'environment' | 'outcome' | 'leftovers'>): RunOutcome {
  const steps = Object.fromEntries(view.steps.map((step) => [step.id, stepOutcomeOf(step)]));
  // Both times are the journal's, so a worker whose clock is wrong changes nothing.
  const tookMs = Date.parse(view.lastAt) - Date.parse(view.startedAt ?? view.lastAt);
  return { ...end, steps, tookMs, endedAt: view.lastAt };
}

function stepOutcomeOf(step: StepView): StepOutcome {
  const tookMs = step.tookMs ?? 0;
  if (step.status === 'done') return { status: 'done', value: step.value, detail: step.detail, tookMs };
  if (step.status === 'failed') return { status: 'failed', message: step.detail ?? '', advice: step.advice, tookMs };
  if (step.status === 'skipped') return { status: 'skipped', why: step.detail ?? '' };
  return { status: 'not-run' };
}
