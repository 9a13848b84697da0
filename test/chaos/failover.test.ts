import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openRedis } from '#adapters/redis/connect.ts';
import { flawsOf } from '#domain/audit.ts';
import type { RedisAddress } from '#domain/redis.ts';
import type { Job } from '#domain/run.ts';
import { openQueue } from '#engine/queue.ts';
import { startWorker } from '#engine/worker.ts';
import { jobOf, Shelf, thingStep } from '../engine/job.ts';
import { openWorld, type World } from '../engine/world.ts';
import { type Redises, startSentinels } from './redises.ts';

const STEPS = 30;
const RUNS = 6;
const SETTINGS = { concurrency: 4, lockMs: 1500, stalledMs: 500, graceMs: 1000 };
const silent = { info: () => undefined, error: () => undefined };

let redises: Redises | undefined;
afterEach(() => redises?.stop());

it('goes on through the loss of the master: every run ends well, every thing was made once', async () => {
  redises = await startSentinels();
  const { address, servers } = redises;
  const world = await openWorld(address);
  const shelf = new Shelf();
  const steps = Array.from({ length: STEPS }, (_, index) =>
    thingStep(shelf, `thing-${index}`, {
      async act(ctx) {
        await sleep(60);
        return shelf.make(`${ctx.run.key}-thing-${index}`);
      },
    }),
  );
  const stop = startWorkers(world, jobOf({ summary: 'things', risk: 'probe', steps }), address);

  const runs = await Promise.all(Array.from({ length: RUNS }, () => world.ask()));
  await expect.poll(() => shelf.made, { timeout: 30_000 }).toBeGreaterThan(RUNS * 3);
  process.kill(servers[0]?.pid ?? 0, 'SIGKILL');

  for (const run of runs) {
    await expect.poll(async () => (await world.view(run)).outcome, { timeout: 90_000 }).toBe('succeeded');
  }
  expect(shelf.made).toBe(RUNS * STEPS);
  expect(shelf.things.size).toBe(0);
  const { records, head } = await world.audit.read(world.environment);
  expect(flawsOf(records, head)).toEqual([]);
  await stop();
  world.close();
});

/** Two workers; gives what stops them. */
function startWorkers(world: World, job: Job, address: RedisAddress): () => Promise<void> {
  const parts = [1, 2].map((number) => {
    const [redis, connection] = [openRedis(address, 'patient'), openRedis(address, 'patient')];
    const queue = openQueue(redis);
    const engine = { ...world.engine(job), leaseMs: SETTINGS.lockMs, worker: `worker-${number}` };
    const worker = startWorker({ engine, queue, connection, settings: SETTINGS, log: silent });
    return async () => {
      await worker.stop();
      await queue.close();
      for (const client of [redis, connection]) client.disconnect();
    };
  });
  return async () => {
    for (const end of parts) await end();
  };
}
