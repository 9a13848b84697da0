import { InputError } from '#domain/errors.ts';
import { foundationOf } from '#domain/foundation.ts';
import type { Kubernetes, Labels, Pod } from '#domain/kubernetes.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/guards.ts';
import type { GuardSource, Look, Subject } from './guard.ts';

/** Of somebody else's error in a sentence. */
const MOST_LETTERS = 200;

/** The cluster that the node is of. @throws InputError when the layer is none */
export function clusterOf({ layer }: Pick<Subject, 'layer'>, { ports, signal }: GuardSource): Kubernetes {
  const cluster = ports.kubernetes(layer.name, signal);
  if (!cluster) throw new InputError(words.noCluster(layer.name));
  return cluster;
}

/** All pods on the node that have not ended. */
export async function podsOn(subject: Pick<Subject, 'layer' | 'node'>, source: GuardSource): Promise<readonly Pod[]> {
  const pods = await clusterOf(subject, source).pods({ fields: `spec.nodeName=${subject.node}` });
  return pods.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed');
}

/** The pods of one namespace that are members of the same thing; `desired`: how many there should be. */
export type Group = { readonly namespace: string; readonly desired: number; readonly pods: readonly Pod[] };

/** Pods and their StatefulSets with these labels, in all namespaces. */
export async function groupsOf(cluster: Kubernetes, labels: Labels): Promise<readonly Group[]> {
  const [pods, sets] = await Promise.all([cluster.pods({ labels }), cluster.workloads('StatefulSet', { labels })]);
  const namespaces = [...new Set([...pods, ...sets].map(({ namespace }) => namespace))];
  return namespaces.map((namespace) => ({
    namespace,
    desired: sets.filter((set) => set.namespace === namespace).reduce((sum, set) => sum + set.desired, 0),
    pods: pods.filter((pod) => pod.namespace === namespace),
  }));
}

/** False for pods that every node has, and for those that the kubelet makes of its own files. */
export function isMoved({ owner, isMirror }: Pod): boolean {
  return owner?.kind !== 'DaemonSet' && !isMirror;
}

/**
 * True of a pod that the drain has told to go, as a worker that takes the run over meets it: it counts as gone. On a dead
 * node nothing ever leaves by itself.
 */
export function isLeaving({ node, deletingAt }: Pod, subject: Subject, { moment }: Look): boolean {
  return moment === 'drain' && subject.mode === 'remove' && node === subject.node && deletingAt !== undefined;
}

/** Clouds for which this is the first cluster below. */
export function cloudsIn(environment: Environment, cluster: Layer): readonly Layer[] {
  return environment.layers.filter((layer) => {
    const below = foundationOf(environment, layer).findLast(({ kind }) => kind === 'kubernetes');
    return layer.kind === 'openstack' && below?.name === cluster.name;
  });
}

/** A cloud calls a host by its node's name, with or without the domain. */
export function isHost(host: string, node: string): boolean {
  return host === node || host.split('.')[0] === node || host === node.split('.')[0];
}

/** What a command printed as JSON; undefined when it is none. */
export function jsonIn(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

/** What a command ended with, of its standard error: half a line. */
export function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.slice(0, MOST_LETTERS) ?? '';
}
