import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, LeaseLostError, ShutdownError, viewOf } from '#domain/errors.ts';
import { fold, type RunView, type StepView } from '#domain/fold.ts';
import type { JobPorts, Journal, Runs } from '#domain/ports.ts';
import type { Job, JobName, Outcome, Plan, RunOutcome, RunRef, StepOutcome } from '#domain/run.ts';
import type { Environment, Stack } from '#domain/stack.ts';
import { words } from '#words/engine.ts';
import { type Carried, valuesOf } from './context.ts';
import { openRecorder, type Recorder } from './recorder.ts';
import { cleanUp, leftoversOf, runSteps } from './run-plan.ts';

/** How often a worker asks for a run that another holds. */
const CLAIM_PAUSE_MS = 500;
/** A run that so many workers began and none ended is given up: it would take every worker down, one by one. */
const MAX_ATTEMPTS = 20;

export type Engine = {
  readonly jobs: Readonly<Record<JobName, Job>>;
  readonly stack: Stack;
  /** Opens what the jobs of an environment may use. */
  readonly ports: (environment: Environment) => JobPorts;
  readonly runs: Runs;
  readonly journal: Journal;
  /** How long this worker keeps a run without a sign of life. */
  readonly leaseMs: number;
  /** Name of this worker, for people: host and process. */
  readonly worker: string;
};

type Signals = { readonly signal: AbortSignal; readonly stopping: AbortSignal };

/**
 * Carries a run from wherever its journal stands to its end. Safe to call again, on any worker, at any time.
 * @throws LeaseLostError when another worker took the run; ShutdownError when this process stops first
 */
export async function carry(engine: Engine, run: RunRef, signals: Signals): Promise<void> {
  const attempt = await claim(engine, run, signals);
  const view = fold(await engine.journal.read(run));
  if (!view || view.state === 'ended') return;
  const { journal, leaseMs, worker } = engine;
  const recorder = openRecorder({ journal, run, start: { fence: attempt, seq: view.seq }, leaseMs });
  const lost = new AbortController();
  const letGo = recorder.keep((error) => lost.abort(error));
  const signal = AbortSignal.any([signals.signal, lost.signal]);
  try {
    await recorder.record({ type: 'started', worker, attempt });
    await carryOn({ engine, run, view, attempt, recorder }, { ...signals, signal });
  } catch (error) {
    letGo();
    if (error instanceof ShutdownError) await recorder.record({ type: 'handed-over', worker });
    throw error;
  } finally {
    letGo();
  }
}

/** Waits until no other worker holds the run: one that lost touch may still be at work until its lease is over. */
async function claim({ runs, leaseMs }: Engine, run: RunRef, { signal, stopping }: Signals): Promise<number> {
  for (;;) {
    const answer = await runs.claim(run, leaseMs);
    if (answer.kind === 'held') return answer.fence;
    signal.throwIfAborted();
    stopping.throwIfAborted();
    await sleep(Math.min(answer.forMs + 1, CLAIM_PAUSE_MS));
  }
}

type Attempt = {
  readonly engine: Engine;
  readonly run: RunRef;
  readonly view: RunView;
  readonly attempt: number;
  readonly recorder: Recorder;
};

async function carryOn({ engine, run, view, attempt, recorder }: Attempt, signals: Signals): Promise<void> {
  const job = engine.jobs[view.request.job];
  const environment = engine.stack.environments.find((known) => known.name === run.environment);
  try {
    if (!environment)
      throw new InputError(`carrying run #${run.number}: no environment "${run.environment}" in the stack file`);
    if (attempt > MAX_ATTEMPTS) throw new InputError(words.gaveUp(MAX_ATTEMPTS), { advice: words.gaveUpAdvice });
    const ports = engine.ports(environment);
    const input = job.parse(view.request.input);
    const facts = view.facts ?? (await job.survey(input, { environment, ports, signal: signals.signal }));
    const plan = job.plan(input, facts, environment);
    const values = valuesOf(view);
    const carried: Carried = { run, environment, ports, recorder, values, ...signals };
    await perform({ engine, plan, facts, carried, view });
    await conclude({ engine, job, plan, carried });
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    signals.signal.throwIfAborted();
    signals.stopping.throwIfAborted();
    await giveUp(engine, { run, recorder, job, environment, error });
  }
}

type Performance = {
  readonly engine: Engine;
  readonly plan: Plan;
  readonly facts: unknown;
  readonly carried: Carried;
  readonly view: RunView;
};

async function perform({ engine, plan, facts, carried, view }: Performance): Promise<void> {
  const { recorder } = carried;
  if (view.facts === undefined) {
    const steps = plan.steps.map(({ id, title, layer, skip }) => ({ id, title, layer, skip }));
    await recorder.record({ type: 'planned', summary: plan.summary, risk: plan.risk, steps, facts });
  }
  if (view.state !== 'cleaning') await runSteps(plan, view, carried);
  if (!plan.steps.some((step) => step.undo)) return;
  if (view.state !== 'cleaning') await recorder.record({ type: 'clean-up-started' });
  await cleanUp(plan, await viewNow(engine, carried.run), carried);
}

async function viewNow(engine: Engine, run: RunRef): Promise<RunView> {
  const view = fold(await engine.journal.read(run));
  if (!view) throw new Error(`reading run #${run.number}: its journal is gone`);
  return view;
}

type Ending = { readonly engine: Engine; readonly job: Job; readonly plan: Plan; readonly carried: Carried };

async function conclude({ engine, job, plan, carried }: Ending): Promise<void> {
  const leftovers = await leftoversOf(plan, carried);
  const view = await viewNow(engine, carried.run);
  const failures = view.steps.filter((step) => step.status === 'failed').length;
  const broken = plan.independent ? failures > 0 && failures === view.steps.length : failures > 0;
  const outcome: Outcome = broken || leftovers.length > 0 ? 'failed' : 'succeeded';
  const input = job.parse(view.request.input);
  const { environment } = carried;
  const report = job.report(input, view.facts, outcomeOf(view, { environment, outcome, leftovers }));
  const ill = plan.risk === 'read' && (report.health === 'failure' || report.health === 'warning');
  await carried.recorder.record({
    type: 'ended',
    outcome: outcome === 'succeeded' && ill ? 'degraded' : outcome,
    report,
    leftovers,
  });
}

type Surrender = {
  readonly run: RunRef;
  readonly recorder: Recorder;
  readonly job: Job;
  readonly environment: Environment | undefined;
  readonly error: unknown;
};

/** Ends a run that has no plan, or whose end itself went wrong. */
async function giveUp(engine: Engine, { run, recorder, job, environment, error }: Surrender): Promise<void> {
  const view = await viewNow(engine, run);
  let report;
  try {
    const end = environment && outcomeOf(view, { environment, outcome: 'failed', leftovers: [] });
    report = end && job.report(job.parse(view.request.input), view.facts, end);
  } catch {
    report = undefined;
  }
  await recorder.record({ type: 'ended', outcome: 'failed', error: viewOf(error), report, leftovers: [] });
}

function outcomeOf(view: RunView, end: Pick<RunOutcome, 'environment' | 'outcome' | 'leftovers'>): RunOutcome {
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
