import { setTimeout as sleep } from 'node:timers/promises';
import { AmbiguousError } from '#domain/errors.ts';
import type { PersistentVolume } from '#domain/kubernetes.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-kubernetes.ts';
import { LOOK_MS } from '../../mark.ts';
import { type KubernetesFacts, skipOf } from './facts.ts';
import { clusterOf, isOurs, labelsOf, namespaceOf } from './object.ts';

const KIND = { apiVersion: 'v1', kind: 'Namespace' };
const WHAT = 'namespace';

/** The run's own namespace. Everything else stands in it and goes with it; volumes that are deleted with their claim too. */
export function namespaceStep(facts: KubernetesFacts): Step<string> {
  const layer = facts.name;
  return {
    id: `${layer}/${WHAT}`,
    title: words.title.namespace,
    layer,
    timeoutMs: 60_000,
    async find(ctx) {
      const found = await clusterOf(ctx, layer).get({ ...KIND, name: namespaceOf(ctx.run) });
      if (!found) return undefined;
      if (!isOurs(found.labels, ctx.run, WHAT)) throw new AmbiguousError(words.notOurs(KIND.kind, found.name));
      return found.name;
    },
    async act(ctx) {
      const name = namespaceOf(ctx.run);
      await clusterOf(ctx, layer).apply({ ...KIND, metadata: { name, labels: labelsOf(ctx.run, WHAT) } });
      return name;
    },
    settle: async (_ctx, name) => ({ kind: 'ready', value: name, detail: name }),
    async undo(ctx) {
      const cluster = clusterOf(ctx, layer);
      for (;;) {
        const left = await ourNamespace(ctx, layer);
        if (left && left.deletingAt === undefined) await cluster.remove({ ...KIND, name: left.name });
        const volumes = left ? [] : await ourVolumes(ctx, facts);
        if (!left && !volumes.some(({ reclaimPolicy }) => reclaimPolicy === 'Delete')) return;
        await sleep(LOOK_MS, undefined, { signal: ctx.signal });
      }
    },
  };
}

/** The namespace, and volumes that outlive their claims. Reads only. */
export async function leftovers(facts: KubernetesFacts, ctx: StepContext): Promise<readonly string[]> {
  const [namespace, volumes] = await Promise.all([ourNamespace(ctx, facts.name), ourVolumes(ctx, facts)]);
  return [
    ...(namespace ? [words.leftNamespace(facts.name, namespace.name)] : []),
    ...volumes.map(({ name, claim, reclaimPolicy }) => words.leftVolume(facts.name, name, { claim, reclaimPolicy })),
  ];
}

async function ourNamespace(ctx: StepContext, layer: string) {
  const found = await clusterOf(ctx, layer).get({ ...KIND, name: namespaceOf(ctx.run) });
  return found && isOurs(found.labels, ctx.run, WHAT) ? found : undefined;
}

async function ourVolumes(ctx: StepContext, facts: KubernetesFacts): Promise<readonly PersistentVolume[]> {
  if (skipOf(facts.storage) !== undefined) return [];
  const all = await clusterOf(ctx, facts.name).persistentVolumes();
  return all.filter(({ claim }) => claim.startsWith(`${namespaceOf(ctx.run)}/`));
}
