import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import { nextMoment } from './deaths.ts';
import { type Desk, openDesk } from './desk.ts';
import { killAtEachStep } from './mortal.ts';
import { type NodeBed, openNodeBed } from './nodes.ts';
import { deletedServers, deletionsOf, openstack } from './openstack.ts';
import type { Running } from './strata.ts';

let bed: NodeBed;
let desk: Desk;

beforeAll(async () => {
  bed = await openNodeBed();
  await bed.seedServers(['node-1', 'node-2', 'node-3', 'node-4']);
  desk = await openDesk({ database: 12, layers: bed.layers, kubeconfig: bed.kubeconfig });
});
afterAll(async () => {
  await desk?.close();
  await bed?.close();
});

/** A Deployment with a pod on every worker, and a budget for it. */
async function deploySpread(name: string, replicas: number, minAvailable: number): Promise<void> {
  const labels = { app: name };
  const metadata = { name, namespace: 'default' };
  const spread = { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' };
  const template = {
    metadata: { labels },
    spec: {
      topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: labels } }],
      containers: [{ name: 'main', image: 'busybox' }],
    },
  };
  const selector = { matchLabels: labels };
  await apply(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas, selector, template } },
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { minAvailable, selector } },
  );
  await bed.kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=90s']);
}

async function apply(...objects: readonly object[]): Promise<void> {
  await bed.kubectl(['apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n'));
}

/** Names that kubectl and openstack show. */
async function nodes(): Promise<readonly string[]> {
  const { items } = JSON.parse(await bed.kubectl(['get', 'nodes', '-o', 'json'])) as {
    items: readonly { metadata: { name: string } }[];
  };
  return items.map(({ metadata }) => metadata.name).toSorted();
}
async function servers(): Promise<readonly string[]> {
  return (await openstack('cloud', 'server', 'list')).map(({ Name }) => String(Name)).toSorted();
}
async function ports(): Promise<readonly string[]> {
  const rows = await openstack('cloud', 'port', 'list', '--network', 'nodes');
  return rows
    .map(({ Name }) => String(Name))
    .filter((name) => name.startsWith('node-'))
    .toSorted();
}
async function podsOn(node: string): Promise<number> {
  const args = ['get', 'pods', '-A', '--field-selector', `spec.nodeName=${node}`, '-o', 'json'];
  return (JSON.parse(await bed.kubectl(args)) as { items: readonly unknown[] }).items.length;
}

describe('/scale-node on a real API server and a real OpenStack, by real Ansible', () => {
  let worker: Running;
  beforeAll(async () => {
    await deploySpread('web', 6, 4);
    worker = await desk.strata.start('worker');
  });
  afterAll(() => worker.end('SIGTERM'));

  it('adds a node: a server with a port, joined, Ready, approved by a second person', async () => {
    const run = await desk.ask('/scale-node lab cluster add');
    await desk.approve(run);

    expect(await desk.troublesOf(run)).toEqual([]);

    expect(await nodes()).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
    expect(await servers()).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
    expect(await ports()).toContain('node-5');
  });

  it('removes a node: its pods leave by evictions, then node, server and port are gone', async () => {
    const run = await desk.ask('/scale-node lab cluster remove node-3');
    await desk.approve(run, 'node-3');

    expect(await desk.troublesOf(run)).toEqual([]);

    expect(await nodes()).toEqual(['node-1', 'node-2', 'node-4', 'node-5']);
    expect(await servers()).toEqual(['node-1', 'node-2', 'node-4', 'node-5']);
    expect(await ports()).toEqual(['node-1', 'node-2', 'node-4', 'node-5']);
    await bed.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  });

  it('waits for a disruption budget that refuses, and goes on when it allows', async () => {
    await deploySpread('strict', 3, 3);
    const run = await desk.ask('/scale-node lab cluster remove node-5');
    await desk.approve(run, 'node-5');
    await nextMoment(async () =>
      (await desk.eventsOf(run)).find(
        (event) => event.type === 'note' && /held back: default\/strict/.test(event.text),
      ),
    );
    expect(await nodes()).toContain('node-5');
    expect(await podsOn('node-5')).toBeGreaterThan(0);

    await bed.kubectl(['delete', 'pdb', 'strict']);

    expect(await desk.troublesOf(run)).toEqual([]);
    expect(await nodes()).toEqual(['node-1', 'node-2', 'node-4']);
    await bed.kubectl(['delete', 'deployment', 'strict']);
  });

  it('replaces a dead node: seen off, a new one first, its pods let go, then gone', async () => {
    await bed.testbed('node', 'fail', 'node-4');
    await bed.kubectl(['wait', '--for=condition=Ready=Unknown', 'node/node-4', '--timeout=60s']);

    const run = await desk.ask('/scale-node lab cluster replace node-4');
    await desk.approve(run, 'node-4');

    expect(await desk.endOf(run)).toMatchObject({
      outcome: 'succeeded',
      report: {
        change: {
          things: [
            { name: 'node-6', how: 'came' },
            { name: 'node-4', how: 'went' },
          ],
        },
      },
    });
    expect(await nodes()).toEqual(['node-1', 'node-2', 'node-6']);
    expect(await servers()).toEqual(['node-1', 'node-2', 'node-6']);
    await bed.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  });
});

describe(
  'kill -9 of the worker at every step: begun and not done, done and not written down',
  { timeout: 600_000 },
  () => {
    const tools = /\/(reach|join|leave)-/;

    /** A worker died at every boundary of every step, and in the middle of some. No playbook ran beside another. */
    async function survives(run: RunRef, amid: Readonly<Record<string, string>>): Promise<void> {
      const { met, all } = await killAtEachStep(desk.strata, run, { amid, tools });

      expect(await desk.troublesOf(run)).toEqual([]);
      expect(met).toEqual(all);
      expect(bed.overlaps()).toBe(0);
      expect(bed.undrained()).toBe('');
    }

    /** Servers of that name that ever were. */
    async function everMade(name: string): Promise<number> {
      const [now, gone] = [await servers(), await deletedServers('cloud')];
      return [...now, ...gone].filter((each) => each === name).length;
    }

    it('of adding: exactly one new server', async () => {
      const run = await desk.ask('/scale-node lab cluster add');
      await desk.planAndApprove(run);

      await survives(run, { 'cluster/join-node-7': 'scale.yml: ' });

      expect(await everMade('node-7')).toBe(1);
      expect(await servers()).toEqual(['node-1', 'node-2', 'node-6', 'node-7']);
      expect(await nodes()).toEqual(['node-1', 'node-2', 'node-6', 'node-7']);
    });

    it('of removing: drained before it goes, deleted once', async () => {
      const run = await desk.ask('/scale-node lab cluster remove node-2');
      await desk.planAndApprove(run, 'node-2');

      await survives(run, { 'cluster/drain-node-2': '', 'cluster/leave-node-2': 'remove-node.yml: ' });

      expect(await deletionsOf('cloud', 'node-2')).toBe(1);
      expect(await servers()).toEqual(['node-1', 'node-6', 'node-7']);
      expect(await nodes()).toEqual(['node-1', 'node-6', 'node-7']);
      await bed.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    });

    it('of replacing: one new server, the old one gone', async () => {
      await bed.testbed('node', 'fail', 'node-6');
      await bed.kubectl(['wait', '--for=condition=Ready=Unknown', 'node/node-6', '--timeout=60s']);
      const run = await desk.ask('/scale-node lab cluster replace node-6');
      await desk.planAndApprove(run, 'node-6');

      await survives(run, { 'cluster/join-node-8': 'scale.yml: ', 'cluster/leave-node-6': 'remove-node.yml: ' });

      expect(await everMade('node-8')).toBe(1);
      expect(await deletionsOf('cloud', 'node-6')).toBe(1);
      expect(await servers()).toEqual(['node-1', 'node-7', 'node-8']);
      expect(await nodes()).toEqual(['node-1', 'node-7', 'node-8']);
    });
  },
);
