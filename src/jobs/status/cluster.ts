import { InputError } from '#domain/errors.ts';
import type { Kubernetes } from '#domain/kubernetes.ts';
import { words } from '#words/cluster.ts';
import { LIST_TIMEOUT_MS, type Part, partsUntil } from './part.ts';
import type { Source } from './reader.ts';

/** Reads one part of the cluster that a layer is, or stands on. */
export type ReadCluster = <T>(
  read: (cluster: Kubernetes, signal: AbortSignal) => Promise<T | undefined>,
  timeoutMs?: number,
) => Promise<Part<T>>;

/** The cluster of a layer, part by part. */
export function clusterParts({ layer, ports, signal }: Source): ReadCluster {
  const part = partsUntil(signal);
  return (read, timeoutMs = LIST_TIMEOUT_MS) =>
    part((until) => {
      const cluster = ports.kubernetes(layer.name, until);
      if (!cluster) throw new InputError(words.noCluster(layer.name), { advice: words.noClusterAdvice });
      return read(cluster, until);
    }, timeoutMs);
}
