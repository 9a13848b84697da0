import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, testbed } from './kubernetes.ts';

const POD = { containers: [{ name: 'web', image: 'registry.test/web:1' }] };
const LABELS = { app: 'web' };
const OBJECTS = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: POD },
    },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable: 2, selector: { matchLabels: LABELS } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'well' },
    spec: { template: { spec: { ...POD, restartPolicy: 'Never' } } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'ill' },
    spec: {
      backoffLimit: 0,
      template: { metadata: { annotations: { 'testbed/state': 'exit' } }, spec: { ...POD, restartPolicy: 'Never' } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pulling', annotations: { 'testbed/state': 'ImagePullBackOff' } },
    spec: POD,
  },
];
const NAMESPACE = ['--namespace', 'bed'];

describe('the Kubernetes test bed', () => {
  beforeAll(async () => {
    await kubectl(['create', 'namespace', 'bed']);
    await kubectl(['wait', ...NAMESPACE, '--for=create', 'serviceaccount/default', '--timeout=60s']);
    await kubectl(['create', ...NAMESPACE, '-f', '-'], OBJECTS.map((object) => JSON.stringify(object)).join('\n'));
  });
  afterAll(() => kubectl(['delete', 'namespace', 'bed']));

  it('has a control plane and three workers that are ready', async () => {
    const lines = await kubectl([
      'get',
      'nodes',
      '-o',
      'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.spec.taints[*].key}{"\\n"}{end}',
    ]);

    expect(lines.trimEnd().split(/ *\n/)).toEqual([
      'node-1 True node-role.kubernetes.io/control-plane',
      'node-2 True',
      'node-3 True',
      'node-4 True',
    ]);
  });

  it('refuses with 429 to evict a pod whose disruption budget is used up', async () => {
    await kubectl(['rollout', ...NAMESPACE, 'status', 'deployment/web', '--timeout=60s']);
    await kubectl(['wait', ...NAMESPACE, '--for=jsonpath={.status.currentHealthy}=2', 'pdb/web', '--timeout=60s']);
    const name = await kubectl([
      'get',
      'pods',
      ...NAMESPACE,
      '-l',
      'app=web',
      '-o',
      'jsonpath={.items[0].metadata.name}',
    ]);
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'bed' } };

    const evicted = kubectl(
      ['create', '--raw', `/api/v1/namespaces/bed/pods/${name}/eviction`, '-f', '-'],
      JSON.stringify(eviction),
    );

    await expect(evicted).rejects.toThrow(
      "(TooManyRequests): Cannot evict pod as it would violate the pod's disruption budget.",
    );
  });

  it('ends Jobs well, or ill when their pods are told to fail', async () => {
    await kubectl(['wait', ...NAMESPACE, '--for=condition=Complete', 'job/well', '--timeout=60s']);
    await kubectl(['wait', ...NAMESPACE, '--for=condition=Failed', 'job/ill', '--timeout=60s']);

    const reason = await kubectl(['get', ...NAMESPACE, 'job/ill', '-o', 'jsonpath={.status.conditions[*].reason}']);

    expect(reason).toContain('BackoffLimitExceeded');
  });

  it('lets a pod wait for the reason that its annotation names, until the annotation is gone', async () => {
    const waiting = '{.status.containerStatuses[0].state.waiting.reason}';
    await kubectl(['wait', ...NAMESPACE, `--for=jsonpath=${waiting}=ImagePullBackOff`, 'pod/pulling', '--timeout=60s']);

    await kubectl(['annotate', ...NAMESPACE, 'pod/pulling', 'testbed/state-']);

    await expect(
      kubectl(['wait', ...NAMESPACE, '--for=condition=Ready', 'pod/pulling', '--timeout=60s']),
    ).resolves.toContain('condition met');
  });

  it('holds every pod of the OpenStack-Helm workload ready and every claim bound', async () => {
    await testbed('workload');

    const releases = JSON.parse(await testbed('helm', 'list', '-A', '-o', 'json')) as {
      name: string;
      status: string;
    }[];
    const claims = await kubectl(['get', 'pvc', '-A', '-o', 'jsonpath={.items[*].status.phase}']);
    const pods = await kubectl(['get', 'pods', '-n', 'openstack', '-o', 'jsonpath={.items[*].status.phase}']);

    expect(releases.map(({ name }) => name)).toEqual(expect.arrayContaining(['keystone', 'nova', 'neutron']));
    expect(new Set(releases.map(({ status }) => status))).toEqual(new Set(['deployed']));
    expect(new Set(claims.split(' '))).toEqual(new Set(['Bound']));
    expect(new Set(pods.split(' '))).toEqual(new Set(['Running', 'Succeeded']));
  });

  it('answers exec as Galera does and forbids the limited user what its role lacks', async () => {
    const galera = await kubectl(['exec', '-n', 'openstack', 'mariadb-server-0', '-c', 'mariadb', '--', 'mysql']);
    const limited = kubectl(['get', 'secrets', '-A'], undefined, 'limited');

    expect(galera).toContain('wsrep_local_state_comment\tSynced');
    await expect(limited).rejects.toThrow('(Forbidden): secrets is forbidden');
  });

  it('marks the node of a silent kubelet and all is well when it speaks again', async () => {
    await testbed('node', 'fail', 'node-4');
    await kubectl(['wait', '--for=condition=Ready=Unknown', 'node/node-4', '--timeout=60s']);
    const message = await kubectl([
      'get',
      'node/node-4',
      '-o',
      'jsonpath={.status.conditions[?(@.type=="Ready")].message}',
    ]);
    await testbed('node', 'heal', 'node-4');

    await kubectl(['wait', '--for=condition=Ready', 'node/node-4', '--timeout=60s']);
    await kubectl(['rollout', 'status', '-n', 'openstack', 'daemonset/libvirt-libvirt-default', '--timeout=60s']);

    expect(message).toBe('Kubelet stopped posting node status.');
  });
});
