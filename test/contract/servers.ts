import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openCloud } from '#adapters/openstack/cloud.ts';
import { readCloud } from '#adapters/openstack/clouds.ts';
import type { NewServer, OpenStack, Server } from '#domain/openstack.ts';
import { sshKeyPair } from '#domain/ssh-key.ts';
import type { Subject } from './openstack.ts';
import { until } from './until.ts';

const forever = new AbortController().signal;

/** Where servers are, how they leave a host, and what is said of the host then. Needs three hypervisors. */
export function serversContract(name: string, open: () => Promise<Subject>): void {
  describe(`servers and their hosts on ${name}`, () => {
    let subject: Subject;
    let cloud: OpenStack;
    const key = `moves-${randomBytes(3).toString('hex')}`;
    const made: string[] = [];
    beforeAll(async () => {
      subject = await open();
      cloud = openCloud(readCloud(subject.cloud, subject.file)).bind(forever);
    });
    afterEach(async () => {
      for (const id of made.splice(0)) {
        await cloud.compute.deleteServer(id);
        await until(async () => (await cloud.compute.server(id)) === undefined);
      }
    });
    afterAll(async () => subject.stop?.());

    async function boot(more: Partial<NewServer> = {}): Promise<Server & { readonly host: string }> {
      const flavor = (await cloud.compute.flavors()).find((each) => each.name === 'm1.tiny');
      const [image] = await cloud.image.images({ name: 'cirros' });
      const wanted = { name: key, imageId: image?.id ?? '', flavorId: flavor?.id ?? '', portIds: [], metadata: {} };
      const { id } = await cloud.compute.createServer({ ...wanted, ...more });
      made.push(id);
      return settled(id, 'ACTIVE');
    }
    /** Once nothing is done to it any more, and it is what it should be. */
    async function settled(id: string, status: string): Promise<Server & { readonly host: string }> {
      return until(async () => {
        const server = await cloud.compute.server(id);
        if (server?.status !== status || server.taskState !== undefined) return undefined;
        return server.host === undefined ? undefined : { ...server, host: server.host };
      });
    }
    async function serviceOn(host: string) {
      const found = (await cloud.compute.services()).find((each) => each.host === host);
      if (!found) throw new Error(`no compute service on ${host}`);
      return found;
    }

    it('tells of a server and its port what they were made with', async () => {
      const { compute, network, volume } = cloud;
      const description = `strata:${key}/made`;
      const net = await network.createNetwork({ name: key, description });
      const subnet = await network.createSubnet({ name: key, description, networkId: net.id, cidr: '10.78.0.0/24' });
      const rules = await network.createSecurityGroup({ name: key, description });
      const group = await compute.createServerGroup(key, 'anti-affinity');
      await compute.importKeyPair(key, sshKeyPair(new Uint8Array(32).fill(8)).publicKey);
      const disk = await volume.createVolume({ name: key, sizeGiB: 1, metadata: { strata: key } });
      const port = await network.createPort({
        ...{ name: key, description, networkId: net.id, securityGroupIds: [rules.id] },
        allowedAddressPairs: [{ ip: '10.233.0.0/18' }, { ip: '10.78.0.200', mac: 'fa:16:3e:00:00:01' }],
      });
      const server = await boot({
        ...{ portIds: [port.id], keyName: key, serverGroupId: group.id, availabilityZone: 'nova' },
      });
      await until(async () => (await volume.volume(disk.id))?.status === 'available');
      await compute.attachVolume(server.id, disk.id);
      await until(async () => (await volume.volume(disk.id))?.status === 'in-use');

      const [image] = await cloud.image.images({ name: 'cirros' });
      expect(await compute.server(server.id)).toMatchObject({
        ...{ keyName: key, imageId: image?.id, host: server.host, availabilityZone: 'nova', powerState: 'running' },
        ...{ volumes: [{ id: disk.id, deleteOnTermination: false }], serverGroupIds: [group.id] },
      });
      const mine = (await compute.serversOn(server.host)).map((each) => each.id);
      expect(mine).toContain(server.id);
      expect(await compute.serversOn('no-such-host')).toEqual([]);
      const groups = await compute.serverGroups();
      expect(groups.find((each) => each.id === group.id)?.memberIds).toEqual([server.id]);
      const [found] = await network.ports({ deviceId: server.id });
      expect(found).toMatchObject({ id: port.id, securityGroupIds: [rules.id], securityEnabled: true });
      const pairs = found?.allowedAddressPairs.toSorted((one, other) => one.ip.localeCompare(other.ip));
      expect(pairs?.map(({ ip }) => ip)).toEqual(['10.233.0.0/18', '10.78.0.200']);
      expect(pairs?.[1]?.mac).toBe('fa:16:3e:00:00:01');

      await compute.detachVolume(server.id, disk.id);
      await until(async () => (await volume.volume(disk.id))?.status === 'available');
      await compute.deleteServer(server.id);
      await until(async () => (await compute.server(server.id)) === undefined);
      await volume.deleteVolume(disk.id);
      await network.deletePort(port.id);
      await compute.deleteKeyPair(key);
      await compute.deleteServerGroup(group.id);
      await network.deleteSecurityGroup(rules.id);
      await network.deleteSubnet(subnet.id);
      await network.deleteNetwork(net.id);
      await until(async () => (await volume.volume(disk.id)) === undefined);
    });

    it('makes a port without port security', async () => {
      const { network } = cloud;
      const description = `strata:${key}/open`;
      const net = await network.createNetwork({ name: key, description });
      const bare = { name: key, description, networkId: net.id, securityGroupIds: [], securityEnabled: false };
      const { id } = await network.createPort(bare);

      const [port] = await network.ports({ description });

      expect(port).toMatchObject({ id, securityEnabled: false, securityGroupIds: [], allowedAddressPairs: [] });
      await network.deletePort(id);
      await network.deleteNetwork(net.id);
    });

    it('stops a server, and does not mind when it is off', async () => {
      const { id } = await boot();

      await cloud.compute.stopServer(id);
      await cloud.compute.stopServer(id);
      const stopped = await settled(id, 'SHUTOFF');
      await cloud.compute.stopServer(id);

      expect(stopped.powerState).toBe('shutdown');
    });

    it('moves a running server to another host', async () => {
      const { id, host } = await boot();

      await cloud.compute.liveMigrate(id);
      expect(await cloud.compute.server(id)).toMatchObject({ status: 'MIGRATING', taskState: 'migrating' });
      const moved = await settled(id, 'ACTIVE');

      expect(moved.host).not.toBe(host);
      expect((await cloud.compute.serversOn(host)).map((each) => each.id)).not.toContain(id);
      expect((await cloud.compute.serversOn(moved.host)).map((each) => each.id)).toContain(id);
    });

    it('leaves a server where it is when no other host takes it', async () => {
      const { id, host } = await boot();
      const others = (await cloud.compute.services()).filter(
        (each) => each.binary === 'nova-compute' && each.host !== host,
      );
      for (const other of others) await cloud.compute.setService(other.id, { status: 'disabled', reason: key });
      try {
        expect(await serviceOn(others[0]?.host ?? '')).toMatchObject({ status: 'disabled', disabledReason: key });

        await cloud.compute.liveMigrate(id);

        expect((await settled(id, 'ACTIVE')).host).toBe(host);
      } finally {
        for (const other of others) await cloud.compute.setService(other.id, { status: 'enabled' });
      }
      expect(await serviceOn(others[0]?.host ?? '')).toMatchObject({ status: 'enabled' });
    });

    it('evacuates a server from a host that is said to be down, and from no other', async () => {
      const { id, host } = await boot();
      const service = await serviceOn(host);

      await expect(cloud.compute.evacuate(id)).rejects.toThrow(`Compute service of ${host} is still in use.`);
      await cloud.compute.setService(service.id, { forcedDown: true });
      try {
        expect(await serviceOn(host)).toMatchObject({ state: 'down', forcedDown: true, status: 'enabled' });
        await cloud.compute.evacuate(id);
        expect((await settled(id, 'ACTIVE')).host).not.toBe(host);

        // Not before it has taken away what it still has of the evacuated.
        const early = cloud.compute.setService(service.id, { forcedDown: false });
        await expect(early).rejects.toThrow(`Unable to force up host ${host}`);
      } finally {
        await subject.revive('nova');
        await serviceOn(host);
        await cloud.compute.setService(service.id, { forcedDown: false });
      }
      await until(async () => (await serviceOn(host)).state === 'up');
    });

    it('deletes a compute service when nothing is on it any more', async () => {
      const { id, host } = await boot();
      const service = await serviceOn(host);

      await expect(cloud.compute.deleteService(service.id)).rejects.toThrow(
        'Unable to delete compute service that is hosting instances.',
      );
      await cloud.compute.deleteServer(id);
      await until(async () => (await cloud.compute.server(id)) === undefined);
      expect(await cloud.compute.deleteService(service.id)).toBe(true);
      expect(await cloud.compute.deleteService(service.id)).toBe(false);
      expect((await cloud.compute.hypervisors()).map((each) => each.name)).not.toContain(host);

      await subject.revive('nova');
      expect((await serviceOn(host)).state).toBe('up');
    });

    it('deletes the agent of a host that is gone', async () => {
      const agentOn = async (host: string) => (await cloud.network.agents()).find((each) => each.host === host);
      const agent = await agentOn('compute3');
      expect(agent).toMatchObject({ binary: 'neutron-openvswitch-agent', alive: true });
      expect(await cloud.network.routersOn(agent?.id ?? '')).toEqual([]);

      expect(await cloud.network.deleteAgent(agent?.id ?? '')).toBe(true);
      expect(await cloud.network.deleteAgent(agent?.id ?? '')).toBe(false);
      expect(await agentOn('compute3')).toBeUndefined();
      await expect(cloud.network.routersOn(agent?.id ?? '')).rejects.toThrow(/could not be found/);

      await subject.revive('neutron');
      expect(await agentOn('compute3')).toMatchObject({ alive: true });
    });
  });
}
