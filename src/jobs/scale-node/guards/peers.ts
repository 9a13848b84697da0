import type { Pod, Workload } from '#domain/kubernetes.ts';
import { words } from '#words/guards.ts';
import { clusterOf, isLeaving } from './cluster.ts';
import { type Guard, type Verdict, voiceOf } from './guard.ts';

const { holds, refuses } = voiceOf('peers');

/**
 * A StatefulSet that loses a pod with this node must have all others. Budgets do not see to it: those of OpenStack-Helm
 * have a minimum of 0 and never forbid anything.
 */
export const peers: Guard = {
  name: 'peers',
  before: ['drain'],
  async check(subject, look) {
    const cluster = clusterOf(subject, look);
    const [pods, sets] = await Promise.all([cluster.pods(), cluster.workloads('StatefulSet')]);
    const stays = (pod: Pod) => pod.node === subject.node && !isLeaving(pod, subject, look);
    const here = sets.filter((set) => podsOf(set, pods).some(stays));
    if (here.length === 0) return [];
    const ill = here.flatMap((set) => illOf(set, podsOf(set, pods), subject.node));
    return ill.length > 0 ? ill : [holds(words.peersReady(here.map(nameOf)))];
  },
};

/** The pods that a StatefulSet made. */
export function podsOf({ name, namespace }: Workload, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(
    ({ owner, namespace: at }) => owner?.kind === 'StatefulSet' && owner.name === name && at === namespace,
  );
}

function illOf(set: Workload, pods: readonly Pod[], node: string): readonly Verdict[] {
  const down = pods.filter((pod) => pod.node !== node && !pod.isReady).map((pod) => pod.name);
  const missing = Math.max(0, set.desired - pods.length);
  if (down.length === 0 && missing === 0) return [];
  return [refuses(words.peerDown(nameOf(set), down, missing), words.peerDownAdvice)];
}

function nameOf({ namespace, name }: Workload): string {
  return `${namespace}/${name}`;
}
