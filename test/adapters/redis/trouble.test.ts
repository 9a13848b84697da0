import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRedis, type RedisClient } from '#adapters/redis/connect.ts';
import { runKeys } from '#adapters/redis/keys.ts';
import { FullError } from '#domain/errors.ts';
import { flawsOf } from '#domain/audit.ts';
import type { Job } from '#domain/run.ts';
import { openQueue } from '#engine/queue.ts';
import { startWorker } from '#engine/worker.ts';
import { type LocalRedis, startRedis } from '../../../scripts/redis.ts';
import { jobOf, Shelf, thingStep } from '../../engine/job.ts';
import { openWorld, type World } from '../../engine/world.ts';
import { addressOf } from '../../redis.ts';

const SETTINGS = { concurrency: 4, lockMs: 1500, stalledMs: 500, graceMs: 1000 };

let server: LocalRedis;
let world: World;
let clients: RedisClient[];
let errors: string[];
let stop: (() => Promise<void>) | undefined;
beforeEach(async () => {
  server = await startRedis();
  world = await openWorld(addressOf(server.url));
  clients = [openRedis(addressOf(server.url), 'patient'), openRedis(addressOf(server.url), 'patient')];
  errors = [];
});
afterEach(async () => {
  await stop?.();
  stop = undefined;
  for (const client of [world.redis, ...clients]) client.disconnect();
  await server.stop();
});

function work(job: Job): void {
  const [redis, connection] = clients;
  if (!redis || !connection) throw new Error('no connection');
  const queue = openQueue(redis);
  const log = { info: () => undefined, error: (fields: object) => errors.push(textOf(fields)) };
  const engine = { ...world.engine(job), leaseMs: SETTINGS.lockMs };
  const worker = startWorker({ engine, queue, connection, settings: SETTINGS, log });
  stop = async () => {
    await worker.stop();
    await queue.close();
  };
}

function textOf(fields: object): string {
  const { error } = fields as { error?: Error & { advice?: string } };
  return `${error?.message} ${error?.advice}`;
}

type Limit = 'maxmemory' | 'min-replicas-to-write';

/** 1: it takes nothing more, because it has that much already, or no such replica. 0: it takes all. */
async function limit(to: 0 | 1, setting: Limit = 'maxmemory'): Promise<void> {
  await world.redis.config('SET', setting, to);
}

const outcomeOf = async (run: Parameters<World['view']>[0]) => (await world.view(run)).outcome;

describe('a Redis that is full, or misses the replicas that it must have', () => {
  it.each<[setting: Limit, what: string, advice: string]>([
    ['maxmemory', 'it is full', 'maxmemory'],
    ['min-replicas-to-write', 'too few replicas', 'min-replicas-to-write'],
  ])('is told to whoever asks, and nothing is recorded: %s', async (setting, what, advice) => {
    await limit(1, setting);

    const asking = world.ask();

    await expect(asking).rejects.toThrow(FullError);
    await expect(asking).rejects.toMatchObject({ code: 'BUSY', advice: expect.stringContaining(advice) });
    const freezing = world.gate.freeze('lab', { by: { id: 'U1', name: 'operator' }, reason: 'x', at: '' });
    await expect(freezing).rejects.toThrow(what);
    await limit(0, setting);
    expect(await world.runs.recent(world.environment)).toEqual([]);
  });

  it.each<[when: 'act' | 'settle', setting: Limit]>([
    ['act', 'maxmemory'],
    ['settle', 'maxmemory'],
    ['act', 'min-replicas-to-write'],
    ['settle', 'min-replicas-to-write'],
  ])('in the %s of a step (%s): the run waits, and ends well when that is mended', async (when, setting) => {
    const shelf = new Shelf();
    const full = async () => {
      await limit(1, setting);
      setTimeout(() => void limit(0, setting), 2500);
    };
    const middle = thingStep(shelf, 'middle', {
      async act(ctx) {
        const made = await shelf.make(`${ctx.run.key}-middle`);
        if (when === 'act') await full();
        return made;
      },
      async settle(_ctx, made) {
        if (when === 'settle') await full();
        return { kind: 'ready', value: made };
      },
    });
    const steps = [thingStep(shelf, 'first'), middle, thingStep(shelf, 'last')];
    work(jobOf({ summary: 'things', risk: 'probe', steps }));

    const run = await world.ask();

    await expect.poll(() => outcomeOf(run), { timeout: 15_000 }).toBe('succeeded');
    expect(shelf.made).toBe(3);
    expect(shelf.things.size).toBe(0);
    const { records, head } = await world.audit.read(world.environment);
    expect(flawsOf(records, head)).toEqual([]);
  });
});

describe('a lease that cannot be read', () => {
  it.each([
    ['until', (key: string) => world.redis.hset(key, 'until', 'soon')],
    ['fence', (key: string) => world.redis.hset(key, 'fence', 'x')],
  ])('blocks its run alone, and names key and field: %s', async (field, spoil) => {
    const shelf = new Shelf();
    const run = await world.ask();
    const { record } = runKeys(run);
    await spoil(record);
    work(jobOf({ summary: 'things', risk: 'probe', steps: [thingStep(shelf, 'first')] }));
    const other = await world.ask();

    await expect.poll(() => outcomeOf(other), { timeout: 15_000 }).toBe('succeeded');
    await expect
      .poll(() => errors.join('\n'), { timeout: 15_000 })
      .toContain(`"${record}" in Redis: its field "${field}"`);
    expect(errors.join('\n')).toContain('redis-cli HSET');
    await expect(world.journal.append(run, { fence: 0, seq: 1 }, [{ type: 'reminded' }])).rejects.toMatchObject({
      code: 'BUSY',
    });
    expect((await world.view(run)).state).toBe('queued');

    await world.redis.hset(record, field, 0);

    await expect.poll(() => outcomeOf(run), { timeout: 15_000 }).toBe('succeeded');
  });
});
