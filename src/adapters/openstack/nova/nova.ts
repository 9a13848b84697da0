import { z } from 'zod';
import type { Compute, NewServer, ServiceChange } from '#domain/openstack.ts';
import { isStatus, openClient } from '../client.ts';
import type { Session } from '../session.ts';
import {
  FlavorShape,
  HypervisorShape,
  KeyPairShape,
  LimitsShape,
  ServerGroupShape,
  ServerShape,
  ServiceShape,
} from './shapes.ts';

const SETTINGS = { type: 'compute', microversion: { name: 'compute', newest: '2.100' } } as const;
const QUOTAS = [
  ['instances', 'totalInstancesUsed', 'maxTotalInstances'],
  ['cores', 'totalCoresUsed', 'maxTotalCores'],
  ['ram (MiB)', 'totalRAMUsed', 'maxTotalRAMSize'],
  ['server groups', 'totalServerGroupsUsed', 'maxServerGroups'],
] as const;

/** Nova. Its server name filter is a regular expression, so names are escaped and compared exactly. */
export function openNova(session: Session, signal: AbortSignal): Compute {
  const nova = openClient(session, SETTINGS, signal);
  const on = `cloud "${session.config.name}"`;
  const act = async (doing: string, id: string, body: unknown): Promise<void> =>
    void (await nova.send({ doing: `${doing} server ${id}`, method: 'POST', path: `/servers/${id}/action`, body }));

  return {
    async servers(by = {}) {
      const query = by.name === undefined ? '' : `?name=${encodeURIComponent(`^${escaped(by.name)}$`)}`;
      const all = await nova.list(
        `listing servers of ${on}`,
        { path: `/servers/detail${query}`, key: 'servers' },
        ServerShape,
      );
      return by.name === undefined ? all : all.filter((server) => server.name === by.name);
    },
    serversOn: (host) => {
      const path = `/servers/detail?all_tenants=1&host=${encodeURIComponent(host)}`;
      return nova.list(`listing servers on host "${host}" of ${on}`, { path, key: 'servers' }, ServerShape);
    },
    async server(id) {
      const found = await nova.get(`reading server ${id}`, `/servers/${id}`, z.object({ server: ServerShape }));
      return found?.server;
    },
    async createServer(server) {
      const doing = `creating server "${server.name}"`;
      // The answer to a create holds little more than the id; the rest is what we asked for.
      const Made = z.object({ server: z.object({ id: z.string() }) });
      const { id } = (await nova.call({ doing, method: 'POST', path: '/servers', body: bodyOf(server) }, Made)).server;
      const { name, metadata, imageId, keyName, availabilityZone } = server;
      const known = { id, name, metadata, imageId, keyName, availabilityZone };
      return { ...known, status: 'BUILD', powerState: 'none', hostId: '', addresses: [], volumes: [], createdAt: '' };
    },
    deleteServer: (id) => nova.remove(`deleting server ${id}`, `/servers/${id}`),
    async stopServer(id) {
      try {
        await act('stopping', id, { 'os-stop': null });
      } catch (error) {
        // "Cannot 'stop' instance X while it is in vm_state stopped", or "in task_state powering-off".
        if (!isStatus(error, 409) || !/vm_state stopped|task_state powering-off/.test(String(error))) throw error;
      }
    },
    liveMigrate: (id) => act('live-migrating', id, { 'os-migrateLive': { host: null, block_migration: 'auto' } }),
    evacuate: (id) => act('evacuating', id, { evacuate: {} }),
    async consoleOutput(id, lines) {
      const body = { 'os-getConsoleOutput': { length: lines } };
      const request = {
        doing: `reading the console of server ${id}`,
        method: 'POST',
        path: `/servers/${id}/action`,
        body,
      } as const;
      return (await nova.call(request, z.object({ output: z.string().nullish() }))).output ?? '';
    },
    flavors: () => nova.list(`listing flavors of ${on}`, { path: '/flavors/detail', key: 'flavors' }, FlavorShape),
    keyPair: (name) => nova.get(`reading key pair "${name}"`, `/os-keypairs/${encodeURIComponent(name)}`, KeyPairShape),
    keyPairs: () => nova.list(`listing key pairs of ${on}`, { path: '/os-keypairs', key: 'keypairs' }, KeyPairShape),
    importKeyPair: (name, publicKey) => {
      const body = { keypair: { name, type: 'ssh', public_key: publicKey } };
      return nova.call(
        { doing: `importing key pair "${name}"`, method: 'POST', path: '/os-keypairs', body },
        KeyPairShape,
      );
    },
    deleteKeyPair: (name) => nova.remove(`deleting key pair "${name}"`, `/os-keypairs/${encodeURIComponent(name)}`),
    serverGroups: () =>
      nova.list(
        `listing server groups of ${on}`,
        { path: '/os-server-groups', key: 'server_groups' },
        ServerGroupShape,
      ),
    async createServerGroup(name, policy) {
      // `policy` since 2.64; every cloud since Rocky has it.
      const body = { server_group: { name, policy } };
      const request = {
        doing: `creating server group "${name}"`,
        method: 'POST',
        path: '/os-server-groups',
        body,
      } as const;
      return (await nova.call(request, z.object({ server_group: ServerGroupShape }))).server_group;
    },
    deleteServerGroup: (id) => nova.remove(`deleting server group ${id}`, `/os-server-groups/${id}`),
    async attachVolume(serverId, volumeId) {
      const doing = `attaching volume ${volumeId} to server ${serverId}`;
      const body = { volumeAttachment: { volumeId } };
      const path = `/servers/${serverId}/os-volume_attachments`;
      const Attachment = z.object({ volumeAttachment: z.object({ device: z.string().nullish() }) });
      return {
        device: (await nova.call({ doing, method: 'POST', path, body }, Attachment)).volumeAttachment.device ?? '',
      };
    },
    async detachVolume(serverId, volumeId) {
      try {
        const doing = `detaching volume ${volumeId} from server ${serverId}`;
        return await nova.remove(doing, `/servers/${serverId}/os-volume_attachments/${volumeId}`);
      } catch (error) {
        // 409 and 400: on its way out already. Whoever waits for it looks at the volume.
        if (isStatus(error, 400, 409)) return true;
        throw error;
      }
    },
    services: () =>
      nova.list(`listing compute services of ${on}`, { path: '/os-services', key: 'services' }, ServiceShape),
    async setService(id, change) {
      const doing = `setting compute service ${id} of ${on} ${changeIn(change)}`;
      await nova.send({ doing, method: 'PUT', path: `/os-services/${id}`, body: bodyOfService(change) });
    },
    deleteService: (id) => nova.remove(`deleting compute service ${id} of ${on}`, `/os-services/${id}`),
    hypervisors: () =>
      nova.list(
        `listing hypervisors of ${on}`,
        { path: '/os-hypervisors/detail', key: 'hypervisors' },
        HypervisorShape,
      ),
    async quotas() {
      const { limits } = await nova.call({ doing: `reading compute quotas of ${on}`, path: '/limits' }, LimitsShape);
      return QUOTAS.flatMap(([resource, used, limit]) => {
        const max = limits.absolute[limit];
        return max === undefined ? [] : [{ resource, used: limits.absolute[used] ?? 0, limit: max }];
      });
    },
  };
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function changeIn(change: ServiceChange): string {
  if ('status' in change) return change.status;
  return change.forcedDown ? 'down' : 'no longer down';
}

function bodyOfService(change: ServiceChange): unknown {
  if ('forcedDown' in change) return { forced_down: change.forcedDown };
  return change.status === 'enabled' ? change : { status: change.status, disabled_reason: change.reason };
}

function bodyOf(server: NewServer): unknown {
  const { name, imageId, flavorId, portIds, keyName, serverGroupId, availabilityZone, metadata, userData } = server;
  return {
    server: {
      name,
      imageRef: imageId,
      flavorRef: flavorId,
      metadata,
      // Required since 2.37: without ports, say so.
      networks: portIds.length === 0 ? 'none' : portIds.map((port) => ({ port })),
      ...(keyName === undefined ? {} : { key_name: keyName }),
      ...(availabilityZone === undefined ? {} : { availability_zone: availabilityZone }),
      ...(userData === undefined ? {} : { user_data: Buffer.from(userData).toString('base64') }),
    },
    ...(serverGroupId === undefined ? {} : { 'os:scheduler_hints': { group: serverGroupId } }),
  };
}
