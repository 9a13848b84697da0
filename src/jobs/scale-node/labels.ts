import type { Labels, Node } from '#domain/kubernetes.ts';

/** Labels that the cluster, its cloud or its tools give a node themselves. */
const NOT_OURS = /(^|\.)(kubernetes\.io|k8s\.io)\//;

/** Labels that a new node gets: its sibling's, but for those that name the sibling itself, as storage drivers set them. */
export function labelsLike(sibling: Pick<Node, 'name' | 'labels' | 'internalIp'> | undefined): Labels {
  if (!sibling) return {};
  const { name, labels, internalIp } = sibling;
  const own = new Set([name, name.split('.')[0] ?? name, internalIp]);
  return Object.fromEntries(Object.entries(labels).filter(([key, value]) => !NOT_OURS.test(key) && !own.has(value)));
}
