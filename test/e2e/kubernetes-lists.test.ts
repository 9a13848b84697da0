import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';
import type { Kubernetes, Labels, Workload } from '#domain/kubernetes.ts';
import { PODS } from '../adapters/kubernetes/pods.ts';
import { kubectl, testbed } from './kubernetes.ts';

/** One object as kubectl prints it, with the fields that are looked at here. */
// oxlint-disable-next-line typescript/no-explicit-any
type Raw = { readonly [field: string]: any };
type Row = { readonly name: string; readonly namespace: string };
const calm = new AbortController().signal;

function clusterOf(context: string): Kubernetes {
  return openCluster(readContext(context, [inject('cluster').kubeconfig])).bind(calm);
}

async function raws(kind: string): Promise<readonly Raw[]> {
  return (JSON.parse(await kubectl(['get', kind, '-A', '-o', 'json'])) as { items: Raw[] }).items;
}

/** One kind: how kubectl calls it, our rows, and the same numbers and words out of both. */
function same<T extends Row>(
  kind: string,
  list: (cluster: Kubernetes) => Promise<readonly T[]>,
  of: { readonly theirs: (raw: Raw) => readonly unknown[]; readonly ours: (row: T) => readonly unknown[] },
): readonly [string, (cluster: Kubernetes) => Promise<readonly [unknown, unknown]>] {
  const inOrder = (rows: readonly (readonly unknown[])[]) => rows.map((row) => JSON.stringify(row)).toSorted();
  const read = async () =>
    inOrder(
      (await raws(kind)).map((raw) => [raw['metadata'].namespace ?? '', raw['metadata'].name, ...of.theirs(raw)]),
    );
  return [
    kind,
    async (cluster) => {
      for (;;) {
        const before = await read();
        const ours = inOrder((await list(cluster)).map((row) => [row.namespace, row.name, ...of.ours(row)]));
        const after = await read();
        // What changes meanwhile is not compared.
        if (JSON.stringify(before) === JSON.stringify(after)) return [ours, after];
      }
    },
  ];
}

const replicas = (raw: Raw) => [
  raw['spec'].replicas,
  raw['status'].replicas ?? 0,
  raw['status'].readyReplicas ?? 0,
  raw['status'].updatedReplicas ?? 0,
  raw['status'].availableReplicas ?? 0,
];
const counts = (row: Workload) => [row.desired, row.current, row.ready, row.updated, row.available];
const pairs = (labels: Labels | undefined) =>
  Object.entries(labels ?? {})
    .map((pair) => pair.join('='))
    .toSorted()
    .join();
const conditionOf = (raw: Raw, type: string): string =>
  raw['status'].conditions?.find((each: { type: string }) => each.type === type)?.status ?? '';

const LISTS = [
  same('nodes', (cluster) => cluster.nodes(), {
    theirs: (raw) => [
      conditionOf(raw, 'Ready'),
      raw['status'].nodeInfo.kubeletVersion,
      !raw['spec'].unschedulable,
      pairs(raw['metadata'].labels),
    ],
    ours: (row) => [row.ready, row.version, row.schedulable, pairs(row.labels)],
  }),
  same('pods', (cluster) => cluster.pods(), {
    theirs: (raw) => [
      raw['status'].phase,
      raw['spec'].nodeName ?? '',
      conditionOf(raw, 'Ready') === 'True',
      raw['spec'].containers.length,
    ],
    ours: (row) => [row.phase, row.node, row.isReady, row.containers],
  }),
  same('deployments', (cluster) => cluster.workloads('Deployment'), { theirs: replicas, ours: counts }),
  same('statefulsets', (cluster) => cluster.workloads('StatefulSet'), { theirs: replicas, ours: counts }),
  same('daemonsets', (cluster) => cluster.workloads('DaemonSet'), {
    theirs: ({ status, spec }) => [
      ...[
        status.desiredNumberScheduled,
        status.currentNumberScheduled,
        status.numberReady,
        status.updatedNumberScheduled ?? 0,
      ],
      ...[status.numberAvailable ?? 0, pairs(spec.template.spec.nodeSelector)],
    ],
    ours: (row) => [...counts(row), pairs(row.nodeSelector)],
  }),
  same('jobs', (cluster) => cluster.jobs(), {
    theirs: (raw) => [
      raw['status'].succeeded ?? 0,
      raw['status'].failed ?? 0,
      conditionOf(raw, 'Complete') === 'True',
      raw['metadata'].annotations?.['helm.sh/hook'] ?? '',
    ],
    ours: (row) => [row.succeeded, row.failed, row.state === 'complete', row.hook ?? ''],
  }),
  same('cronjobs', (cluster) => cluster.cronJobs(), {
    theirs: ({ spec }) => [spec.schedule, spec.suspend],
    ours: (row) => [row.schedule, row.isSuspended],
  }),
  same('services', (cluster) => cluster.services(), {
    theirs: ({ spec }) => [
      spec.type,
      spec.clusterIP,
      (spec.ports ?? []).map((port: Raw) => [port['port'], port['nodePort'] ?? 0]).join(),
    ],
    ours: (row) => [row.type, row.clusterIp, row.ports.map((port) => [port.port, port.nodePort ?? 0]).join()],
  }),
  same('endpointslices', (cluster) => cluster.endpointSlices(), {
    theirs: (raw) => [
      raw['metadata'].labels['kubernetes.io/service-name'],
      (raw['endpoints'] ?? []).filter((each: Raw) => each['conditions']['ready'] !== false).length,
    ],
    ours: (row) => [row.service, row.ready],
  }),
  same('ingresses', async (cluster) => (await cluster.routes()).filter(({ kind }) => kind === 'Ingress'), {
    theirs: ({ spec, status }) => [spec.ingressClassName ?? '', status.loadBalancer.ingress?.[0]?.ip ?? ''],
    ours: (row) => [row.classes.join(), row.addresses[0] ?? ''],
  }),
  same('httproutes', async (cluster) => (await cluster.routes()).filter(({ kind }) => kind === 'HTTPRoute'), {
    theirs: ({ spec }) => [(spec.hostnames ?? []).join()],
    ours: (row) => [row.hosts.join()],
  }),
  same('persistentvolumes', (cluster) => cluster.persistentVolumes(), {
    theirs: ({ spec, status }) => [
      spec.capacity.storage,
      status.phase,
      spec.storageClassName,
      `${spec.claimRef?.namespace}/${spec.claimRef?.name}`,
    ],
    ours: (row) => [row.capacity, row.phase, row.storageClass, row.claim],
  }),
  same('persistentvolumeclaims', (cluster) => cluster.persistentVolumeClaims(), {
    theirs: ({ spec, status }) => [
      status.phase,
      spec.volumeName ?? '',
      status.capacity?.storage ?? '',
      spec.storageClassName,
    ],
    ours: (row) => [row.phase, row.volume, row.capacity, row.storageClass],
  }),
  same('storageclasses', (cluster) => cluster.storageClasses(), {
    theirs: (raw) => [raw['provisioner']],
    ours: (row) => [row.provisioner],
  }),
  same('poddisruptionbudgets', (cluster) => cluster.disruptionBudgets(), {
    theirs: ({ status }) => [
      status.disruptionsAllowed,
      status.currentHealthy,
      status.desiredHealthy,
      status.expectedPods,
    ],
    ours: (row) => [row.disruptionsAllowed, row.currentHealthy, row.desiredHealthy, row.expectedPods],
  }),
];

describe('what is read of a cluster as OpenStack-Helm leaves it', () => {
  beforeAll(() => testbed('workload'));

  it.each(LISTS)('equals what kubectl reads: %s', async (_, compare) => {
    const [ours, theirs] = await compare(clusterOf('admin'));

    expect(ours).toEqual(theirs);
    expect(theirs).not.toEqual([]);
  });

  it('has the Helm releases that helm lists', async () => {
    const listed = JSON.parse(await testbed('helm', 'list', '-A', '-a', '-o', 'json')) as Record<string, string>[];

    const releases = (await clusterOf('admin').releases()).map(
      (row) => `${row.namespace} ${row.release} ${row.revision} ${row.status}`,
    );

    expect(releases.toSorted()).toEqual(
      listed.map((row) => `${row['namespace']} ${row['name']} ${row['revision']} ${row['status']}`).toSorted(),
    );
    expect(releases).not.toEqual([]);
  });

  it.each(['admin', 'token', 'exec'])('is read through the context %s', async (context) => {
    const cluster = clusterOf(context);

    expect((await cluster.connect()).version).toMatch(/^v1\./);
    expect(await cluster.nodes()).not.toEqual([]);
  });

  it('is read in part by a user whom RBAC forbids the rest', async () => {
    const cluster = clusterOf('limited');

    expect(await cluster.nodes()).not.toEqual([]);
    expect(await cluster.pods()).not.toEqual([]);
    await expect(cluster.releases()).rejects.toMatchObject({ failure: { status: 403 } });
    await expect(cluster.routes()).rejects.toThrow(
      /ingresses.networking.k8s.io is forbidden: User "limited" cannot list resource/,
    );
  });

  it('says that a certificate has expired', async () => {
    await expect(clusterOf('expired').nodes()).rejects.toThrow(
      /the client certificate of user "expired" expired on 20/,
    );
  });
});

describe('the columns of kubectl get pods', () => {
  const namespace = `columns-${randomBytes(3).toString('hex')}`;
  const nameOf = (index: number) => `pod-${String(index).padStart(2, '0')}`;
  /** Nobody runs it: its status is what we write. */
  const manifestOf = (raw: (typeof PODS)[number][1], index: number) => {
    const image = 'registry.test/a:1';
    const one = (container: object) => ({ ...container, image });
    const isGoing = 'deletionTimestamp' in raw.metadata;
    const containers = raw.spec.containers.length > 0 ? raw.spec.containers : [{ name: 'none' }];
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: nameOf(index), namespace, ...(isGoing ? { finalizers: ['test/held'] } : {}) },
      spec: {
        schedulerName: 'nobody',
        containers: containers.map(one),
        initContainers: raw.spec.initContainers.map(one),
      },
    };
  };

  beforeAll(async () => {
    await kubectl(['create', 'namespace', namespace]);
    await kubectl(['wait', '-n', namespace, '--for=create', 'serviceaccount/default', '--timeout=60s']);
    const manifests = PODS.map(([, raw], index) => manifestOf(raw, index));
    await kubectl(['create', '-f', '-'], manifests.map((manifest) => JSON.stringify(manifest)).join('\n'));
    for (const [index, [, raw]] of PODS.entries()) {
      const full = (states: readonly object[]) => states.map((state) => ({ image: '', imageID: '', ...state }));
      const { containerStatuses = [], initContainerStatuses = [] } = raw.status as {
        containerStatuses?: object[];
        initContainerStatuses?: object[];
      };
      const status = {
        ...raw.status,
        containerStatuses: full(containerStatuses),
        initContainerStatuses: full(initContainerStatuses),
      };
      await kubectl([
        'patch',
        'pod',
        nameOf(index),
        '-n',
        namespace,
        '--subresource=status',
        '--type=merge',
        '-p',
        JSON.stringify({ status }),
      ]);
      if ('deletionTimestamp' in raw.metadata)
        await kubectl(['delete', 'pod', nameOf(index), '-n', namespace, '--wait=false', '--grace-period=3600']);
    }
  });
  afterAll(async () => {
    for (const [index, [, raw]] of PODS.entries())
      if ('deletionTimestamp' in raw.metadata)
        await kubectl([
          'patch',
          'pod',
          nameOf(index),
          '-n',
          namespace,
          '--type=merge',
          '-p',
          '{"metadata":{"finalizers":null}}',
        ]);
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  });

  it('are ours, in every state that a pod can be in', async () => {
    const printed = (await kubectl(['get', 'pods', '-n', namespace, '--no-headers'])).trimEnd().split('\n');
    const theirs = printed.map((line) =>
      line
        .replace(/ \(.*? ago\)/, '')
        .split(/\s+/)
        .slice(0, 4)
        .join(' '),
    );

    const pods = await clusterOf('admin').pods({ namespace });

    const ours = pods.map(
      (pod) => `${pod.name} ${pod.readyContainers}/${pod.containers} ${pod.status} ${pod.restarts}`,
    );
    expect(ours).toEqual(theirs);
    expect(theirs).toHaveLength(PODS.length);
  });
});
