import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { BusyError } from '#domain/errors.ts';
import { openWorld, type World } from '../../engine/world.ts';
import { wanted } from '../../engine/watching.ts';

const worlds: World[] = [];
afterAll(() => worlds.forEach((world) => world.close()));

let world: World;
let key: string;
beforeEach(async () => {
  world = await openWorld();
  worlds.push(world);
  key = `strata:{${world.environment}}:schedules`;
});

describe('the schedules of an environment', () => {
  it('lose no change of those who write at the same moment', async () => {
    const { schedule } = await world.schedules.add(wanted(world));
    const count = () => world.schedules.change(schedule, (one) => ({ ...one, wellInARow: one.wellInARow + 1 }));

    await Promise.all(Array.from({ length: 20 }, count));

    expect(await world.schedules.list(world.environment)).toMatchObject([{ wellInARow: 20 }]);
  });

  it('are left as they are by a change that makes nothing of them, and by one that comes too late', async () => {
    const { schedule } = await world.schedules.add(wanted(world));

    expect(await world.schedules.change(schedule, () => undefined)).toEqual(schedule);
    await world.schedules.forget(schedule);
    expect(await world.schedules.change(schedule, (one) => one)).toBeUndefined();
    expect(await world.schedules.list(world.environment)).toEqual([]);
  });

  it('are read around what somebody else wrote there, which no new one is put in place of', async () => {
    const { schedule } = await world.schedules.add(wanted(world, { input: { layer: 'metal' } }));
    await world.redis.hset(key, { 'status C0OPS all ': 'not ours', other: '{}' });

    expect(await world.schedules.list(world.environment)).toEqual([schedule]);
    await expect(world.schedules.add(wanted(world))).rejects.toThrow(BusyError);
    expect(await world.redis.hget(key, 'status C0OPS all ')).toBe('not ours');
  });
});
