import { describe, expect, it } from 'vitest';
import type { Reading } from '#jobs/status/namespace/reading.ts';
import { troublesOf } from '#jobs/status/namespace/troubles.ts';
import * as a from '../world.ts';

const cloud = a.layerOf('cloud', 'openstack', { cloud: 'osh', namespace: 'openstack', on: 'cluster' });
const cluster = a.layerOf('cluster', 'kubernetes', { context: 'lab' });
const NAMESPACE = { ...a.pod('openstack'), spec: {}, status: {} };

type Rows = { readonly [Part in keyof Reading]?: unknown };

/** A namespace in which everything was read, and nothing else stands than this. */
function readingOf(rows: Rows): Reading {
  const lists = [
    'pods',
    'deployments',
    'statefulSets',
    'daemonSets',
    'jobs',
    'cronJobs',
    'services',
    'slices',
    'routes',
  ];
  const more = ['claims', 'releases', 'nodes', 'events', 'endpoints'];
  const none = Object.fromEntries([...lists, ...more].map((name) => [name, a.read([])]));
  const given = Object.fromEntries(
    Object.entries(rows).map(([name, value]) => [name, Array.isArray(value) ? a.read(value) : value]),
  );
  const classes = a.read([a.storageClass('general')]);
  return {
    at: a.NOW,
    login: a.read({}),
    namespaces: a.read([NAMESPACE]),
    classes,
    webs: [],
    ...none,
    ...given,
  };
}

function told(rows: Rows, layer = cloud): string[] {
  return troublesOf(layer, readingOf(rows)).map(({ health, what }) => `${health}: ${what}`);
}

describe('the troubles of a namespace', () => {
  it('are none where all is well', () => {
    const rows = {
      pods: [
        a.pod('keystone-api-1', { labels: { app: 'keystone-api' } }),
        a.pod('keystone-db-sync-x', {
          phase: 'Succeeded',
          status: 'Completed',
          isReady: false,
          owner: { kind: 'Job', name: 'keystone-db-sync' },
        }),
        a.pod('nova-api-1', {
          createdAt: '2026-11-23T11:59:30Z',
          phase: 'Pending',
          status: 'ContainerCreating',
          isReady: false,
        }),
      ],
      deployments: [a.workload('Deployment', 'keystone-api')],
      daemonSets: [a.workload('DaemonSet', 'libvirt', { nodeSelector: { 'openstack-compute-node': 'enabled' } })],
      nodes: [a.node('node-2', { labels: { 'openstack-compute-node': 'enabled' } })],
      jobs: [a.job('keystone-db-sync', 'complete')],
      services: [a.service('keystone-api'), a.service('elsewhere', { type: 'ExternalName', selector: {} })],
      slices: [a.slice('keystone-api', 1)],
      claims: [a.claim('mysql-data-0')],
      releases: [a.release('keystone', 'deployed')],
      routes: [a.route('keystone-api', 'Ingress')],
    };

    expect(told(rows)).toEqual([]);
  });

  it('name the one Job that many pods wait for, once, and what it waits for itself first', () => {
    const waiting = Array.from({ length: 12 }, (_, index) =>
      a.waitingPod(
        `keystone-api-${index}`,
        { jobs: ['keystone-db-sync'] },
        { owner: { kind: 'ReplicaSet', name: 'keystone-api-6c9d' } },
      ),
    );
    const pods = [
      ...waiting,
      a.waitingPod(
        'keystone-db-sync-x',
        { services: ['openstack:mariadb'] },
        { owner: { kind: 'Job', name: 'keystone-db-sync' } },
      ),
    ];
    const rows = { pods, jobs: [a.job('keystone-db-sync', 'running')], services: [a.service('mariadb')] };

    const troubles = troublesOf(cloud, readingOf(rows));

    expect(troubles.map(({ what }) => what)).toEqual([
      '1 pod waits for Service mariadb',
      '12 pods wait for Job keystone-db-sync',
      '1 Service has no pod at all: mariadb',
    ]);
    expect(troubles[1]?.cause).toBe('it has not ended yet; these wait: Deployment keystone-api');
  });

  it.each([
    ['a Job that failed', { jobs: ['sync'] }, { jobs: [a.job('sync', 'failed')] }, 'Job sync', 'it has failed'],
    ['a Job that is not there', { jobs: ['sync'] }, { jobs: [] }, 'Job sync', 'it does not exist'],
    ['a Service that is not there', { services: ['openstack:db'] }, {}, 'Service db', 'it does not exist'],
    [
      'a Service with nobody behind it',
      { services: ['openstack:db'] },
      { services: [a.service('db', { selector: {} })], slices: [a.slice('db', 0, 2)] },
      'Service db',
      'no ready pod stands behind it',
    ],
    [
      'the second of two, when the first is there',
      { jobs: ['one', 'two'] },
      { jobs: [a.job('one', 'complete'), a.job('two', 'running')] },
      'Job two',
      'it has not ended yet',
    ],
  ])('name what is unmet: %s', (_what, dependencies, rows, thing, state) => {
    const troubles = troublesOf(cloud, readingOf({ pods: [a.waitingPod('x', dependencies)], ...rows }));

    const waits = troubles.find(({ what }) => what.includes('waits for'));
    expect(waits?.what).toBe(`1 pod waits for ${thing}`);
    expect(waits?.cause).toContain(state);
  });

  it.each([
    [true, 'node-2', '1 pod waits for a ready pod with application=neutron,component=neutron-ovs-agent on node-1'],
    [true, 'node-1', undefined],
    [false, 'node-2', undefined],
  ])('look for pods on the same node where that is asked (%s, ready on %s)', (requireSameNode, at, what) => {
    const labels = { application: 'neutron', component: 'neutron-ovs-agent' };
    const pods = [
      a.pod('agent', { labels, node: at }),
      a.waitingPod('dhcp', { pods: [{ labels, requireSameNode }] }, { node: 'node-1' }),
    ];

    expect(troublesOf(cloud, readingOf({ pods }))[0]?.what).toBe(what ?? 'pod dhcp is stuck in Init:0/1');
  });

  it('are a warning only while pods have waited for less than five minutes', () => {
    const young = a.waitingPod('x', { jobs: ['sync'] }, { createdAt: '2026-11-23T11:57:00Z' });

    expect(told({ pods: [young] })).toEqual(['warning: 1 pod waits for Job sync']);
  });

  it('explain pods that cannot be placed by the StorageClass that is missing, cause first', () => {
    const rows = {
      pods: [0, 1, 2].map((index) =>
        a.pendingPod(`mariadb-server-${index}`, {
          claims: [`mysql-data-${index}`],
          reason: 'Unschedulable',
          message: 'pod has unbound immediate PersistentVolumeClaims',
          owner: { kind: 'StatefulSet', name: 'mariadb-server' },
          labels: { app: 'mariadb' },
        }),
      ),
      claims: [0, 1, 2].map((index) =>
        a.claim(`mysql-data-${index}`, { phase: 'Pending', volume: '', storageClass: 'general' }),
      ),
      classes: a.read([]),
      services: [a.service('mariadb')],
      statefulSets: [
        a.workload('StatefulSet', 'mariadb-server', { desired: 3, ready: 0, podLabels: { app: 'mariadb' } }),
      ],
    };

    expect(troublesOf(cloud, readingOf(rows))).toMatchObject([
      {
        what: '3 claims are Pending: mysql-data-0, mysql-data-1 and mysql-data-2',
        cause: 'StorageClass general does not exist',
      },
      { what: '3 pods wait for claims mysql-data-0, mysql-data-1 and mysql-data-2' },
      { what: '1 Service has no ready endpoint: mariadb' },
    ]);
  });

  it('name the label that no node has', () => {
    const libvirt = a.workload('DaemonSet', 'libvirt-libvirt-default', {
      ...{ desired: 0, current: 0, ready: 0 },
      nodeSelector: { 'openstack-compute-node': 'enabled' },
    });
    const windows = a.workload('DaemonSet', 'windows', {
      desired: 0,
      ready: 0,
      nodeSelector: { 'kubernetes.io/os': 'windows' },
    });
    const rows = { daemonSets: [libvirt, windows], nodes: [a.node('node-2')] };

    const [trouble, ...rest] = troublesOf(cloud, readingOf(rows));

    expect(rest).toEqual([]);
    expect(trouble).toMatchObject({
      health: 'failure',
      what: 'DaemonSet libvirt-libvirt-default runs nowhere: no node has the label openstack-compute-node=enabled',
      advice: 'kubectl label node NODE openstack-compute-node=enabled',
    });
    expect(told(rows, cluster)).toEqual([expect.stringMatching(/^warning: DaemonSet libvirt/)]);
  });

  it('say on how many of its labelled nodes a DaemonSet runs', () => {
    const labels = { 'l3-agent': 'enabled' };
    const set = a.workload('DaemonSet', 'l3', { desired: 1, ready: 1, nodeSelector: labels });
    const nodes = [a.node('node-1', { labels }), a.node('node-2', { labels })];

    expect(told({ daemonSets: [set], nodes })).toEqual(['warning: DaemonSet l3 runs on 1 of 2 nodes with its label']);
  });

  it.each([
    ['ImagePullBackOff', 'Back-off pulling image', /Deployment nova-api: ImagePullBackOff/, /registry/],
    ['CrashLoopBackOff', 'back-off 5m0s', /Deployment nova-api: CrashLoopBackOff/, /logs --previous|previous log/],
    ['OOMKilled', '', /Deployment nova-api: OOMKilled/, /memory limit/],
    ['CreateContainerConfigError', 'secret "nova-etc" not found', /CreateContainerConfigError/, /chart/],
  ])('group containers that wait for %s by their owner', (reason, message, what, advice) => {
    const pods = [1, 2].map((index) =>
      a.pod(`nova-api-5d6f-${index}`, {
        ...{ phase: 'Pending', isReady: false, status: reason, owner: { kind: 'ReplicaSet', name: 'nova-api-5d6f' } },
        waiting: [{ container: 'nova-api', isInit: false, reason, message }],
      }),
    );

    const [trouble, ...rest] = troublesOf(cloud, readingOf({ pods }));

    expect(rest).toEqual([]);
    expect(trouble?.what).toMatch(what);
    expect(trouble?.what).toMatch(/^2 pods/);
    expect(trouble?.advice).toMatch(advice);
  });

  it('are one when everybody has the same complaint', () => {
    const pods = Array.from({ length: 300 }, (_, index) =>
      a.pod(`job-${index}`, {
        ...{ phase: 'Pending', isReady: false, status: 'ImagePullBackOff' },
        waiting: [{ container: 'main', isInit: false, reason: 'ImagePullBackOff', message: 'registry is away' }],
      }),
    );

    expect(told({ pods })).toEqual([
      'failure: 300 pods of Pod job-0, Pod job-1, Pod job-2 and 297 more: ImagePullBackOff',
    ]);
  });

  it('tell apart what a readiness probe, a volume and an eviction say', () => {
    const pods = [
      a.pod('mariadb-server-0', { isReady: false, owner: { kind: 'StatefulSet', name: 'mariadb-server' } }),
      a.pod('glance-api-0', {
        phase: 'Pending',
        status: 'ContainerCreating',
        isReady: false,
        owner: { kind: 'StatefulSet', name: 'glance-api' },
      }),
      a.pod('old-1', {
        phase: 'Failed',
        status: 'Evicted',
        isReady: false,
        reason: 'Evicted',
        message: 'The node was low on resource: ephemeral-storage.',
      }),
    ];
    const events = [
      a.warning('Pod', 'mariadb-server-0', 'Readiness probe failed: WSREP not synced'),
      a.warning(
        'Pod',
        'glance-api-0',
        'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node',
      ),
    ];

    const troubles = troublesOf(cloud, readingOf({ pods, events }));

    expect(troubles.map(({ what }) => what)).toEqual([
      '1 pod of StatefulSet mariadb-server runs but is not ready',
      '1 pod of StatefulSet glance-api is stuck in ContainerCreating',
      '1 pod was evicted',
    ]);
    expect(troubles[0]?.advice).toMatch(/MTU first/);
    expect(troubles[1]?.cause).toMatch(/still attached/);
    expect(troubles[2]).toMatchObject({ health: 'warning', advice: expect.stringMatching(/images/) });
  });

  it('put all pods of a dead node into one trouble that points at it', () => {
    const pods = [1, 2, 3].map((index) =>
      a.pod(`nova-${index}`, { isReady: false, status: 'Terminating', deletingAt: a.NOW, node: 'node-4' }),
    );

    expect(told({ pods, nodes: [a.deadNode('node-4')] })).toEqual([
      'failure: 3 pods are on node node-4, which is not ready',
    ]);
  });

  it('tell a workload that has too few pods only where no pod tells why', () => {
    const short = a.workload('StatefulSet', 'rabbitmq', {
      desired: 2,
      current: 0,
      ready: 0,
      podLabels: { app: 'rabbitmq' },
    });
    const events = [a.warning('StatefulSet', 'rabbitmq', 'create Pod rabbitmq-0 failed: exceeded quota: compute')];
    const ill = a.pod('rabbitmq-0', {
      ...{
        isReady: false,
        status: 'CrashLoopBackOff',
        labels: { app: 'rabbitmq' },
        owner: { kind: 'StatefulSet', name: 'rabbitmq' },
      },
      waiting: [{ container: 'rabbitmq', isInit: false, reason: 'CrashLoopBackOff', message: '' }],
    });

    expect(troublesOf(cloud, readingOf({ statefulSets: [short], events }))).toMatchObject([
      { what: 'StatefulSet rabbitmq: 0 of 2 ready', cause: expect.stringMatching(/exceeded quota/) },
    ]);
    expect(told({ statefulSets: [short], pods: [ill] })).toEqual([
      'failure: 1 pod of StatefulSet rabbitmq: CrashLoopBackOff',
    ]);
  });

  it('group failed Jobs by their reason, and forget those whose CronJob has succeeded since', () => {
    const why = { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
    const cron = (name: string) => ({ owner: { kind: 'CronJob', name } });
    const rows = {
      jobs: [
        a.job('nova-db-sync', 'failed', why),
        a.job('glance-db-sync', 'failed', why),
        a.job('cell-setup-1', 'failed', { ...why, ...cron('cell-setup') }),
        a.job('cleaner-1', 'failed', { reason: 'DeadlineExceeded', ...cron('cleaner') }),
      ],
      cronJobs: [
        { ...a.pod('cell-setup'), schedule: '0 * * * *', isSuspended: false, active: 0, lastSucceededAt: a.NOW },
        { ...a.pod('cleaner'), schedule: '0 * * * *', isSuspended: false, active: 0 },
      ],
    };

    const troubles = troublesOf(cloud, readingOf(rows));

    expect(troubles.map(({ what }) => what)).toEqual([
      'Jobs nova-db-sync and glance-db-sync failed: BackoffLimitExceeded',
      'Job cleaner-1 failed: DeadlineExceeded',
    ]);
    expect(troubles[0]?.advice).toMatch(/database/);
  });

  it('look the endpoints of the catalogue up among the Services', () => {
    const endpoint = (name: string, side: string, host: string) => ({
      ...{ service: name, type: name, interface: side, region: 'RegionOne' },
      url: `http://${host}:80/v3`,
    });
    const rows = {
      endpoints: [
        endpoint('keystone', 'public', 'keystone.openstack.svc.cluster.local'),
        endpoint('keystone', 'internal', 'keystone-api.openstack.svc.cluster.local'),
        endpoint('nova', 'internal', 'nova-api.openstack.svc.cluster.local'),
        endpoint('nova', 'public', 'nova-api.openstack.svc.cluster.local'),
        endpoint('swift', 'public', 'objects.example'),
        endpoint('heat', 'public', 'heat.elsewhere.svc.cluster.local'),
      ],
      services: [a.service('keystone-api'), a.service('nova-api')],
      slices: [a.slice('keystone-api', 2), a.slice('nova-api', 0, 1)],
      pods: [a.pod('nova', { labels: { app: 'nova-api' } }), a.pod('keystone', { labels: { app: 'keystone-api' } })],
    };

    expect(troublesOf(cloud, readingOf(rows))).toMatchObject([
      { what: '1 Service has no ready endpoint: nova-api' },
      { what: 'endpoint keystone public: Service openstack/keystone cannot answer', cause: 'there is no such Service' },
      {
        what: 'endpoint nova internal and endpoint nova public: Service openstack/nova-api cannot answer',
        cause: 'it has no ready endpoint',
      },
    ]);
  });

  it('find Ingresses without address, HTTPRoutes that are refused, and routes to nowhere', () => {
    const rows = {
      services: [a.service('nova')],
      slices: [a.slice('nova', 1)],
      routes: [
        a.route('nova', 'Ingress', { addresses: [] }),
        a.route('horizon', 'HTTPRoute', {
          addresses: [],
          backends: ['horizon-int'],
          isAccepted: false,
          message: 'no matching parent',
        }),
      ],
    };

    expect(troublesOf(cloud, readingOf(rows))).toMatchObject([
      { what: '1 Ingress has no address: nova' },
      { what: '1 HTTPRoute is not accepted: horizon', cause: 'no matching parent' },
      { what: 'HTTPRoute horizon: Service openstack/horizon-int cannot answer', cause: 'there is no such Service' },
    ]);
  });

  it('tell load balancers without address with what the cloud below says', () => {
    const rows = {
      services: [a.service('web', { type: 'LoadBalancer' })],
      slices: [a.slice('web', 1)],
      events: [
        a.warning('Service', 'web', 'loadbalancer x has gone into ERROR state, please check Octavia for details'),
      ],
    };

    expect(troublesOf(cloud, readingOf(rows))).toMatchObject([
      { what: '1 load balancer Service waits for an external address: web', advice: expect.stringMatching(/Octavia/) },
    ]);
  });

  it.each([
    ['pending-upgrade', '2026-11-23T11:50:00Z', 'warning: Helm release nova is pending-upgrade for 10 minutes'],
    ['pending-install', '2026-11-23T09:00:00Z', 'failure: Helm release nova is pending-install for 3 hours'],
    ['failed', '2026-11-23T11:59:30Z', 'failure: Helm release nova is failed'],
  ])('tell a release that is %s', (status, createdAt, what) => {
    expect(told({ releases: [a.release('nova', status, { createdAt })] })).toEqual([expect.stringContaining(what)]);
  });

  it('tell a namespace that is being deleted, or is not there', () => {
    const dying = [{ ...NAMESPACE, deletingAt: a.NOW }];

    expect(told({ namespaces: dying })).toEqual(['failure: namespace openstack is being deleted']);
    expect(told({ namespaces: [] })).toEqual(['failure: there is no namespace openstack']);
  });

  it('bear objects without a status, and clocks that go apart', () => {
    const future = '2027-01-01T00:00:00Z';
    const rows = {
      pods: [a.pod('new', { phase: 'Unknown', status: '', isReady: false, createdAt: future, node: '' })],
      jobs: [a.job('new', 'running', { createdAt: '', startedAt: undefined })],
      releases: [a.release('new', 'pending-install', { createdAt: future })],
      claims: [a.claim('new', { phase: '', storageClass: '' })],
    };

    expect(told(rows)).toEqual(['failure: 1 claim is Pending: new', 'warning: Helm release new is pending-install']);
  });

  it('go on without what may not be seen, or was not read', () => {
    const hidden = { kind: 'hidden' };
    const unknown = { kind: 'unknown', error: { code: 'REMOTE', message: 'listing pods: 500 etcd is away' } };
    const rows = {
      ...{
        pods: unknown,
        jobs: { ...unknown, error: { ...unknown.error, message: 'listing Jobs: 500 etcd is away' } },
      },
      ...{ nodes: hidden, slices: hidden, events: hidden, classes: hidden },
      services: [a.service('keystone-api')],
      deployments: [a.workload('Deployment', 'keystone-api', { desired: 2, ready: 1 })],
      claims: [a.claim('data', { phase: 'Pending' })],
    };

    expect(told(rows)).toEqual([
      'unknown: pods and Jobs could not be read',
      'failure: 1 claim is Pending: data',
      'failure: Deployment keystone-api: 1 of 2 ready',
    ]);
  });
});
