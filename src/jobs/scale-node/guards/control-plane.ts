import type { Node } from '#domain/kubernetes.ts';
import { nearest } from '#domain/nearest.ts';
import { words } from '#words/guards.ts';
import { etcdHosts, isOnEtcd } from '../../etcd.ts';
import { clusterOf } from './cluster.ts';
import { type Guard, type Look, type Subject, type Verdict, voiceOf } from './guard.ts';

const { holds, refuses } = voiceOf('control-plane');

/** A worker may go, and only while another one can take its pods. */
export const controlPlane: Guard = {
  name: 'control-plane',
  before: ['drain', 'delete'],
  async check(subject, look) {
    const cluster = clusterOf(subject, look);
    const [nodes, etcd] = await Promise.all([cluster.nodes(), etcdHosts(cluster)]);
    const node = nodes.find(({ name }) => name === subject.node);
    if (!node) return [missing(subject, nodes, look)];
    const own = ownRole(node, nodes, etcd);
    return own ? [own] : [lastOne(subject, nodes, look)];
  },
};

/** Kubespray takes the node object away before the machine goes. */
function missing({ node }: Subject, nodes: readonly Node[], { moment }: Look): Verdict {
  if (moment === 'delete') return holds(words.gone(node));
  const names = nodes.map(({ name }) => name);
  return refuses(words.noNode(node), words.noNodeAdvice(nearest(node, names)));
}

/** undefined for a plain worker. */
function ownRole(node: Node, nodes: readonly Node[], etcd: ReadonlySet<string>): Verdict | undefined {
  const others = nodes.filter((other) => other !== node && isControlPlane(other));
  if (isControlPlane(node)) {
    if (others.length === 0) return refuses(words.onlyControlPlane(node.name), words.onlyControlPlaneAdvice);
    return refuses(words.controlPlane(node.name), words.controlPlaneAdvice);
  }
  return node.roles.includes('etcd') || isOnEtcd(node, etcd)
    ? refuses(words.etcd(node.name), words.etcdAdvice)
    : undefined;
}

function lastOne({ node, mode }: Subject, nodes: readonly Node[], { moment }: Look): Verdict {
  const others = nodes.filter((other) => other.name !== node && takesPods(other)).map(({ name }) => name);
  if (others.length > 0) return holds(words.worker(node, others));
  // The new one comes first.
  if (mode === 'replace' && moment === 'plan') return holds(words.soonWorker(node));
  return refuses(words.lastWorker(node), words.lastWorkerAdvice);
}

function isControlPlane({ roles }: Node): boolean {
  return roles.includes('control-plane') || roles.includes('master');
}

/** Ready, not cordoned, and with no taint that keeps usual pods away. */
function takesPods({ ready, schedulable, taints }: Node): boolean {
  return ready === 'True' && schedulable && taints.every(({ effect }) => effect === 'PreferNoSchedule');
}
