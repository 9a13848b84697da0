import { afterEach, expect, it } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import { approveAll } from './approve.ts';
import type { Service } from './services.ts';
import { allEnded, expectAllWell, until, viewOf } from './verdict.ts';
import { openWorld, type World } from './world.ts';

/** Its address: NODE_OPTIONS ends a path at a space. */
const SHIFTED_CLOCK = new URL('shifted-clock.ts', import.meta.url).href;
const TEN_MINUTES_MS = 600_000;

let world: World;
afterEach(() => world.close());

function startAt(shiftMs: number, name: 'bot' | 'worker'): Promise<Service> {
  return world.services.start(name, { NODE_OPTIONS: `--import=${SHIFTED_CLOCK}`, SHIFT_MS: String(shiftMs) });
}

it('clocks of bot and workers that are ten minutes apart change nothing: approval, handing over, takeover', async () => {
  world = await openWorld();
  await startAt(TEN_MINUTES_MS, 'bot');
  // Who hands over is ahead of who goes on.
  await startAt(TEN_MINUTES_MS, 'worker');
  const stopApproving = approveAll(world);
  const drill = await world.ask('drill', { layer: 'all', risk: 'change', seconds: 20 });
  const others = [
    await world.ask('smoke-test', { layer: 'metal', depth: 'standard' }),
    await world.ask('status', { layer: 'all' }),
  ];

  // One that is killed begins its wait anew elsewhere; one that is told to stop ends it first.
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    // First the one that goes on: on a busy machine the drill could end while it starts.
    await startAt(signal === 'SIGKILL' ? -TEN_MINUTES_MS : TEN_MINUTES_MS, 'worker');
    const carrier = await until('a worker to carry the drill', 60_000, () => carrierOf(drill));
    const { attempt: before } = await viewOf(world, drill);
    carrier.child.kill(signal);
    await until('another to go on', 60_000, async () => (await viewOf(world, drill)).attempt > before);
  }

  await allEnded(world, [drill, ...others]);
  await stopApproving();
  for (const run of [drill, ...others]) expect((await viewOf(world, run)).outcome).toBe('succeeded');
  await expectAllWell(world, [drill, ...others]);
});

/** Who is in the middle of its second step, which takes a while. */
async function carrierOf(run: RunRef): Promise<Service | undefined> {
  const { worker, steps } = await viewOf(world, run);
  const pid = Number(worker?.split('/')[1]);
  if (steps[1]?.status !== 'running') return undefined;
  return [...world.services.running].find((service) => service.pid === pid);
}
