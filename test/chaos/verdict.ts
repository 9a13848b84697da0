import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { flawsOf } from '#domain/audit.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { RunRef } from '#domain/run.ts';
import { LEAD, type World } from './world.ts';

/** `STRATA_CHAOS=part`: a sample of everything, as for each change; else all of it. */
export const IS_PART = process.env['STRATA_CHAOS'] === 'part';
export const SEED = Number(process.env['STRATA_CHAOS_SEED'] ?? Date.now() % 1_000_000);

/** Numbers in [0, 1) that a seed repeats. @see mulberry32 */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
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

/** Approves whatever asks in the channels, as the lead would, until it is stopped. */
export function approveAll({ workspace, environments }: World): () => void {
  const pressed = new Set<string>();
  const over = new AbortController();
  const work = async () => {
    while (!over.signal.aborted) {
      for (const name of environments) {
        for (const message of workspace.channel(name).messages) {
          const [button] = JSON.stringify(message.blocks ?? []).match(/"action_id":"approve"/) ?? [];
          if (!button || pressed.has(message.ts)) continue;
          const { ok } = await workspace.as(LEAD.name).click(message, 'approve');
          const modal = workspace.as(LEAD.name).modal();
          if (modal) await workspace.as(LEAD.name).submit({ answer: name });
          if (ok) pressed.add(message.ts);
        }
      }
      await sleep(100);
    }
  };
  void work().catch(() => undefined);
  return () => over.abort();
}

/** What must hold when all is over, whatever happened on the way. */
export async function expectAllWell(world: World, asked: readonly RunRef[], { isShown = true } = {}): Promise<void> {
  const { made, cloud, runs, gate, environments, audit } = world;
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
  expect([...made].filter(([, times]) => times !== 1)).toEqual([]);
  const left = Object.entries(cloud.store).flatMap(([kind, things]) =>
    things instanceof Map ? [...things.values()].map((thing) => `${kind} ${String(thing['name'])}`) : [],
  );
  expect(left.filter((name) => name.includes(' strata-'))).toEqual([]);
  if (isShown) await expectShown(world, asked);
}

/** Every run in one thread, which tells its end once. */
async function expectShown(world: World, asked: readonly RunRef[]): Promise<void> {
  const { workspace, runs, environments } = world;
  await until('Slack to show every run', 240_000, async () => {
    const unshown = await Promise.all(environments.map((name) => runs.unshown(name)));
    return unshown.flat().length === 0;
  });
  const messages = environments.flatMap((name) => workspace.channel(name).messages);
  const parts = messages.map(({ metadata, ts }) => ({ ts, ...partOf(metadata) }));
  for (const run of asked) {
    const own = parts.filter(({ key }) => key === run.key).map(({ part }) => part);
    for (const part of ['root', 'summary']) {
      expect(
        own.filter((one) => one === part),
        `${part} of run #${run.number}`,
      ).toEqual([part]);
    }
    const root = messages.find(({ metadata }) => partOf(metadata).key === run.key && partOf(metadata).part === 'root');
    const { outcome } = await viewOf(world, run);
    const words = {
      succeeded: /passed|all well|done/,
      degraded: /unhealthy|remarks/,
      failed: /failed/,
      cancelled: /cancelled/,
    };
    expect(root?.text, `root of run #${run.number}`).toMatch(outcome ? words[outcome] : /never/);
  }
}

function partOf(metadata: unknown): { key?: string; part?: string } {
  return (metadata as { event_payload?: { key?: string; part?: string } } | undefined)?.event_payload ?? {};
}
