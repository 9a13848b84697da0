import { z } from 'zod';
import type { Compute, NewServer } from '#domain/openstack.ts';
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
    async server(id) {
      const found = await nova.get(`reading server ${id}`, `/servers/${id}`, z.object({ server: ServerShape }));
      return found?.server;
    },
    async createServer(server) {
      const doing = `creating server "${server.name}"`;
      // The answer to a create holds little more than the id; the rest is what we asked for.
      const Made = z.object({ server: z.object({ id: z.string() }) });
      const { id } = (await nova.call({ doing, method: 'POST', path: '/servers', body: bodyOf(server) }, Made)).server;
      const { name, metadata } = server;
      return { id, name, status: 'BUILD', hostId: '', addresses: [], metadata, createdAt: '' };
    },
    deleteServer: (id) => nova.remove(`deleting server ${id}`, `/servers/${id}`),
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

function bodyOf(server: NewServer): unknown {
  const { name, imageId, flavorId, portIds, keyName, serverGroupId, metadata, userData } = server;
  return {
    server: {
      name,
      imageRef: imageId,
      flavorRef: flavorId,
      metadata,
      // Required since 2.37: without ports, say so.
      networks: portIds.length === 0 ? 'none' : portIds.map((port) => ({ port })),
      ...(keyName === undefined ? {} : { key_name: keyName }),
      ...(userData === undefined ? {} : { user_data: Buffer.from(userData).toString('base64') }),
    },
    ...(serverGroupId === undefined ? {} : { 'os:scheduler_hints': { group: serverGroupId } }),
  };
}
