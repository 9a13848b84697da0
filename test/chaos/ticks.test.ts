import { afterEach, expect, it } from 'vitest';
import { openSchedules } from '#adapters/redis/schedules.ts';
import type { RunRef } from '#domain/run.ts';
import type { Schedule } from '#domain/schedule.ts';
import { dice, expectAllWell, IS_PART, pick, postsIn, SEED, until, viewOf } from './verdict.ts';
import { openWorld, type World } from './world.ts';

/** So few that all of them stand in one thread. */
const ROUNDS = IS_PART ? 2 : 10;
const EVERY_MS = 700;
const OPERATOR = { id: 'U0OPERATOR', name: 'operator' };

let world: World;
afterEach(() => world.close());

it('what turns bad is told once and closed once, and a tick is one run, while workers and bots are killed', async () => {
  world = await openWorld({ rateLimits: false });
  const { services, redis, cloud } = world;
  await Promise.all([services.start('bot'), services.start('bot'), services.start('worker'), services.start('worker')]);
  const schedules = openSchedules(redis);
  const [environment = ''] = world.environments;
  const common = {
    environment,
    by: OPERATOR,
    groups: [],
    team: 'T0STANDIN',
    channel: { id: 'C0LAB00000', name: 'lab-1' },
  };
  const watch = await schedules.add({ ...common, job: 'status', input: { layer: 'all' }, everyMs: EVERY_MS });
  const test = await schedules.add({
    ...common,
    job: 'smoke-test',
    input: { layer: 'metal', depth: 'quick' },
    everyMs: 3 * EVERY_MS,
  });
  const now = async ({ schedule: { key } }: { schedule: Schedule }) => {
    const found = (await schedules.list(environment)).find((one) => one.key === key);
    if (!found) throw new Error('the schedule is gone');
    return found;
  };
  const said = () =>
    postsIn(world)
      .filter(({ key }) => key === watch.schedule.key)
      .map(({ part }) => part);
  const random = dice();
  let killed = 0;
  /** One of each kind always stays. */
  const kill = async () => {
    await services.replace(pick(random, [...services.running]));
    killed += 1;
  };
  await until('the first look', 60_000, async () => (await now(watch)).last);

  for (let round = 1; round <= ROUNDS; round++) {
    await cloud.faults.set('cinder', { down: 'refused' });
    if (random() < 0.7) await kill();
    await until(`incident ${round}`, 90_000, async () => (await now(watch)).wellInARow === 0);
    // One that heals before a bot could tell it is not told.
    await until('the incident to be told', 90_000, async () => said().includes('incident-1'));
    if (random() < 0.7) await kill();
    await cloud.faults.set('cinder', { down: undefined });
    if (random() < 0.7) await kill();
    await until(`the end of incident ${round}`, 90_000, async () => (await now(watch)).wellInARow > 1);
  }
  await stopTicking([watch, test]);

  const { incidents } = await now(watch);
  const told = incidents.flatMap(({ turns }) => ['began', ...turns.map(({ kind }) => kind)]);
  expect(told).toEqual(
    Array.from({ length: ROUNDS }, (_, round) => [round === 0 ? 'began' : 'again', 'healed']).flat(),
  );
  const parts = incidents.flatMap(({ id, turns }) => [
    `incident-${id}`,
    ...turns.map((_, index) => `incident-${id}-${index}`),
  ]);
  await until('every turn to be told', 90_000, async () => said().length > parts.length + 1);
  expect(said().toSorted()).toEqual(['board', ...parts.toSorted(), expect.stringMatching(/^paused-/)]);

  const runs = await Promise.all((await world.runs.recent(environment, 1000)).map((run: RunRef) => viewOf(world, run)));
  expect(runs.length).toBeGreaterThan(0);
  const inOrder = runs.toSorted((a, b) => a.request.number - b.request.number);
  for (const [index, { request, outcome }] of inOrder.entries()) {
    // One that met the broken layer may have failed.
    expect(outcome, `run #${request.number}`).toMatch(/succeeded|failed/);
    const before = inOrder[index - 1];
    expect(before === undefined || (before.endedAt ?? '') <= request.askedAt, `run #${request.number} waited`).toBe(
      true,
    );
  }
  expect(postsIn(world).filter(({ part }) => part === 'root')).toEqual([]);
  await expectAllWell(world, []);
  console.log(
    `chaos: seed ${SEED}: ${killed} processes killed while a layer broke and healed ${ROUNDS} times: ${parts.length} messages ` +
      `of it, each once; ${runs.length} smoke tests, one a tick, ${cloud.made.size} things made once each, 0 left`,
  );
});

/** As a person who ends them, but what was told stays. */
async function stopTicking(all: readonly { readonly schedule: Schedule }[]): Promise<void> {
  const schedules = openSchedules(world.redis);
  const paused = { at: new Date().toISOString(), why: 'the end', isChannel: false };
  for (const { schedule } of all) {
    await until('a tick to end', 90_000, async () => {
      const one = await schedules.change(schedule, (state) => (state.underWay ? undefined : { ...state, paused }));
      return one?.paused;
    });
  }
}
