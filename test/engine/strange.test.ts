import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobName } from '#domain/run.ts';
import { carry } from '#engine/carry.ts';
import type { Engine } from '#engine/engine.ts';
import { openSweep } from '#engine/sweep.ts';
import { jobOf, Shelf, thingStep } from './job.ts';
import { calm, openWorld, type World } from './world.ts';

const silent = { error: () => undefined };

let world: World;
let shelf: Shelf;
let newer: Engine;
let older: Engine;
beforeEach(async () => {
  world = await openWorld();
  shelf = new Shelf();
  newer = world.engine(jobOf({ summary: 'a thing', risk: 'probe', steps: [thingStep(shelf, 'thing')] }));
  const { drill: _, ...jobs } = newer.jobs;
  older = { ...newer, jobs: jobs as Engine['jobs'], worker: 'older' };
});
afterEach(() => world.close());

const ask = () => world.ask({ job: 'drill' as JobName });

/** What the sweep of this worker queues, when it looks twice. */
async function swept(engine: Engine): Promise<number[]> {
  const queued: number[] = [];
  const queue = {
    enqueue: async ({ number }: { readonly number: number }) => void queued.push(number),
    isAlive: async () => false,
    workers: async () => 1,
    close: async () => undefined,
  };
  const sweep = openSweep(engine, queue, silent);
  await sweep();
  await sweep();
  return queued;
}

describe('a run of a job that a worker does not know', () => {
  it('waits, says so once, and is carried by one that knows it', async () => {
    const run = await ask();

    await carry(older, run, calm());
    await carry(older, run, calm());
    const held = await world.view(run);
    await carry(newer, run, calm());

    expect(held).toMatchObject({ state: 'held', seq: 2, freeze: { reason: expect.stringContaining('"drill"') } });
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect(shelf.made).toBe(1);
  });

  it('is queued again only by workers that know it', async () => {
    const run = await ask();
    await carry(older, run, calm());

    expect(await swept(older)).toEqual([]);
    expect(await swept(newer)).toEqual([run.number]);
  });

  it('ends when it is stopped meanwhile', async () => {
    const run = await ask();
    await carry(older, run, calm());
    await world.gate.stop(run, { by: { id: 'U1', name: 'operator' }, stop: 'after-step' });

    await carry(older, run, calm());

    expect(await world.view(run)).toMatchObject({ state: 'ended', outcome: 'cancelled', stop: { by: { id: 'U1' } } });
  });

  it('waits as well where the stack file of a worker has not its environment', async () => {
    const run = await ask();

    await carry({ ...newer, stack: { environments: [], terminal: {} } }, run, calm());

    expect(await world.view(run)).toMatchObject({
      state: 'held',
      freeze: { reason: expect.stringContaining('stack file') },
    });
  });
});

describe('the sweep', () => {
  it('goes on behind a run whose journal is no journal', async () => {
    const [broken, whole] = [await ask(), await ask()];
    await world.redis.del(`strata:{${world.environment}}:run:${broken.number}:events`);
    await world.redis.set(`strata:{${world.environment}}:run:${broken.number}:events`, 'x');

    expect(await swept(newer)).toEqual([whole.number]);
  });

  it('only looks: a run that may go on again is let into its environment by whoever carries it', async () => {
    const job = jobOf({ summary: 'a change', risk: 'destroy', steps: [thingStep(shelf, 'thing')] });
    const frozen = { by: { id: 'U1', name: 'operator' }, reason: 'audit', at: new Date(0).toISOString() };
    const run = await ask();
    await carry(world.engine(job), run, calm());
    const { approval } = await world.view(run);
    const digest = approval?.digest ?? '';
    await world.journal.append(run, { fence: 0, seq: (await world.view(run)).seq }, [
      { type: 'approved', by: { id: 'U2', name: 'lead' }, digest },
    ]);
    await world.gate.freeze(world.environment, frozen);
    await carry(world.engine(job), run, calm());
    await world.gate.unfreeze(world.environment);

    const queued = await swept(world.engine(job));

    expect(await world.view(run)).toMatchObject({ state: 'held' });
    expect(queued).toEqual([run.number]);
    expect(await world.gate.queue(world.environment)).toEqual({ inside: undefined, waiting: [] });
  });
});
