import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenStack } from '#domain/openstack.ts';
import type { StepContext } from '#domain/run.ts';
import { evacuateSteps } from '#jobs/scale-node/nested/leave.ts';
import { machineSteps } from '#jobs/scale-node/sources/kubespray/leave.ts';
import type { KubesprayFacts } from '#jobs/scale-node/sources/kubespray/facts.ts';
import { put, where } from '../../../sandbox/openstack/store.ts';
import { openWorld, type World } from '../../sandbox/openstack/world.ts';
import { type Lab, openLab } from './guards/world.ts';

const TARGET = { layer: 'cluster', node: 'node-4', mode: 'remove' } as const;

let world: World;
let cloud: OpenStack;
beforeEach(async () => {
  world = await openWorld({ servers: [{ name: 'node-4' }] });
  cloud = world.open();
});
afterEach(() => world.close());

/** What hangs on the server that goes: two ports, a floating IP on the first; beside them the port of another server. */
async function machine() {
  const { network } = cloud;
  const [server] = await cloud.compute.servers();
  const outside = (await network.networks()).find(({ external }) => external);
  const of = { name: 'nodes', description: '' };
  const { id: networkId } = await network.createNetwork(of);
  const subnet = await network.createSubnet({ ...of, networkId, cidr: '10.9.0.0/24' });
  const router = await network.createRouter({ ...of, externalNetworkId: outside?.id ?? '' });
  await network.addRouterInterface(router.id, subnet.id);
  const port = (name: string) => network.createPort({ name, networkId, description: '', securityGroupIds: [] });
  const [first, second, other] = [await port('first'), await port('second'), await port('other')];
  const place = { networkId: outside?.id ?? '', portId: first.id, description: '' };
  return { server, first, second, other, floating: await network.createFloatingIp(place) };
}

describe('what hung on a server that is gone', () => {
  it('goes with it; what was put elsewhere meanwhile stays', async () => {
    const { server, first, second, other, floating } = await machine();
    const ids = { serverId: server?.id ?? '', serverName: 'node-4', volumeIds: [], keptVolumeIds: [] };
    const facts = {
      cloud: 'metal',
      machine: {
        ...ids,
        portIds: [first.id, second.id],
        floatingIps: [{ id: floating.id, address: floating.address }],
      },
    } as unknown as KubesprayFacts;
    const { floatingips, ports } = world.simulated.store;
    // Somebody saved the address of the dead node, and gave its second port to another server.
    Object.assign(floatingips.get(floating.id) ?? {}, { port_id: other.id });
    Object.assign(ports.get(second.id) ?? {}, { device_id: 'another-server' });
    const rest = machineSteps(TARGET, facts).at(-1);
    const ctx = { ports: { openstack: () => cloud } } as unknown as StepContext;

    let end = await rest?.settle(ctx, null);
    for (; end?.kind === 'wait'; end = await rest?.settle(ctx, null)) await sleep(10);

    const left = (await cloud.network.ports()).map(({ name }) => name).filter((name) => name !== '');
    expect(left.toSorted()).toEqual(['other', 'second']);
    expect((await cloud.network.floatingIps()).map(({ address }) => address)).toEqual([floating.address]);
    expect(end).toMatchObject({
      ...{ kind: 'ready', value: null },
      detail: `1 port, 0 floating IPs, 0 volumes; left where they are now: ${floating.address} and second`,
    });
  });
});

describe('the machine of a node that has left the cluster', () => {
  const ids = { serverName: 'node-4', portIds: [], floatingIps: [], volumeIds: [], keptVolumeIds: [] };
  const deleteStep = (mode: 'remove' | 'replace', serverId: string) => {
    const facts = { cloud: 'metal', machine: { ...ids, serverId } } as unknown as KubesprayFacts;
    const [step] = machineSteps({ layer: 'cluster', node: 'node-4', mode }, facts);
    if (!step) throw new Error('there is no step');
    return step;
  };
  let lab: Lab;
  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());

  async function gone(): Promise<{ readonly serverId: string; readonly ctx: StepContext; readonly metal: OpenStack }> {
    const metal = lab.metal.open('metal');
    const serverId = (await metal.compute.servers({ name: 'node-4' }))[0]?.id ?? '';
    lab.store.remove(lab.find('Node', 'node-4'));
    return { serverId, metal, ctx: lab.source as unknown as StepContext };
  }

  it('is kept while the database has no primary component by now: what held before the playbook ran is no proof', async () => {
    const { serverId, ctx, metal } = await gone();
    lab.cluster.simulated.setFault('galeraDown', true);

    await expect(deleteStep('remove', serverId).act(ctx)).rejects.toThrow(/Galera in openstack: 0 of 3 members synced/);

    expect(await metal.compute.server(serverId)).toMatchObject({ status: 'ACTIVE' });
  });

  it('is kept when that of a dead node was started again', async () => {
    const { serverId, ctx, metal } = await gone();

    await expect(deleteStep('replace', serverId).act(ctx)).rejects.toThrow(/the server of node-4, .* is ACTIVE/);

    expect(await metal.compute.server(serverId)).toMatchObject({ status: 'ACTIVE' });
  });

  it('is not deleted a second time by a worker that takes over while it goes', async () => {
    const { serverId, ctx } = await gone();
    const server = lab.metal.simulated.store.servers.get(serverId);
    const step = deleteStep('remove', serverId);
    const before = await step.find(ctx);
    Object.assign(server ?? {}, { task: 'deleting' });

    const amid = await step.find(ctx);

    expect([before, amid]).toEqual([undefined, null]);
  });
});

describe('servers of a cloud above that leave the host', () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());

  function serverOn(host: string, name: string, more: object): void {
    const { servers, flavors, users } = lab.cloud.simulated.store;
    const [flavor, user] = [where(flavors)[0], where(users)[1]];
    const state = { task: null, metadata: {}, created: new Date().toISOString(), image: { id: 'cirros' } };
    put(servers, { name, host, project_id: user?.['project_id'], flavor, ...state, ...more });
  }

  it('all go but the one that Nova refuses, which is named with what it said', async () => {
    const on = { layer: 'cloud', namespace: 'openstack', host: 'node-4', labels: [] };
    const [, evacuate] = evacuateSteps({ layer: 'cluster', node: 'node-4', mode: 'replace' }, on);
    const ctx = lab.source as unknown as StepContext;
    for (const host of where(lab.cloud.simulated.store.hosts, ({ name }) => name === 'node-4')) host.forcedDown = true;
    serverOn('node-4', 'a-paused', { status: 'PAUSED' });
    serverOn('node-4', 'b-runs', { status: 'ACTIVE' });

    const untilItEnds = async (): Promise<never> => {
      for (;;) {
        await evacuate?.settle(ctx, null);
        await sleep(20);
      }
    };

    await expect(untilItEnds()).rejects.toThrow(
      /moving servers off "node-4": a-paused \(PAUSED\): evacuating server .* 409 /,
    );

    expect(where(lab.cloud.simulated.store.servers, ({ host }) => host === 'node-4').map(({ name }) => name)).toEqual([
      'a-paused',
    ]);
  });
});

describe('an evacuation', () => {
  it('is not gone on with when the machine of the dead node runs again: its servers would run twice on one disk', async () => {
    const lab = await openLab();
    const on = { layer: 'cloud', namespace: 'openstack', host: 'node-3', labels: [] };
    const [, evacuate] = evacuateSteps({ layer: 'cluster', node: 'node-3', mode: 'replace' }, on);
    const ctx = lab.source as unknown as StepContext;

    await expect(evacuate?.act(ctx)).rejects.toThrow('node-3 is Ready: it lives');

    await lab.close();
  });
});
