import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHabits } from '#adapters/redis/habits.ts';
import { openWorld, type World } from '../../engine/world.ts';

const DAY_MS = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('habits', () => {
  it('are of one person and one command, the last ones, for 90 days', async () => {
    const habits = openHabits(world.redis);
    const person = randomUUID();

    await habits.keep(person, 'deploy', { environment: 'lab' });
    await habits.keep(person, 'deploy', { environment: 'prod' });

    expect(await habits.get(person, 'deploy')).toEqual({ environment: 'prod' });
    expect(await habits.get(person, 'status')).toEqual({});
    expect(await habits.get(randomUUID(), 'deploy')).toEqual({});
    expect(await world.redis.pttl(`strata:habit:${person}:deploy`)).toBeGreaterThan(89 * DAY_MS);
  });

  it.each(['{', '[]', '{"environment":1}', 'null'])('that read %j are none', async (value) => {
    const person = randomUUID();
    await world.redis.set(`strata:habit:${person}:deploy`, value);

    expect(await openHabits(world.redis).get(person, 'deploy')).toEqual({});
  });
});
