import { Queue } from 'bullmq';
import { afterEach, describe, expect, it } from 'vitest';
import { openRedis } from '#adapters/redis/connect.ts';
import type { Schedules } from '#domain/ports.ts';
import { startTicker } from '#engine/ticker.ts';
import { openTicks, queueOf } from '#engine/ticks.ts';
import { until } from '../contract/until.ts';
import { ownRedis } from '../database.ts';
import { openUp, type Sky, stateOf, statusOf, tickDeps, wanted } from './watching.ts';
import { openWorld } from './world.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const SETTINGS = { concurrency: 5, lockMs: 60_000, stalledMs: 100, graceMs: 100 };
const SILENT = { info: () => undefined, error: () => undefined };
/** Often, so that the tests need not wait. */
const EVERY_MS = 200;

async function open() {
  const world = await openWorld();
  openUp(world);
  const sky: Sky = { healths: { metal: 'ok' }, looks: 0 };
  const ticks = openTicks(world.redis);
  const { name, prefix } = queueOf(world.environment);
  const queue = new Queue(name, { connection: world.redis, prefix });
  closers.push(
    async () => world.close(),
    () => queue.close(),
    () => ticks.close(),
  );
  const { schedule } = await world.schedules.add({ ...wanted(world), everyMs: EVERY_MS });
  /** The time of every tick that was begun. */
  const begun = new Set<number>();
  const { change } = world.schedules;
  const schedules: Schedules = {
    ...world.schedules,
    change: (ref, make) =>
      change(ref, (one) => {
        const next = make(one);
        if (next?.underWay) begun.add(next.underWay.tick);
        return next;
      }),
  };
  const deps = { ...tickDeps(world, statusOf(sky)), schedules };
  /** One worker. */
  const start = (confirmMs = 0) => {
    const connection = openRedis(ownRedis(), 'patient');
    const ticker = startTicker({ ...deps, confirmMs, ticks, connection, settings: SETTINGS, log: SILENT });
    const stop = async () => {
      await ticker.stop();
      connection.disconnect();
    };
    closers.push(stop);
    return stop;
  };
  const now = () => stateOf(world, schedule);
  const ticked = (count: number) => until(async () => (await now()).last && begun.size >= count);
  return { world, sky, queue, schedule, start, now, ticked, begun };
}

describe('workers that carry ticks', () => {
  it('begin at once, though nobody told the queue of the schedule, and share every tick', async () => {
    const { sky, start, ticked, now } = await open();
    start();
    start();

    await ticked(4);
    const { wellInARow } = await now();

    // One that is under way has looked, and has not counted yet.
    expect(sky.looks - wellInARow).toBeLessThanOrEqual(1);
  });

  it('follow the record: another interval, an end', async () => {
    const { world, queue, start, ticked, schedule } = await open();
    start();
    await ticked(1);
    await world.schedules.change(schedule, (one) => ({ ...one, everyMs: 60_000 }));
    await until(async () => (await queue.getJobSchedulers())[0]?.every === 60_000);

    await world.schedules.change(schedule, (one) => ({ ...one, removed: { at: 'now', by: one.by } }));

    await until(async () => (await queue.getJobSchedulers()).length === 0);
    expect(await queue.getDelayedCount()).toBe(0);
  });

  it('make a lost scheduler anew, and end one whose record is gone', async () => {
    const { world, queue, start, ticked, schedule } = await open();
    start();
    await ticked(1);
    await queue.obliterate({ force: true });
    await ticked(3);

    await world.schedules.forget(schedule);

    await until(async () => (await queue.getJobSchedulers()).length === 0);
  });

  it('do not make up for what was missed while none was there', async () => {
    const { start, ticked, now, begun } = await open();
    const stop = start();
    await ticked(1);
    await stop();
    const { tick } = await now();
    await until(async () => Date.now() > tick + 6 * EVERY_MS);
    const backAt = Date.now();
    const before = begun.size;

    start();
    await ticked(before + 3);

    const missed = [...begun].filter((atMs) => atMs > tick && atMs < backAt);
    expect(missed.length).toBeLessThanOrEqual(1);
  });

  it('hand over what is under way when they stop', async () => {
    const { world, sky, start, schedule } = await open();
    await world.schedules.change(schedule, (one) => ({ ...one, everyMs: 60_000 }));
    sky.healths = { metal: 'failure' };
    const stop = start(60_000);
    await until(async () => sky.looks === 1);
    await stop();
    expect((await stateOf(world, schedule)).incidents).toEqual([]);

    start();

    await until(async () => (await stateOf(world, schedule)).incidents.length === 1);
    expect((await stateOf(world, schedule)).underWay).toBeUndefined();
  });
});
