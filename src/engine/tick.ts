import { setTimeout as sleep } from 'node:timers/promises';
import { judge } from '#domain/access.ts';
import { viewOf } from '#domain/errors.ts';
import type { RunEvent } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import { judged } from '#domain/incidents.ts';
import type { Audit, Dispatcher, Schedules } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import {
  isActive,
  isBad,
  type Reading,
  readingOf,
  rightOf,
  type Schedule,
  type ScheduleRef,
} from '#domain/schedule.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/schedules.ts';
import type { Engine } from './engine.ts';
import { lookOnce } from './look.ts';

export type TickDeps = {
  readonly engine: Engine;
  readonly schedules: Schedules;
  readonly dispatcher: Dispatcher;
  readonly audit: Pick<Audit, 'record'>;
  /** How long after a look that differs from what was told it is looked again. */
  readonly confirmMs: number;
};

/** A tick: `atMs` is its time, which is its name too. */
export type TickOf = { readonly of: ScheduleRef; readonly atMs: number };

/** What is at hand of a tick that may be carried. */
type Going = TickDeps & {
  readonly tick: TickOf;
  readonly schedule: Schedule;
  readonly environment: Environment;
  readonly signal: AbortSignal;
};

/** A look takes less: no part of it may take longer than 90 s. */
const LOOK_MS = 100_000;
/** Two looks and the pause between them take less. */
const WATCH_MS = 300_000;
/** From the record that a run will be asked for to its number takes less. */
const ASKING_MS = 60_000;
/** How often a worker looks whether a run has ended. */
const RUN_POLL_MS = 1000;

/**
 * Carries one tick of a schedule, safe to do again by any worker: it counts once. Resolves when what it found stands in the
 * record, or why it was left out.
 * @throws the signal's reason; whatever Redis or the queue throws
 */
export async function carryTick(tick: TickOf, deps: TickDeps, signal: AbortSignal): Promise<void> {
  const { engine, schedules } = deps;
  const environment = engine.stack.environments.find(({ name }) => name === tick.of.environment);
  const schedule = await schedules.change(tick.of, () => undefined);
  if (!environment || !schedule || !isActive(schedule)) return;
  const going = { ...deps, tick, schedule, environment, signal };
  if (!judge(environment, rightOf(schedule), callerOf(schedule)).allowed) return pause(going);
  return schedule.job === 'status' ? watch(going) : test(going);
}

function callerOf({ by, groups, channel }: Schedule) {
  return { person: by, groups, channel };
}

/** Ends the ticking of one whose maker lost the right to it. */
async function pause({ schedules, audit, tick, engine, environment }: Going): Promise<void> {
  const at = await nowOf(engine, environment);
  const why = words.rightLost;
  let isOurs = false;
  await schedules.change(tick.of, (one) => {
    isOurs = isActive(one);
    return isOurs ? { ...one, underWay: undefined, paused: { at, why, isChannel: false } } : undefined;
  });
  if (!isOurs) return;
  await audit.record(environment.name, { type: 'unscheduled', schedule: tick.of.schedule, why });
}

async function nowOf({ gate }: Engine, { name }: Environment): Promise<string> {
  return new Date(await gate.nowMs(name)).toISOString();
}

/** Takes the tick for this worker, unless it was carried, or an earlier one still is: then says so. */
async function begin({ schedules, tick: { of, atMs }, engine, environment }: Going, lastMs: number): Promise<boolean> {
  const nowMs = await engine.gate.nowMs(environment.name);
  const begun = await schedules.change(of, (one) => {
    const { underWay } = one;
    if (!isActive(one) || underWay?.tick === atMs || one.tick >= atMs) return undefined;
    if (underWay && underWay.untilMs > nowMs) {
      return { ...one, tick: atMs, skipped: { at: new Date(nowMs).toISOString(), why: words.stillLooking } };
    }
    return { ...one, tick: atMs, underWay: { tick: atMs, untilMs: nowMs + lastMs } };
  });
  return begun?.underWay?.tick === atMs;
}

async function leaveOut({ schedules, tick: { of, atMs }, engine, environment }: Going, why: string): Promise<void> {
  const at = await nowOf(engine, environment);
  await schedules.change(of, (one) => (one.tick >= atMs ? undefined : { ...one, tick: atMs, skipped: { at, why } }));
}

/** Writes what the tick found, once, with what that means for the incidents. */
async function settle(
  { schedules }: Pick<Going, 'schedules'>,
  { of, atMs }: TickOf,
  { reading, counts }: { readonly reading: Reading; readonly counts?: (layer: string) => boolean },
): Promise<void> {
  await schedules.change(of, (one) => {
    if (one.underWay?.tick !== atMs) return undefined;
    const isWell = !reading.layers.some(isBad);
    const incidents = reading.changedBy === undefined ? judged(one.incidents, reading, counts) : one.incidents;
    const wellInARow = isWell ? one.wellInARow + 1 : 0;
    return { ...one, underWay: undefined, skipped: undefined, last: reading, incidents, wellInARow };
  });
}

async function watch(going: Going): Promise<void> {
  if (!(await begin(going, WATCH_MS))) return;
  const first = await look(going);
  if (first.changedBy !== undefined || judged(going.schedule.incidents, first) === going.schedule.incidents) {
    return settle(going, going.tick, { reading: first });
  }
  await sleep(going.confirmMs, undefined, { signal: going.signal });
  const reading = await look(going);
  const before = new Map(first.layers.map((layer) => [layer.layer, isBad(layer)]));
  const after = new Map(reading.layers.map((layer) => [layer.layer, isBad(layer)]));
  await settle(going, going.tick, { reading, counts: (layer) => before.get(layer) === after.get(layer) });
}

async function look({ engine, schedule, environment, signal }: Going): Promise<Reading> {
  const atMs = await engine.gate.nowMs(environment.name);
  const { job, input, by, key, team, channel, schedule: number } = schedule;
  const origin = { kind: 'schedule', schedule: number, team, channel: channel.id } as const;
  const request = { job, input, by, key, origin, environment: environment.name };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  const reading = await lookOnce(engine, { job: engine.jobs[job], request, environment, atMs, signal: limit })
    .then(readingOf)
    .catch((error: unknown) => {
      signal.throwIfAborted();
      return unreadable(schedule, environment, { error, atMs });
    });
  const { inside } = await engine.gate.queue(environment.name);
  return { ...reading, at: await nowOf(engine, environment), changedBy: inside?.number };
}

/** Nothing at all could be read. */
function unreadable(
  { input }: Schedule,
  { layers }: Environment,
  { error, atMs }: { readonly error: unknown; readonly atMs: number },
): Reading {
  const { message: cause, advice } = viewOf(error);
  const names = layers.filter(({ name }) => input.layer === 'all' || input.layer === name).map(({ name }) => name);
  const what = words.notRead;
  return {
    at: new Date(atMs).toISOString(),
    layers: names.map((layer) => ({ layer, health: 'unknown', summary: what, what, cause, advice })),
  };
}

async function test(going: Going): Promise<void> {
  const { schedules, tick, schedule, engine, environment, signal } = going;
  const earlier = schedule.underWay;
  if (earlier?.run && earlier.tick !== tick.atMs) {
    const view = await viewOfRun(engine, earlier.run);
    if (view?.state !== 'ended') return leaveOut(going, words.stillRuns(earlier.run.number));
    await settleRun(going, { of: tick.of, atMs: earlier.tick }, view);
  }
  const hindrance = earlier?.tick === tick.atMs ? undefined : await hindranceOf(engine, environment);
  if (hindrance !== undefined) return leaveOut(going, hindrance);
  if (!(await begin(going, ASKING_MS))) return;
  const run = await askFor(going);
  await schedules.change(tick.of, (one) =>
    one.underWay?.tick === tick.atMs ? { ...one, underWay: { ...one.underWay, untilMs: 0, run } } : undefined,
  );
  await settleRun(going, tick, await untilEnded(engine, run, signal));
}

/** What a smoke test would have to wait for. */
async function hindranceOf({ gate }: Engine, { name }: Environment): Promise<string | undefined> {
  const [freeze, { inside, waiting }] = await Promise.all([gate.frozen(name), gate.queue(name)]);
  if (freeze) return words.frozen(freeze.by.name);
  const [first = inside] = inside ? [inside] : waiting;
  return first && words.changing(first.number);
}

async function askFor({ dispatcher, schedule, tick }: Going): Promise<RunRef> {
  const { job, input, by, team, channel, environment } = schedule;
  const origin = { kind: 'schedule', schedule: schedule.schedule, team, channel: channel.id } as const;
  const once = `schedule:${schedule.schedule}-${schedule.key}:${tick.atMs}`;
  const { request } = await dispatcher.dispatch({ job, input, by, environment, origin, once });
  return { number: request.number, key: request.key, environment };
}

async function viewOfRun({ journal }: Engine, run: RunRef): Promise<RunView | undefined> {
  return fold(await journal.read(run));
}

/** @throws the signal's reason */
async function untilEnded({ journal }: Engine, run: RunRef, signal: AbortSignal): Promise<RunView> {
  const events: RunEvent[] = [];
  for (;;) {
    events.push(...(await journal.read(run, events.at(-1)?.seq ?? 0)));
    const view = events.at(-1)?.type === 'ended' ? fold(events) : undefined;
    if (view) return view;
    await sleep(RUN_POLL_MS, undefined, { signal });
  }
}

/** One that a person stopped says nothing of the cloud. */
async function settleRun(going: Going, tick: TickOf, view: RunView): Promise<void> {
  if (view.outcome !== 'cancelled') return settle(going, tick, { reading: readingOfRun(going.schedule, view) });
  const skipped = { at: view.lastAt, why: words.cancelled(view.request.number) };
  await going.schedules.change(tick.of, (one) =>
    one.underWay?.tick === tick.atMs ? { ...one, underWay: undefined, skipped } : undefined,
  );
}

/** A run that failed is bad news, even where each layer by itself is well. */
function readingOfRun({ input }: Schedule, { request, report, error, outcome, lastAt }: RunView): Reading {
  const { number, key, environment } = request;
  const run = { number, key, environment };
  const read = report ? readingOf(report) : { at: lastAt, layers: [] };
  if (outcome === 'succeeded' || read.layers.some(isBad)) return { ...read, run };
  const [trouble] = report?.troubles ?? [];
  const what = trouble?.what ?? error?.message;
  const advice = trouble?.advice ?? error?.advice;
  const names = read.layers.length === 0 ? [input.layer] : read.layers.slice(0, 1).map(({ layer }) => layer);
  const layers = names.map((layer) => ({ layer, health: 'failure' as const, summary: '', what, advice }));
  return { ...read, run, layers: [...layers, ...read.layers.slice(1)] };
}
