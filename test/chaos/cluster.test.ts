import { afterEach, expect, it } from 'vitest';
import { Cluster } from 'ioredis';
import { openRedis, untilReady } from '#adapters/redis/connect.ts';
import { readPolicy } from '#adapters/redis/policy.ts';
import { approve } from '#commands/approval.ts';
import { type Decider, freeze, unfreeze } from '#commands/decisions.ts';
import type { Click } from '#domain/command.ts';
import { flawsOf } from '#domain/audit.ts';
import type { RunView } from '#domain/fold.ts';
import type { RunRef } from '#domain/run.ts';
import type { Stack } from '#domain/stack.ts';
import { openDispatcher, openQueue, type SegmentQueue } from '#engine/queue.ts';
import { startWorker } from '#engine/worker.ts';
import { jobOf, Shelf, thingStep } from '../engine/job.ts';
import { openWorld, type World } from '../engine/world.ts';
import { type Redises, startCluster } from './redises.ts';

const SETTINGS = { concurrency: 4, lockMs: 1500, stalledMs: 500, graceMs: 1000 };
const silent = { info: () => undefined, error: () => undefined };

let redises: Redises | undefined;
afterEach(() => redises?.stop());

it('carries runs on a Redis Cluster: approval, queue, freeze, audit, on several environments', async () => {
  redises = await startCluster();
  const { address } = redises;
  const worlds = await Promise.all([1, 2, 3, 4].map(() => openWorld(address)));
  const [redis, connection] = [openRedis(address, 'patient'), openRedis(address, 'patient')];
  await untilReady(redis, 5000);
  const queue = openQueue(redis);
  const shelf = new Shelf();
  const job = jobOf({ summary: 'a thing', risk: 'change', steps: [thingStep(shelf, 'thing')] });
  const stack: Stack = { environments: worlds.flatMap((world) => world.stack.environments), terminal: {} };
  for (const environment of stack.environments) Object.assign(environment.people, { approve: ['U9'] });
  const engines = worlds.map((world) => ({ ...world.engine(job), stack, leaseMs: SETTINGS.lockMs }));
  const workers = engines.map((engine) => startWorker({ engine, queue, connection, settings: SETTINGS, log: silent }));

  expect(await readPolicy(redis)).toMatchObject({ evicts: undefined });
  expect(redis instanceof Cluster && redis.nodes('master')).toHaveLength(3);
  await Promise.all(worlds.map((world) => playOne(world, queue)));
  expect(shelf.made).toBe(2 * worlds.length);
  expect(await queue.workers()).toBeGreaterThan(0);

  await Promise.all(workers.map((worker) => worker.stop()));
  await queue.close();
  for (const client of [redis, connection, ...worlds.map((world) => world.redis)]) client.disconnect();
});

/** Two changes of one environment: both approved, the second stopped by a freeze until it is over. */
async function playOne(world: World, queue: SegmentQueue): Promise<void> {
  const { stack, runs, journal, gate, audit, artifacts, schedules, environment } = world;
  const dispatcher = openDispatcher(runs, queue);
  const wake = (run: RunRef, seq: number) => queue.enqueue(run, seq);
  const decider: Decider = {
    caller: { person: { id: 'U9', name: 'lead' }, groups: [], channel: { id: 'C0OPS', name: 'ops' } },
    deps: {
      stack,
      runs,
      journal,
      gate,
      audit,
      artifacts,
      schedules,
      dispatcher,
      wake,
      keepTicking: async () => undefined,
      habits: world.habits,
    },
  };
  const heard: number[] = [];
  const unwatch = await runs.watch((run) => heard.push(run.number));
  const origin = { kind: 'terminal', host: 'here' } as const;
  const wanted = { environment, job: 'drill', input: {}, by: { id: 'U1', name: 'operator' }, origin } as const;
  const first = (await dispatcher.dispatch({ ...wanted, once: 'first' })).request;
  const second = (await dispatcher.dispatch({ ...wanted, once: 'second' })).request;
  expect((await dispatcher.dispatch({ ...wanted, once: 'second' })).fresh).toBe(false);

  await until(world, first, 'asking');
  await until(world, second, 'asking');
  await freeze(stack.environments, { reason: 'disk swap' }, decider);
  for (const run of [first, second]) await approve(await clickOf(world, run), decider);
  await until(world, first, 'held');
  await until(world, second, 'held');
  await unfreeze(stack.environments, decider);
  await until(world, first, 'ended');
  await until(world, second, 'ended');

  for (const run of [first, second]) {
    const { outcome, error, steps, leftovers } = await world.view(run);
    const bad = steps.filter(({ status }) => status !== 'done');
    expect({ outcome, error, bad, leftovers }).toEqual({
      outcome: 'succeeded',
      error: undefined,
      bad: [],
      leftovers: [],
    });
  }
  expect(await gate.queue(environment)).toEqual({ inside: undefined, waiting: [] });
  const { records, head } = await audit.read(environment);
  expect(flawsOf(records, head)).toEqual([]);
  expect(new Set(heard)).toEqual(new Set([first.number, second.number]));
  await unwatch();
}

async function clickOf(world: World, run: RunRef): Promise<Click> {
  const { approval } = await world.view(run);
  return { run: run.number, key: run.key, digest: approval?.digest };
}

async function until(world: World, run: RunRef, state: RunView['state']): Promise<void> {
  await expect.poll(async () => (await world.view(run)).state, { timeout: 60_000 }).toBe(state);
}
