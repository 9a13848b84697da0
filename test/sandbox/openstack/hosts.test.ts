import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewServer, OpenStack, Server } from '#domain/openstack.ts';
import { where } from '../../../sandbox/openstack/store.ts';
import { openWorld, until, type World } from './world.ts';

let world: World;
let cloud: OpenStack;
beforeEach(async () => {
  world = await openWorld({ timing: { move: 20 } });
  cloud = world.open();
});
afterEach(() => world.close());

/** Once it is ACTIVE or in ERROR. */
async function boot(more: Partial<NewServer> = {}): Promise<Server> {
  const [flavor] = await cloud.compute.flavors();
  const [image] = await cloud.image.images();
  const wanted = { name: 'web', imageId: image?.id ?? '', flavorId: flavor?.id ?? '', portIds: [], metadata: {} };
  const { id } = await cloud.compute.createServer({ ...wanted, ...more });
  return rested(id);
}
async function rested(id: string): Promise<Server> {
  return until(async () => {
    const server = await cloud.compute.server(id);
    return server?.status !== 'BUILD' && server?.taskState === undefined && server;
  });
}
function hosts(test: (host: { readonly name: string }) => boolean, change: object): void {
  for (const host of where(world.simulated.store.hosts, (each) => test({ name: each.name })))
    Object.assign(host, change);
}

describe('simulated hypervisors', () => {
  it('never stop a server when they are dead', async () => {
    const { id, host } = await boot();
    hosts(({ name }) => name === host, { up: false });

    await cloud.compute.stopServer(id);
    await cloud.compute.stopServer(id);
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(await cloud.compute.server(id)).toMatchObject({ status: 'ACTIVE', taskState: 'powering-off', host });
  });

  it('leave a server in error that none of them takes in an evacuation', async () => {
    const { id, host } = await boot();
    hosts(() => true, { disabled: 'full' });
    hosts(({ name }) => name === host, { up: false });

    await cloud.compute.evacuate(id);

    const server = await rested(id);
    expect(server).toMatchObject({ status: 'ERROR', host });
    expect(server.fault?.message).toContain('No valid host was found');
  });

  it('keep the servers of an anti-affinity group apart, as long as there are enough', async () => {
    const group = await cloud.compute.createServerGroup('workers', 'anti-affinity');
    const servers = [];
    for (const name of ['a', 'b', 'c', 'd']) servers.push(await boot({ name, serverGroupId: group.id }));

    expect(new Set(servers.slice(0, 3).map(({ host }) => host)).size).toBe(3);
    expect(servers[3]?.status).toBe('ERROR');
    expect(servers[3]?.host).toBeUndefined();
    expect(servers[3]?.fault?.message).toBe('No valid host was found. There are not enough hosts available.');
  });

  it('are the business of administrators', async () => {
    const { id } = await boot();
    const member = world.open('demo').compute;

    await expect(member.liveMigrate(id)).rejects.toMatchObject({ failure: { status: 403 } });
    await expect(member.evacuate(id)).rejects.toMatchObject({ failure: { status: 403 } });
    await expect(member.setService(id, { forcedDown: true })).rejects.toMatchObject({ failure: { status: 403 } });
    expect(await member.server(id)).not.toHaveProperty('host');
  });
});
