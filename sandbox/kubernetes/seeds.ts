import type { Store } from './store.ts';

const DAYS_MS = 86_400_000;
const AGE_MS = 3 * DAYS_MS;
const PART = (name: string) => ({ [name]: 'enabled' });
const CONTROL = PART('openstack-control-plane');
const COMPUTE = PART('openstack-compute-node');

/**
 * OpenStack-Helm's workloads: kind, release, component, replicas or node selector, and what their init containers wait
 * for. The name is `release-component`, or the component alone where a slash stands before it.
 */
const WORKLOADS: readonly (readonly [string, string, string, number | Record<string, string>, string?])[] = [
  ['StatefulSet', 'mariadb', '/mariadb-server', 3],
  ['StatefulSet', 'rabbitmq', '/rabbitmq-rabbitmq', 2],
  ['StatefulSet', 'memcached', '/memcached-memcached', 1],
  ['Deployment', 'keystone', 'api', 1, 'keystone-db-sync'],
  ['Deployment', 'glance', 'api', 1, 'glance-db-sync'],
  ['Deployment', 'heat', 'api', 1, 'heat-db-sync'],
  ['Deployment', 'heat', 'engine', 1, 'heat-db-sync'],
  ['Deployment', 'placement', 'api', 1, 'placement-db-sync'],
  ['Deployment', 'nova', 'api-osapi', 1, 'nova-db-sync'],
  ['Deployment', 'nova', 'conductor', 1, 'nova-db-sync'],
  ['Deployment', 'nova', 'scheduler', 1, 'nova-db-sync'],
  ['Deployment', 'neutron', 'server', 1, 'neutron-db-sync'],
  ['Deployment', 'horizon', '/horizon', 1, 'horizon-db-sync'],
  ['DaemonSet', 'libvirt', '/libvirt-libvirt-default', COMPUTE],
  ['DaemonSet', 'nova', '/nova-compute-default', COMPUTE, 'nova-db-sync'],
  ['DaemonSet', 'openvswitch', '/openvswitch', PART('openvswitch')],
  ['DaemonSet', 'neutron', '/neutron-ovs-agent-default', PART('openvswitch')],
  ['DaemonSet', 'neutron', '/neutron-dhcp-agent-default', CONTROL],
  ['DaemonSet', 'neutron', '/neutron-l3-agent-default', PART('l3-agent')],
  ['DaemonSet', 'neutron', '/neutron-metadata-agent-default', CONTROL],
];
const JOBS = ['keystone', 'glance', 'heat', 'placement', 'nova', 'neutron', 'horizon'].map(
  (release) => `${release}-db-sync`,
);
export const RELEASES = [
  'rabbitmq',
  'mariadb',
  'memcached',
  'keystone',
  'heat',
  'glance',
  'openvswitch',
  'libvirt',
  'placement',
  'nova',
  'neutron',
  'horizon',
];
/** Name, the workload's labels, port. */
const SERVICES: readonly (readonly [string, string, string, number])[] = [
  ['mariadb', 'mariadb', 'server', 3306],
  ['rabbitmq', 'rabbitmq', 'server', 5672],
  ['memcached', 'memcached', 'server', 11_211],
  ['keystone-api', 'keystone', 'api', 5000],
  ['glance-api', 'glance', 'api', 9292],
  ['heat-api', 'heat', 'api', 8004],
  ['placement-api', 'placement', 'api', 8778],
  ['nova-api', 'nova', 'api-osapi', 8774],
  ['neutron-server', 'neutron', 'server', 9696],
];

/** Fills a new cluster: the nodes, what Kubernetes itself runs, Ceph, and OpenStack unless it is to be empty. */
export function seed(store: Store, { workers = 3, empty = false }: { workers?: number; empty?: boolean }): void {
  const add: Add = (what, { namespace = 'openstack', labels = {}, annotations, ...rest }) => {
    const [apiVersion = '', kind = '', name = ''] = what.split(' ');
    const at = CLUSTER_WIDE.has(kind) ? {} : { namespace };
    store.put(
      { apiVersion, kind, metadata: { name, labels, ...(annotations ? { annotations } : {}), ...at }, ...rest },
      AGE_MS,
    );
  };
  for (const name of ['default', 'kube-system', 'ceph', 'openstack', 'osh-infra'])
    add(`v1 Namespace ${name}`, { status: { phase: 'Active' } });
  for (let index = 1; index <= workers + 1; index += 1) add(`v1 Node node-${index}`, nodeOf(index));
  add('storage.k8s.io/v1 StorageClass general', {
    provisioner: 'ceph.rbd.csi.ceph.com',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  });
  if (empty) return;
  add('networking.k8s.io/v1 IngressClass nginx', { spec: { controller: 'k8s.io/ingress-nginx' } });
  seedSystem(add);
  for (const release of RELEASES) for (const { what, rest } of chartObjects(release)) add(what, rest);
  for (const { what, rest } of chartObjects('rook-ceph-cluster')) add(what, { ...rest, namespace: 'ceph' });
  for (const [index, name] of RELEASES.entries())
    add(`v1 Secret sh.helm.release.v1.${name}.v1`, releaseOf(name, index));
}

/** An object as `apiVersion kind name`, and the rest of it. */
export type Seed = { readonly what: string; readonly rest: Rest };

/** What the chart of a release makes, its hooks included; nothing for a chart that the story does not have. */
export function chartObjects(release: string): readonly Seed[] {
  if (release === 'rook-ceph-cluster') return cephObjects();
  const seeds: Seed[] = [];
  const add: Add = (what, rest) => void seeds.push({ what, rest });
  for (const [kind, owner, component, size, job] of WORKLOADS) {
    const name = component.startsWith('/') ? component.slice(1) : `${release}-${component}`;
    const part = kind === 'StatefulSet' ? 'server' : name.replace(`${release}-`, '').replace(/-default$/, '');
    if (owner === release) add(`apps/v1 ${kind} ${name}`, workloadOf({ release, part, size, job, name }));
  }
  for (const name of JOBS) if (name === `${release}-db-sync`) add(`batch/v1 Job ${name}`, jobOf(name));
  for (const [name, owner, part, port] of SERVICES)
    if (owner === release) add(`v1 Service ${name}`, serviceOf(release, part, { port }));
  EXTRAS[release]?.(add);
  return seeds;
}

/** What only one chart has. */
const EXTRAS: Readonly<Record<string, (add: Add) => void>> = {
  mariadb(add) {
    for (const index of [0, 1, 2]) add(`v1 PersistentVolumeClaim mysql-data-mariadb-server-${index}`, claimOf('5Gi'));
    const annotations = {
      'openstackhelm.openstack.org/cluster.state': 'live',
      'openstackhelm.openstack.org/leader.node': 'mariadb-server-0',
    };
    add('v1 ConfigMap mariadb-mariadb-state', { annotations });
  },
  nova(add) {
    for (const name of ['nova-cell-setup', 'nova-service-cleaner']) {
      const { labels, spec } = jobOf(name);
      const jobTemplate = { metadata: { labels }, spec };
      add(`batch/v1 CronJob ${name}`, { spec: { schedule: '0 * * * *', suspend: false, jobTemplate }, status: {} });
    }
    add('gateway.networking.k8s.io/v1 HTTPRoute nova-api', routeOf('nova', 'nova-api'));
  },
  horizon(add) {
    add('v1 Service horizon-int', { ...serviceOf('horizon', 'horizon', { port: 80, nodePort: 32_557 }) });
    const rule = {
      host: 'horizon',
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: backendOf('horizon-int', 80) }] },
    };
    const loadBalancer = { ingress: [{ ip: '10.20.0.100' }] };
    add('networking.k8s.io/v1 Ingress horizon', {
      spec: { ingressClassName: 'nginx', rules: [rule] },
      status: { loadBalancer },
    });
  },
};

const CLUSTER_WIDE = new Set(['Namespace', 'Node', 'StorageClass', 'IngressClass', 'FelixConfiguration', 'IPPool']);
type Rest = { namespace?: string; labels?: Record<string, string>; annotations?: object; [field: string]: unknown };
/** `apiVersion kind name`, and the rest of it; namespace `openstack` unless it says another. */
type Add = (what: string, rest: Rest) => void;

/** What Kubernetes and Rook run. */
function seedSystem(add: Add): void {
  const system = { namespace: 'kube-system' };
  const plain = (app: string, size: number | Record<string, string>) =>
    workloadOf({ release: app, part: app, size, name: app, app });
  add('apps/v1 DaemonSet calico-node', { ...plain('calico-node', {}), ...system });
  add('apps/v1 Deployment coredns', { ...plain('kube-dns', 2), ...system });
  add('v1 Service kube-dns', { ...serviceOf('kube-dns', 'kube-dns', { port: 53, app: true }), ...system });
  add('v1 ConfigMap calico-config', { ...system, data: { veth_mtu: '1400' } });
  add('crd.projectcalico.org/v1 FelixConfiguration default', { spec: { vxlanMTU: 0, ipipMTU: 0 } });
  add('crd.projectcalico.org/v1 IPPool default-pool', {
    spec: { cidr: '10.233.64.0/18', vxlanMode: 'Always', ipipMode: 'Never' },
  });
  for (const part of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
    add(`v1 Pod ${part}-node-1`, { ...system, ...staticPod(part) });
}

function cephObjects(): readonly Seed[] {
  const deployments = ['rook-ceph-mgr', 'rook-ceph-tools'].map((app) => ({ name: app, rest: cephOf(app) }));
  for (const [index, mon] of ['a', 'b', 'c'].entries()) {
    const host = { 'kubernetes.io/hostname': `node-${2 + index}` };
    const osd = { 'ceph-osd-id': String(index) };
    deployments.push({ name: `rook-ceph-mon-${mon}`, rest: cephOf('rook-ceph-mon', { ceph_daemon_id: mon }, host) });
    deployments.push({ name: `rook-ceph-osd-${index}`, rest: cephOf('rook-ceph-osd', osd, host) });
  }
  return [
    ...deployments.map(({ name, rest }) => ({ what: `apps/v1 Deployment ${name}`, rest })),
    { what: 'ceph.rook.io/v1 CephCluster ceph', rest: { spec: { mon: { count: 3 } } } },
  ];
}

/** What the kubelet of node-1 runs out of a file; etcd is a service of that machine, as Kubespray sets it up. */
function staticPod(part: string): Rest {
  const command = [part, ...(part === 'kube-apiserver' ? ['--etcd-servers=https://10.20.0.11:2379'] : [])];
  const containers = [{ name: part, image: `registry.k8s.io/${part}:v1.35.4`, command }];
  return {
    labels: { component: part, tier: 'control-plane' },
    annotations: { 'kubernetes.io/config.mirror': part },
    ...{ spec: { nodeName: 'node-1', containers }, status: { phase: 'Running' } },
  };
}

function nodeOf(index: number): Record<string, unknown> {
  const control = { 'node-role.kubernetes.io/control-plane': '' };
  const parts =
    index === 1 ? { ...control, ...CONTROL } : { ...COMPUTE, ...CONTROL, ...PART('openvswitch'), ...PART('l3-agent') };
  return {
    labels: { 'kubernetes.io/hostname': `node-${index}`, ...parts },
    spec: index === 1 ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] } : {},
    status: {
      addresses: [
        { type: 'InternalIP', address: `10.20.0.${10 + index}` },
        { type: 'Hostname', address: `node-${index}` },
      ],
      capacity: { cpu: '8', memory: '16Gi', pods: '110' },
      nodeInfo: {
        ...{ kubeletVersion: 'v1.35.4', osImage: 'Ubuntu 24.04.3 LTS' },
        ...{ kernelVersion: '6.8.0-87-generic', containerRuntimeVersion: 'containerd://2.2.1' },
      },
    },
  };
}

type Part = {
  release: string;
  part: string;
  size: number | Record<string, string>;
  name: string;
  job?: string | undefined;
  app?: string;
};

function labelsOf({ release, part, app }: Omit<Part, 'size' | 'name'>): Record<string, string> {
  if (app !== undefined) return { 'k8s-app': release };
  return { release_group: release, application: release, component: part };
}

function workloadOf(of: Part): Record<string, unknown> {
  const labels = labelsOf(of);
  const env = [
    { name: 'DEPENDENCY_JOBS', value: of.job },
    { name: 'DEPENDENCY_SERVICE', value: 'openstack:mariadb' },
  ];
  const spec = {
    containers: [{ name: of.name, image: `quay.io/airshipit/${of.release}:2026.1-ubuntu_noble` }],
    ...(of.job === undefined
      ? {}
      : { initContainers: [{ name: 'init', image: 'quay.io/airshipit/kubernetes-entrypoint:latest', env }] }),
    ...(typeof of.size === 'number' ? {} : { nodeSelector: of.size }),
  };
  const size = typeof of.size === 'number' ? { replicas: of.size } : {};
  const claims = of.release === 'mariadb' ? { volumeClaimTemplates: [{ metadata: { name: 'mysql-data' } }] } : {};
  return {
    labels,
    spec: { ...size, ...claims, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    status: {},
  };
}

/** Of Rook: a Deployment a daemon, and those that keep data stay on their host. */
function cephOf(app: string, more: object = {}, nodeSelector: object = {}): Record<string, unknown> {
  const labels = { app, ...more };
  const spec = { containers: [{ name: app, image: 'quay.io/ceph/ceph:v20' }], nodeSelector };
  return {
    labels,
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    status: {},
  };
}

function jobOf(name: string): Record<string, unknown> {
  const labels = labelsOf({ release: name.replace(/-db-sync$/, ''), part: 'db-sync' });
  const spec = {
    containers: [{ name, image: 'quay.io/airshipit/heat:2026.1-ubuntu_noble' }],
    restartPolicy: 'OnFailure',
  };
  const annotations = { 'helm.sh/hook': 'post-install,post-upgrade' };
  return { labels, annotations, spec: { completions: 1, template: { metadata: { labels }, spec } }, status: {} };
}

type Port = { readonly port: number; readonly nodePort?: number; readonly app?: boolean };

function serviceOf(release: string, part: string, { port, nodePort, app }: Port): Record<string, unknown> {
  const ports = [{ name: 'api', protocol: 'TCP', port, targetPort: port, ...(nodePort ? { nodePort } : {}) }];
  const selector = labelsOf({ release, part, ...(app ? { app: 'k8s-app' } : {}) });
  return {
    spec: { type: nodePort ? 'NodePort' : 'ClusterIP', clusterIP: '10.233.0.10', ports, selector },
    status: { loadBalancer: {} },
  };
}

function releaseOf(name: string, index: number): Record<string, unknown> {
  return {
    type: 'helm.sh/release.v1',
    labels: { owner: 'helm', name, status: 'deployed', version: '1', modifiedAt: `${1_700_000_000 + index}` },
  };
}

function claimOf(storage: string): Record<string, unknown> {
  return {
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'general', resources: { requests: { storage } } },
    status: { phase: 'Pending' },
  };
}

function backendOf(name: string, port: number): Record<string, unknown> {
  return { service: { name, port: { number: port } } };
}

function routeOf(host: string, service: string): Record<string, unknown> {
  const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status: 'True', reason: type, message: '' }));
  const parentRefs = [{ name: 'gateway-default', namespace: 'envoy-gateway-system' }];
  return {
    spec: {
      parentRefs,
      hostnames: [host, `${host}.openstack`],
      rules: [{ backendRefs: [{ name: service, port: 80 }] }],
    },
    status: { parents: [{ parentRef: parentRefs[0], conditions }] },
  };
}
