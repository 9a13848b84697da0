import type { Step, StepContext } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { isOwn, ownerLabels } from './marks.ts';
import { clusterOf } from './setting.ts';

const KIND = { apiVersion: 'v1', kind: 'Namespace' };
const LOOK_MS = 1000;

/** Makes a namespace, with the mark that it is Strata's; one that has come meanwhile is somebody's, and stays unmarked. */
export function namespaceStep(layer: Layer, environment: Environment, name: string): Step<null> {
  return {
    id: `${layer.name}/namespace-${name}`,
    title: words.title.namespace(name),
    layer: layer.name,
    timeoutMs: 60_000,
    find: async (ctx) => ((await clusterOf(layer, ctx).get({ ...KIND, name })) ? null : undefined),
    async act(ctx) {
      const cluster = clusterOf(layer, ctx);
      if (await cluster.get({ ...KIND, name })) return null;
      await cluster.apply({ ...KIND, metadata: { name, labels: ownerLabels(environment, layer) } });
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null }),
  };
}

/** Deletes a namespace that Strata made, with all that is in it; not while a release is at home there, whoever's it is. */
export function removeNamespaceStep(layer: Layer, environment: Environment, name: string): Step<null> {
  const { id, title } = { id: `${layer.name}/remove-namespace-${name}`, title: words.title.removeNamespace(name) };
  return {
    id,
    title,
    layer: layer.name,
    timeoutMs: 600_000,
    risk: words.risk.namespace(name),
    find: async (ctx) => ((await clusterOf(layer, ctx).get({ ...KIND, name })) ? undefined : null),
    async act(ctx) {
      const cluster = clusterOf(layer, ctx);
      const found = await cluster.get({ ...KIND, name });
      if (!found || found.deletingAt !== undefined || !isOwn(found.labels, environment, layer)) return null;
      if ((await releasesIn(ctx, layer, name)).length === 0) await cluster.remove({ ...KIND, name });
      return null;
    },
    async settle(ctx) {
      const left = await clusterOf(layer, ctx).get({ ...KIND, name });
      if (!left) return { kind: 'ready', value: null };
      if (!isOwn(left.labels, environment, layer)) return { kind: 'skip', why: words.notOwn(name) };
      const others = left.deletingAt === undefined ? await releasesIn(ctx, layer, name) : [];
      if (others.length > 0) return { kind: 'skip', why: words.inUse(name, others) };
      return { kind: 'wait', afterMs: LOOK_MS, why: words.terminating(name), advice: words.advice.terminating };
    },
  };
}

async function releasesIn(ctx: StepContext, layer: Layer, namespace: string): Promise<readonly string[]> {
  const releases = await clusterOf(layer, ctx).releases({ namespace });
  return releases.filter(({ status }) => status !== 'uninstalled').map(({ release }) => release);
}
