import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openArtifacts } from '#adapters/artifacts/artifacts.ts';
import { openRedisShelf } from '#adapters/redis/artifacts.ts';
import { openRedis, type RedisClient, untilReady } from '#adapters/redis/connect.ts';
import { openGate } from '#adapters/redis/gate.ts';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { fold } from '#domain/fold.ts';
import type { JobName } from '#domain/run.ts';
import type { Stack } from '#domain/stack.ts';
import { carry } from '#engine/carry.ts';
import { jobs } from '#jobs/registry.ts';
import { ownRedis } from '../../database.ts';
import { openWorld, type World } from './world.ts';

const calm = new AbortController().signal;
let world: World;
let redis: RedisClient;
beforeEach(async () => {
  redis = openRedis(ownRedis(), 'patient');
  await untilReady(redis, 5000);
});
afterEach(async () => {
  redis.disconnect();
  await world.close();
});

/** Carries one run against the simulated cloud, which is the layer `metal`. */
async function run(job: JobName, input: object) {
  const name = `lab-${randomUUID().slice(0, 8)}`;
  const layer = { name: 'metal', kind: 'openstack', cloud: 'metal', reach: { kind: 'none' } } as const;
  const people = { view: ['*'], operate: ['*'], approve: [] };
  const layers = [{ ...layer, smokeTest: { user: 'cirros', metadata: {} } }];
  const stack: Stack = {
    environments: [
      {
        ...{ name, channels: ['#ops'], people, layers, theme: 'dark' },
        ...{ production: false, approvalMinutes: 30, approvalHours: 12, maintenanceWindows: [] },
      },
    ],
    terminal: {},
  };
  const subscriber = () => openRedis(ownRedis(), 'patient');
  const runs = openRuns(redis, { environments: [name], subscriber, advice: 'later' });
  const journal = openJournal(redis);
  const { request } = await runs.create({
    ...{ environment: name, job, input, once: randomUUID() },
    ...{ by: { id: 'U1', name: 'operator' }, origin: { kind: 'terminal', host: 'here' } },
  });
  const cloud = world.open();
  const artifacts = openArtifacts(openRedisShelf(redis, 1));
  const ports = () => ({
    openstack: () => cloud,
    kubernetes: () => undefined,
    containers: () => undefined,
    reach: () => undefined,
    tools: () => {
      throw new Error('these jobs run no tools');
    },
    artifacts,
  });
  await carry(
    { jobs, stack, ports, runs, journal, gate: openGate(redis), worker: 'worker-1', leaseMs: 30_000 },
    request,
    {
      signal: calm,
      stopping: calm,
    },
  );
  const files = await artifacts.list(request);
  const texts = files.map(async (file) => [file.name, String(await artifacts.get(request, file.name))] as const);
  const view = fold(await journal.read(request));
  return view && { ...view, files: new Map(await Promise.all(texts)) };
}

function everything() {
  const { store } = world.simulated;
  const kinds = ['servers', 'keyPairs', 'serverGroups', 'volumes', 'networks', 'subnets', 'ports', 'routers'] as const;
  const more = ['floatingips', 'security_groups', 'security_group_rules'] as const;
  return Object.fromEntries([...kinds, ...more].map((kind) => [kind, store[kind].size]));
}

describe('jobs on the simulated OpenStack', () => {
  it('a standard smoke test passes and leaves nothing behind', async () => {
    world = await openWorld();
    const before = everything();

    const view = await run('smoke-test', { layer: 'metal', depth: 'standard' });

    expect(view).toMatchObject({ outcome: 'succeeded', leftovers: [] });
    expect(view?.report?.checks.map(({ health }) => health)).toEqual(view?.report?.checks.map(() => 'ok'));
    expect(everything()).toEqual(before);
    expect(view?.files.get('metal-console.log')).toContain('login:');
  });

  it('a smoke test cleans up although a create lost its answer', async () => {
    world = await openWorld();
    const before = everything();
    await world.simulated.faults.set('nova', { lost: 1 });

    const view = await run('smoke-test', { layer: 'metal', depth: 'quick' });

    expect(view?.leftovers).toEqual([]);
    expect(everything()).toEqual(before);
  });

  it('the status finds everything that was seeded wrong, and nothing else', async () => {
    world = await openWorld({
      hosts: [{ name: 'compute1' }, { name: 'compute2', up: false }, { name: 'compute3', disabled: 'new disk' }],
      servers: [{ name: 'node-1' }, { name: 'node-2', status: 'ERROR', fault: 'No valid host was found. ' }],
      volumes: [{ name: 'data', size: 10, status: 'error' }],
      deadAgents: ['L3 agent'],
      quotas: { volumes: 1 },
    });

    const view = await run('status', { layer: 'all' });

    expect(view?.report).toMatchObject({ health: 'failure' });
    expect(view?.report?.troubles.map(({ what }) => what)).toMatchInlineSnapshot(`
      [
        "nova-compute on compute2 is down",
        "hypervisor compute2 is down",
        "Open vSwitch agent on compute2 is dead",
        "L3 agent on network1 is dead",
        "server node-2 is ERROR",
        "volume data is error",
        "nova-compute on compute3 is disabled: new disk",
        "quota of volumes: 1 of 1 used",
      ]
    `);
    expect(view?.report?.tables.map(({ id }) => id)).toContain('metal/agents');
  });

  it('the status reads the rest when one service is away', async () => {
    world = await openWorld({ servers: [{ name: 'node-1' }] });
    await world.simulated.faults.set('neutron', { down: 'refused' });

    const view = await run('status', { layer: 'metal' });

    expect(view?.report?.health).toBe('warning');
    expect(view?.report?.tables.map(({ id }) => id)).toContain('metal/servers');
  });
});
