import { setTimeout as sleep } from 'node:timers/promises';
import { AmbiguousError } from '#domain/errors.ts';
import type { RunRef, Settled, Step, StepContext } from '#domain/run.ts';
import { words } from '#words/jobs.ts';

/** How every name of a run begins; random per run, so nothing of anybody else can carry it. */
export function prefixOf(run: RunRef): string {
  return `strata-${run.number}-${run.key}`;
}

/** The name of what a run makes. */
export function nameOf(run: RunRef, what: string): string {
  return `${prefixOf(run)}-${what}`;
}

/** Stands in Neutron's `description` of everything a step makes. */
export function descriptionOf(run: RunRef, stepId: string): string {
  return `strata:${run.number}-${run.key}/${stepId}`;
}

/** Stands in the metadata of servers and volumes. */
export function metadataOf(run: RunRef, stepId: string): Record<string, string> {
  return { strata: `${run.number}-${run.key}/${stepId}` };
}

/** How long to wait between two looks at a thing on its way, ms. */
export const LOOK_MS = 300;

type Thing<T> = {
  readonly id: string;
  readonly title: string;
  readonly layer: string;
  readonly timeoutMs?: number;
  readonly skip?: string | undefined;
  /** Everything that carries this step's name and mark. */
  list(ctx: StepContext): Promise<readonly T[]>;
  make(ctx: StepContext): Promise<T>;
  settle?(ctx: StepContext, made: T): Promise<Settled<T>>;
  /** Follow-up deletes first, the thing itself last. Left out: it stays, also after a run that failed. */
  remove?(ctx: StepContext, thing: T): Promise<unknown>;
  readonly detail?: (thing: T) => string;
};

/** A step that makes one thing, knows it again by name and mark, and takes it away until it is gone. */
export function thingStep<T>(thing: Thing<T>): Step<T> {
  const { id, title, layer, timeoutMs = 60_000, skip, remove } = thing;
  return {
    id,
    title,
    layer,
    timeoutMs,
    ...(skip === undefined ? {} : { skip }),
    async find(ctx) {
      const found = await thing.list(ctx);
      if (found.length > 1) throw new AmbiguousError(words.manyMarked(id, found.length));
      return found[0];
    },
    act: (ctx) => thing.make(ctx),
    settle: async (ctx, made) =>
      thing.settle ? thing.settle(ctx, made) : { kind: 'ready', value: made, detail: thing.detail?.(made) },
    ...(remove && { undo: (ctx: StepContext) => removeAll(ctx, (each) => thing.list(each), remove) }),
  };
}

async function removeAll<T>(
  ctx: StepContext,
  list: (ctx: StepContext) => Promise<readonly T[]>,
  remove: (ctx: StepContext, thing: T) => Promise<unknown>,
): Promise<void> {
  for (;;) {
    const left = await list(ctx);
    if (left.length === 0) return;
    for (const one of left) await remove(ctx, one);
    await sleep(LOOK_MS, undefined, { signal: ctx.signal });
  }
}

/** A step that only looks: nothing to find again, nothing to undo. */
export function lookStep<T>(look: {
  readonly id: string;
  readonly title: string;
  readonly layer: string;
  readonly timeoutMs?: number;
  readonly skip?: string | undefined;
  look(ctx: StepContext): Promise<Settled<T>>;
}): Step<T | undefined> {
  const { id, title, layer, timeoutMs = 60_000, skip } = look;
  return {
    id,
    title,
    layer,
    timeoutMs,
    ...(skip === undefined ? {} : { skip }),
    find: async () => undefined,
    act: async () => undefined,
    settle: (ctx) => look.look(ctx),
  };
}
