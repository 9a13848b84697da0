import type { Kubernetes, Node, Pod } from '#domain/kubernetes.ts';
import { words } from '#words/mtu.ts';

/** Agents that run in the host's network on every node and have `cat`. */
const AGENTS = [{ 'k8s-app': 'calico-node' }, { app: 'flannel' }, { 'k8s-app': 'cilium' }, { 'k8s-app': 'kube-proxy' }];

/**
 * The MTU of the card that holds a node's internal address, read in a pod of the host's network; undefined where there is
 * none, or its routes do not lead to that address.
 */
export async function readCard(
  cluster: Kubernetes,
  nodes: readonly Node[],
): Promise<{ readonly mtuBytes: number; readonly from: string } | undefined> {
  const pods = await Promise.all(AGENTS.map((labels) => cluster.pods({ namespace: 'kube-system', labels })));
  const isOnHost = (pod: Pod) =>
    pod.isReady && nodes.some(({ name, internalIp }) => name === pod.node && internalIp === pod.ip);
  const pod = pods.flat().find(isOnHost);
  if (!pod) return undefined;
  const routes = await cluster.exec(pod, ['cat', '/proc/net/route']);
  const card = routes.exitCode === 0 ? cardOf(routes.stdout, pod.ip) : undefined;
  if (card === undefined) return undefined;
  const mtu = await cluster.exec(pod, ['cat', `/sys/class/net/${card}/mtu`]);
  const mtuBytes = Number(mtu.stdout.trim());
  if (mtu.exitCode !== 0 || !Number.isInteger(mtuBytes) || mtuBytes <= 0) return undefined;
  return { mtuBytes, from: words.from.card(card, pod.node) };
}

/** The card whose own network the address is in, out of /proc/net/route: little-endian hexadecimal, a line a route. */
export function cardOf(routes: string, ip: string): string | undefined {
  const address = numberOf(ip);
  const found = routes
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .find(([card = '', destination = '', gateway = '', , , , , mask = '']) => {
      const isOwn = /^[\w.@-]+$/.test(card) && gateway === '00000000' && mask !== '00000000' && mask !== '';
      return isOwn && (address & hex(mask)) >>> 0 === hex(destination);
    });
  return found?.[0];
}

function hex(text: string): number {
  return Number.parseInt(text.match(/../g)?.toReversed().join('') ?? '', 16) >>> 0;
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}
