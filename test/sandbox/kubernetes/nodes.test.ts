import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kubernetes, Pod } from '#domain/kubernetes.ts';
import { until } from '../openstack/world.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let cluster: Kubernetes;
beforeEach(async () => {
  world = await openWorld({ timing: { unreachable: 50 } });
  cluster = world.open();
  await until(async () => (await on('node-3')).every(({ isReady }) => isReady));
});
afterEach(() => world.close());

const NODE = { apiVersion: 'v1', kind: 'Node' };

async function on(node: string): Promise<readonly Pod[]> {
  return cluster.pods({ fields: `spec.nodeName=${node}` });
}
async function named(name: string): Promise<Pod | undefined> {
  return (await cluster.pods({ fields: `metadata.name=${name}` }))[0];
}
const ofKind = (pods: readonly Pod[], ...kinds: readonly string[]) =>
  pods.filter(({ owner }) => kinds.includes(owner?.kind ?? ''));

describe('a simulated node', () => {
  it('that falls silent keeps its pods, though they are told to end; only those of a ReplicaSet begin elsewhere', async () => {
    const before = await on('node-3');

    world.simulated.store.silent.add('node-3');
    const told = await until(async () => {
      const pods = await on('node-3');
      return ofKind(pods, 'ReplicaSet', 'StatefulSet').every(({ deletingAt }) => deletingAt !== undefined) && pods;
    });

    expect(told.map(({ uid }) => uid).toSorted()).toEqual(before.map(({ uid }) => uid).toSorted());
    expect(ofKind(told, 'DaemonSet').every(({ deletingAt }) => deletingAt === undefined)).toBe(true);
    for (const deployment of await cluster.workloads('Deployment', { namespace: 'openstack' }))
      expect(deployment).toMatchObject({ current: deployment.desired });
    const [lost] = ofKind(told, 'StatefulSet');
    expect(await named(lost?.name ?? '')).toMatchObject({ uid: lost?.uid, status: 'Terminating', node: 'node-3' });
  });

  it('that speaks again ends them, and its taints go', async () => {
    world.simulated.store.silent.add('node-3');
    await until(async () => (await on('node-3')).some(({ deletingAt }) => deletingAt !== undefined));

    world.simulated.store.silent.delete('node-3');

    await until(async () => (await on('node-3')).every(({ deletingAt, isReady }) => !deletingAt && isReady));
    const [node] = await cluster.nodes({ fields: 'metadata.name=node-3' });
    expect(node).toMatchObject({ ready: 'True', taints: [] });
  });

  it('that is new gets its DaemonSet pods; one that is deleted leaves none', async () => {
    const [like] = await cluster.nodes({ fields: 'metadata.name=node-4' });
    const before = await cluster.workloads('DaemonSet');
    const { labels } = like ?? { labels: {} };

    await cluster.apply({ ...NODE, metadata: { name: 'node-5', labels } });
    await until(async () => (await on('node-5')).length > 0 && (await on('node-5')).every(({ isReady }) => isReady));
    const [kinds, after] = [ofKind(await on('node-5'), 'DaemonSet'), await cluster.workloads('DaemonSet')];
    expect(await cluster.remove({ ...NODE, name: 'node-4' })).toBe(true);

    expect(kinds).toHaveLength(before.length);
    for (const [index, { desired }] of after.entries()) expect(desired).toBe((before[index]?.desired ?? 0) + 1);
    await until(async () => (await on('node-4')).length === 0);
    expect((await cluster.nodes()).map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-3', 'node-5']);
  });

  it.each([
    ['move to a new node', true],
    ['are given up where there is none', false],
  ])('that is deleted had daemons of Ceph: they %s', async (_, hasNew) => {
    const metadata = { name: 'node-5', labels: { 'kubernetes.io/hostname': 'node-5' } };
    if (hasNew) await cluster.apply({ ...NODE, metadata });
    await cluster.remove({ ...NODE, name: 'node-4' });

    const daemons = await until(async () => {
      const found = (await cluster.pods({ namespace: 'ceph' })).filter(({ name }) => /-(?:mon-c|osd-2)-/.test(name));
      return found.every(({ isReady }) => isReady) && found;
    });
    expect(daemons.map(({ node }) => node)).toEqual(hasNew ? ['node-5', 'node-5'] : []);
  });

  it('that is cordoned is left, and a StatefulSet pod keeps its name', async () => {
    const [first] = ofKind(await on('node-3'), 'StatefulSet');
    const { namespace = '', name = '' } = first ?? {};
    await cluster.patchNode('node-3', { schedulable: false });

    expect(await cluster.evict({ namespace, name })).toEqual({ kind: 'evicted' });

    const second = await until(() => named(name));
    expect(second.uid).not.toBe(first?.uid);
    expect(second.node).not.toBe('node-3');
  });
});

describe('a simulated eviction', () => {
  it.each([{ maxUnavailable: 1 }, { minAvailable: '60%' }])('asks a budget of %o that counts pods', async (budget) => {
    const labels = { application: 'mariadb' };
    const pods = await cluster.pods({ namespace: 'openstack', labels });
    const metadata = { name: 'mariadb', namespace: 'openstack' };
    const spec = { ...budget, selector: { matchLabels: labels } };
    await cluster.apply({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec });
    world.simulated.store.timing.start = 60_000;

    const [one, two] = pods.map(({ name }) => ({ namespace: 'openstack', name }));
    expect(await cluster.evict(one ?? metadata)).toEqual({ kind: 'evicted' });
    expect(await cluster.evict(two ?? metadata)).toMatchObject({
      kind: 'blocked',
      why: expect.stringContaining('needs 2 healthy pods and has 2 currently'),
    });
  });

  it('comes to nothing while the API is broken for it', async () => {
    const [pod] = await on('node-3');
    world.simulated.setFault('evictionBroken', true);

    const evicted = cluster.evict({ namespace: pod?.namespace ?? '', name: pod?.name ?? '' });

    await expect(evicted).rejects.toThrow(/^evicting pod ".*" of "lab": 500 Internal error occurred/);
    expect(await named(pod?.name ?? '')).toMatchObject({ uid: pod?.uid });
  });
});
