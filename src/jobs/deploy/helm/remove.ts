import type { ObjectRef } from '#domain/kubernetes.ts';
import type { Settled, Step, StepContext } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { ownerOf } from '../../status/namespace/why.ts';
import type { HelmFacts, ReleaseFact } from './facts.ts';
import { unlabelStep } from './labels.ts';
import { removeNamespaceStep } from './namespaces.ts';
import { runHelm } from './run-helm.ts';
import { clusterOf, settingOf } from './setting.ts';

const LOOK_MS = 1000;
/** What holds data, or other things: a hook that brought it gives nobody leave to take it away. */
const KEPT: ReadonlySet<string> = new Set([
  ...['PersistentVolumeClaim', 'PersistentVolume', 'Namespace', 'CustomResourceDefinition'],
]);

/** Takes the releases away, last first; then the claims that the plan names, the labels, and the namespaces that Strata made. */
export function removeSteps(layer: Layer, facts: HelmFacts, environment: Environment): readonly Step[] {
  const there = facts.releases.filter(({ now }) => now !== undefined);
  const claims = Map.groupBy(facts.claims, ({ namespace }) => namespace);
  const hasLabels = there.length > 0 && Object.keys(settingOf(layer).labels).length > 0;
  return [
    ...there.toReversed().map((release) => uninstallStep(layer, release)),
    ...[...claims].map(([namespace, those]) =>
      claimStep(
        layer,
        namespace,
        those.map(({ name }) => name),
      ),
    ),
    ...(hasLabels ? [unlabelStep(layer)] : []),
    ...facts.ownNamespaces.map((name) => removeNamespaceStep(layer, environment, name)),
  ] as readonly Step[];
}

function uninstallStep(layer: Layer, release: ReleaseFact): Step<null> {
  const { name, namespace } = release;
  const id = `${layer.name}/uninstall-${name}`;
  return {
    id,
    title: words.title.uninstall(name),
    layer: layer.name,
    timeoutMs: settingOf(layer).timeoutMinutes * 60_000,
    risk: words.risk.uninstall(name),
    async find(ctx) {
      const revisions = await clusterOf(layer, ctx).revisions({ namespace, release: name });
      return revisions.length === 0 ? null : undefined;
    },
    async act(ctx) {
      const revisions = await clusterOf(layer, ctx).revisions({ namespace, release: name });
      if (revisions.length === 0) return null;
      const argv = ['uninstall', name, '--namespace', namespace];
      await runHelm(ctx, { layer, release, stepId: id, doing: words.uninstalling(name), argv });
      return null;
    },
    settle: (ctx) => clearHooks(ctx, layer, release),
  };
}

/** Helm leaves there what its hooks were: Jobs, and the accounts they ran as. Those go. */
async function clearHooks(ctx: StepContext, layer: Layer, { now, namespace }: ReleaseFact): Promise<Settled<null>> {
  const cluster = clusterOf(layer, ctx);
  for (const hook of now?.hooks ?? []) if (!KEPT.has(hook.kind)) await cluster.remove(hook);
  const owners = new Set([...(now?.workloads ?? []), ...(now?.hooks ?? [])].map((each) => `${each.kind}/${each.name}`));
  const pods = (await cluster.pods({ namespace })).filter((pod) => {
    const owner = ownerOf(pod);
    return owners.has(`${owner.kind}/${owner.name}`);
  });
  if (pods.length === 0) return { kind: 'ready', value: null };
  return { kind: 'wait', afterMs: LOOK_MS, why: words.leaving(pods.length), advice: words.advice.leaving };
}

function claimStep(layer: Layer, namespace: string, names: readonly string[]): Step<null> {
  const claimOf = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace });
  return {
    id: `${layer.name}/claims-${namespace}`,
    title: words.title.claims(namespace, names),
    layer: layer.name,
    timeoutMs: 600_000,
    risk: words.risk.claims,
    find: async () => undefined,
    async act(ctx) {
      const cluster = clusterOf(layer, ctx);
      for (const name of names) await cluster.remove(claimOf(name));
      return null;
    },
    async settle(ctx) {
      const claims = await clusterOf(layer, ctx).persistentVolumeClaims({ namespace });
      const left = claims.filter(({ name }) => names.includes(name)).map(({ name }) => name);
      if (left.length === 0) return { kind: 'ready', value: null };
      return { kind: 'wait', afterMs: LOOK_MS, why: words.claimsLeft(left), advice: words.advice.claims };
    },
  };
}
