import type { Eviction, Pod } from '#domain/kubernetes.ts';
import type { Settled, Step, StepContext } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { clusterOf, hold, type Target } from './hold.ts';
import { heldBack } from './turns.ts';

/** As often as kubectl asks again when a disruption budget refuses. */
const AGAIN_MS = 5000;

export function cordonId({ layer, node }: Pick<Target, 'layer' | 'node'>): string {
  return `${layer}/cordon-${node}`;
}

export function drainId({ layer, node }: Pick<Target, 'layer' | 'node'>): string {
  return `${layer}/drain-${node}`;
}

/** Keeps new pods off the node. */
export function cordonStep(target: Target): Step {
  const { layer, node } = target;
  return {
    id: cordonId(target),
    title: words.title.cordon(node),
    layer,
    timeoutMs: 120_000,
    risk: words.risk.cordon(node),
    find: async () => undefined,
    async act(ctx) {
      await hold(target, 'drain', ctx);
      await clusterOf(layer, ctx).patchNode(node, { schedulable: false });
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null }),
  };
}

/** Moves the pods away by the eviction API, which asks the disruption budgets. One that stays stops the run. */
export function drainStep(target: Target, timeoutMs: number): Step {
  const { layer, node } = target;
  return {
    id: drainId(target),
    title: words.title.drain(node),
    layer,
    timeoutMs,
    risk: words.risk.drain(node),
    find: async () => undefined,
    async act(ctx) {
      await hold(target, 'drain', ctx);
      // Somebody may have let it take pods again since: what is evicted would come back.
      await clusterOf(layer, ctx).patchNode(node, { schedulable: false });
      return null;
    },
    settle: (ctx) => evictAll(ctx, target),
  };
}

/** Pods that a drain moves: all but those that every node has, those of the kubelet's own, and those that have ended. */
function isDrained({ owner, isMirror, phase }: Pod): boolean {
  return owner?.kind === 'DaemonSet' || isMirror || phase === 'Succeeded' || phase === 'Failed';
}

/** What a drain would still have to move. */
export async function undrained(ctx: Pick<StepContext, 'ports' | 'signal'>, target: Target): Promise<readonly Pod[]> {
  const pods = await clusterOf(target.layer, ctx).pods({ fields: `spec.nodeName=${target.node}` });
  return pods.filter((pod) => !isDrained(pod));
}

async function evictAll(ctx: StepContext, target: Target): Promise<Settled<null>> {
  const cluster = clusterOf(target.layer, ctx);
  const pods = await undrained(ctx, target);
  if (pods.length === 0) return { kind: 'ready', value: null, detail: words.drained };
  const held = await heldBack(cluster, pods);
  const blocked: string[] = [];
  const leaving: string[] = [];
  // One after the other: a budget counts what the eviction before took. Meanwhile a StatefulSet may have made one of the
  // same name on another node.
  for (const pod of pods) {
    const { namespace, name, uid, deletingAt } = pod;
    const why =
      held.get(pod) ?? (deletingAt === undefined ? whyNot(await cluster.evict({ namespace, name, uid })) : '');
    if (why === '') leaving.push(`${namespace}/${name}`);
    else blocked.push(words.blockedPod(namespace, name, why));
  }
  const advice = blocked.length > 0 ? words.advice.blocked(target.node) : words.advice.leaving(target.node);
  const why = words.draining(leaving, blocked);
  return { kind: 'wait', afterMs: blocked.length > 0 ? AGAIN_MS : 1000, why, advice };
}

/** Empty: it leaves, or has left. */
function whyNot(end: Eviction): string {
  return end.kind === 'blocked' ? end.why : '';
}

/** Takes pods again. */
export function uncordonStep(layer: string, node: string): Step {
  return {
    id: `${layer}/uncordon-${node}`,
    title: words.title.uncordon(node),
    layer,
    timeoutMs: 60_000,
    find: async () => undefined,
    async act(ctx) {
      await clusterOf(layer, ctx).patchNode(node, { schedulable: true });
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null }),
  };
}
