import { InputError } from '#domain/errors.ts';
import type { Kubernetes } from '#domain/kubernetes.ts';
import { words } from '#words/guards.ts';
import type { GuardSource, Subject } from './guard.ts';

/** The cluster that the node is of. @throws InputError when the layer is none */
export function clusterOf({ layer }: Pick<Subject, 'layer'>, { ports, signal }: GuardSource): Kubernetes {
  const cluster = ports.kubernetes(layer.name, signal);
  if (!cluster) throw new InputError(words.noCluster(layer.name));
  return cluster;
}

/** What a command printed as JSON; undefined when it is none. */
export function jsonIn(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
