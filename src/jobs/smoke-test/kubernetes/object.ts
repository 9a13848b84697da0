import { AmbiguousError } from '#domain/errors.ts';
import type { Kubernetes, Labels, Manifest, ObjectRef } from '#domain/kubernetes.ts';
import type { RunRef, Settled, Step, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-kubernetes.ts';
import { prefixOf } from '../../mark.ts';

/** The cluster that this layer is. */
export function clusterOf({ ports, signal }: Pick<StepContext, 'ports' | 'signal'>, layer: string): Kubernetes {
  const cluster = ports.kubernetes(layer, signal);
  if (!cluster) throw new Error(`testing layer "${layer}": it is no cluster`);
  return cluster;
}

/** Where everything that a run makes stands. */
export const namespaceOf = prefixOf;

/** The mark of a run and its step; on every object, and on the pods that controllers make of it. */
export function labelsOf({ number, key }: RunRef, what: string): Labels {
  return { 'strata/run': `${number}-${key}`, 'strata/step': what };
}

/** What later steps need of an object, and where its pods run. */
export type Placed = { readonly name: string; readonly nodes: readonly string[] };

export type ObjectOn = {
  readonly layer: string;
  /** Name of the object, and the end of the step's id. */
  readonly what: string;
  readonly title: string;
  readonly timeoutMs?: number;
  readonly skip?: string | undefined;
  readonly kind: Pick<ObjectRef, 'apiVersion' | 'kind'>;
  /** All but name, namespace and labels; `before` goes first, and may be applied again. */
  make(ctx: StepContext): Promise<Made> | Made;
  settle(ctx: StepContext, placed: Placed): Promise<Settled<Placed>>;
};
type Made = { readonly fields: Readonly<Record<string, unknown>>; readonly before?: readonly Manifest[] };

/** A step that makes one object in the run's namespace. It has no undo of its own: it goes with the namespace. */
export function objectStep({ layer, what, title, timeoutMs = 60_000, skip, kind, ...on }: ObjectOn): Step<Placed> {
  return {
    id: `${layer}/${what}`,
    title,
    layer,
    timeoutMs,
    ...(skip === undefined ? {} : { skip }),
    async find(ctx) {
      const found = await clusterOf(ctx, layer).get({ ...kind, name: what, namespace: namespaceOf(ctx.run) });
      if (!found) return undefined;
      if (!isOurs(found.labels, ctx.run, what)) throw new AmbiguousError(words.notOurs(kind.kind, what));
      return { name: what, nodes: [] };
    },
    async act(ctx) {
      const { fields, before = [] } = await on.make(ctx);
      const cluster = clusterOf(ctx, layer);
      for (const manifest of before) await cluster.apply(manifest);
      await cluster.apply({ ...kind, metadata: metadataOf(ctx.run, what), ...fields });
      return { name: what, nodes: [] };
    },
    settle: (ctx, placed) => on.settle(ctx, placed),
  };
}

export function metadataOf(run: RunRef, what: string) {
  return { name: what, namespace: namespaceOf(run), labels: labelsOf(run, what) };
}

export function isOurs(labels: Labels, run: RunRef, what: string): boolean {
  return Object.entries(labelsOf(run, what)).every(([key, value]) => labels[key] === value);
}
