import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import type { RunEvent } from '#domain/events.ts';
import type { RunRef } from '#domain/run.ts';
import type { Message } from '../../sandbox/workspace/state.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { nextMoment } from './deaths.ts';
import { type NodeBed, openNodeBed } from './nodes.ts';
import { openstack } from './openstack.ts';
import { ADA, installStrata, type Running, type Strata } from './strata.ts';

const BEA = 'U0BEA00001';
const TOKENS = { bot: 'xoxb-e2e-bot', app: 'xapp-e2e-app' };
const PATIENCE_MS = 180_000;
/** How long a dead worker's lease lasts here, and a little more. */
const DELAYS_MS = [0, 120, 400];

let bed: NodeBed;
let workspace: Workspace;
let strata: Strata;

beforeAll(async () => {
  bed = await openNodeBed();
  await bed.seedServers(['node-1', 'node-2', 'node-3', 'node-4']);
  workspace = await startWorkspace({
    members: [
      { id: ADA, name: 'operator' },
      { id: BEA, name: 'lead' },
    ],
    channels: [{ id: 'C0OPS00001', name: 'cloud-ops' }],
    tokens: TOKENS,
  });
  const env = {
    ...{ SLACK_API_URL: workspace.apiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app },
    KUBECONFIG: bed.kubeconfig,
  };
  strata = await installStrata({ database: 12, layers: bed.layers, approve: [BEA], env });
  await strata.start('bot');
  while (workspace.connections() < 2) await sleep(20);
});
afterAll(async () => {
  await strata?.close();
  await workspace?.close();
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

/** Types the command as the operator; gives the run. */
async function ask(text: string): Promise<RunRef> {
  const answer = await workspace.as('operator').type(text, { channel: 'cloud-ops' });
  const [, number] = /#(\d+)/.exec(JSON.stringify(answer)) ?? [];
  if (number === undefined) throw new Error(JSON.stringify(answer));
  const runs = openRuns(strata.redis, { environments: ['lab'], subscriber: () => strata.redis, advice: '' });
  return nextMoment(() => runs.get(Number(number)));
}

/** Approves the run as the lead, typing the name where one is wanted. */
async function approve({ number }: RunRef, typed?: string): Promise<void> {
  const lead = workspace.as('lead');
  const isAsking = ({ blocks, text }: Message) =>
    text.includes(`#${number}`) && JSON.stringify(blocks ?? []).includes('"action_id":"approve"');
  const card = await workspace.waitFor(() => workspace.channel('cloud-ops').messages.find(isAsking), PATIENCE_MS);
  await lead.click(card, 'approve');
  if (typed === undefined) return;
  await workspace.waitFor(() => lead.modal(), PATIENCE_MS);
  await lead.submit({ answer: typed });
}

async function eventsOf(run: RunRef): Promise<readonly RunEvent[]> {
  return openJournal(strata.redis).read(run);
}
async function endOf(run: RunRef): Promise<Extract<RunEvent, { readonly type: 'ended' }>> {
  return nextMoment(async () => {
    const last = (await eventsOf(run)).at(-1);
    return last?.type === 'ended' ? last : undefined;
  });
}

/** What went wrong on the way; empty when all went well. */
async function troublesOf(run: RunRef): Promise<readonly string[]> {
  const { outcome, report } = await endOf(run);
  const troubles = (report?.troubles ?? []).map(({ what }) => what);
  return outcome === 'succeeded' || troubles.length > 0 ? troubles : [outcome];
}

/** Carries a run with worker after worker, each killed when a further step begins; gives how many were. */
async function carryThroughDeaths(run: RunRef): Promise<number> {
  const killedAt = new Set<string>();
  for (;;) {
    const worker = await strata.start('worker');
    const moment = await nextMoment(async () => {
      const events = await eventsOf(run);
      if (events.at(-1)?.type === 'ended') return 'ended';
      return events
        .flatMap((event) => (event.type === 'step-started' ? [event.stepId] : []))
        .find((id) => !killedAt.has(id));
    });
    if (moment === 'ended') {
      await worker.end('SIGTERM');
      return killedAt.size;
    }
    await sleep(DELAYS_MS[killedAt.size % DELAYS_MS.length] ?? 0);
    await worker.end('SIGKILL');
    killedAt.add(moment);
  }
}

describe('/scale-node on a real API server and a real OpenStack, by real Ansible', () => {
  let worker: Running;
  beforeAll(async () => {
    await deploySpread('web', 6, 4);
    worker = await strata.start('worker');
  });
  afterAll(() => worker.end('SIGTERM'));

  it('adds a node: a server with a port, joined, Ready, approved by a second person', async () => {
    const run = await ask('/scale-node lab cluster add');
    await approve(run);

    expect(await troublesOf(run)).toEqual([]);

    expect(await nodes()).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
    expect(await servers()).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
    expect(await ports()).toContain('node-5');
  });

  it('removes a node: its pods leave by evictions, then node, server and port are gone', async () => {
    const run = await ask('/scale-node lab cluster remove node-3');
    await approve(run, 'node-3');

    expect(await troublesOf(run)).toEqual([]);

    expect(await nodes()).toEqual(['node-1', 'node-2', 'node-4', 'node-5']);
    expect(await servers()).toEqual(['node-1', 'node-2', 'node-4', 'node-5']);
    expect(await ports()).toEqual(['node-1', 'node-2', 'node-4', 'node-5']);
    await bed.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  });

  it('waits for a disruption budget that refuses, and goes on when it allows', async () => {
    await deploySpread('strict', 3, 3);
    const run = await ask('/scale-node lab cluster remove node-5');
    await approve(run, 'node-5');
    await nextMoment(async () =>
      (await eventsOf(run)).find((event) => event.type === 'note' && /held back: default\/strict/.test(event.text)),
    );
    expect(await nodes()).toContain('node-5');
    expect(await podsOn('node-5')).toBeGreaterThan(0);

    await bed.kubectl(['delete', 'pdb', 'strict']);

    expect(await troublesOf(run)).toEqual([]);
    expect(await nodes()).toEqual(['node-1', 'node-2', 'node-4']);
    await bed.kubectl(['delete', 'deployment', 'strict']);
  });

  it('replaces a dead node: seen off, a new one first, its pods let go, then gone', async () => {
    await bed.testbed('node', 'fail', 'node-4');
    await bed.kubectl(['wait', '--for=condition=Ready=Unknown', 'node/node-4', '--timeout=60s']);

    const run = await ask('/scale-node lab cluster replace node-4');
    await approve(run, 'node-4');

    expect(await endOf(run)).toMatchObject({
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

describe('kill -9 of the worker at every step', () => {
  it('of adding: exactly one new server', async () => {
    const run = await ask('/scale-node lab cluster add');
    const planner = await strata.start('worker');
    await approve(run);
    await planner.end('SIGKILL');

    const kills = await carryThroughDeaths(run);

    expect(kills).toBeGreaterThan(6);
    expect(await troublesOf(run)).toEqual([]);
    expect(await servers()).toEqual(['node-1', 'node-2', 'node-6', 'node-7']);
    expect(await nodes()).toEqual(['node-1', 'node-2', 'node-6', 'node-7']);
  });

  it('of removing: drained before it goes, deleted once', async () => {
    const run = await ask('/scale-node lab cluster remove node-2');
    const planner = await strata.start('worker');
    await approve(run, 'node-2');
    await planner.end('SIGKILL');

    const kills = await carryThroughDeaths(run);

    expect(kills).toBeGreaterThan(4);
    expect(await troublesOf(run)).toEqual([]);
    expect(await servers()).toEqual(['node-1', 'node-6', 'node-7']);
    expect(await nodes()).toEqual(['node-1', 'node-6', 'node-7']);
  });

  it('of replacing: one new server, the old one gone', async () => {
    await bed.testbed('node', 'fail', 'node-6');
    await bed.kubectl(['wait', '--for=condition=Ready=Unknown', 'node/node-6', '--timeout=60s']);
    const run = await ask('/scale-node lab cluster replace node-6');
    const planner = await strata.start('worker');
    await approve(run, 'node-6');
    await planner.end('SIGKILL');

    const kills = await carryThroughDeaths(run);

    expect(kills).toBeGreaterThan(10);
    expect(await troublesOf(run)).toEqual([]);
    expect(await servers()).toEqual(['node-1', 'node-7', 'node-8']);
    expect(await nodes()).toEqual(['node-1', 'node-7', 'node-8']);
  });
});
