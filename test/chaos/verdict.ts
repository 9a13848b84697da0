import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject } from 'vitest';
import { flawsOf } from '#domain/audit.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { RunRef } from '#domain/run.ts';
import type { World } from './world.ts';

/** `STRATA_CHAOS=part`: a sample of everything, as for each change; else all of it. */
export const IS_PART = process.env['STRATA_CHAOS'] === 'part';
export const SEED = inject('chaosSeed');

/** Numbers in [0, 1) that a seed repeats. @see mulberry32 */
export function dice(seed = SEED): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of them. @throws Error when there is none */
export function pick<T>(random: () => number, all: readonly T[]): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('picking one of none');
  return one;
}

export async function viewOf({ journal }: World, run: RunRef): Promise<RunView> {
  const view = fold(await journal.read(run));
  if (!view) throw new Error(`run #${run.number} has no journal`);
  return view;
}

/** Looks every 20 ms until there is something. @throws Error after `withinMs` */
export async function until<T>(what: string, withinMs: number, look: () => Promise<T | undefined | false>): Promise<T> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endMs) throw new Error(`waiting for ${what}: not within ${withinMs} ms`);
    await sleep(20);
  }
}

/** Waits for the end of all these runs. @throws Error that tells how one stands that does not end */
export async function allEnded(world: World, runs: readonly RunRef[], withinMs = 600_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  for (const run of runs) {
    const view = () => viewOf(world, run);
    await until(`run #${run.number}`, Math.max(1000, endMs - Date.now()), async () => (await view()).state === 'ended')
      // oxlint-disable-next-line promise/no-nesting
      .catch(async (error: unknown) => {
        const { state, seq, lastAt, worker } = await view();
        throw new Error(`${String(error)}: it is ${state} at ${seq}, ${lastAt}, carried by ${worker}`, {
          cause: error,
        });
      });
  }
}

/** Every run came to a good end; a look at the cloud may find something that is not. */
export async function expectSucceeded(world: World, runs: readonly RunRef[]): Promise<void> {
  for (const run of runs) {
    const { outcome, error, steps, takeovers, request } = await viewOf(world, run);
    const isWell = outcome === 'succeeded' || (outcome === 'degraded' && request.job === 'status');
    const why = [error?.message, ...steps.filter(({ status }) => status === 'failed').map(({ detail }) => detail)];
    expect(isWell, `run #${run.number}: ${outcome} after ${takeovers} takeovers: ${why.join('; ')}`).toBe(true);
  }
}

/** What must hold when all is over, whatever happened on the way. */
export async function expectAllWell(world: World, asked: readonly RunRef[]): Promise<void> {
  const { cloud, runs, gate, environments, audit } = world;
  for (const run of asked) {
    expect((await viewOf(world, run)).state, `run #${run.number}`).toBe('ended');
    expect(await runs.isHeld(run), `lease of run #${run.number}`).toBe(false);
  }
  for (const name of environments) {
    expect(await runs.open(name)).toEqual([]);
    expect(await gate.queue(name)).toEqual({ inside: undefined, waiting: [] });
    const { records, head } = await audit.read(name);
    expect(flawsOf(records, head)).toEqual([]);
  }
  expect([...cloud.made].filter(([, times]) => times !== 1)).toEqual([]);
  expect(cloud.leftovers()).toEqual([]);
  await expectShown(world, asked);
}

/** How people are told that a run ended so. */
const WORDS = {
  succeeded: /passed|all well|done/,
  degraded: /unhealthy|remarks/,
  failed: /failed/,
  cancelled: /cancelled/,
};

/** Every run in one thread, which tells its end once. */
async function expectShown(world: World, asked: readonly RunRef[]): Promise<void> {
  const { runs, environments } = world;
  await until('Slack to show every run', 600_000, async () => {
    const unshown = await Promise.all(environments.map((name) => runs.unshown(name)));
    return unshown.flat().length === 0;
  });
  const posts = postsIn(world);
  for (const run of asked) {
    const own = posts.filter(({ key }) => key === run.key);
    for (const wanted of ['root', 'summary', 'picture']) {
      const found = own.filter(({ part }) => part === wanted);
      expect(found.length, `${wanted} of run #${run.number}`).toBe(1);
    }
    expect(new Set(own.map(({ part }) => part)).size, `posts of run #${run.number}`).toBe(own.length);
    const { outcome = 'failed' } = await viewOf(world, run);
    const root = own.find(({ part }) => part === 'root');
    expect(root?.text, `root of run #${run.number}`).toMatch(WORDS[outcome]);
  }
}

/** What the bots posted, and which part of which run each shows. */
export function postsIn({ workspace, environments }: World) {
  return environments
    .flatMap((name) => workspace.channel(name).messages)
    .flatMap(({ metadata, text, ts }) => {
      const mark = (metadata as { event_payload?: { key: string; part: string } } | undefined)?.event_payload;
      return mark ? [{ ...mark, text, ts }] : [];
    });
}
