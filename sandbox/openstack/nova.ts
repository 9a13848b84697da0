import { createHash, randomUUID } from 'node:crypto';
import {
  admin,
  allows,
  type Call,
  check,
  faultBody,
  known,
  own,
  page,
  type Reply,
  reply,
  type Service,
} from './http.ts';
import { attach, build, consoleOf, detach, NOVAS_OWN, remove } from './life.ts';
import type { Host } from './options.ts';
import { makePort } from './ports.ts';
import { usageOf } from './scheduler.ts';
import { type KeyPair, owned, put, type Server, type ServerGroup, type Store, where } from './store.ts';

type NewServer = {
  readonly name: string;
  readonly imageRef: string;
  readonly flavorRef: string;
  readonly metadata?: Server['metadata'];
  readonly networks?: 'none' | readonly { readonly port?: string; readonly uuid?: string }[];
  readonly key_name?: string;
};

/** Servers and what they need. Metadata `testbed:delay`, `:fail`, `:abort` and `:console` steers them: see life.ts. */
export function nova(store: Store): Service {
  const { servers, flavors, keyPairs, serverGroups, hosts, ports, networks, quotas } = store;
  const serverOf = ({ params }: Call) => known(servers, 'Instance', params['id']);

  function addressesOf({ id }: Server): object {
    const byNetwork = where(ports, (port) => port.device_id === id).map((port) => {
      const floating = where(store.floatingIps, (each) => each.port_id === port.id);
      const addresses = [
        ...port.fixed_ips.map((ip) => ({ addr: ip.ip_address, 'OS-EXT-IPS:type': 'fixed', version: 4 })),
        ...floating.map((ip) => ({ addr: ip.floating_ip_address, 'OS-EXT-IPS:type': 'floating', version: 4 })),
      ];
      return [networks.get(port.network_id)?.name ?? '', addresses] as const;
    });
    return Object.fromEntries(byNetwork);
  }

  // From 2.47 on the flavor is embedded, without an id.
  function show({ minor }: Call, server: Server): object {
    const {
      flavor: { id: flavorId, name: original_name, ...size },
      host,
      project_id,
      fault,
      ...rest
    } = server;
    const { task, image, key, group: _group, activeAt: _activeAt, ...shown } = rest;
    return {
      ...{ ...shown, tenant_id: project_id, image: { id: image }, key_name: key, 'OS-EXT-STS:task_state': task },
      flavor: minor < 47 ? { id: flavorId } : { original_name, ...size, extra_specs: {} },
      hostId:
        host === ''
          ? ''
          : createHash('sha224')
              .update(project_id + host)
              .digest('hex'),
      addresses: addressesOf(server),
      ...(fault === undefined ? {} : { fault: { code: 500, message: fault, created: server.created } }),
    };
  }

  function list(call: Call): Reply {
    const { query, user } = call;
    const isAll = user.role === 'admin' && query.has('all_tenants');
    const name = new RegExp(query.get('name') ?? '', 'u');
    const found = (isAll ? where(servers) : own(call, servers)).filter((server) => name.test(server.name));
    // The newest first. The fault of one that no host took stands in another cell's database, and is left out.
    const shown = found.toReversed().map((server) => {
      const { fault, ...seen } = server;
      return show(call, server.host === '' ? seen : { ...seen, ...(fault === undefined ? {} : { fault }) });
    });
    return page(call, 'servers', shown);
  }

  function portsOf(call: Call, wanted: NewServer['networks'], server: string): string[] {
    check(wanted !== undefined || call.minor < 37, '400', "Invalid input: 'networks' is a required property");
    if (typeof wanted !== 'object') return [];
    return wanted.map(({ port: id = '', uuid }) => {
      const device = { device_id: server, device_owner: NOVAS_OWN };
      if (uuid !== undefined) return makePort(store, owned(call.user.project_id), { network_id: uuid, ...device }).id;
      const port = ports.get(id);
      check(port, '400', `Port id ${id} could not be found.`);
      check(port.device_id === '', '409', `Port ${id} is still in use.`);
      return Object.assign(port, { device_id: server, device_owner: 'compute:nova' }).id;
    });
  }

  function create(call: Call): Reply {
    const given: NewServer = call.body.server;
    const { name, imageRef: image, flavorRef, key_name: key = null, metadata = {} } = given;
    const { project_id } = call.user;
    const flavor = flavors.get(flavorRef);
    check(flavor, '400', `Flavor ${flavorRef} could not be found.`);
    check(store.images.has(image), '400', `Image ${image} could not be found.`);
    check(key === null || keyPairs.has(`${call.user.id}/${key}`), '400', 'Invalid key_name provided.');
    const used = usageOf(store, 'project_id', project_id);
    const wanted = [
      ['instances', 1, used.instances],
      ['cores', flavor.vcpus, used.vcpus],
      ['ram', flavor.ram, used.ram],
    ] as const;
    for (const [quota, more, taken] of wanted) {
      const text = `Requested ${more}, but already used ${taken} of ${quotas[quota]} ${quota}`;
      check(allows(store, quota, taken + more), '403', `Quota exceeded for ${quota}: ${text}`);
    }
    const id = randomUUID();
    portsOf(call, given.networks, id);
    const group: string = call.body['os:scheduler_hints']?.group ?? '';
    const state = { status: 'BUILD', task: 'scheduling', host: '', created: new Date().toISOString() };
    build(store, put(servers, { id, name, project_id, flavor, image, key, group, metadata, ...state }));
    return reply({ server: { id, links: [], 'OS-DCF:diskConfig': 'MANUAL' } }, 202);
  }

  function act(call: Call): Reply {
    const wish = call.body['os-getConsoleOutput'];
    check(wish !== undefined, '400', `There is no such action: ${Object.keys(call.body).join()}`);
    return reply({
      output: consoleOf(store, serverOf(call))
        .split('\n')
        .slice(-(wish?.length ?? 0))
        .join('\n'),
    });
  }

  const keyPairOf = ({ params, user }: Call) => known(keyPairs, 'Keypair', `${user.id}/${params['name']}`);
  const pairView = ({ name, public_key, fingerprint }: KeyPair) => ({ name, public_key, fingerprint, type: 'ssh' });

  function importKeyPair({ body, user }: Call): Reply {
    const { name, public_key }: Pick<KeyPair, 'name' | 'public_key'> = body.keypair;
    const id = `${user.id}/${name}`;
    check(!keyPairs.has(id), '409', `Key pair '${name}' already exists.`);
    const blob = Buffer.from(public_key.split(' ')[1] ?? '', 'base64');
    check(blob.length > 0, '400', 'Keypair data is invalid: failed to generate fingerprint');
    const fingerprint = createHash('md5')
      .update(blob)
      .digest('hex')
      .replaceAll(/..(?=.)/g, '$&:');
    const pair = put(keyPairs, { id, name, project_id: user.project_id, public_key, fingerprint });
    return reply({ keypair: pairView(pair) }, 201);
  }

  function createGroup(call: Call): Reply {
    const { name, policy }: ServerGroup = call.body.server_group;
    const isFree = allows(store, 'server_groups', own(call, serverGroups).length + 1);
    check(isFree, '403', 'Quota exceeded, too many server groups.');
    const { project_id } = call.user;
    return reply({ server_group: put(serverGroups, { id: randomUUID(), name, policy, project_id }) });
  }

  function services(): Reply {
    const of = (binary: string, zone: string, { id, name: host, up, disabled }: Host) => ({
      ...{ id, binary, host, zone, state: up ? 'up' : 'down', updated_at: new Date().toISOString() },
      ...{ status: disabled === undefined ? 'enabled' : 'disabled', disabled_reason: disabled ?? null },
    });
    const control = { id: '', name: 'control1', up: true, vcpus: 0, ram: 0, disk: 0 };
    const central = ['nova-conductor', 'nova-scheduler'].map((id) => of(id, 'internal', { ...control, id }));
    return reply({ services: [...central, ...where(hosts).map((host) => of('nova-compute', 'nova', host))] });
  }

  function hypervisors(call: Call): Reply {
    const all = where(hosts).map(({ id, name, up, disabled }, index) => ({
      ...{ id, hypervisor_hostname: name, hypervisor_type: 'QEMU', host_ip: `192.0.2.${index + 10}` },
      ...{ state: up ? 'up' : 'down', status: disabled === undefined ? 'enabled' : 'disabled' },
    }));
    return page(call, 'hypervisors', all);
  }

  function limits(call: Call): Reply {
    const { instances, vcpus, ram } = usageOf(store, 'project_id', call.user.project_id);
    const absolute = {
      ...{ totalInstancesUsed: instances, totalCoresUsed: vcpus, totalRAMUsed: ram },
      totalServerGroupsUsed: own(call, serverGroups).length,
      ...{ maxTotalInstances: quotas['instances'], maxTotalCores: quotas['cores'], maxTotalRAMSize: quotas['ram'] },
      maxServerGroups: quotas['server_groups'],
    };
    return reply({ limits: { rate: [], absolute } });
  }

  return {
    name: 'nova',
    version: 'v2.1',
    microversion: { name: 'compute', newest: '2.93' },
    errorBody: faultBody,
    routes: {
      'GET /servers/detail': list,
      'POST /servers': create,
      'GET /servers/{id}': (call) => reply({ server: show(call, serverOf(call)) }),
      'DELETE /servers/{id}': (call) => reply(remove(store, serverOf(call)), 204),
      'POST /servers/{id}/action': act,
      'POST /servers/{id}/os-volume_attachments': (call) => {
        const { volumeId }: { volumeId: string } = call.body.volumeAttachment;
        return reply({ volumeAttachment: { volumeId, device: attach(store, serverOf(call), volumeId) } });
      },
      'DELETE /servers/{id}/os-volume_attachments/{volume}': (call) =>
        reply(detach(store, serverOf(call), call.params['volume'] ?? ''), 202),
      'GET /flavors/detail': (call) => page(call, 'flavors', where(flavors)),
      'GET /os-keypairs': (call) =>
        page(
          call,
          'keypairs',
          own(call, keyPairs).map((pair) => ({ id: pair.name, keypair: pairView(pair) })),
        ),
      'POST /os-keypairs': importKeyPair,
      'GET /os-keypairs/{name}': (call) => reply({ keypair: pairView(keyPairOf(call)) }),
      'DELETE /os-keypairs/{name}': (call) => reply(void keyPairs.delete(keyPairOf(call).id), 204),
      'GET /os-server-groups': (call) => page(call, 'server_groups', own(call, serverGroups)),
      'POST /os-server-groups': createGroup,
      'DELETE /os-server-groups/{id}': ({ params }) =>
        reply(void serverGroups.delete(known(serverGroups, 'Instance group', params['id']).id), 204),
      'GET /os-services': admin('os_compute_api:os-services:list', services),
      'GET /os-hypervisors/detail': admin('os_compute_api:os-hypervisors:list-detail', hypervisors),
      'GET /limits': limits,
    },
  };
}
