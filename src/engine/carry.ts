import { setTimeout as sleep } from 'node:timers/promises';
import { BusyError, CancelledError, InputError, LeaseLostError, ShutdownError } from '#domain/errors.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { RunView } from '#domain/fold.ts';
import type { Claim } from '#domain/ports.ts';
import { hasBegun } from '#domain/rounds.ts';
import type { Job, Plan, Risk, RunRef, SurveyContext } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/engine.ts';
import { admit, askFor, outsideWindows } from './admit.ts';
import { conclude, endCancelled, endStopped, giveUp } from './conclude.ts';
import { type Carried, valuesOf } from './context.ts';
import type { Attempt, Engine } from './engine.ts';
import { openRecorder } from './recorder.ts';
import { cleanUp, Doubt, Held, runSteps } from './run-plan.ts';
import { leaveToOthers, strangenessOf } from './strange.ts';
import { usualSteps } from './usual.ts';
import { watchStop } from './watch-stop.ts';

/** How often a worker asks for a run that another holds. */
const CLAIM_PAUSE_MS = 500;
/** A run that so many workers in a row left at one step is given up: it would take every worker down, one by one. */
const MAX_TAKEOVERS = 20;

type Lease = Extract<Claim, { readonly kind: 'held' }>;
type Signals = { readonly signal: AbortSignal; readonly stopping: AbortSignal };

/**
 * Carries a run from wherever its journal stands as far as it goes: to its end, or to where it waits for people. Safe to
 * call again, on any worker, at any time. Gives the run's risk, where it is known.
 * @throws LeaseLostError when another worker took the run; ShutdownError when this process stops first
 */
export async function carry(engine: Engine, run: RunRef, signals: Signals): Promise<Risk | undefined> {
  const { journal, leaseMs, worker } = engine;
  const held = await claim(engine, run, signals);
  if (held === undefined) return undefined;
  const recorder = openRecorder({ journal, run, ...held, leaseMs });
  const view = recorder.view();
  const lost = new AbortController();
  const letGo = recorder.keep((error) => lost.abort(error));
  const signal = AbortSignal.any([signals.signal, lost.signal]);
  const attempt = { engine, run, recorder, job: engine.jobs[view.request.job] };
  try {
    await carryOn(attempt, held, { ...signals, signal });
    return recorder.view().risk;
  } catch (error) {
    letGo();
    if (error instanceof ShutdownError) await recorder.record({ type: 'handed-over', worker });
    // What is in the way is in nobody's way longer than for this attempt.
    if (error instanceof BusyError) await recorder.park().catch(() => undefined);
    throw error;
  } finally {
    letGo();
  }
}

/**
 * Waits until no other worker holds the run: one that lost touch may still be at work until its lease is over. Gives the
 * lease; undefined when the run has ended.
 */
async function claim(
  { runs, leaseMs, worker, jobs, stack }: Engine,
  run: RunRef,
  { signal, stopping }: Signals,
): Promise<Lease | undefined> {
  const isOurs = stack.environments.some(({ name }) => name === run.environment);
  for (;;) {
    const answer = await runs.claim(run, leaseMs, { worker, jobs: isOurs ? Object.keys(jobs) : [] });
    if (answer.kind === 'held') return answer;
    if (answer.kind === 'over') return undefined;
    signal.throwIfAborted();
    stopping.throwIfAborted();
    await sleep(Math.min(answer.forMs + 1, CLAIM_PAUSE_MS));
  }
}

async function carryOn(attempt: Attempt, held: Lease, signals: Signals): Promise<void> {
  const { engine, run, recorder } = attempt;
  const { control, fence, hasBegun: isStarted } = held;
  const view = recorder.view();
  const environment = engine.stack.environments.find((known) => known.name === run.environment);
  const strangeness = strangenessOf(engine, view.request);
  const stop = watchStop(engine.gate, run);
  try {
    if (strangeness !== undefined || !environment) return await leaveToOthers(attempt, view, strangeness ?? '');
    if (view.idleTakeovers >= MAX_TAKEOVERS)
      throw new InputError(words.gaveUp(MAX_TAKEOVERS), { advice: words.gaveUpAdvice });
    const admission = await admit(view, environment, { ...engine, control, fence });
    if (admission.kind === 'park') return await recorder.park(...admission.events);
    if (admission.kind === 'cancel') {
      if (admission.events.length > 0) await recorder.record(...admission.events);
      return await endCancelled(attempt, environment);
    }
    if (!isStarted) await recorder.record({ type: 'started', worker: engine.worker, attempt: view.attempt + 1 });
    const signal = AbortSignal.any([signals.signal, stop.signal]);
    const plan = await planned(attempt, { view, environment, signal });
    if (plan) await perform(attempt, plan, { environment, signals, stop: stop.signal });
  } catch (error) {
    if (error instanceof LeaseLostError || error instanceof BusyError) throw error;
    signals.signal.throwIfAborted();
    signals.stopping.throwIfAborted();
    if (error instanceof CancelledError && environment) return await endStopped(attempt, environment);
    await giveUp(attempt, environment, error);
  } finally {
    stop.end();
  }
}

type Planning = { readonly view: RunView; readonly environment: Environment; readonly signal: AbortSignal };

/**
 * The plan to carry out; undefined when it has to be judged first, and the run is parked. Until its first step a run
 * that changes something is surveyed anew, so that what people approved is what is done.
 */
async function planned(attempt: Attempt, { view, environment, signal }: Planning): Promise<Plan | undefined> {
  const { engine, run, recorder, job } = attempt;
  const ports = engine.ports(environment);
  const input = job.parse(view.request.input);
  const isFresh = view.facts === undefined || (view.approval !== undefined && !hasBegun(view));
  const usual = isFresh ? usualSteps(engine, view.request) : undefined;
  const facts = isFresh ? await surveyed(job, input, { environment, ports, signal }) : view.facts;
  const plan = job.plan(input, facts, environment);
  if (isFresh) {
    recorder.soon(plannedOf(plan, facts, await usual));
  }
  if (plan.risk === 'read') return plan;
  const asked = askFor(view, plan, { environment, nowMs: await engine.gate.nowMs(run.environment) });
  if (asked) {
    await recorder.park(asked);
    return undefined;
  }
  const { freeze: byPeople, stop } = await engine.gate.control(run);
  // A survey takes its time, and a window may have closed meanwhile.
  const { risk } = plan;
  const freeze = byPeople ?? (await outsideWindows({ risk, begunAt: view.begunAt }, environment, engine.gate));
  if (!freeze || stop) return plan;
  await recorder.park({ type: 'held', freeze });
  return undefined;
}

function plannedOf(plan: Plan, facts: unknown, usual?: ReadonlyMap<string, number>): RunEventBody {
  const steps = plan.steps.map(({ id, title, layer, skip, risk }) => {
    const usuallyMs = usual?.get(id);
    return { id, title, layer, skip, risk, usuallyMs };
  });
  const { summary, risk, independent: isIndependent } = plan;
  return { type: 'planned', summary, risk, steps, facts, isIndependent };
}

/** @throws the signal's reason when it was aborted meanwhile, whatever the survey makes of that */
async function surveyed(job: Job, input: unknown, ctx: SurveyContext): Promise<unknown> {
  try {
    return await job.survey(input, ctx);
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw error;
  }
}

type Performance = {
  readonly environment: Environment;
  readonly signals: Signals;
  /** Aborts when a person wants the run to stop at once. */
  readonly stop: AbortSignal;
};

async function perform(attempt: Attempt, plan: Plan, { environment, signals, stop }: Performance): Promise<void> {
  const { engine, run, recorder } = attempt;
  const view = recorder.view();
  const carried: Carried = {
    run,
    environment,
    ports: engine.ports(environment),
    recorder,
    gate: engine.gate,
    values: valuesOf(view),
    ...signals,
  };
  try {
    const signal = AbortSignal.any([signals.signal, stop]);
    if (view.state !== 'cleaning') await runSteps(plan, view, { ...carried, signal });
  } catch (error) {
    if (error instanceof Doubt) return recorder.park(error.event);
    if (error instanceof Held) return recorder.park({ type: 'held', freeze: error.freeze });
    if (!(error instanceof CancelledError)) throw error;
  }
  if (plan.steps.some((step) => step.undo)) {
    if (view.state !== 'cleaning') await recorder.record({ type: 'clean-up-started' });
    await cleanUp(plan, recorder.view(), carried);
  }
  await conclude(attempt, plan, carried);
}
