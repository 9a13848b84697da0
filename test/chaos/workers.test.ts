import { afterEach, expect, it } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import type { Service } from './services.ts';
import { allEnded, dice, expectAllWell, expectSucceeded, IS_PART, pick, SEED, until, viewOf } from './verdict.ts';
import { openWorld, type World } from './world.ts';

const ROUNDS = IS_PART ? 2 : 12;
/** A slow network service keeps runs in their steps for a while. */
const SLOW_MS = 60;

let world: World;
afterEach(() => world.close());

it('a worker that is stopped past its lease wakes up stale and changes nothing', async () => {
  world = await openWorld({ environments: 2 });
  await Promise.all([world.services.start('bot'), world.services.start('worker'), world.services.start('worker')]);
  await world.cloud.faults.set('neutron', { slowMs: SLOW_MS });
  const random = dice();
  const asked: RunRef[] = [];
  let wokenInTheMiddle = 0;

  for (let round = 0; round < ROUNDS; round++) {
    const run = await world.ask('smoke-test', { layer: 'metal', depth: 'standard' }, pick(random, world.environments));
    asked.push(run);
    const stale = await stopItsWorker(run, 4 + Math.floor(random() * 30));
    await until(`run #${run.number} to be taken over`, 60_000, async () => (await viewOf(world, run)).takeovers > 0);
    const isInTheMiddle = random() < 0.7;
    if (!isInTheMiddle) await allEnded(world, [run]);
    const { seq: before } = await viewOf(world, run);

    await stale.signal('SIGCONT');
    await until('the stale worker to let go', 60_000, async () => /run taken over by another/.test(newIn(stale)));
    await allEnded(world, [run]);

    const after = await world.journal.read(run, before);
    if (isInTheMiddle) wokenInTheMiddle += after.length > 0 ? 1 : 0;
    else expect(after).toEqual([]);
    const writers = (await world.journal.read(run)).filter(({ type }) => type === 'started').length;
    expect(writers).toBe(2);
    await expectSucceeded(world, [run]);
  }

  // Those that were stale are as good as any.
  const last = await Promise.all(world.environments.map((name) => world.ask('status', { layer: 'all' }, name)));
  await allEnded(world, last);
  await expectAllWell(world, [...asked, ...last]);
  console.log(
    `chaos: seed ${SEED}: ${ROUNDS} workers stopped past their lease, ${wokenInTheMiddle} of them woken while another ` +
      `carried their run: ${asked.length + last.length} runs ended well, ${world.cloud.made.size} things made once each, 0 left`,
  );
});

/** What each had logged when it was looked at last. */
const seen = new WeakMap<Service, number>();

function newIn(service: Service): string {
  return service.log().slice(seen.get(service) ?? 0);
}

/** Stops the process that carries the run, once its journal has so many events. */
async function stopItsWorker(run: RunRef, events: number): Promise<Service> {
  return until(`run #${run.number} to have ${events} events`, 60_000, async () => {
    const { seq, worker, state } = await viewOf(world, run);
    if (seq < events) return undefined;
    if (state === 'ended') throw new Error(`run #${run.number} has ended before its worker could be stopped`);
    const carrier = [...world.services.running].find(({ pid }) => worker?.endsWith(`/${pid}`));
    if (!carrier) return undefined;
    await carrier.signal('SIGSTOP');
    seen.set(carrier, carrier.log().length);
    return carrier;
  });
}
