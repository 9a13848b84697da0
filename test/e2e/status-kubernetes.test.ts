import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { kubectl, testbed } from './kubernetes.ts';
import { openstackDo } from './openstack.ts';
import { cloudLayer, installStrata, metalLayer, type Strata } from './strata.ts';

type Row = { readonly health: string; readonly cells: readonly string[] };
type Trouble = {
  readonly layer: string;
  readonly health: string;
  readonly what: string;
  readonly cause?: string;
  readonly advice?: string;
};
type Report = {
  readonly health: string;
  readonly troubles: readonly Trouble[];
  readonly layers: readonly { readonly layer: string; readonly health: string; readonly summary: string }[];
  readonly hops: readonly { readonly name: string; readonly mtuBytes: number; readonly health: string }[];
  readonly tables: readonly {
    readonly id: string;
    readonly columns: readonly { readonly title: string }[];
    readonly rows: readonly Row[];
  }[];
};
type Thing = {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly creationTimestamp?: string;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- what kubectl prints, held against ours field by field
  readonly spec: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  readonly status: any;
};

const OPENSTACK = ['-n', 'openstack'];
/** The story's stack: two OpenStacks, a cluster and Ceph between them. */
const LAYERS = (context = 'admin') => [
  metalLayer({ mtu: { physical: 1500 } }),
  { name: 'cluster', kind: 'kubernetes', on: 'metal', context },
  { name: 'storage', kind: 'ceph', on: 'cluster', namespace: 'ceph' },
  cloudLayer({ on: 'cluster', namespace: 'openstack' }),
];

let strata: Strata;
let website: Server;

/** One status of the layer. */
async function readStatus(layer = 'all', of = strata): Promise<Report> {
  const { stdout, stderr } = await of.run('run', 'cloud-status', 'lab', layer, '--json');
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { report: Report }).report;
}

async function listed(kind: string, ...args: readonly string[]): Promise<readonly Thing[]> {
  return (JSON.parse(await kubectl(['get', kind, ...args, '-o', 'json'])) as { items: readonly Thing[] }).items;
}

async function apply(...objects: readonly object[]): Promise<void> {
  await kubectl(['apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n'));
}

/** Looks until the cluster has come to it. */
async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await sleep(300);
}

/** Some columns of a table, sorted. */
function cells({ tables }: Report, id: string, ...titles: readonly string[]): readonly string[] {
  const table = tables.find((each) => each.id === id);
  const indexes = titles.map((title) => table?.columns.findIndex((column) => column.title === title) ?? -1);
  return (table?.rows ?? []).map((row) => indexes.map((index) => row.cells[index]).join(' | ')).toSorted();
}

function those(
  things: readonly Thing[],
  ...values: readonly ((thing: Thing) => string | number | undefined)[]
): readonly string[] {
  return things.map((thing) => values.map((value) => value(thing)).join(' | ')).toSorted();
}

const nameOf = ({ metadata }: Thing) => metadata.name;
const namespaceOf = ({ metadata }: Thing) => metadata.namespace;

/** The first address of this host that is not a loopback: the API server proxies to no other. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
}

/** Puts a website of this test where the pod of the dashboard says that it is: in the bed no container runs. */
async function standInForHorizon(): Promise<void> {
  website = createServer((request, response) =>
    response.end(request.url?.startsWith('/auth/login') ? '<form>Log in</form>' : ''),
  );
  await new Promise<void>((resolve) => website.listen(0, '0.0.0.0', resolve));
  const [horizon] = await listed('pods', ...OPENSTACK, '-l', 'application=horizon,component=server');
  const [ip, name] = [ownAddress(), horizon?.metadata.name ?? ''];
  const addresses = JSON.stringify({ status: { podIP: ip, podIPs: [{ ip }] } });
  await kubectl(['patch', ...OPENSTACK, 'pod', name, '--subresource=status', '--type=merge', '-p', addresses]);
  const { port } = website.address() as AddressInfo;
  const target = JSON.stringify([{ op: 'replace', path: '/spec/ports/0/targetPort', value: port }]);
  await kubectl(['patch', ...OPENSTACK, 'service', 'horizon-int', '--type=json', '-p', target]);
  const page = '/api/v1/namespaces/openstack/services/horizon-int:web/proxy/auth/login/';
  await until(() => kubectl(['get', '--raw', page]).then(Boolean, () => false));
}

beforeAll(async () => {
  await Promise.all([
    testbed('workload'),
    openstackDo('metal', 'network', 'create', 'lab-net').then(() =>
      openstackDo('metal', 'subnet', 'create', '--network', 'lab-net', '--subnet-range', '10.10.0.0/24', 'lab-net'),
    ),
    openstackDo('cloud', 'network', 'create', 'demo'),
  ]);
  await Promise.all(
    [1, 2, 3, 4].map((number) => {
      const nic = `net-id=lab-net,v4-fixed-ip=10.10.0.${10 + number}`;
      const server = ['--flavor', 'm1.tiny', '--image', 'cirros', '--nic', nic, '--wait', `node-${number}`];
      return openstackDo('metal', 'server', 'create', ...server);
    }),
  );
  await openstackDo('cloud', 'service', 'create', '--name', 'staged', 'staged');
  await openstackDo('cloud', 'endpoint', 'create', '--region', 'RegionTwo', 'staged', 'public', ENDPOINT);
  await apply(...BEHIND);
  await kubectl(['wait', ...OPENSTACK, '--for=condition=Ready', 'pod/staged', '--timeout=60s']);
  await standInForHorizon();
  strata = await installStrata({ database: 10, layers: LAYERS(), env: { KUBECONFIG: inject('cluster').kubeconfig } });
  await strata.start('worker');
});
afterAll(async () => {
  await strata.close();
  website.closeAllConnections();
  website.close();
  await kubectl(['delete', ...OPENSTACK, 'pod/staged', 'service/staged']);
  await openstackDo('cloud', 'service', 'delete', 'staged');
  await openstackDo('metal', 'server', 'delete', '--wait', ...[1, 2, 3, 4].map((number) => `node-${number}`));
  await openstackDo('metal', 'network', 'delete', 'lab-net');
  await openstackDo('cloud', 'network', 'delete', 'demo');
});

describe('cloud-status of a cluster that carries an OpenStack, all well', () => {
  let report: Report;

  beforeAll(async () => {
    await openstackDo('cloud', 'network', 'set', '--mtu', '1400', 'demo');
    report = await readStatus();
  });

  it('finds no trouble on any layer', () => {
    expect(report.troubles).toEqual([]);
    expect(report.layers.map(({ layer, health }) => [layer, health])).toEqual([
      ['metal', 'ok'],
      ['cluster', 'ok'],
      ['storage', 'ok'],
      ['cloud', 'ok'],
    ]);
  });

  it('counts what kubectl counts', async () => {
    const [pods, deployments, statefulSets, daemonSets, nodes, ceph] = await Promise.all([
      listed('pods', ...OPENSTACK),
      listed('deployments', ...OPENSTACK),
      listed('statefulsets', ...OPENSTACK),
      listed('daemonsets', ...OPENSTACK),
      listed('nodes'),
      listed('cephclusters', '-n', 'ceph'),
    ]);
    const workloads = [...deployments, ...statefulSets, ...daemonSets].length;

    const summaries = Object.fromEntries(report.layers.map(({ layer, summary }) => [layer, summary]));

    expect(summaries['cluster']).toContain(`${nodes.length} of ${nodes.length} nodes ready`);
    expect(summaries['cloud']).toContain(
      `${workloads} of ${workloads} workloads whole, ${pods.length} of ${pods.length} pods well`,
    );
    expect(summaries['storage']).toContain(`${ceph[0]?.status.phase}, ${ceph[0]?.status.ceph.health}`);
  });

  it('shows of the namespace of the cloud what kubectl and helm show', async () => {
    const [pods, deployments, statefulSets, daemonSets, jobs, cronJobs] = await Promise.all(
      ['pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'].map((kind) =>
        listed(kind, ...OPENSTACK),
      ),
    );
    const [services, claims, ingresses, routes] = await Promise.all(
      ['services', 'persistentvolumeclaims', 'ingresses', 'httproutes'].map((kind) => listed(kind, ...OPENSTACK)),
    );
    const releases = JSON.parse(await testbed('helm', 'list', '--all', '-n', 'openstack', '-o', 'json')) as {
      readonly name: string;
      readonly revision: string;
      readonly status: string;
    }[];
    const ready = ({ spec, status: now }: Thing) => `${now.readyReplicas ?? 0}/${spec.replicas}`;

    expect(cells(report, 'cloud/pods', 'Name', 'IP', 'Node')).toEqual(
      those(
        pods ?? [],
        nameOf,
        (each) => each.status.podIP,
        (each) => each.spec.nodeName,
      ),
    );
    expect(cells(report, 'cloud/deployments', 'Name', 'Ready')).toEqual(those(deployments ?? [], nameOf, ready));
    expect(cells(report, 'cloud/statefulsets', 'Name', 'Ready')).toEqual(those(statefulSets ?? [], nameOf, ready));
    expect(cells(report, 'cloud/daemonsets', 'Name', 'Desired', 'Ready')).toEqual(
      those(
        daemonSets ?? [],
        nameOf,
        (set) => set.status.desiredNumberScheduled,
        (set) => set.status.numberReady,
      ),
    );
    expect(cells(report, 'cloud/jobs', 'Name', 'Completions')).toEqual(
      those(jobs ?? [], nameOf, (job) => `${job.status.succeeded ?? 0}/${job.spec.completions}`),
    );
    expect(cells(report, 'cloud/cronjobs', 'Name', 'Schedule')).toEqual(
      those(cronJobs ?? [], nameOf, (each) => each.spec.schedule),
    );
    expect(cells(report, 'cloud/kube-services', 'Name', 'Type', 'Cluster IP')).toEqual(
      those(
        services ?? [],
        nameOf,
        (each) => each.spec.type,
        (each) => each.spec.clusterIP,
      ),
    );
    expect(cells(report, 'cloud/kube-services', 'Name', 'Ports')).toContain('horizon-int | 80:32557/TCP');
    expect(cells(report, 'cloud/claims', 'Name', 'Status', 'Capacity', 'Storage class')).toEqual(
      those(
        claims ?? [],
        ...[nameOf, (each: Thing) => each.status.phase],
        ...[(each: Thing) => each.status.capacity.storage, (each: Thing) => each.spec.storageClassName],
      ),
    );
    expect(cells(report, 'cloud/routes', 'Name')).toEqual(those([...(ingresses ?? []), ...(routes ?? [])], nameOf));
    expect(cells(report, 'cloud/releases', 'Name', 'Revision', 'Status')).toEqual(
      releases.map(({ name, revision, status: state }) => `${name} | ${revision} | ${state}`).toSorted(),
    );
    expect(cells(report, 'cloud/addresses', 'Service', 'Interface', 'State')).toEqual(['staged | public | ready']);
    expect(cells(report, 'cloud/webs', 'What', 'State')).toEqual(['Dashboard | shows its login page']);
  });

  it('shows of the cluster its nodes with their servers, its volumes, and all pods that no layer calls its own', async () => {
    const [nodes, volumes, pods] = await Promise.all([
      listed('nodes'),
      listed('persistentvolumes'),
      listed('pods', '-A'),
    ]);
    const others = pods.filter((each) => !['openstack', 'ceph'].includes(namespaceOf(each) ?? ''));
    const addressOf = ({ status: now }: Thing) =>
      (now.addresses as { type: string; address: string }[]).find(({ type }) => type === 'InternalIP')?.address;

    expect(cells(report, 'cluster/nodes', 'Name', 'Version', 'Internal IP')).toEqual(
      those(nodes, nameOf, (node) => node.status.nodeInfo.kubeletVersion, addressOf),
    );
    expect(cells(report, 'cluster/servers', 'Node', 'Ready', 'Server', 'Status')).toEqual(
      those(
        nodes,
        nameOf,
        () => 'True',
        nameOf,
        () => 'ACTIVE',
      ),
    );
    expect(cells(report, 'cluster/volumes', 'Name', 'Status')).toEqual(
      those(volumes, nameOf, (volume) => volume.status.phase),
    );
    expect(cells(report, 'cluster/pods', 'Name', 'Namespace')).toEqual(those(others, nameOf, namespaceOf));
  });
});

describe('the MTU trap of the story', () => {
  it('is told with the exact number and the settings that mend it; mended, the chain fits', async () => {
    await openstackDo('cloud', 'network', 'set', '--mtu', '1450', 'demo');

    const trapped = await readStatus();

    expect(trapped.hops).toMatchObject([
      { name: 'physical network', mtuBytes: 1500, health: 'ok' },
      { name: 'lab-net (metal)', mtuBytes: 1450, health: 'ok' },
      { name: 'node card (cluster)', mtuBytes: 1450, health: 'ok' },
      { name: 'pods (cluster)', mtuBytes: 1400, health: 'ok' },
      { name: 'demo (cloud)', mtuBytes: 1450, health: 'failure' },
    ]);
    expect(trapped.troubles).toEqual([
      expect.objectContaining({
        layer: 'cloud',
        health: 'failure',
        what: 'the MTU of demo (cloud) is 1450: 50 too many',
      }),
    ]);
    expect(trapped.troubles[0]?.advice).toMatch(/global_physnet_mtu and path_mtu to 1450.* mtu 1400 .*at least 1550/);

    await openstackDo('cloud', 'network', 'set', '--mtu', '1400', 'demo');
    const mended = await readStatus();

    expect(mended.troubles).toEqual([]);
    expect(mended.hops.map(({ health }) => health)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('is told of networks to come, by the settings of Neutron, of which nothing but the numbers is shown', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'neutron-etc', namespace: 'openstack' } };
    const files = (mtu: string) => ({
      'neutron.conf': `[DEFAULT]\n${mtu}\ntransport_url = rabbit://neutron:very-secret@rabbitmq:5672/neutron\n`,
      'ml2_conf.ini': `[ml2]\ntenant_network_types = vxlan\npath_mtu = 0\n`,
    });
    await apply({ ...secret, stringData: files('') });

    const trapped = await readStatus('cloud');

    expect(trapped.troubles.map(({ what }) => what)).toEqual(['the MTU of new networks (cloud) is 1450: 50 too many']);
    expect(JSON.stringify(trapped)).not.toContain('very-secret');

    await apply({ ...secret, stringData: files('global_physnet_mtu = 1450') });
    const mended = await readStatus('cloud');
    await kubectl(['delete', ...OPENSTACK, 'secret', 'neutron-etc']);

    expect(mended.troubles).toEqual([]);
  });

  it('is told of pods that Calico was told to give too large packets', async () => {
    await kubectl(['patch', '-n', 'kube-system', 'configmap', 'calico-config', '-p', '{"data":{"veth_mtu":"1450"}}']);

    const trapped = await readStatus('cluster');
    await kubectl(['patch', '-n', 'kube-system', 'configmap', 'calico-config', '-p', '{"data":{"veth_mtu":"0"}}']);

    expect(trapped.troubles).toEqual([
      expect.objectContaining({
        what: 'the MTU of pods (cluster) is 1450: 50 too many',
        advice: expect.stringMatching(/calico_mtu to 1400/),
      }),
    ]);
  });
});

describe('a cluster that does not show everything', () => {
  async function statusAs(context: string): Promise<Report> {
    const env = { KUBECONFIG: inject('cluster').kubeconfig };
    const other = await installStrata({ database: 11, layers: LAYERS(context), env });
    try {
      await other.start('worker');
      return await readStatus('all', other);
    } finally {
      await other.close();
    }
  }

  it('to a user whom RBAC forbids half of it: the rest is told, and what is hidden', async () => {
    const report = await statusAs('limited');

    const cloud = report.layers.find(({ layer }) => layer === 'cloud');
    expect(report.troubles).toEqual([]);
    expect(cloud?.summary).toMatch(/pods well; not visible to this user: .*Services.* and Helm releases/);
    expect(cells(report, 'cloud/deployments', 'Name')).toContain('keystone-api');
  });

  it.each([
    ['expired', /certificate .*expired/],
    ['nowhere', /no context "nowhere"/],
  ])(
    'because of its context "%s": why is told for each layer, and the layer below still is',
    async (context, cause) => {
      const report = await statusAs(context);

      const lost = report.troubles.filter((trouble) => cause.test(trouble.cause ?? ''));
      expect([...new Set(lost.map(({ layer }) => layer))]).toEqual(['cluster', 'storage', 'cloud']);
      expect(report.layers.map(({ layer, health }) => [layer, health])).toEqual([
        ['metal', 'ok'],
        ['cluster', 'failure'],
        ['storage', 'failure'],
        ['cloud', 'failure'],
      ]);
    },
  );
});

/** Each kind of trouble that kubectl can make, and what must be said of it. */
const STAGED: readonly (readonly [what: RegExp, layer: string, advice: RegExp])[] = [
  [/^node node-4 is not ready: its server node-4 is SHUTOFF$/, 'cluster', /server first/],
  [/^node node-3 is cordoned/, 'cluster', /kubectl uncordon node-3/],
  [/^node node-2 has the taint testbed=slow:NoSchedule$/, 'cluster', /taint/],
  [/pods? (is|are) on node node-4, which is not ready$/, 'cloud', /node first/],
  [
    /^DaemonSet neutron-l3-agent-default runs nowhere: no node has the label l3-agent=enabled$/,
    'cloud',
    /kubectl label node NODE l3-agent=enabled/,
  ],
  [/^Job nova-db-sync failed: BackoffLimitExceeded$/, 'cloud', /database/],
  [/^[1-9]\d* pods? waits? for Job nova-db-sync$/, 'cloud', /helm upgrade/],
  [/of Deployment heat-engine: ImagePullBackOff$/, 'cloud', /registry/],
  [/of Deployment heat-cfn: CrashLoopBackOff \(OOMKilled\)$/, 'cloud', /memory limit/],
  [/^1 pod of StatefulSet mariadb-server runs but is not ready$/, 'cloud', /MTU first.*Kill none of two/],
  [/^pod volumes is stuck in /, 'cloud', /out-of-service/],
  [/^1 claim is Pending: orphan$/, 'cloud', /another class/],
  [/^1 pod waits for claim orphan$/, 'cloud', /claims first/],
  [/^1 pod of Deployment nowhere cannot be placed$/, 'cloud', /labels|taints/],
  [/^1 Service has no pod at all: empty$/, 'cloud', /selector/],
  [/^1 load balancer Service waits for an external address: outside$/, 'cloud', /Octavia/],
  [/^1 Ingress has no address: closed$/, 'cloud', /ingress class/],
  [/^1 HTTPRoute is not accepted: refused$/, 'cloud', /Gateway/],
  [/^HTTPRoute refused: Service openstack\/gone cannot answer$/, 'cloud', /./],
  [/^Helm release stuck is pending-upgrade/, 'cloud', /rollback/],
  [/^endpoint staged public: Service openstack\/staged cannot answer$/, 'cloud', /pods behind it/],
  [/^CephCluster ceph is HEALTH_WARN$/, 'storage', /ceph health detail/],
  [/Services? ha(s|ve) no ready endpoint/, 'cloud', /those pods/],
];

describe('trouble that is staged', () => {
  let report: Report;

  beforeAll(async () => {
    await stage();
    report = await readStatus();
  }, 400_000);
  afterAll(unstage, 400_000);

  it.each(STAGED)('is told: %s', (what, layer, advice) => {
    const found = report.troubles.filter((trouble) => what.test(trouble.what));

    const all = report.troubles.map((trouble) => `${trouble.layer}: ${trouble.what}`);
    const told = found.map((trouble) => trouble.layer);
    expect(told, `not told of ${layer}, but:\n${all.join('\n')}`).toContain(layer);
    expect(found.filter((trouble) => !advice.test(trouble.advice ?? ''))).toEqual([]);
  });

  it('has the dead server first, and each thing once', () => {
    expect(report.troubles[0]?.what).toMatch(/server node-4 is SHUTOFF/);
    const all = report.troubles.map(({ layer, what }) => `${layer}: ${what}`);
    expect(all).toEqual([...new Set(all)]);
    expect(report.troubles.length).toBeLessThan(40);
  });

  it('names causes before what comes of them', () => {
    const at = (what: RegExp) => report.troubles.findIndex((trouble) => what.test(trouble.what));

    expect(at(/claim is Pending: orphan/)).toBeLessThan(at(/waits for claim orphan/));
    expect(at(/Job nova-db-sync failed/)).toBeLessThan(at(/for Job nova-db-sync/));
  });
});

const meta = (name: string) => ({ name, namespace: 'openstack' });
const CONTAINERS = [{ name: 'main', image: 'registry.test/main:1' }];

/** Gives the pods of a Deployment an annotation that steers the bed. */
async function steer(deployment: string, annotations: Readonly<Record<string, string | null>>): Promise<void> {
  const patch = { spec: { template: { metadata: { annotations } } } };
  await kubectl(['patch', ...OPENSTACK, 'deployment', deployment, '-p', JSON.stringify(patch)]);
}

const TWO_MINUTES_MS = 120_000;

/** The cluster loses node-4 first, so that nothing that is made afterwards stands on it; it closes the others last. */
async function stage(): Promise<void> {
  const [sync] = await listed('jobs', ...OPENSTACK, '--field-selector', 'metadata.name=nova-db-sync');
  await Promise.all([
    openstackDo('metal', 'server', 'stop', 'node-4').then(() => testbed('node', 'fail', 'node-4')),
    kubectl(['delete', ...OPENSTACK, 'job', 'nova-db-sync']),
  ]);
  await kubectl(['wait', '--for=condition=Ready=Unknown', 'node/node-4', '--timeout=90s']);
  await apply(...(sync ? [failing(sync)] : []), ...OBJECTS);
  const databases = await listed('pods', ...OPENSTACK, '-l', 'application=mariadb,component=server');
  const { name: database = '', creationTimestamp = '' } =
    databases.find(({ spec }) => spec.nodeName !== 'node-4')?.metadata ?? {};
  await Promise.all([
    refuse('refused'),
    kubectl(['label', 'nodes', '--all', 'l3-agent-']),
    kubectl(['annotate', ...OPENSTACK, 'pods', database, 'staged', 'testbed/state=unready']),
    warn(database, 'Readiness probe failed: WSREP not synced'),
    warn('volumes', 'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node'),
    steer('heat-engine', { 'testbed/state': 'ImagePullBackOff' }),
    steer('heat-cfn', { 'testbed/state': 'CrashLoopBackOff', 'testbed/last': 'OOMKilled' }),
    steer('nova-conductor', { 'testbed/state': 'init' }),
    patchCeph({ health: 'HEALTH_WARN', details: { OSD_DOWN: { severity: 'HEALTH_WARN', message: '1 osds down' } } }),
  ]);
  await kubectl(['wait', ...OPENSTACK, '--for=condition=Failed', 'job/nova-db-sync', '--timeout=90s']);
  await kubectl(['wait', ...OPENSTACK, '--for=condition=Ready=False', `pod/${database}`, '--timeout=90s']);
  // Before this a pod that is not ready is on its way, and no trouble.
  await until(async () => Date.now() - Date.parse(creationTimestamp) > TWO_MINUTES_MS);
  await until(async () => {
    const states = (await listed('pods', ...OPENSTACK)).map(({ metadata, status: now }) => ({ ...metadata, now }));
    const isShown = (name: string, reason: string) =>
      states.some((each) => each.name.startsWith(name) && JSON.stringify(each.now).includes(reason));
    return (
      isShown('heat-engine', 'ImagePullBackOff') &&
      isShown('heat-cfn', 'OOMKilled') &&
      isShown('nowhere', 'Unschedulable')
    );
  });
  await kubectl(['cordon', 'node-3']);
  await kubectl(['taint', 'node', 'node-2', 'testbed=slow:NoSchedule', '--overwrite']);
}

/** Everything as the workload had it. */
async function unstage(): Promise<void> {
  const none = { 'testbed/state': null, 'testbed/last': null };
  await Promise.all([
    kubectl(['taint', 'node', 'node-2', 'testbed-']),
    kubectl(['uncordon', 'node-3']),
    openstackDo('metal', 'server', 'start', 'node-4').then(() => testbed('node', 'heal', 'node-4')),
    kubectl(['label', 'nodes', 'node-2', 'node-3', 'node-4', 'l3-agent=enabled']),
    kubectl(['annotate', ...OPENSTACK, 'pods', '-l', 'application=mariadb,component=server', 'testbed/state-']),
    kubectl(
      ['delete', ...OPENSTACK, '--ignore-not-found', '-f', '-'],
      OBJECTS.map((each) => JSON.stringify(each)).join('\n'),
    ),
    kubectl(['delete', ...OPENSTACK, 'events', '-l', 'testbed=staged']),
    ...['heat-engine', 'heat-cfn', 'nova-conductor'].map((name) => steer(name, none)),
    patchCeph({ health: 'HEALTH_OK', details: null }),
  ]);
  const [sync] = await listed('jobs', ...OPENSTACK, '--field-selector', 'metadata.name=nova-db-sync');
  await kubectl(['delete', ...OPENSTACK, 'job', 'nova-db-sync']);
  if (sync) await apply(freshJob(sync, {}));
}

/** The Job as it was written, without what the cluster has added to it. */
function freshJob({ metadata, spec }: Thing, annotations: Readonly<Record<string, string>>): object {
  const { labels = {}, name } = metadata;
  const own = Object.fromEntries(Object.entries(labels).filter(([label]) => !/controller-uid|job-name/.test(label)));
  const template = { metadata: { labels: own, annotations }, spec: spec.template.spec };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...meta(name), labels: own },
    spec: { template, backoffLimit: 0 },
  };
}

function failing(job: Thing): object {
  return freshJob(job, { 'testbed/state': 'exit' });
}

/** What a gateway writes to a route that it does not want. */
async function refuse(name: string): Promise<void> {
  const condition = { type: 'Accepted', status: 'False', reason: 'NoMatchingParent', message: 'no such Gateway' };
  const conditions = [{ ...condition, observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' }];
  const parents = [{ parentRef: { name: 'gone' }, controllerName: 'testbed/gateway', conditions }];
  const patch = JSON.stringify({ status: { parents } });
  await kubectl(['patch', ...OPENSTACK, 'httproute', name, '--subresource=status', '--type=merge', '-p', patch]);
}

/** What Rook writes. */
async function patchCeph(ceph: object): Promise<void> {
  const patch = JSON.stringify({ status: { ceph } });
  await kubectl(['patch', '-n', 'ceph', 'cephcluster', 'ceph', '--subresource=status', '--type=merge', '-p', patch]);
}

/** What a kubelet writes. */
async function warn(podName: string, message: string): Promise<void> {
  const now = new Date().toISOString();
  await kubectl(
    ['create', '-f', '-'],
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Event', type: 'Warning', reason: 'Staged', message, count: 1 },
      metadata: { ...meta(`${podName}.staged`), labels: { testbed: 'staged' } },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', ...meta(podName) },
      ...{ firstTimestamp: now, lastTimestamp: now, source: { component: 'kubelet' } },
    }),
  );
}

type PodParts = { readonly labels?: object; readonly annotations?: object; readonly spec?: object };

function pod(name: string, { labels = {}, annotations = {}, spec = {} }: PodParts): object {
  const metadata = { ...meta(name), labels, annotations };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: CONTAINERS, ...spec } };
}

function service(name: string, spec: object): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name),
    spec: { ports: [{ name: 'api', port: 80 }], ...spec },
  };
}

function claimSpec(storageClassName: string): object {
  return { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } };
}

/** What an endpoint of the cloud's catalogue leads to. */
const ENDPOINT = 'http://staged.openstack.svc.cluster.local/';
const BEHIND: readonly object[] = [
  pod('staged', { labels: { app: 'staged' } }),
  service('staged', { selector: { app: 'staged' } }),
];
const OBJECTS: readonly object[] = [
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta('orphan'), spec: claimSpec('missing') },
  pod('orphan', { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'orphan' } }] } }),
  pod('volumes', { annotations: { 'testbed/state': 'ContainerCreating' } }),
  {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('nowhere') },
    spec: {
      selector: { matchLabels: { app: 'nowhere' } },
      template: {
        metadata: { labels: { app: 'nowhere' } },
        spec: { containers: CONTAINERS, nodeSelector: { no: 'node' } },
      },
    },
  },
  service('empty', { selector: { app: 'empty' } }),
  service('outside', { type: 'LoadBalancer', selector: { application: 'keystone', component: 'api' } }),
  {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: meta('closed') },
    spec: {
      ingressClassName: 'nobody',
      defaultBackend: { service: { name: 'keystone-api', port: { number: 5000 } } },
    },
  },
  {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: meta('refused') },
    spec: { parentRefs: [{ name: 'gone' }], rules: [{ backendRefs: [{ name: 'gone', port: 80 }] }] },
  },
  {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'helm.sh/release.v1' },
    metadata: {
      ...meta('sh.helm.release.v1.stuck.v2'),
      labels: { owner: 'helm', name: 'stuck', version: '2', status: 'pending-upgrade' },
    },
  },
];
