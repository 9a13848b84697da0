import type { Health } from '#domain/health.ts';
import type { Table } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { rowsOf } from '../part.ts';
import { tableOf } from '../table.ts';
import { extraTables } from './extras.ts';
import type { Reading } from './reading.ts';

const SERVER_HEALTH: Readonly<Record<string, Health>> = {
  ACTIVE: 'ok',
  ERROR: 'failure',
  BUILD: 'running',
  MIGRATING: 'running',
  SHUTOFF: 'off',
  SHELVED_OFFLOADED: 'off',
  PAUSED: 'off',
  SUSPENDED: 'off',
  DELETED: 'off',
};

/** The tables of one layer, in the manner of the openstack command line; empty ones are left out. */
export function tablesOf(layer: Layer, reading: Reading): Table[] {
  const upIs = (state: string): Health => (state === 'up' ? 'ok' : 'failure');
  const yes = (flag: boolean) => (flag ? 'yes' : 'no');
  return [
    ...tableOf(layer, rowsOf(reading.servers), {
      ...{ id: 'servers', title: 'Servers', command: 'openstack server list' },
      columns: ['Name', 'Status', 'Networks', 'Flavor', 'ID'],
      cells: ({ name, status, addresses, flavor, id }) => [
        ...[name, status, addresses.map(({ network, ip }) => `${network}=${ip}`).join(', ')],
        ...[flavor ?? '', id.slice(0, 8)],
      ],
      health: ({ status }) => SERVER_HEALTH[status] ?? 'warning',
    }),
    ...tableOf(layer, rowsOf(reading.services), {
      ...{ id: 'services', title: 'Compute services', command: 'openstack compute service list' },
      columns: ['Binary', 'Host', 'Zone', 'Enabled', 'State'],
      cells: ({ binary, host, zone, status, state }) => [binary, host, zone, status, state],
      health: ({ status, state }) => (status === 'disabled' ? 'warning' : upIs(state)),
    }),
    ...tableOf(layer, rowsOf(reading.hypervisors), {
      ...{ id: 'hypervisors', title: 'Hypervisors', command: 'openstack hypervisor list' },
      columns: ['Name', 'Type', 'Host IP', 'State'],
      cells: ({ name, type, hostIp, state }) => [name, type, hostIp, state],
      health: ({ state }) => upIs(state),
    }),
    ...tableOf(layer, rowsOf(reading.agents), {
      ...{ id: 'agents', title: 'Network agents', command: 'openstack network agent list' },
      columns: ['Type', 'Host', 'Alive', 'Enabled'],
      cells: ({ type, host, alive, adminUp }) => [type, host, alive ? 'alive' : 'dead', yes(adminUp)],
      health: ({ alive, adminUp }) => (alive ? (adminUp ? 'ok' : 'warning') : 'failure'),
    }),
    ...tableOf(layer, rowsOf(reading.networks), {
      ...{ id: 'networks', title: 'Networks', command: 'openstack network list' },
      columns: ['Name', 'Status', '#MTU', 'Type', 'External'],
      cells: ({ name, status, mtuBytes, type, external }) => [
        name,
        status,
        String(mtuBytes),
        type ?? '',
        yes(external),
      ],
      health: ({ status }) => (status === 'ACTIVE' ? 'ok' : 'warning'),
    }),
    ...tableOf(layer, rowsOf(reading.volumes), {
      ...{ id: 'volumes', title: 'Volumes', command: 'openstack volume list' },
      columns: ['Name', 'Status', '#GiB', 'ID'],
      cells: ({ name, status, sizeGiB, id }) => [name, status, String(sizeGiB), id.slice(0, 8)],
      health: ({ status }) => (status.startsWith('error') ? 'failure' : status.endsWith('ing') ? 'running' : 'ok'),
    }),
    ...tableOf(layer, rowsOf(reading.quotas), {
      ...{ id: 'quotas', title: 'Quotas', command: 'openstack limits show --absolute' },
      columns: ['Resource', '#Used', '#Limit'],
      cells: ({ resource, used, limit }) => [resource, String(used), limit < 0 ? 'unlimited' : String(limit)],
      health: ({ used, limit }) => (limit > 0 && used / limit >= 0.9 ? 'warning' : 'ok'),
    }),
    ...tableOf(layer, rowsOf(reading.endpoints), {
      ...{ id: 'endpoints', title: 'Endpoints', command: 'openstack endpoint list' },
      columns: ['Service', 'Interface', 'Region', 'URL'],
      cells: ({ service, type, interface: side, region, url }) => [service || type, side, region, url],
      health: () => 'ok',
    }),
    ...extraTables(layer, reading),
  ];
}
