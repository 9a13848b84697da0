import { z } from 'zod';
import type { Kubernetes, Node } from '#domain/kubernetes.ts';

const ApiServer = z.object({
  containers: z.array(z.object({ command: z.array(z.string()).default([]), args: z.array(z.string()).default([]) })),
});

/**
 * Where the API servers find etcd, all of them together, as one may not know of a new member yet; empty where they run in no
 * pods that can be seen. Kubespray's etcd is a service of the host's, and Kubernetes knows nothing of it.
 * @see https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ (--etcd-servers)
 */
export async function etcdHosts(cluster: Kubernetes): Promise<ReadonlySet<string>> {
  const namespace = 'kube-system';
  const pods = await cluster.pods({ namespace, labels: { component: 'kube-apiserver' } });
  const servers = await Promise.all(
    pods.map(({ name }) => cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name })),
  );
  const containers = servers.flatMap((server) => ApiServer.safeParse(server?.spec).data?.containers ?? []);
  const flags = containers.flatMap(({ command, args }) => [...command, ...args]);
  const urls = flags.flatMap((flag) => /^--etcd-servers=(.*)$/.exec(flag)?.[1]?.split(',') ?? []);
  return new Set(urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname.replace(/^\[|\]$/g, '')] : [])));
}

/** True when a member of etcd is on the node. */
export function isOnEtcd({ name, internalIp, externalIp }: Node, etcd: ReadonlySet<string>): boolean {
  return [name, internalIp, externalIp].some((host) => etcd.has(host));
}
