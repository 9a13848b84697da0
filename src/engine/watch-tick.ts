import { setTimeout as sleep } from 'node:timers/promises';
import { viewOf } from '#domain/errors.ts';
import { judged } from '#domain/incidents.ts';
import { isBad, type Reading, readingOf, type Schedule } from '#domain/schedule.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/schedules.ts';
import { lookOnce } from './look.ts';
import { begin, type Going, nowOf, settle } from './tick-record.ts';

/** A look takes less: no part of it may take longer than 90 s. */
const LOOK_MS = 100_000;
/** Two looks and the pause between them take less. */
const WATCH_MS = 300_000;
/** Looks, and looks again at what has changed. @throws the signal's reason */
export async function watch(going: Going): Promise<void> {
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
