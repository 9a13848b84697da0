import { describe, expect, it } from 'vitest';
import type { Node } from '#domain/kubernetes.ts';
import { hostsOf, inventoryOf, workerOf } from '#jobs/kubespray/inventory.ts';
import { node } from '../status/world.ts';

const RESERVED = [{ key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' }];

/** Kubeadm's own etcd: each API server asks the member beside it. */
const NOWHERE = new Set(['127.0.0.1']);

function controlPlane(name: string, more: Partial<Node> = {}): Node {
  return node(name, { roles: ['control-plane'], taints: RESERVED, ...more });
}

describe('inventory of a cluster', () => {
  it('has etcd with the control plane, and workers apart', () => {
    const hosts = hostsOf(
      [controlPlane('node-1', { internalIp: '10.0.0.11' }), node('node-2', { internalIp: '10.0.0.12' })],
      NOWHERE,
    );

    expect(hosts).toEqual([
      { name: 'node-1', ip: '10.0.0.11', groups: ['kube_control_plane', 'etcd'] },
      { name: 'node-2', ip: '10.0.0.12', groups: ['kube_node'] },
    ]);
  });

  it('has etcd where the API servers find it, so that an odd number stays odd: Kubespray stops at an even one', () => {
    const nodes = ['11', '12', '13', '14'].map((last, index) => {
      const more = { internalIp: `10.0.0.${last}` };
      return index < 2 ? controlPlane(`node-${index + 1}`, more) : node(`node-${index + 1}`, more);
    });

    const hosts = hostsOf(nodes, new Set(['10.0.0.11', '10.0.0.12', '10.0.0.13']));

    expect(hosts.map(({ groups }) => groups)).toEqual([
      ['kube_control_plane', 'etcd'],
      ['kube_control_plane', 'etcd'],
      ['etcd', 'kube_node'],
      ['kube_node'],
    ]);
  });

  it('takes a control-plane node that takes pods for a worker too', () => {
    const [host] = hostsOf([controlPlane('node-1', { taints: [] })], NOWHERE);

    expect(host?.groups).toEqual(['kube_control_plane', 'etcd', 'kube_node']);
  });

  it('begins with the oldest control-plane node, which Kubespray treats as the first', () => {
    const young = controlPlane('a', { createdAt: '2026-11-20T00:00:00Z' });
    const old = controlPlane('z', { createdAt: '2026-11-01T00:00:00Z' });

    expect(hostsOf([young, old], NOWHERE).map(({ name }) => name)).toEqual(['z', 'a']);
  });

  it('is a file with the groups and variables of Kubespray', () => {
    const hosts = [
      ...hostsOf([controlPlane('node-1', { internalIp: '10.0.0.11' })], NOWHERE),
      workerOf('node-5', '10.0.0.15'),
    ];

    const { all } = JSON.parse(inventoryOf(hosts, { user: 'ubuntu', key: '/keys/lab' }));

    expect(all).toEqual({
      hosts: {
        'node-1': { ansible_host: '10.0.0.11', ip: '10.0.0.11', access_ip: '10.0.0.11' },
        'node-5': { ansible_host: '10.0.0.15', ip: '10.0.0.15', access_ip: '10.0.0.15' },
      },
      vars: { ansible_user: 'ubuntu', ansible_ssh_private_key_file: '/keys/lab' },
      children: {
        kube_control_plane: { hosts: { 'node-1': {} } },
        etcd: { hosts: { 'node-1': {} } },
        kube_node: { hosts: { 'node-5': {} } },
        k8s_cluster: { children: { kube_control_plane: {}, kube_node: {} } },
      },
    });
  });
});
