import { afterEach, beforeEach, expect, it } from 'vitest';
import { LeaseLostError } from '#domain/errors.ts';
import { openWorld, type World } from '../../engine/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** A run, and the fence of the worker that has it. */
async function held() {
  const run = await world.ask();
  const claim = await world.runs.claim(run, 60_000);
  if (claim.kind !== 'held') throw new Error('somebody else has it');
  return { run, fence: claim.fence };
}
const inside = async () => (await world.gate.queue(world.environment)).inside?.number;

it('lets the first in, and tells the next whom it waits for', async () => {
  const [first, second] = [await held(), await held()];

  expect(await world.gate.enter(first.run, { fence: first.fence, atMs: 1 })).toEqual({ place: 0 });
  expect(await world.gate.enter(second.run, { fence: second.fence, atMs: 2 })).toMatchObject({
    place: 1,
    behind: { number: first.run.number },
  });
});

it('lets nobody in for a worker that lost the run, or for a run that has ended: it would stay in for ever', async () => {
  const { run, fence } = await held();
  await world.journal.release(run, { fence, seq: 1 });
  const next = await world.runs.claim(run, 60_000);
  const now = next.kind === 'held' ? next.fence : 0;

  await expect(world.gate.enter(run, { fence, atMs: 1 })).rejects.toThrow(LeaseLostError);
  await world.journal.append(run, { fence: now, seq: 1 }, [{ type: 'ended', outcome: 'cancelled', leftovers: [] }]);
  await expect(world.gate.enter(run, { fence: now, atMs: 1 })).rejects.toThrow(LeaseLostError);

  expect(await inside()).toBeUndefined();
});
