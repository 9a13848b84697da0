import type { Node } from '#domain/kubernetes.ts';
import type { KubespraySetting } from '#domain/stack.ts';
import { isOnEtcd } from '../etcd.ts';

/** A host of the inventory. */
export type Host = { readonly name: string; readonly ip: string; readonly groups: readonly Group[] };
export type Group = 'kube_control_plane' | 'etcd' | 'kube_node';

const GROUPS: readonly Group[] = ['kube_control_plane', 'etcd', 'kube_node'];

/**
 * A node as a host of Kubespray's: etcd is where the API servers find it, else with the control plane, as in its sample; a
 * control-plane node that takes pods is a worker too. Kubespray's first control-plane host is the oldest one.
 * @param etcd addresses or names; those of no node, as 127.0.0.1, tell nothing
 * @see https://github.com/kubernetes-sigs/kubespray/blob/master/inventory/sample/inventory.ini
 */
export function hostsOf(nodes: readonly Node[], etcd: ReadonlySet<string>): readonly Host[] {
  const isKnown = nodes.some((node) => isOnEtcd(node, etcd));
  return nodes
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.name.localeCompare(b.name))
    .map((node) => {
      const { name, internalIp: ip, roles, taints } = node;
      const isControlPlane = roles.includes('control-plane');
      const isEtcd = isKnown ? isOnEtcd(node, etcd) : isControlPlane;
      const isReserved = taints.some(({ key }) => key === 'node-role.kubernetes.io/control-plane');
      const groups: Group[] = [
        ...(isControlPlane ? (['kube_control_plane'] as const) : []),
        ...(isEtcd ? (['etcd'] as const) : []),
        ...(isReserved ? [] : (['kube_node'] as const)),
      ];
      return { name, ip, groups };
    });
}

/** A host that is to become a worker. */
export function workerOf(name: string, ip: string): Host {
  return { name, ip, groups: ['kube_node'] };
}

/**
 * The inventory, as a YAML file (JSON is YAML). Nothing of it is kept anywhere: it follows from the cluster.
 * `ip` and `access_ip` are Kubespray's: the address that Kubernetes binds to, and by which the others reach it.
 * @see https://github.com/kubernetes-sigs/kubespray/blob/master/docs/ansible/vars.md
 */
export function inventoryOf(hosts: readonly Host[], { user, key }: Pick<KubespraySetting, 'user' | 'key'>): string {
  const children = Object.fromEntries(
    GROUPS.map((group) => {
      const names = hosts.filter(({ groups }) => groups.includes(group)).map(({ name }) => name);
      return [group, { hosts: Object.fromEntries(names.map((name) => [name, {}])) }];
    }),
  );
  const vars = { ansible_user: user, ...(key === undefined ? {} : { ansible_ssh_private_key_file: key }) };
  const all = {
    hosts: Object.fromEntries(hosts.map(({ name, ip }) => [name, { ansible_host: ip, ip, access_ip: ip }])),
    vars,
    children: { ...children, k8s_cluster: { children: { kube_control_plane: {}, kube_node: {} } } },
  };
  return `${JSON.stringify({ all }, undefined, 2)}\n`;
}
