import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openstack, openstackDo, type Row } from './openstack.ts';
import { cloudLayer, installStrata, metalLayer, type Strata } from './strata.ts';

type Table = {
  readonly id: string;
  readonly columns: readonly { readonly title: string }[];
  readonly rows: readonly { readonly health: string; readonly cells: readonly string[] }[];
};
type Json = {
  readonly outcome: string;
  readonly report: {
    readonly health: string;
    readonly tables: readonly Table[];
    readonly troubles: readonly { readonly layer: string; readonly what: string; readonly cause?: string }[];
    readonly layers: readonly { readonly layer: string; readonly health: string; readonly summary: string }[];
  };
};

describe('cloud-status of two real OpenStacks', () => {
  let strata: Strata;
  let status: Json;
  let code: number | null;

  beforeAll(async () => {
    const server = [
      '--os-compute-api-version',
      '2.37',
      'server',
      'create',
      '--flavor',
      'm1.tiny',
      '--image',
      'cirros',
      '--nic',
      'none',
    ];
    await Promise.all([
      openstackDo('cloud', 'network', 'create', '--mtu', '1400', 'small <b>&_net_'),
      openstackDo('cloud', 'volume', 'create', '--size', '2', 'data'),
      openstackDo('cloud', ...server, '--wait', 'well'),
      openstackDo('cloud', ...server, '--property', 'testbed:abort=disk image is not readable', '--wait', 'ill').catch(
        () => undefined,
      ),
    ]);
    strata = await installStrata({ database: 4, layers: [metalLayer(), cloudLayer()] });
    await strata.start('worker');
    const ended = await strata.run('run', 'cloud-status', 'lab', '--json');
    code = ended.code;
    status = JSON.parse(ended.stdout) as Json;
  });
  afterAll(async () => {
    await strata.close();
    await Promise.all([
      openstackDo('cloud', 'server', 'delete', '--wait', 'well', 'ill'),
      openstackDo('cloud', 'network', 'delete', 'small <b>&_net_'),
      openstackDo('cloud', 'volume', 'delete', 'data'),
    ]);
  });

  /** Some columns of a table, sorted. */
  function cells(table: string, ...titles: readonly string[]): readonly string[] {
    const found = status.report.tables.find(({ id }) => id === table);
    if (!found) return [];
    const indexes = titles.map((title) => found.columns.findIndex((column) => column.title === title));
    return found.rows.map((row) => indexes.map((index) => row.cells[index]).join(' | ')).toSorted();
  }

  function those(rows: readonly Row[], ...keys: readonly string[]): readonly string[] {
    return rows.map((row) => keys.map((key) => String(row[key])).join(' | ')).toSorted();
  }

  it.each(['metal', 'cloud'] as const)('shows of %s what the openstack command line shows', async (cloud) => {
    const [servers, services, hypervisors, networks, volumes] = await Promise.all([
      openstack(cloud, 'server', 'list', '--all-projects'),
      openstack(cloud, 'compute', 'service', 'list'),
      openstack(cloud, 'hypervisor', 'list'),
      openstack(cloud, 'network', 'list', '--long'),
      openstack(cloud, 'volume', 'list', '--all-projects'),
    ]);
    const mtus = await Promise.all(
      networks.map(async ({ ID }) => (await openstack(cloud, 'network', 'show', String(ID)))[0] ?? {}),
    );

    expect(cells(`${cloud}/servers`, 'Name', 'Status')).toEqual(those(servers, 'Name', 'Status'));
    expect(cells(`${cloud}/services`, 'Binary', 'Host', 'Zone', 'Enabled', 'State')).toEqual(
      those(services, 'Binary', 'Host', 'Zone', 'Status', 'State'),
    );
    expect(cells(`${cloud}/hypervisors`, 'Name', 'Type', 'State')).toEqual(
      those(hypervisors, 'Hypervisor Hostname', 'Hypervisor Type', 'State'),
    );
    expect(cells(`${cloud}/networks`, 'Name', 'Status', 'MTU')).toEqual(those(mtus, 'name', 'status', 'mtu'));
    expect(cells(`${cloud}/volumes`, 'Name', 'Status', 'GiB')).toEqual(those(volumes, 'Name', 'Status', 'Size'));
  });

  it('puts the broken server first, with the fault that the cloud tells only by id', () => {
    expect({ code, outcome: status.outcome }).toEqual({ code: 3, outcome: 'degraded' });
    expect(status.report.troubles[0]).toMatchObject({
      layer: 'cloud',
      what: 'server ill is ERROR',
      cause: expect.stringContaining('disk image is not readable'),
    });
    expect(status.report.tables.find(({ id }) => id === 'cloud/servers')?.rows[0]).toMatchObject({ health: 'failure' });
    expect(status.report.layers.map(({ layer, health, summary }) => [layer, health, summary])).toEqual([
      ['metal', 'ok', 'no servers'],
      ['cloud', 'failure', '1 of 2 servers active'],
    ]);
  });
});

describe('a cloud that cannot be read', () => {
  it('is a failure that names what is missing, and the other layer is still shown', async () => {
    const strata = await installStrata({ database: 5, layers: [metalLayer(), cloudLayer({ cloud: 'nowhere' })] });
    try {
      await strata.start('worker');

      const { code, stdout } = await strata.run('run', 'cloud-status', 'lab', '--json');

      const { report } = JSON.parse(stdout) as Json;
      expect(code).toBe(3);
      expect(report.layers.map(({ layer, health }) => [layer, health])).toEqual([
        ['metal', 'ok'],
        ['cloud', 'failure'],
      ]);
      expect(report.troubles[0]).toMatchObject({
        layer: 'cloud',
        cause: expect.stringContaining('no cloud "nowhere"'),
      });
    } finally {
      await strata.close();
    }
  });
});
