import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeadlineError, RemoteError } from '#domain/errors.ts';
import type { Change, Kubernetes, Pod } from '#domain/kubernetes.ts';
import { FAULTS, type FaultName } from '../../../sandbox/kubernetes/faults.ts';
import { until } from '../openstack/world.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let cluster: Kubernetes;
beforeEach(async () => {
  world = await openWorld();
  cluster = world.open();
});
afterEach(() => world.close());

function fault(...names: readonly FaultName[]): void {
  for (const name of names) world.simulated.setFault(name, true);
}

describe('an API server that is unwell', () => {
  it.each<readonly [FaultName, typeof RemoteError | typeof DeadlineError, RegExp, RegExp]>([
    ['apiBroken', RemoteError, /^listing services of "lab": 500 etcdserver: request timed out$/, /etcd/],
    [
      'apiHangs',
      DeadlineError,
      /^listing services of "lab": no answer from Kubernetes at http:.* within 0.5 s$/,
      /did not answer in time/,
    ],
    ['apiSlow', DeadlineError, /^listing services of "lab": no answer from Kubernetes/, /did not answer in time/],
  ])('is told as such: %s', async (name, type, message, advice) => {
    fault(name);

    const error = await world
      .open({ timeoutMs: 500 })
      .services()
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(type);
    expect((error as RemoteError).message).toMatch(message);
    expect((error as RemoteError).advice).toMatch(advice);
  });

  it('is not called ready when it cannot say so', async () => {
    fault('apiBroken');

    await expect(cluster.unready()).rejects.toThrow(/whether it is ready: 500 etcdserver/);
  });

  it('gets its answer all the same when it limits its callers', async () => {
    fault('apiBusy');

    expect((await cluster.services()).map(({ name }) => name)).toContain('horizon-int');
  });

  it('never sends a change again that came to nothing', async () => {
    fault('apiBroken');
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } };
    await expect(cluster.apply(settings)).rejects.toThrow(RemoteError);
    world.simulated.setFault('apiBroken', false);

    expect(await cluster.configMap('default', 'x')).toBeUndefined();
  });

  it('says that nothing listens there', async () => {
    const { url } = world.simulated;
    const before = world.open();
    await world.close();

    const error = await before.nodes().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ message: `listing nodes of "lab": connection refused (Kubernetes at ${url})` });
    world = await openWorld();
  });

  it('says that a token is not accepted', async () => {
    const error = await world
      .open({ user: { token: 'guess' } })
      .nodes()
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ message: 'listing nodes of "lab": 401 Unauthorized', failure: { status: 401 } });
    expect((error as RemoteError).advice).toMatch(/token/);
  });

  it('gives the rest when it forbids half', async () => {
    fault('forbidden');

    const [nodes, releases, pods] = await Promise.allSettled([cluster.nodes(), cluster.releases(), cluster.pods()]);

    expect(nodes).toMatchObject({ status: 'rejected', reason: { failure: { status: 403 } } });
    expect((nodes as PromiseRejectedResult).reason).toMatchObject({
      message: expect.stringMatching(
        /^listing nodes of "lab": 403 nodes is forbidden: User "sandbox" cannot list resource/,
      ) as string,
      advice: expect.stringMatching(/role binding/) as string,
    });
    expect(releases).toMatchObject({ status: 'rejected' });
    expect(pods).toMatchObject({ status: 'fulfilled' });
  });

  it('begins a list anew that it forgot in the middle', async () => {
    fault('manyPods', 'apiForgets');

    const pods = await cluster.pods({ namespace: 'many' });

    expect(new Set(pods.map(({ name }) => name)).size).toBe(10_000);
    expect(pods).toHaveLength(10_000);
  });

  it('takes pods and nodes that nobody has looked at yet', async () => {
    fault('bareObjects');

    const [nodes, pods] = await Promise.all([cluster.nodes(), cluster.pods()]);

    expect(nodes[0]).toMatchObject({ name: 'node-1', ready: 'Unknown', conditions: [], internalIp: '' });
    expect(pods[0]).toMatchObject({ phase: 'Unknown', status: 'Unknown', isReady: false, readyContainers: 0 });
  });

  it('does without a kind that the cluster does not know', async () => {
    fault('noCeph');

    expect(await cluster.custom({ group: 'ceph.rook.io', version: 'v1', plural: 'cephclusters' })).toBeUndefined();
  });

  it('says why nothing can be made in a namespace that goes away', async () => {
    fault('terminating');
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'osh-infra' } };

    await expect(cluster.apply(settings)).rejects.toThrow(/403 .* because it is being terminated/);
  });

  it('tells how far the clocks are apart', async () => {
    fault('clockBehind');

    const { clockAheadMs } = await cluster.connect();

    expect(Math.round(clockAheadMs / 60_000)).toBe(-10);
  });

  it('tells a node of one cluster from the node of the same name in another', async () => {
    const other = await openWorld({ workers: 1 });
    try {
      await other.open().patchNode('node-2', { schedulable: false });

      const [here, there] = await Promise.all([cluster.nodes(), other.open().nodes()]);

      const second = [here, there].map((nodes) => nodes.find(({ name }) => name === 'node-2'));
      expect(second.map((node) => node?.schedulable)).toEqual([true, false]);
      expect(second[0]?.uid).not.toBe(second[1]?.uid);
    } finally {
      await other.close();
    }
  });
});

describe('watching pods', () => {
  /** What a watch saw since it began. */
  function follow() {
    const stop = new AbortController();
    const seen: Change<Pod>[] = [];
    const ended = (async () => {
      for await (const change of world.open({ signal: stop.signal }).watchPods({ namespace: 'default' }))
        seen.push(change);
    })().catch((error: unknown) => error);
    return { seen, stop: () => stop.abort(new Error('enough')), ended };
  }
  const pod = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'a' }] },
  });
  const saw = async (seen: readonly Change<Pod>[], kind: string, name: string) =>
    until(async () => seen.some((change) => change.kind === kind && change.object.name === name));

  it.each<readonly [string, () => void]>([
    ['a connection that drops', () => world.simulated.drop()],
    [
      'a server that forgets where it was (410)',
      () => {
        fault('apiForgets');
        world.simulated.drop();
      },
    ],
    [
      'a server that is away for a moment',
      () => {
        fault('apiBroken');
        world.simulated.drop();
        setTimeout(() => world.simulated.setFault('apiBroken', false), 300);
      },
    ],
  ])('misses nothing over %s', async (_, trouble) => {
    const { seen, stop, ended } = follow();
    await cluster.apply(pod('before'));
    await until(async () => world.simulated.store.find('Pod', 'before', 'default'));
    // Whether it was there when the watch began is not to matter.
    await new Promise((resolve) => setTimeout(resolve, 300));

    trouble();
    world.simulated.store.put({ ...pod('after'), kind: 'Pod' });
    world.simulated.store.remove(world.simulated.store.find('Pod', 'before', 'default')!);

    await saw(seen, 'added', 'after');
    await saw(seen, 'deleted', 'before');
    stop();
    expect(await ended).toMatchObject({ message: 'enough' });
    expect(seen.filter(({ kind, object }) => kind === 'added' && object.name === 'after')).toHaveLength(1);
  });

  it('ends when it is not allowed', async () => {
    const watching = world.open({ user: { token: 'guess' } }).watchPods();

    await expect(watching[Symbol.asyncIterator]().next()).rejects.toThrow(/401/);
  });
});

describe('a container', () => {
  it('ends with its exit code, gets its input to the end, and shows the last of its log', async () => {
    const [pod] = await cluster.pods({ labels: { application: 'mariadb' } });
    const at = { namespace: 'openstack', name: pod?.name ?? '' };

    expect(await cluster.exec(at, ['false'])).toEqual({ exitCode: 1, stdout: '', stderr: '' });
    expect(await cluster.exec(at, ['cat'], Buffer.from('naïve\n'.repeat(10_000)))).toMatchObject({
      exitCode: 0,
      stdout: 'naïve\n'.repeat(10_000),
    });
    expect(await cluster.logs(at, 2)).toBe(`line 19 of ${at.name}\nline 20 of ${at.name}\n`);
    await expect(cluster.logs({ ...at, name: 'nobody' }, 2)).rejects.toThrow(/404 pods "nobody" not found/);
  });
});

describe('the story and its faults', () => {
  const rows = async () => {
    const [nodes, pods, sets, jobs, claims, releases, slices, ceph, state] = await Promise.all([
      cluster.nodes(),
      cluster.pods({ namespace: 'openstack' }),
      cluster.workloads('DaemonSet'),
      cluster.jobs(),
      cluster.persistentVolumeClaims(),
      cluster.releases(),
      cluster.endpointSlices({ namespace: 'openstack' }),
      cluster.custom({ group: 'ceph.rook.io', version: 'v1', plural: 'cephclusters' }),
      cluster.configMap('openstack', 'mariadb-mariadb-state'),
    ]);
    return [
      ...nodes.map((node) => `node ${node.name} ${node.ready}`),
      ...pods.map((pod) => {
        const why = pod.waiting.flatMap(({ reason, lastReason }) => [reason, lastReason]).join('/');
        const name = pod.name.replace(/-[a-z0-9]{5}$/, '');
        return `pod ${name} ${pod.status} ${why} ${pod.dependencies?.jobs.join(',') ?? ''} ${pod.reason}`;
      }),
      ...sets.map((set) => `set ${set.name} ${set.ready}/${set.desired}`),
      ...jobs.map((job) => `job ${job.name} ${job.state} ${job.reason}`),
      ...claims.map((claim) => `claim ${claim.name} ${claim.phase}`),
      ...releases.map((release) => `release ${release.release} ${release.status}`),
      ...slices.map((slice) => `service ${slice.service} ${slice.ready > 0}`),
      ...(ceph ?? []).map(({ status }) => `ceph ${(status as { ceph: { health: string } }).ceph.health}`),
      `galera ${state?.annotations['openstackhelm.openstack.org/cluster.state']}`,
    ].map((row) => row.trimEnd());
  };

  it('is healthy to begin with', async () => {
    const all = await rows();

    expect(all.filter((row) => / (False|Unknown|Init|Pending|CrashLoop|failed|0\/0)/.test(row))).toEqual([]);
    expect(all).toEqual(
      expect.arrayContaining([
        'ceph HEALTH_OK',
        'galera live',
        'set nova-compute-default 3/3',
        'job nova-db-sync complete',
      ]),
    );
  });

  it.each<readonly [FaultName, readonly string[]]>([
    ['nodeNotReady', ['node node-4 Unknown']],
    ['crashLoop', ['pod glance-api CrashLoopBackOff CrashLoopBackOff/Error', 'service glance-api false']],
    ['outOfMemory', ['pod rabbitmq-rabbitmq-1 OOMKilled OOMKilled/']],
    ['imagePull', ['pod horizon ImagePullBackOff ImagePullBackOff/', 'service horizon-int false']],
    [
      'jobFailed',
      [
        'job nova-db-sync failed BackoffLimitExceeded',
        'pod nova-compute-default Init:0/1  nova-db-sync',
        'set nova-compute-default 0/3',
      ],
    ],
    ['labelMissing', ['set nova-compute-default 0/0', 'set libvirt-libvirt-default 0/0']],
    ['claimPending', ['claim mysql-data-mariadb-server-2 Pending', 'pod mariadb-server-2 Pending   Unschedulable']],
    ['cephWarning', ['ceph HEALTH_WARN']],
    ['cephError', ['ceph HEALTH_ERR']],
    ['galeraDown', ['galera reboot']],
    ['releasePending', ['release neutron pending-upgrade']],
    ['noEndpoints', ['service keystone-api false']],
  ])('shows %s, and is healthy again afterwards', async (name, expected) => {
    const before = await rows();
    fault(name);
    expect(await rows()).toEqual(expect.arrayContaining([...expected]));

    world.simulated.setFault(name, false);

    await until(async () => (await rows()).toSorted().join() === before.toSorted().join());
  });

  it('has a word for each of its faults', () => {
    expect(Object.values(FAULTS).every((text) => text.length > 10)).toBe(true);
  });
});
