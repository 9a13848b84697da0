import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { RunRef } from '#domain/run.ts';
import { isBad, type Reading, readingOf, type Schedule } from '#domain/schedule.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/schedules.ts';
import type { Engine } from './engine.ts';
import { begin, type Going, leaveOut, settle, type TickOf } from './tick-record.ts';

/** From the record that a run will be asked for to its number takes less. */
const ASKING_MS = 60_000;
/** How often a worker looks whether a run has ended. */
const RUN_POLL_MS = 1000;

/** Asks for the run of the tick, and waits for its end. @throws the signal's reason */
export async function test(going: Going): Promise<void> {
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
