import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { inventoryOf, workerOf } from '#jobs/kubespray/inventory.ts';
import { ansibleProgram } from './nodes.ts';

const GROUP_VARS = join(import.meta.dirname, '../../testbed/kubespray/inventory/sample/group_vars');

it('the inventory that is laid beside a playbook is one that Ansible reads, with Kubespray’s groups and variables', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-inventory-'));
  const hosts = [
    { name: 'node-1', ip: '10.0.0.11', groups: ['kube_control_plane', 'etcd'] as const },
    workerOf('node-2', '10.0.0.12'),
  ];
  writeFileSync(join(folder, 'hosts.yaml'), inventoryOf(hosts, { user: 'debian', key: '/keys/lab' }));
  cpSync(GROUP_VARS, join(folder, 'group_vars'), { recursive: true });
  const program = (await ansibleProgram()).replace('ansible-playbook', 'ansible-inventory');

  const { stdout } = await promisify(execFile)(program, ['-i', join(folder, 'hosts.yaml'), '--list']);

  rmSync(folder, { recursive: true });
  const { _meta, kube_control_plane, kube_node, etcd, k8s_cluster } = JSON.parse(stdout);
  expect({ kube_control_plane, kube_node, etcd }).toEqual({
    kube_control_plane: { hosts: ['node-1'] },
    kube_node: { hosts: ['node-2'] },
    etcd: { hosts: ['node-1'] },
  });
  expect(k8s_cluster.children.toSorted()).toEqual(['kube_control_plane', 'kube_node']);
  expect(_meta.hostvars['node-2']).toMatchObject({
    ...{ ansible_host: '10.0.0.12', ip: '10.0.0.12', access_ip: '10.0.0.12' },
    ...{ ansible_user: 'debian', ansible_ssh_private_key_file: '/keys/lab' },
  });
});
