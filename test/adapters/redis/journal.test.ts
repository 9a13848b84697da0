import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeaseLostError } from '#domain/errors.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { RunRef } from '#domain/run.ts';
import { openWorld, type World } from '../../engine/world.ts';

const STARTED: RunEventBody = { type: 'started', worker: 'worker-1', attempt: 1 };
const LEASE_MS = 20;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** The fence of a worker that takes the run, once nobody else has it. */
async function claimed(run: RunRef): Promise<number> {
  for (;;) {
    const claim = await world.runs.claim(run, LEASE_MS);
    if (claim.kind === 'held') return claim.fence;
    await sleep(LEASE_MS);
  }
}

/** All that Redis keeps of the environment's runs. */
async function everything(): Promise<unknown> {
  const keys = await world.redis.keys(`strata:{${world.environment}}:*`);
  return Promise.all(keys.toSorted().map(async (key) => [key, await world.redis.dump(key)]));
}

describe('a worker whose run was taken by another', () => {
  it.each<[what: string, write: (run: RunRef, fence: number) => Promise<unknown>]>([
    ['writes nothing', (run, fence) => world.journal.append(run, { fence, seq: 1 }, [STARTED])],
    ['keeps nothing', (run, fence) => world.journal.renew(run, { fence, seq: 1 })],
    ['ends nothing', (run, fence) => world.journal.release(run, { fence, seq: 1 })],
  ])('%s, and is told so', async (_what, write) => {
    const run = await world.ask();
    const stale = await claimed(run);
    const fresh = await claimed(run);
    const before = await everything();

    await expect(write(run, stale)).rejects.toThrow(LeaseLostError);

    expect(await everything()).toEqual(before);
    expect(fresh).toBeGreaterThan(stale);
  });

  it('is told so too when the other has ended the run', async () => {
    const run = await world.ask();
    const stale = await claimed(run);
    const fence = await claimed(run);
    await world.journal.append(run, { fence, seq: 1 }, [{ type: 'ended', outcome: 'failed', leftovers: [] }]);
    const before = await everything();

    await expect(world.journal.append(run, { fence: stale, seq: 1 }, [STARTED])).rejects.toThrow(LeaseLostError);

    expect(await everything()).toEqual(before);
  });
});

describe('a run that never was', () => {
  it('can be neither found, claimed nor written', async () => {
    const never: RunRef = { number: 99_999_999, key: '00000000', environment: world.environment };

    expect(await world.runs.get(never.number)).toBeUndefined();
    expect(await world.journal.read(never)).toEqual([]);
    await expect(world.runs.claim(never, LEASE_MS)).rejects.toThrow('UNKNOWN');
    for (const fence of [0, 1]) {
      await expect(world.journal.append(never, { fence, seq: 0 }, [STARTED])).rejects.toThrow(LeaseLostError);
    }
    await expect(world.journal.renew(never, { fence: 1, seq: 0 })).rejects.toThrow(LeaseLostError);
    expect(await everything()).toEqual([]);
  });
});
