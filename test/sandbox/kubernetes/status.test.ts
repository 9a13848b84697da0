import { afterEach, describe, expect, it } from 'vitest';
import { viewOf } from '#domain/errors.ts';
import type { JobPorts } from '#domain/ports.ts';
import type { Report } from '#domain/report.ts';
import type { StepContext, StepOutcome } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { status } from '#jobs/status/status.ts';
import type { FaultName } from '../../../sandbox/kubernetes/faults.ts';
import { layerOf, NOW } from '../../jobs/status/world.ts';
import { openWorld as openCloud, type World as Cloud } from '../openstack/world.ts';
import { openWorld, type World } from './world.ts';

const OPEN: (World | Cloud)[] = [];
afterEach(async () => {
  await Promise.all(OPEN.splice(0).map((world) => world.close()));
});

/** For an API that hangs. */
const HASTY_MS = 500;

const LAYERS = [
  layerOf('metal', 'openstack', { cloud: 'metal', mtu: { physical: 1500 } }),
  layerOf('cluster', 'kubernetes', { context: 'lab', on: 'metal' }),
  layerOf('storage', 'ceph', { namespace: 'ceph', on: 'cluster' }),
  layerOf('cloud', 'openstack', { cloud: 'cloud', namespace: 'openstack', on: 'cluster' }),
];
const LAB: Environment = {
  ...{ name: 'lab', channels: ['#ops'], people: { view: ['*'], operate: [], approve: [], breakGlass: [] } },
  ...{
    production: false,
    approvalMinutes: 30,
    approvalHours: 12,
    maintenanceWindows: [],
    theme: 'dark',
    layers: LAYERS,
  },
};

/** The story's stack with these faults: its status, and how many bytes of it a journal would keep. */
async function statusWith(...faults: readonly FaultName[]): Promise<{ report: Report; bytes: number }> {
  const [metal, above, cluster] = await Promise.all([openCloud(), openCloud(), openWorld()]);
  OPEN.push(metal, above, cluster);
  for (const fault of faults) cluster.simulated.setFault(fault, true);
  const clouds = { metal: metal.open(), cloud: above.open() };
  const kubernetes = cluster.open(faults.includes('apiHangs') ? { timeoutMs: HASTY_MS } : {});
  const ports = {
    openstack: (layer: string) => clouds[layer === 'metal' ? 'metal' : 'cloud'],
    kubernetes: () => kubernetes,
    containers: () => undefined,
    reach: () => undefined,
  } as unknown as JobPorts;
  const { signal } = new AbortController();
  const facts = await status.survey({ layer: 'all' }, { environment: LAB, ports, signal });
  const ctx = { environment: LAB, ports, signal } as StepContext;
  const steps = status.plan({ layer: 'all' }, facts, LAB).steps.map(async (step): Promise<[string, StepOutcome]> => {
    try {
      const settled = await step.settle(ctx, undefined);
      return [step.id, { status: 'done', value: settled.kind === 'ready' ? settled.value : undefined, tookMs: 1 }];
    } catch (error) {
      return [step.id, { status: 'failed', ...viewOf(error), tookMs: 1 }];
    }
  });
  const outcomes = Object.fromEntries(await Promise.all(steps));
  const end = { environment: LAB, outcome: 'succeeded', leftovers: [], tookMs: 1, endedAt: NOW } as const;
  const report = status.report({ layer: 'all' }, facts, { ...end, steps: outcomes });
  return { report, bytes: JSON.stringify(outcomes).length };
}

function whats({ troubles }: Report, ...layers: readonly string[]): readonly string[] {
  return troubles.filter(({ layer }) => layers.includes(layer)).map(({ what }) => what);
}

describe('the status of the story’s stack, simulated', () => {
  it('is healthy on every layer, with the MTU chain from the wire to the pods', async () => {
    const { report } = await statusWith();

    expect(whats(report, 'metal', 'cluster', 'storage')).toEqual([]);
    expect(report.layers.map(({ layer }) => layer)).toEqual(['metal', 'cluster', 'storage', 'cloud']);
    expect(report.hops[0]).toMatchObject({ name: 'physical network', mtuBytes: 1500, health: 'ok' });
    expect(new Set(report.tables.map(({ id }) => id)).size).toBe(report.tables.length);
  });

  it.each<[fault: FaultName, layer: string, what: RegExp]>([
    ['nodeNotReady', 'cluster', /^node node-4 is not ready/],
    ['crashLoop', 'cloud', /CrashLoopBackOff/],
    ['outOfMemory', 'cloud', /OOMKilled/],
    ['imagePull', 'cloud', /horizon: ImagePullBackOff/],
    ['jobFailed', 'cloud', /^Job nova-db-sync failed: BackoffLimitExceeded$/],
    [
      'labelMissing',
      'cloud',
      /^DaemonSet nova-compute-default runs nowhere: no node has the label openstack-compute-node/,
    ],
    ['claimPending', 'cloud', /^1 claim is Pending: mysql-data-mariadb-server-2$/],
    ['cephWarning', 'storage', /^CephCluster ceph is HEALTH_WARN$/],
    ['cephError', 'storage', /^CephCluster ceph is HEALTH_ERR$/],
    ['galeraDown', 'cloud', /^Galera has lost its quorum/],
    ['releasePending', 'cloud', /^Helm release neutron is pending-upgrade/],
    ['noEndpoints', 'cloud', /^1 Service has no ready endpoint: keystone-api$/],
    ['terminating', 'cluster', /^namespace osh-infra is being deleted$/],
    ['apiBroken', 'cluster', /^the cluster could not be read$/],
    ['apiHangs', 'storage', /^the cluster could not be read$/],
  ])('with the fault %s tells it of %s', async (fault, layer, what) => {
    const { report } = await statusWith(fault);

    expect(whats(report, layer)).toContainEqual(expect.stringMatching(what));
    expect(report.health).toBe(fault === 'cephWarning' ? 'warning' : 'failure');
    expect(report.layers.find((each) => each.layer === 'metal')?.health).toBe('ok');
  });

  it.each<[fault: FaultName, of: string]>([
    ['forbidden', 'what may not be seen'],
    ['noCeph', 'a kind that the cluster does not know'],
    ['clockBehind', 'clocks that go apart'],
    ['apiForgets', 'lists that begin anew'],
  ])('with the fault %s makes no trouble of %s', async (fault) => {
    const { report } = await statusWith(fault);

    expect(whats(report, 'cluster', 'storage')).toEqual([]);
  });

  it('tells the claim that keeps a member of Galera back, and nothing of that member', async () => {
    const { report } = await statusWith('claimPending');

    expect(whats(report, 'cloud').filter((what) => what.includes('Galera'))).toEqual([]);
  });

  it('bears objects without a status', async () => {
    const { report } = await statusWith('bareObjects');

    expect(whats(report, 'cluster')[0]).toBe('node node-1 is not ready');
  });

  it('keeps of ten thousand pods a few rows and all counts', async () => {
    const { report, bytes } = await statusWith('manyPods');

    const pods = report.tables.find(({ id }) => id === 'cluster/pods');
    expect(pods?.rows).toHaveLength(200);
    expect(pods?.all).toEqual({ ok: 10_009 });
    expect(bytes).toBeLessThan(200_000);
  });
});
