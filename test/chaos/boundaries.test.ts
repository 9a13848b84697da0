import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobName, RunRef } from '#domain/run.ts';
import { approveAll, dice, expectAllWell, IS_PART, SEED, until, viewOf } from './verdict.ts';
import { openWorld, type World } from './world.ts';

const JOBS: readonly (readonly [JobName, object])[] = [
  ['smoke-test', { layer: 'metal', depth: 'standard' }],
  ['smoke-test', { layer: 'metal', depth: 'quick' }],
  ['status', { layer: 'all' }],
  ['drill', { layer: 'all', risk: 'change', seconds: 0 }],
  ['drill', { layer: 'all', risk: 'destroy', seconds: 0 }],
];
const ENVIRONMENTS = 4;
/** Of each job, when not all are played. */
const SAMPLE = 3;

let world: World;
afterEach(() => world.close());

describe('kill -9 of a worker just behind each event of each job', () => {
  it.each(JOBS)(
    '%s %o: every run ends well, everything was made once, nothing is left',
    async (job, input) => {
      world = await openWorld({ environments: ENVIRONMENTS });
      await world.start('bot');
      for (let count = 0; count < 3; count++) await world.start('worker');
      const stopApproving = approveAll(world);
      const first = await world.ask(job, input);
      const events = await until('the first run', 60_000, () => ended(first));

      const random = dice(SEED);
      const boundaries = Array.from({ length: events - 1 }, (_, index) => index + 1);
      const chosen = IS_PART ? boundaries.toSorted(() => random() - 0.5).slice(0, SAMPLE) : boundaries;
      const asked = [first];
      let kills = 0;
      const lanes = world.environments.map(async (environment, lane) => {
        for (const boundary of chosen.filter((_, index) => index % ENVIRONMENTS === lane)) {
          const run = await world.ask(job, input, environment);
          asked.push(run);
          kills += await killBehind(run, boundary);
          await until(`run #${run.number}`, 90_000, () => ended(run));
        }
      });
      await Promise.all(lanes);
      stopApproving();

      for (const run of asked) expect((await viewOf(world, run)).outcome, `run #${run.number}`).toBe('succeeded');
      await expectAllWell(world, asked);
      console.log(
        `chaos: seed ${SEED}: ${job}: ${kills} kills at ${chosen.length} of ${boundaries.length} boundaries, ${asked.length} runs, ${world.made.size} things made once each`,
      );
    },
    900_000,
  );
});

/** Number of its events, once it has ended. */
async function ended(run: RunRef): Promise<number | undefined> {
  const { state, seq } = await viewOf(world, run);
  return state === 'ended' ? seq : undefined;
}

/** Kills the worker that carries the run, or any when none does, when the journal has so many events. Gives 1. */
async function killBehind(run: RunRef, boundary: number): Promise<number> {
  let view = await viewOf(world, run);
  while (view.seq < boundary) {
    await sleep(2);
    view = await viewOf(world, run);
  }
  const pid = Number(view.worker?.split('/')[1]);
  const workers = [...world.services].filter(({ child }) => child.spawnargs.includes('worker'));
  const victim = workers.find((worker) => worker.pid === pid) ?? workers[0];
  victim?.child.kill('SIGKILL');
  await world.start('worker');
  return 1;
}
