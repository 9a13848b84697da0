import { InputError } from '#domain/errors.ts';
import type { Kubernetes, Pod } from '#domain/kubernetes.ts';
import { words } from '#words/guards.ts';
import type { GuardSource, Subject } from './guard.ts';

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

/** What a command printed as JSON; undefined when it is none. */
export function jsonIn(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
