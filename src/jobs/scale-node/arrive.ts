import type { Labels, Pod } from '#domain/kubernetes.ts';
import type { Step } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { lookStep } from '../mark.ts';
import { clusterOf } from './hold.ts';

/** A node to come. `sibling`: a worker that it shall be like. */
export type Arrival = {
  readonly layer: string;
  readonly node: string;
  readonly labels: Labels;
  readonly sibling?: string | undefined;
};

/** What a new node goes through in the cluster until it does what its siblings do. */
export function arriveSteps(arrival: Arrival): readonly Step[] {
  const { layer, node, labels } = arrival;
  return [
    readyStep(layer, node),
    ...(Object.keys(labels).length > 0 ? [labelStep(layer, node, labels)] : []),
    daemonStep(arrival),
  ] as readonly Step[];
}

function readyStep(layer: string, node: string) {
  return lookStep<null>({
    id: `${layer}/ready-${node}`,
    title: words.title.ready(node),
    layer,
    timeoutMs: 900_000,
    async look(ctx) {
      const [found] = await clusterOf(layer, ctx).nodes({ fields: `metadata.name=${node}` });
      if (found?.ready === 'True') return { kind: 'ready', value: null, detail: found.version };
      const condition = found?.conditions.find(({ type }) => type === 'Ready');
      return { kind: 'wait', afterMs: 2000, why: words.notReady(found !== undefined, condition?.message ?? '') };
    },
  });
}

function labelStep(layer: string, node: string, labels: Labels): Step {
  return {
    id: `${layer}/labels-${node}`,
    title: words.title.labels(node, Object.keys(labels).length),
    layer,
    timeoutMs: 60_000,
    find: async () => undefined,
    async act(ctx) {
      await clusterOf(layer, ctx).patchNode(node, { labels });
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null }),
  };
}

/** Every DaemonSet that has a pod on a sibling has one here, and all that are here are ready. */
function daemonStep({ layer, node, sibling }: Arrival) {
  return lookStep<null>({
    id: `${layer}/daemons-${node}`,
    title: words.title.daemons(node),
    layer,
    timeoutMs: 900_000,
    async look(ctx) {
      const daemonsOn = async (name: string) =>
        (await clusterOf(layer, ctx).pods({ fields: `spec.nodeName=${name}` })).filter(isDaemon);
      const [here, there] = await Promise.all([daemonsOn(node), sibling === undefined ? [] : daemonsOn(sibling)]);
      const wanted = new Set([...here, ...there].map(setOf));
      const missing = [...wanted].filter((set) => !here.some((pod) => pod.isReady && setOf(pod) === set));
      if (missing.length === 0) return { kind: 'ready', value: null, detail: words.daemons(wanted.size) };
      return { kind: 'wait', afterMs: 2000, why: words.missingDaemons(missing), advice: words.advice.daemons };
    },
  });
}

function isDaemon({ owner }: Pod): boolean {
  return owner?.kind === 'DaemonSet';
}

function setOf({ namespace, owner }: Pod): string {
  return `${namespace}/${owner?.name ?? ''}`;
}
