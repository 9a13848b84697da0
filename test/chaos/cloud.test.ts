import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, it } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import { allEnded, dice, expectAllWell, IS_PART, pick, SEED, viewOf } from './verdict.ts';
import { openWorld, type World } from './world.ts';

const FAULTS = IS_PART ? 9 : 80;
const SERVICES = ['keystone', 'nova', 'neutron', 'cinder', 'glance'] as const;
/** Short enough that the clean-up outlasts it: a cloud that stays away keeps what was made, and the run says so. */
const LONGEST_MS = 700;
/** What goes wrong with one service. */
const KINDS = [
  { lost: 1 },
  { lost: 2 },
  { tooMany: 2 },
  { revoked: 1 },
  { slowMs: 400 },
  { down: 'unavailable' },
  { down: 'refused' },
] as const;

let world: World;
afterEach(() => world.close());

it('a cloud that loses answers, refuses and goes away, under workers that die: nothing twice, nothing left', async () => {
  world = await openWorld({ environments: 4 });
  const { services, cloud, environments } = world;
  await Promise.all((['bot', 'worker', 'worker'] as const).map((name) => services.start(name)));
  const random = dice();
  const asked: RunRef[] = [];
  const met = new Map<string, number>();
  const count = (what: string) => met.set(what, (met.get(what) ?? 0) + 1);

  for (let index = 0; index < FAULTS; index++) {
    if (index % 3 === 0) {
      const depth = pick(random, ['quick', 'standard', 'standard']);
      asked.push(await world.ask('smoke-test', { layer: 'metal', depth }, pick(random, environments)));
    }
    const [service, fault] = [pick(random, SERVICES), pick(random, KINDS)];
    count(JSON.stringify(fault));
    await cloud.faults.set(service, fault);
    await sleep(random() * LONGEST_MS);
    if (random() < 0.3) {
      const workers = [...services.running].filter(({ name }) => name === 'worker');
      await cloud.faults.clear();
      await services.replace(pick(random, workers));
      count('kill -9');
    } else await cloud.faults.clear();
  }
  await allEnded(world, asked);

  await expectAllWell(world, asked);
  const outcomes = await Promise.all(asked.map(async (run) => (await viewOf(world, run)).outcome));
  const succeeded = outcomes.filter((one) => one === 'succeeded').length;
  const told = [...met].map(([what, times]) => `${times} ${what}`).join(', ');
  console.log(
    `chaos: seed ${SEED}: ${told}: of ${asked.length} runs ${succeeded} succeeded and ` +
      `${asked.length - succeeded} failed, ${cloud.made.size} things made once each, 0 left`,
  );
});
