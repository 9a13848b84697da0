import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMemory } from '#adapters/redis/memory.ts';
import { openWorld, type World } from '../../engine/world.ts';

const DAY_MS = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

it('knows who looked at their App Home, the latest first, each once, and for a day', async () => {
  const memory = openMemory(world.redis);
  const [first, second, old]: [string, string, string] = [randomUUID(), randomUUID(), randomUUID()];
  const mine = async () =>
    (await memory.visitors(200)).map(({ person }) => person).filter((person) => [first, second, old].includes(person));
  await world.redis.zadd('strata:visitors', Date.now() - 86_500_000, old);

  // Within one millisecond nobody comes later.
  await memory.visit(first);
  await sleep(2);
  await memory.visit(second);
  expect(await mine()).toEqual([second, first]);
  await sleep(2);
  await memory.visit(first);

  expect(await mine()).toEqual([first, second]);
  expect(await memory.visitors(1)).toHaveLength(1);
  expect(await world.redis.zscore('strata:visitors', old)).toBeNull();
  await world.redis.zrem('strata:visitors', first, second);
});

describe('the memory of threads', () => {
  it('knows the run of a thread in any process, for 90 days', async () => {
    const at = { channel: 'C1', ts: randomUUID() };
    const run = await world.ask();

    await openMemory(world.redis).root(run, at);

    expect(await openMemory(world.redis).runAt(at)).toBe(run.number);
    expect(await openMemory(world.redis).runAt({ ...at, channel: 'C2' })).toBeUndefined();
    const leftMs = await world.redis.pttl(`strata:thread:${at.channel}:${at.ts}`);
    expect(leftMs).toBeGreaterThan(89 * DAY_MS);
  });

  it.each(['', 'x', '-1', '1.5'])('takes %j, which is no number of a run, for none', async (value) => {
    const at = { channel: 'C1', ts: randomUUID() };
    await world.redis.set(`strata:thread:${at.channel}:${at.ts}`, value);

    expect(await openMemory(world.redis).runAt(at)).toBeUndefined();
  });
});

describe('the memory of deliveries', () => {
  it('calls one the first, however many ask at once', async () => {
    const what = randomUUID();
    const memories = [openMemory(world.redis), openMemory(world.redis)];

    const firsts = await Promise.all([...memories, ...memories].map((memory) => memory.first(what, DAY_MS)));

    expect(firsts.filter(Boolean)).toHaveLength(1);
    expect(await openMemory(world.redis).first(randomUUID(), DAY_MS)).toBe(true);
  });
});
