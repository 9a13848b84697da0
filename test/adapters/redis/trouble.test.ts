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

/** As much as it has already: then it takes nothing more. 0: as much as there is. */
async function limit(bytes: 0 | 1): Promise<void> {
  await world.redis.config('SET', 'maxmemory', bytes);
}

const outcomeOf = async (run: Parameters<World['view']>[0]) => (await world.view(run)).outcome;

describe('a Redis that is full', () => {
  it('is told to whoever asks, and nothing is recorded', async () => {
    await limit(1);

    const asking = world.ask();

    await expect(asking).rejects.toThrow(FullError);
    await expect(asking).rejects.toMatchObject({ code: 'BUSY', advice: expect.stringContaining('maxmemory') });
    const freezing = world.gate.freeze('lab', { by: { id: 'U1', name: 'operator' }, reason: 'x', at: '' });
    await expect(freezing).rejects.toThrow('writing to Redis: it is full');
    await limit(0);
    expect(await world.runs.recent(world.environment)).toEqual([]);
  });

  it.each(['act', 'settle'] as const)(
    'in the %s of a step: the run waits, and ends well when there is room',
    async (when) => {
      const shelf = new Shelf();
      const full = async () => {
        await limit(1);
        setTimeout(() => void limit(0), 2500);
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
    },
  );
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
