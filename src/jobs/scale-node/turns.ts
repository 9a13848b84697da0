import type { Kubernetes, Pod } from '#domain/kubernetes.ts';
import { words } from '#words/scale-node.ts';
import { podsOf } from './guards/peers.ts';

/**
 * Pods of StatefulSets that must wait, and for what: each goes alone, and only while all its peers are there and ready. The
 * guard has looked before the drain; what fails during it, or leaves with it, is seen here. One that is not ready itself
 * waits for nobody.
 */
export async function heldBack(cluster: Kubernetes, pods: readonly Pod[]): Promise<ReadonlyMap<Pod, string>> {
  const members = pods.filter(({ owner, isReady, deletingAt }) => {
    return owner?.kind === 'StatefulSet' && isReady && deletingAt === undefined;
  });
  const namespaces = [...new Set(members.map(({ namespace }) => namespace))];
  const found = await Promise.all(namespaces.map((namespace) => heldIn(cluster, namespace, members)));
  return new Map(found.flat());
}

type Held = readonly (readonly [pod: Pod, why: string])[];

async function heldIn(cluster: Kubernetes, namespace: string, members: readonly Pod[]): Promise<Held> {
  const [all, sets] = await Promise.all([cluster.pods({ namespace }), cluster.workloads('StatefulSet', { namespace })]);
  return sets.flatMap((set): Held => {
    const peers = podsOf(set, all);
    const [next, ...later] = podsOf(set, members);
    if (!next) return [];
    const away = peers.filter(({ uid, isReady, deletingAt }) => {
      return uid !== next.uid && (!isReady || deletingAt !== undefined);
    });
    const missing = Math.max(0, set.desired - peers.length);
    const names = away.map(({ name }) => name);
    const isHeld = names.length + missing > 0;
    return [
      ...(isHeld ? [[next, words.waitsForPeers(names, missing)] as const] : []),
      ...later.map((pod) => [pod, words.waitsForPeers([next.name], 0)] as const),
    ];
  });
}
