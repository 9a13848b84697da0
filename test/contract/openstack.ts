import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCloud } from '#adapters/openstack/cloud.ts';
import { readCloud } from '#adapters/openstack/clouds.ts';
import { InputError, RemoteError } from '#domain/errors.ts';
import type { OpenStack } from '#domain/openstack.ts';
import { sshKeyPair } from '#domain/ssh-key.ts';
import { until } from './until.ts';

/** What the suite needs: a cloud with an image, a flavor and an external network, and an entry of clouds.yaml. */
export type Subject = {
  readonly file: string;
  readonly cloud: string;
  /** Starts all compute services or agents again; those that were deleted are there again. */
  revive(service: 'nova' | 'neutron'): Promise<void>;
  stop?(): Promise<void>;
};

const forever = new AbortController().signal;

/** The adapter's promises, held against whatever answers: the simulator and a real OpenStack alike. */
export function openstackContract(name: string, open: () => Promise<Subject>): void {
  describe(`OpenStack adapter on ${name}`, () => {
    let subject: Subject;
    let cloud: OpenStack;
    const key = `contract-${randomBytes(3).toString('hex')}`;
    const description = `strata:${key}/thing`;
    beforeAll(async () => {
      subject = await open();
      cloud = openCloud(readCloud(subject.cloud, subject.file)).bind(forever);
    });
    afterAll(async () => subject.stop?.());

    it('logs in and reads the catalogue', async () => {
      const login = await cloud.identity.authenticate();

      expect(Date.parse(login.expiresAt)).toBeGreaterThan(Date.now());
      expect(login.project).not.toBe('');
      const endpoints = await cloud.identity.endpoints();
      expect(endpoints.map((endpoint) => endpoint.type)).toEqual(
        expect.arrayContaining(['identity', 'compute', 'network', 'image']),
      );
      expect(await cloud.identity.has('volume')).toBe(true);
    });

    it('derives the same secret for the same label, another for another', () => {
      expect(cloud.identity.deriveSecret('a')).toEqual(cloud.identity.deriveSecret('a'));
      expect(cloud.identity.deriveSecret('a')).not.toEqual(cloud.identity.deriveSecret('b'));
      expect(cloud.identity.deriveSecret('a')).toHaveLength(32);
    });

    it('refuses a wrong password and a wrong region in words', async () => {
      const config = readCloud(subject.cloud, subject.file);
      const wrong = openCloud({ ...config, auth: { ...config.auth, password: 'wrong' } }).bind(forever);
      await expect(wrong.compute.servers()).rejects.toThrow(
        /logging in to cloud ".*": the password of user ".*" was refused \(401\)|the password/,
      );

      const elsewhere = openCloud({ ...config, region: 'Atlantis' }).bind(forever);
      const error: unknown = await elsewhere.compute.servers().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).message).toContain('no region "Atlantis"');
      expect((error as InputError).advice).toContain(config.region ?? 'RegionOne');
    });

    it('reads what an operator looks at first', async () => {
      const [services, hypervisors, flavors, images, networks, quotas] = await Promise.all([
        cloud.compute.services(),
        cloud.compute.hypervisors(),
        cloud.compute.flavors(),
        cloud.image.images(),
        cloud.network.networks(),
        Promise.all([cloud.compute.quotas(), cloud.network.quotas(), cloud.volume.quotas()]),
      ]);

      expect(services.map((service) => service.binary)).toContain('nova-compute');
      expect(hypervisors.every((hypervisor) => hypervisor.state === 'up')).toBe(true);
      expect(flavors.find((flavor) => flavor.name === 'm1.tiny')).toMatchObject({ vcpus: 1, ramMiB: 512, diskGiB: 1 });
      expect(images.find((image) => image.name === 'cirros')).toMatchObject({ status: 'active' });
      expect(networks.find((network) => network.external)).toMatchObject({ name: 'public', mtuBytes: 1500 });
      for (const list of quotas) expect(list.length).toBeGreaterThan(2);
      await expect(cloud.network.agents()).resolves.toBeInstanceOf(Array);
      expect((await cloud.volume.services()).length).toBeGreaterThan(0);
      const [provider] = await cloud.placement.capacity();
      expect(provider?.resources['VCPU']?.total).toBeGreaterThan(0);
    });

    it('answers undefined and false for what is not there', async () => {
      const nobody = '00000000-0000-4000-8000-000000000000';

      expect(await cloud.compute.server(nobody)).toBeUndefined();
      expect(await cloud.compute.deleteServer(nobody)).toBe(false);
      expect(await cloud.network.network(nobody)).toBeUndefined();
      expect(await cloud.network.deleteRouter(nobody)).toBe(false);
      expect(await cloud.volume.volume(nobody)).toBeUndefined();
      expect(await cloud.volume.deleteVolume(nobody)).toBe(false);
      expect(await cloud.compute.keyPair('nobody')).toBeUndefined();
      expect(await cloud.compute.deleteKeyPair('nobody')).toBe(false);
    });

    it.each(['plain', 'a.b*c', 'it\'s "quoted"', '$(reboot)', '<b>&amp;', '^x$|y', 'naïve-雲'])(
      'finds a server by the name %s exactly and never by a pattern',
      async (tail) => {
        const flavor = (await cloud.compute.flavors()).find((each) => each.name === 'm1.tiny');
        const image = (await cloud.image.images({ name: 'cirros' }))[0];
        const wanted = { imageId: image?.id ?? '', flavorId: flavor?.id ?? '', portIds: [], metadata: { strata: key } };
        const made = await cloud.compute.createServer({ ...wanted, name: `${key} ${tail}` });
        try {
          expect((await cloud.compute.servers({ name: `${key} ${tail}` })).map((server) => server.id)).toEqual([
            made.id,
          ]);
          expect(await cloud.compute.servers({ name: `${key} .*` })).toEqual([]);
          expect(await cloud.compute.server(made.id)).toMatchObject({
            name: `${key} ${tail}`,
            metadata: { strata: key },
          });
        } finally {
          await cloud.compute.deleteServer(made.id);
          await until(async () => (await cloud.compute.server(made.id)) === undefined);
        }
      },
    );

    it('boots a server on a network of its own with floating IP and volume, and takes all of it away again', async () => {
      const { compute, network, volume } = cloud;
      const external = (await network.networks()).find((each) => each.external);
      const flavor = (await compute.flavors()).find((each) => each.name === 'm1.tiny');
      const image = (await cloud.image.images({ name: 'cirros' }))[0];
      const net = await network.createNetwork({ name: key, description });
      expect(net.mtuBytes).toBe(1450);
      const subnet = await network.createSubnet({ name: key, description, networkId: net.id, cidr: '10.77.0.0/24' });
      const router = await network.createRouter({ name: key, description, externalNetworkId: external?.id ?? '' });
      expect(router.externalNetworkId).toBe(external?.id);
      await network.addRouterInterface(router.id, subnet.id);
      await expect(network.agentsOf(router.id)).resolves.toBeInstanceOf(Array);
      await network.addRouterInterface(router.id, subnet.id);
      const group = await network.createSecurityGroup({ name: key, description });
      await network.allow({ securityGroupId: group.id, direction: 'ingress', protocol: 'tcp', port: 22 });
      await network.allow({ securityGroupId: group.id, direction: 'ingress', protocol: 'tcp', port: 22 });
      const pair = await compute.importKeyPair(key, sshKeyPair(new Uint8Array(32).fill(7)).publicKey);
      expect(await compute.keyPair(key)).toEqual(pair);
      const servers = await compute.createServerGroup(key, 'soft-anti-affinity');
      const port = await network.createPort({
        name: key,
        description,
        networkId: net.id,
        securityGroupIds: [group.id],
      });
      expect((await network.ports({ description })).map((each) => each.id)).toEqual([port.id]);
      const server = await compute.createServer({
        name: key,
        imageId: image?.id ?? '',
        flavorId: flavor?.id ?? '',
        portIds: [port.id],
        keyName: key,
        serverGroupId: servers.id,
        metadata: { strata: key },
      });
      await until(async () => (await compute.server(server.id))?.status === 'ACTIVE');
      const floating = await network.createFloatingIp({ networkId: external?.id ?? '', portId: port.id, description });
      expect((await network.floatingIps({ description })).map((each) => each.id)).toEqual([floating.id]);
      expect((await network.floatingIps({ portId: port.id })).map((each) => each.id)).toEqual([floating.id]);
      expect(await network.floatingIp(floating.id)).toMatchObject({ address: floating.address, portId: port.id });
      expect(await network.port(port.id)).toMatchObject({ name: key, deviceId: server.id });
      const disk = await volume.createVolume({ name: key, sizeGiB: 1, metadata: { strata: key } });
      await until(async () => (await volume.volume(disk.id))?.status === 'available');
      await compute.attachVolume(server.id, disk.id);
      const attached = await until(async () => {
        const now = await volume.volume(disk.id);
        return now?.status === 'in-use' && now;
      });
      expect(attached.attachedTo[0]?.serverId).toBe(server.id);
      await expect(network.deleteNetwork(net.id)).rejects.toThrow(RemoteError);

      expect(await compute.detachVolume(server.id, disk.id)).toBe(true);
      await until(async () => (await volume.volume(disk.id))?.status === 'available');
      expect(await volume.deleteVolume(disk.id)).toBe(true);
      expect(await network.deleteFloatingIp(floating.id)).toBe(true);
      expect(await network.floatingIp(floating.id)).toBeUndefined();
      expect(await compute.deleteServer(server.id)).toBe(true);
      await until(async () => (await compute.server(server.id)) === undefined);
      expect(await network.deletePort(port.id)).toBe(true);
      expect(await compute.deleteServerGroup(servers.id)).toBe(true);
      expect(await compute.deleteKeyPair(key)).toBe(true);
      expect(await network.deleteSecurityGroup(group.id)).toBe(true);
      await network.removeRouterInterface(router.id, subnet.id);
      await network.removeRouterInterface(router.id, subnet.id);
      expect(await network.deleteRouter(router.id)).toBe(true);
      expect(await network.deleteSubnet(subnet.id)).toBe(true);
      expect(await network.deleteNetwork(net.id)).toBe(true);
      await until(async () => (await volume.volume(disk.id)) === undefined);
    });

    it('tells the fault of a server that could not be built, by its id', async () => {
      const flavor = (await cloud.compute.flavors()).find((each) => each.name === 'm1.tiny');
      const image = (await cloud.image.images({ name: 'cirros' }))[0];
      const metadata = { 'testbed:abort': 'the disk is on fire' };
      const wanted = { imageId: image?.id ?? '', flavorId: flavor?.id ?? '', portIds: [], metadata };
      const made = await cloud.compute.createServer({ ...wanted, name: `${key}-burning` });
      try {
        const server = await until(async () => {
          const now = await cloud.compute.server(made.id);
          return now?.status === 'ERROR' && now;
        });
        expect(server.fault?.message).toContain('the disk is on fire');
      } finally {
        await cloud.compute.deleteServer(made.id);
        await until(async () => (await cloud.compute.server(made.id)) === undefined);
      }
    });

    it('stops at once when its caller stops', async () => {
      const stop = new AbortController();
      const bound = openCloud(readCloud(subject.cloud, subject.file)).bind(stop.signal);
      stop.abort(new Error('enough'));

      await expect(bound.compute.servers()).rejects.toThrow('enough');
    });
  });
}
