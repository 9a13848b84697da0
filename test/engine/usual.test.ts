import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#domain/approval.ts';
import type { PlannedStep } from '#domain/events.ts';
import type { NewRun } from '#domain/ports.ts';
import type { Plan, Step } from '#domain/run.ts';
import { carry } from '#engine/carry.ts';
import { jobOf, Shelf, thingStep } from './job.ts';
import { calm, openWorld, unlessLost, type World } from './world.ts';

let world: World;
let shelf: Shelf;
beforeEach(async () => {
  world = await openWorld();
  shelf = new Shelf();
});
afterEach(() => world.close());

const skipped: Step<string> = {
  ...{ id: 'volume', title: 'make volume', layer: 'metal', timeoutMs: 5000, skip: 'no volumes here' },
  ...{ find: async () => undefined, act: async () => '', settle: async () => ({ kind: 'ready', value: '' }) },
};
const plan = (change: Partial<Plan> = {}): Plan => ({
  ...{ summary: 'some', risk: 'probe' },
  steps: [thingStep(shelf, 'network'), thingStep(shelf, 'server'), skipped] as readonly Step[],
  ...change,
});

/** The steps of a run as it planned them. */
async function plannedBy(made: Plan = plan(), change: Partial<NewRun> = {}): Promise<readonly PlannedStep[]> {
  const run = await world.ask(change);
  await carry(world.engine(jobOf(made)), run, calm());
  const planned = (await world.journal.read(run)).find(({ type }) => type === 'planned');
  if (planned?.type !== 'planned') throw new Error('the run has no plan');
  return planned.steps;
}

const usualIn = (steps: readonly PlannedStep[]) =>
  Object.fromEntries(steps.map(({ id, usuallyMs }) => [id, usuallyMs]));

const pastKey = () => `strata:{${world.environment}}:took:smoke-test`;

/** Earlier runs of the job that took so long, oldest first. */
async function history(...took: Readonly<Record<string, number>>[]): Promise<void> {
  for (const one of took) await world.redis.lpush(pastKey(), JSON.stringify(one));
}

describe('a plan', () => {
  it('has no history in a new environment', async () => {
    expect(usualIn(await plannedBy())).toEqual({ network: undefined, server: undefined, volume: undefined });
  });

  it('tells what each step took in the run before, but for what that one skipped', async () => {
    await plannedBy();

    expect(usualIn(await plannedBy())).toEqual({
      network: expect.any(Number) as number,
      server: expect.any(Number) as number,
      volume: undefined,
    });
  });

  it('tells the median of the last ten runs', async () => {
    await history({ network: 1_000_000 }, ...Array.from({ length: 10 }, (_, index) => ({ network: 100 + index })));

    expect(usualIn(await plannedBy())).toMatchObject({ network: 105, server: undefined });
  });

  it('is made from no more than ten runs, and no more are kept', async () => {
    await history(...Array.from({ length: 12 }, () => ({ network: 100 })));

    await plannedBy();

    expect(await world.redis.llen(pastKey())).toBe(10);
  });

  it('knows nothing of other jobs', async () => {
    await history({ network: 100 });

    expect(usualIn(await plannedBy(plan(), { job: 'drill' }))).toMatchObject({ network: undefined });
  });

  it.each([
    ['no list', (key: string) => world.redis.set(key, 'x')],
    ['no JSON', (key: string) => world.redis.lpush(key, '{')],
    ['something else', (key: string) => world.redis.lpush(key, '{"network":"long"}')],
  ])('is made without a history that is %s', async (_what, spoil) => {
    await spoil(pastKey());

    expect(usualIn(await plannedBy())).toMatchObject({ network: undefined });
  });

  it('is approved under the same digest, whatever its steps usually take', async () => {
    await history({ network: 100 });
    const change = plan({ risk: 'change' });
    const run = await world.ask();

    await carry(world.engine(jobOf(change)), run, calm());

    const view = await world.view(run);
    expect(view.steps[0]?.usuallyMs).toBe(100);
    expect(view.approval?.digest).toBe(digestOf(change).digest);
  });
});

describe('a run', () => {
  it('learns nothing from what an earlier worker had made', async () => {
    const death = new AbortController();
    const run = await world.ask();
    shelf.budget = 1;
    await Promise.race([
      new Promise<void>((resolve) => (shelf.onDeath = resolve)),
      carry(world.mortal(jobOf(plan()), death.signal), run, calm()).catch(unlessLost),
    ]);
    death.abort();
    shelf.budget = Number.POSITIVE_INFINITY;
    await carry(world.engine(jobOf(plan())), run, calm());

    expect(usualIn(await plannedBy())).toMatchObject({ network: undefined, server: expect.any(Number) as number });
  });
});
