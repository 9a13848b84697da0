import type { Host } from './inventory.ts';

/** What a task does to the cluster; most do nothing that shows. */
export type Deed = 'join' | 'drain' | 'delete';
export type Task = { readonly name: string; readonly deed?: Deed; readonly retries?: number };
export type Play = {
  readonly name: string;
  readonly hosts: (host: Host, node: string) => boolean;
  readonly tasks: readonly Task[];
};

const inCluster: Play['hosts'] = ({ groups }) => groups.includes('kube_node') || groups.includes('kube_control_plane');
const isWorker: Play['hosts'] = ({ groups }) => groups.includes('kube_node');
const isAny: Play['hosts'] = () => true;
const isNode: Play['hosts'] = ({ name }, node) => name === node;

function play(name: string, hosts: Play['hosts'], ...tasks: readonly (Task | string)[]): Play {
  return { name, hosts, tasks: tasks.map((task) => (typeof task === 'string' ? { name: task } : task)) };
}

const VERSION = play('Check Ansible version', inCluster, 'Check 2.18.0 <= Ansible version < 2.19.0');
const VALIDATE = play(
  'Inventory setup and validation',
  inCluster,
  'dynamic_groups : Match needed groups by their old names or definition',
  'validate_inventory : Stop if kube_control_plane group is empty',
  'validate_inventory : Stop if even number of etcd hosts',
);
const FACTS = play(
  'Gather facts',
  inCluster,
  'network_facts : Gather node IPs',
  'Gather minimal facts',
  'Gather necessary facts (network)',
  'Gather necessary facts (hardware)',
);
const MACHINE = [
  "kubernetes/preinstall : Stop if any host not in '--limit' does not have a fact cache",
  'kubernetes/preinstall : Stop if memory is too small for nodes',
  'kubernetes/preinstall : Configure dhclient hooks for resolv.conf',
  'container-engine/runc : Runc | Download file',
  'container-engine/containerd : Containerd | Ensure containerd is started and enabled',
  'download : Prep_download | Register docker images info',
  { name: 'download : Download_container | Download image if required', retries: 2 },
];
const JOIN = [
  'kubernetes/node : Install | Copy kubelet binary from download dir',
  'kubernetes/node : Enable kubelet',
  'kubernetes/kubeadm : Check if kubelet.conf exists',
  { name: 'kubernetes/kubeadm : Join to cluster if needed', deed: 'join' },
  'kubernetes/node-label : Set label to node',
  'network_plugin/calico : Start Calico resources',
] as const;

/** Kolla-Ansible's commands; what they set up is there already. */
const KOLLA: Readonly<Record<string, readonly Play[]>> = {
  bootstrap_servers: [
    play(
      'Apply role baremetal',
      isAny,
      'openstack.kolla.baremetal : Ensure localhost in /etc/hosts',
      'openstack.kolla.docker : Install packages',
    ),
  ],
  prechecks: [
    play(
      'Apply role prechecks',
      isAny,
      'prechecks : Checking Ansible version',
      'prechecks : Checking free port for HAProxy',
      'prechecks : Checking the kolla_internal_vip_address is free',
    ),
  ],
  deploy: [
    play(
      'Apply role mariadb',
      isAny,
      'mariadb : Copying over galera.cnf',
      'mariadb : Wait for MariaDB service to be ready',
    ),
    play(
      'Apply role keystone',
      isAny,
      'keystone : Running Keystone bootstrap container',
      'keystone : Restart keystone container',
    ),
    play('Apply role glance', isAny, 'glance : Running Glance bootstrap container', 'glance : Check glance containers'),
    play(
      'Apply role neutron',
      isAny,
      'neutron : Copying over neutron.conf',
      'neutron : Restart neutron-server container',
    ),
  ],
  post_deploy: [play('Creating clouds.yaml file on the deploy node', isAny, 'Template out clouds.yaml')],
};

/** Kubespray's playbooks, with its names of plays and tasks, and Kolla's; a few tasks of each. */
export const PLAYBOOKS: Readonly<Record<string, readonly Play[]>> = {
  ...KOLLA,
  facts: [VERSION, VALIDATE, FACTS],
  scale: [
    VERSION,
    VALIDATE,
    FACTS,
    play('Target only workers to get kubelet installed and checking in on any new nodes(engine)', isWorker, ...MACHINE),
    play('Target only workers to get kubelet installed and checking in on any new nodes(network)', isWorker, ...JOIN),
  ],
  cluster: [
    VERSION,
    VALIDATE,
    FACTS,
    play('Prepare for etcd install', inCluster, ...MACHINE),
    play(
      'Install the control plane',
      ({ groups }) => groups.includes('kube_control_plane'),
      'kubernetes/control-plane : Kubeadm | Initialize first control plane node',
    ),
    play('Invoke kubeadm and install a CNI', inCluster, ...JOIN),
  ],
  remove_node: [
    VERSION,
    play(
      'Reset node',
      isNode,
      'remove_node/pre_remove : Remove-node | List nodes',
      { name: 'remove_node/pre_remove : Remove-node | Drain node except daemonsets resource', deed: 'drain' },
      'remove_node/pre_remove : Remove-node | Wait until Volumes will be detached from the node',
    ),
    play('Post node removal', isNode, { name: 'remove-node/post-remove : Remove-node | Delete node', deed: 'delete' }),
  ],
};
