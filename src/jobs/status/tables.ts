import { type Health, worstFirst } from '#domain/health.ts';
import type { Column, Row, Table } from '#domain/report.ts';
import { type Reading, rowsOf } from './reading.ts';

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

type Shape<T> = {
  readonly id: string;
  readonly title: string;
  readonly command: string;
  /** Title of a column, starting with `#` when it is a number; the one titled `Status` or `State` carries the mark. */
  readonly columns: readonly string[];
  cells(item: T): readonly string[];
  health(item: T): Health;
};

function tableOf<T>(layer: string, items: readonly T[], shape: Shape<T>): Table[] {
  if (items.length === 0) return [];
  const columns: Column[] = shape.columns.map((title) => ({
    title: title.replace('#', ''),
    align: title.startsWith('#') ? 'right' : 'left',
    mono: true,
  }));
  const rows: Row[] = items.map((item) => ({ health: shape.health(item), cells: shape.cells(item) }));
  const statusColumn = shape.columns.findIndex((title) => ['Status', 'State', 'Alive'].includes(title));
  return [
    {
      id: `${layer}/${shape.id}`,
      title: `${shape.title} of ${layer}`,
      command: shape.command,
      columns,
      ...(statusColumn < 0 ? {} : { statusColumn }),
      rows: worstFirst(rows),
    },
  ];
}

/** The tables of one layer, in the manner of the openstack command line; empty ones are left out. */
export function tablesOf(layer: string, reading: Reading): Table[] {
  const upIs = (state: string): Health => (state === 'up' ? 'ok' : 'failure');
  const yes = (flag: boolean) => (flag ? 'yes' : 'no');
  return [
    ...tableOf(layer, rowsOf(reading.servers), {
      ...{ id: 'servers', title: 'Servers', command: 'openstack server list' },
      columns: ['Name', 'Status', 'Networks', 'Flavor', 'ID'],
      cells: ({ name, status, networks, flavor, id }) => [name, status, networks, flavor ?? '', id.slice(0, 8)],
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
  ];
}
