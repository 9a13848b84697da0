import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import { allEnded, dice, expectAllWell, expectSucceeded, IS_PART, pick, SEED, until, viewOf } from './verdict.ts';
import { LEASE_MS, openWorld, type World } from './world.ts';

const STANDARD = { layer: 'metal', depth: 'standard' };
const STATUS = { layer: 'all' };
/** A slow cloud keeps runs active while Redis is away. */
const SLOW_MS = 80;

let world: World;
afterEach(() => world.close());

/** Active smoke tests, and others behind them on the queue. */
async function askFor(active: number, queued: number): Promise<RunRef[]> {
  const all = Array.from({ length: active + queued }, (_, index) => index);
  const asked: RunRef[] = [];
  for (const index of all) {
    const lab = world.environments[index % world.environments.length];
    asked.push(await (index < active ? world.ask('smoke-test', STANDARD, lab) : world.ask('status', STATUS, lab)));
  }
  return asked;
}

/** How many of these have been taken and have not ended; the others wait. */
async function activeOf(runs: readonly RunRef[]): Promise<number> {
  const views = await Promise.all(runs.map((run) => viewOf(world, run)));
  return views.filter(({ state, attempt }) => attempt > 0 && state !== 'ended').length;
}

describe('a Redis with an append-only file', () => {
  it('that ends, in order or not, under runs in work and in the queue, loses none and does nothing twice', async () => {
    const [active, queued, restarts] = IS_PART ? [6, 12, 3] : [20, 40, 6];
    world = await openWorld({ environments: 6 });
    const env = { STRATA_CONCURRENCY: String(active / 2) };
    await world.services.start('bot');
    await world.cloud.faults.set('neutron', { slowMs: SLOW_MS });
    const random = dice();
    const asked = await askFor(active, queued);
    await Promise.all([1, 2].map(() => world.services.start('worker', env)));
    await until('all slots to be taken', 60_000, async () => (await activeOf(asked)) >= active);

    const under: string[] = [];
    for (let count = 0; count < restarts; count++) {
      const how = count < 2 ? (['SIGKILL', 'SIGTERM'] as const)[count] : pick(random, ['SIGKILL', 'SIGTERM'] as const);
      under.push(`${how} with ${await activeOf(asked)} active`);
      await world.restartRedis(how ?? 'SIGKILL');
      // The next one comes when the work goes on again.
      await writtenAnew(asked);
    }
    await world.cloud.faults.clear();
    await allEnded(world, asked);

    await expectSucceeded(world, asked);
    await expectAllWell(world, asked);
    console.log(
      `chaos: seed ${SEED}: Redis ended ${restarts} times (${under.join(', ')}) under ${active} active and ${queued} ` +
        `queued runs: all ${asked.length} ended well, ${world.cloud.made.size} things made once each, 0 left`,
    );
  });

  it('that stands still for longer than the lease keeps nobody from going on, or from starting', async () => {
    const [rounds, environments] = IS_PART ? [1, 3] : [8, 4];
    world = await openWorld({ environments });
    await Promise.all(['bot', 'worker', 'worker'].map((name) => world.services.start(name as 'bot' | 'worker')));
    const random = dice();
    const asked: RunRef[] = [];
    for (let round = 0; round < rounds; round++) {
      const fresh = await Promise.all(world.environments.map((lab) => world.ask('smoke-test', STANDARD, lab)));
      asked.push(...fresh);
      const events = 4 + Math.floor(random() * 20);
      await until(`a run to have ${events} events`, 60_000, async () => {
        const views = await Promise.all(fresh.map((run) => viewOf(world, run)));
        return views.some(({ seq }) => seq >= events);
      });

      world.signalRedis('SIGSTOP');
      const newcomer = world.services.spawn('worker');
      await sleep(2 * LEASE_MS);
      world.signalRedis('SIGCONT');

      await newcomer.ready;
      await allEnded(world, fresh);
    }

    await expectSucceeded(world, asked);
    await expectAllWell(world, asked);
    const views = await Promise.all(asked.map((run) => viewOf(world, run)));
    const takeovers = views.reduce((sum, view) => sum + view.takeovers, 0);
    console.log(
      `chaos: seed ${SEED}: Redis stood still ${rounds} times for 2 leases under ${asked.length} runs: all ended well, ` +
        `${takeovers} takeovers, ${world.cloud.made.size} things made once each, 0 left`,
    );
  });

  // CI's sample leaves it out: it takes minutes by itself.
  it.skipIf(IS_PART)('that ends under 20 active and 1,000 queued runs loses none', async () => {
    // The bot comes when all have ended: Slack takes one post a second a channel, and an edit each 1.2 s in all.
    world = await openWorld({ environments: 50, rateLimits: false });
    const env = { STRATA_CONCURRENCY: '10' };
    // Whoever is taken stays in work until the cloud is quick again.
    await world.cloud.faults.set('nova', { slowMs: 4000 });
    const asked = await askFor(20, 1000);
    await Promise.all([1, 2].map(() => world.services.start('worker', env)));
    await until('all slots to be taken', 60_000, async () => (await activeOf(asked.slice(0, 20))) === 20);
    const waiting = asked.length - (await activeOf(asked));

    await world.restartRedis('SIGKILL');
    await writtenAnew(asked.slice(0, 20));
    await world.restartRedis('SIGTERM');
    await world.cloud.faults.clear();
    await allEnded(world, asked, 600_000);
    await world.services.start('bot');

    expect(waiting).toBe(1000);
    await expectSucceeded(world, asked);
    await expectAllWell(world, asked);
    console.log(
      `chaos: seed ${SEED}: Redis ended by SIGKILL under 20 active and ${waiting} queued runs, then by SIGTERM: ` +
        `all ${asked.length} ended well and shown, ${world.cloud.made.size} things made once each, 0 left`,
    );
  });
});

/** Waits until a worker writes again. */
async function writtenAnew(asked: readonly RunRef[]): Promise<void> {
  const sum = async () =>
    (await Promise.all(asked.map((run) => viewOf(world, run)))).reduce((n, { seq }) => n + seq, 0);
  const before = await sum();
  await until('the work to go on', 60_000, async () => (await sum()) > before);
}
