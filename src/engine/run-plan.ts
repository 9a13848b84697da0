import { isShared } from '#domain/approval.ts';
import { AmbiguousError, BusyError, CancelledError, LeaseLostError, ShutdownError, viewOf } from '#domain/errors.ts';
import type { Freeze, RunEventBody } from '#domain/events.ts';
import type { RunView, StepView } from '#domain/fold.ts';
import type { Plan, Step } from '#domain/run.ts';
import { words } from '#words/engine.ts';
import { again } from './again.ts';
import { type Carried, contextOf } from './context.ts';
import { runStep } from './run-step.ts';

/** How long the clean-up of one step may take, whatever became of the run itself. */
const UNDO_TIMEOUT_MS = 180_000;

/** The state in which an earlier attempt left this step. */
function stateOf(view: RunView, step: Step): StepView {
  return view.steps.find((known) => known.id === step.id) ?? { ...step, status: 'pending' };
}

/** Errors that say nothing about the step: this process, or its right to the run, came to an end, or its store is ill. */
function isOurs(error: unknown): boolean {
  return error instanceof LeaseLostError || error instanceof ShutdownError || error instanceof BusyError;
}

/** Thrown between two steps when the environment was frozen meanwhile. */
export class Held extends Error {
  readonly freeze: Freeze;

  constructor(freeze: Freeze) {
    super('frozen');
    this.freeze = freeze;
  }
}

/** Thrown when a person has to say whether a step was done. */
export class Doubt extends Error {
  readonly event: Extract<RunEventBody, { readonly type: 'doubted' }>;

  constructor(event: Doubt['event']) {
    super(event.error.message);
    this.event = event;
  }
}

/** Between two steps: does a person want the run to stop, or nothing to be changed? @throws CancelledError, Held */
async function goOn(plan: Plan, { gate, run, recorder }: Carried): Promise<void> {
  const { stop, freeze } = await gate.control(run);
  if (stop) {
    await recorder.record({ type: 'stop-asked', ...stop });
    throw new CancelledError(words.stoppedBy(stop.by.name));
  }
  if (freeze && plan.risk !== 'read') throw new Held(freeze);
}

/** Runs the steps: one after the other up to the first failure, or all at once where the plan says they are independent. */
export async function runSteps(plan: Plan, view: RunView, carried: Carried): Promise<void> {
  if (plan.independent) {
    const ends = await Promise.allSettled(
      plan.steps.map((step) => attempt(step, stateOf(view, step), { ...carried, risk: plan.risk })),
    );
    const lost = ends.find((end) => end.status === 'rejected');
    if (lost) throw lost.reason;
    return;
  }
  for (const step of plan.steps) {
    const before = stateOf(view, step);
    if (before.status === 'failed') return;
    if (before.status === 'done' || before.status === 'skipped') continue;
    await goOn(plan, carried);
    if (!(await attempt(step, before, { ...carried, risk: plan.risk }))) return;
  }
}

/** False when the step failed; the failure stands in the journal. */
async function attempt(step: Step, before: StepView, carried: Carried & Pick<Plan, 'risk'>): Promise<boolean> {
  const startedAt = performance.now();
  if (before.status === 'failed') return false;
  try {
    await runStep(step, before, carried);
    return true;
  } catch (error) {
    if (isOurs(error)) throw error;
    // What a probe left in doubt is cleaned up with the rest of it.
    if (error instanceof AmbiguousError && !isShared(carried.risk)) {
      const { ifDone: value } = step;
      const canBeDone = value !== undefined;
      throw new Doubt({ type: 'doubted', stepId: step.id, error: viewOf(error), canBeDone, value });
    }
    const tookMs = Math.round(performance.now() - startedAt);
    const failed: RunEventBody = { type: 'step-failed', stepId: step.id, error: viewOf(error), tookMs };
    if (!(error instanceof CancelledError)) {
      await carried.recorder.record(failed);
      return false;
    }
    const { stop } = await carried.gate.control(carried.run);
    await carried.recorder.record(...(stop ? [{ type: 'stop-asked', ...stop } as const] : []), failed);
    throw error;
  }
}

/**
 * Undoes, last first, every step that was ever begun, by name and mark; goes on after one that cannot be undone, and
 * tries it once more at the end. Resumed, it leaves alone what was undone before.
 */
export async function cleanUp(plan: Plan, view: RunView, carried: Carried): Promise<void> {
  await undoAll(plan, view, carried);
  // What stood in its way may be gone with the others, or the cloud be well again.
  const then = carried.recorder.view();
  if (Object.keys(then.stuck).length > 0) await undoAll(plan, then, carried);
}

async function undoAll(plan: Plan, view: RunView, carried: Carried): Promise<void> {
  for (const step of plan.steps.toReversed()) {
    const state = stateOf(view, step).status;
    if (!step.undo || state === 'pending' || state === 'skipped' || view.undone.includes(step.id)) continue;
    carried.stopping.throwIfAborted();
    const signal = AbortSignal.any([carried.signal, AbortSignal.timeout(UNDO_TIMEOUT_MS)]);
    try {
      await again(async () => step.undo?.(contextOf(carried, step, signal)), signal);
      await carried.recorder.record({ type: 'undone', stepId: step.id });
    } catch (error) {
      carried.signal.throwIfAborted();
      if (isOurs(error)) throw error;
      await carried.recorder.record({ type: 'undone', stepId: step.id, error: viewOf(error) });
    }
  }
}

/** What is still there; a line that says so when it could not be looked at. Never silently nothing. */
export async function leftoversOf(plan: Plan, carried: Carried): Promise<readonly string[]> {
  if (!plan.leftovers) return [];
  const signal = AbortSignal.any([carried.signal, AbortSignal.timeout(UNDO_TIMEOUT_MS)]);
  try {
    const ctx = contextOf(carried, { id: 'leftovers' }, signal);
    return await again(async () => plan.leftovers?.(ctx) ?? [], signal);
  } catch (error) {
    carried.signal.throwIfAborted();
    return [viewOf(error).message];
  }
}
