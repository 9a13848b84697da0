import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openMemory } from '#adapters/redis/memory.ts';
import { openWorld, type World } from '../../engine/world.ts';

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

  await memory.visit(first);
  await memory.visit(second);
  expect(await mine()).toEqual([second, first]);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await memory.visit(first);

  expect(await mine()).toEqual([first, second]);
  expect(await memory.visitors(1)).toHaveLength(1);
  expect(await world.redis.zscore('strata:visitors', old)).toBeNull();
  await world.redis.zrem('strata:visitors', first, second);
});
