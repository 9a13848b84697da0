import { createHash, randomUUID } from 'node:crypto';
import { allows, type Call, check, known, own, page, type Reply, reply, type Routes } from './http.ts';
import { act } from './actions.ts';
import { attach, build, detach, isUp, remove, usageOf } from './life.ts';
import { put, type Store, type Thing, where } from './store.ts';

const POWER: Readonly<Record<string, number>> = { ACTIVE: 1, MIGRATING: 1, SHUTOFF: 4 };

/** Servers and what they need. Metadata `testbed:delay`, `:fail`, `:abort` and `:console` steers them: see life.ts. */
export function nova(store: Store): Routes {
  const { servers, flavors, keyPairs, serverGroups, hosts, ports, quotas } = store;
  const serverOf = ({ id }: Call) => known(servers, 'Instance', id);

  function addressesOf({ id }: Thing): object {
    const byNetwork = where(ports, (port) => port.device_id === id).map((port) => {
      const fixed = port.fixed_ips.map((ip: Thing) => ({ addr: ip.ip_address, 'OS-EXT-IPS:type': 'fixed' }));
      const floating = where(store.floatingips, (each) => each.port_id === port.id);
      const outside = floating.map((ip) => ({ addr: ip.floating_ip_address, 'OS-EXT-IPS:type': 'floating' }));
      return [store.networks.get(port.network_id)?.name, [...fixed, ...outside]];
    });
    return Object.fromEntries(byNetwork);
  }

  function volumesOf({ id }: Thing): object[] {
    const attached = where(store.volumes, (volume) => volume.attachments[0]?.server_id === id);
    return attached.map((volume) => ({ id: volume.id, delete_on_termination: false }));
  }

  function show({ minor, user }: Call, server: Thing): Thing {
    const { flavor, host, project_id: project } = server;
    const hash = createHash('sha224').update(`${project} ${host}`);
    const state = { 'OS-EXT-STS:task_state': server.task, 'OS-EXT-STS:power_state': POWER[server.status] ?? 0 };
    const place = user.role === 'admin' ? { 'OS-EXT-SRV-ATTR:host': host === '' ? null : host } : {};
    const rest = {
      ...{ ...state, ...place, addresses: addressesOf(server), tenant_id: project },
      ...{ 'OS-EXT-AZ:availability_zone': 'nova', 'os-extended-volumes:volumes_attached': volumesOf(server) },
    };
    // From 2.47 on the flavor is embedded, without an id.
    const embedded = minor < 47 ? { id: flavor.id } : { ...flavor, original_name: flavor.name, id: undefined };
    return { ...server, ...rest, flavor: embedded, hostId: host === '' ? '' : hash.digest('hex') };
  }

  function list(call: Call): Reply {
    const { query, user } = call;
    const name = new RegExp(query.get('name') ?? '', 'u');
    // What only an administrator may ask for is left out for everybody else.
    const isAdmin = user.role === 'admin';
    const host = isAdmin ? query.get('host') : null;
    const all = isAdmin && query.get('all_tenants') === '1' ? where(servers) : own(call, servers, null);
    const found = all.filter((server) => name.test(server.name) && (host ?? server.host) === server.host);
    // The newest first. The fault of one that no host took stands in another cell's database, and is left out.
    const seen = found.toReversed().map((server) => (server.host === '' ? { ...server, fault: undefined } : server));
    const shown = seen.map((server) => show(call, server));
    return page(call, 'servers', shown);
  }

  function checkQuota({ user }: Call, flavor: Thing): void {
    const used = usageOf(store, 'project_id', user.project_id);
    const wanted = { instances: used.instances + 1, cores: used.vcpus + flavor.vcpus, ram: used.ram + flavor.ram };
    for (const [name, sum] of Object.entries(wanted))
      check(allows(store, name, sum), `403: Quota exceeded for ${name}: would use ${sum} of ${quotas[name]} ${name}`);
  }

  function create(call: Call): Reply {
    const { name, imageRef, flavorRef, networks, key_name = null, metadata = {} } = call.body.server;
    const flavor = flavors.get(flavorRef);
    check(flavor, `400: Flavor ${flavorRef} could not be found.`);
    check(store.images.has(imageRef), `400: Image ${imageRef} could not be found.`);
    check(key_name === null || keyPairs.has(`${call.user.id}/${key_name}`), '400: Invalid key_name provided.');
    check(networks !== undefined || call.minor < 37, "400: Invalid input: 'networks' is a required property");
    checkQuota(call, flavor);
    const wanted: Thing[] = Array.isArray(networks) ? networks.map(({ port }) => known(ports, 'Port', port)) : [];
    for (const port of wanted) check(port.device_id === '', `409: Port ${port.id} is still in use.`);
    const id = randomUUID();
    for (const port of wanted) Object.assign(port, { device_id: id, device_owner: 'compute:nova' });
    const group = call.body['os:scheduler_hints']?.group;
    const state = { status: 'BUILD', task: 'scheduling', host: '', created: new Date().toISOString() };
    const given = { name, project_id: call.user.project_id, flavor, image: { id: imageRef }, key_name, metadata };
    build(store, put(servers, { id, ...given, group, ...state }));
    return reply({ server: { id, links: [], 'OS-DCF:diskConfig': 'MANUAL' } }, 202);
  }

  const keyPairOf = ({ params, user }: Call) => known(keyPairs, 'Keypair', `${user.id}/${params['name']}`);

  function importKeyPair({ body, user }: Call): Reply {
    const { name, public_key } = body.keypair;
    const id = `${user.id}/${name}`;
    check(!keyPairs.has(id), `409: Key pair '${name}' already exists.`);
    const fingerprint = createHash('md5').update(String(public_key)).digest('hex');
    return reply({ keypair: put(keyPairs, { id, name, public_key, fingerprint, project_id: user.project_id }) }, 201);
  }

  function createGroup(call: Call): Reply {
    const { name, policy } = call.body.server_group;
    return reply({ server_group: put(serverGroups, { name, policy, project_id: call.user.project_id }) });
  }

  /** What services and hypervisors show of a host, to administrators. */
  function hostsFor({ user }: Call): Thing[] {
    check(user.role === 'admin', "403: Policy doesn't allow os_compute_api:os-hypervisors:list to be performed.");
    return where(hosts).map((host, index) => ({
      ...{ id: host.id, host: host.name, hypervisor_hostname: host.name, hypervisor_type: 'QEMU' },
      ...{ host_ip: `192.0.2.${index + 10}`, state: isUp(host) ? 'up' : 'down' },
      ...{ status: host.disabled === undefined ? 'enabled' : 'disabled', disabled_reason: host.disabled },
      forced_down: host.forcedDown ?? false,
    }));
  }
  function hostOf(call: Call): Thing {
    hostsFor(call);
    const host = hosts.get(call.id);
    check(host, `404: Compute service ${call.id} could not be found.`);
    return host;
  }
  function setService(call: Call): Reply {
    const host = hostOf(call);
    const { status, disabled_reason: reason = '', forced_down: forcedDown = host.forcedDown } = call.body;
    const why = 'as `done` evacuation migration records remain associated with the host.';
    check(
      forcedDown === host.forcedDown || forcedDown || !host.evacuated,
      `400: Unable to force up host ${host.name} ${why}`,
    );
    if (status !== undefined) host.disabled = status === 'disabled' ? reason : undefined;
    host.forcedDown = forcedDown;
    return reply({ service: hostsFor(call).find(({ id }) => id === host.id) });
  }
  function removeService(call: Call): Reply {
    const { id, name } = hostOf(call);
    const isEmpty = where(servers, (server) => server.host === name).length === 0;
    const why = 'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.';
    check(isEmpty, `409: ${why}`);
    return reply(void hosts.delete(id), 204);
  }
  function services(call: Call): Reply {
    const on = hostsFor(call).map((host) => ({ ...host, binary: 'nova-compute', zone: 'nova' }));
    const state = { host: 'control1', zone: 'internal', state: 'up', status: 'enabled' };
    const central = ['nova-conductor', 'nova-scheduler'].map((binary) => ({ id: binary, binary, ...state }));
    return reply({ services: [...central, ...on] });
  }

  function limits(call: Call): Reply {
    const { instances, vcpus, ram } = usageOf(store, 'project_id', call.user.project_id);
    const absolute = {
      ...{ totalInstancesUsed: instances, totalCoresUsed: vcpus, totalRAMUsed: ram },
      ...{ maxTotalInstances: quotas.instances, maxTotalCores: quotas.cores, maxTotalRAMSize: quotas.ram },
      ...{ totalServerGroupsUsed: own(call, serverGroups).length, maxServerGroups: quotas.server_groups },
    };
    return reply({ limits: { rate: [], absolute } });
  }

  return {
    'GET /servers': list,
    'GET /servers/detail': list,
    'POST /servers': create,
    'GET /servers/{id}': (call) => {
      const server = serverOf(call);
      const groups = call.minor < 71 ? {} : { server_groups: server.group === undefined ? [] : [server.group] };
      return reply({ server: { ...show(call, server), ...groups } });
    },
    'DELETE /servers/{id}': (call) => reply(remove(store, serverOf(call)), 204),
    'POST /servers/{id}/action': (call) => act(store, call, serverOf(call)),
    'POST /servers/{id}/os-volume_attachments': (call) => {
      const { volumeId } = call.body.volumeAttachment;
      return reply({ volumeAttachment: { volumeId, device: attach(store, serverOf(call), volumeId) } });
    },
    'DELETE /servers/{id}/os-volume_attachments/{volume}': (call) =>
      reply(detach(store, serverOf(call), call.params['volume'] ?? ''), 202),
    'GET /flavors/detail': (call) => page(call, 'flavors', where(flavors)),
    'GET /flavors/{id}': ({ id }) => reply({ flavor: known(flavors, 'Flavor', id) }),
    'GET /flavors/{id}/os-extra_specs': () => reply({ extra_specs: {} }),
    'GET /os-keypairs': (call) => {
      const pairs = own(call, keyPairs).map((pair) => ({ id: pair.name, keypair: pair }));
      return page(call, 'keypairs', pairs);
    },
    'POST /os-keypairs': importKeyPair,
    'GET /os-keypairs/{name}': (call) => reply({ keypair: keyPairOf(call) }),
    'DELETE /os-keypairs/{name}': (call) => reply(void keyPairs.delete(keyPairOf(call).id), 204),
    'GET /os-server-groups': (call) => {
      const membersOf = ({ id }: Thing) => where(servers, ({ group }) => group === id).map((server) => server.id);
      const groups = own(call, serverGroups).map((group) => ({ ...group, members: membersOf(group) }));
      return page(call, 'server_groups', groups);
    },
    'POST /os-server-groups': createGroup,
    'DELETE /os-server-groups/{id}': ({ id }) =>
      reply(void serverGroups.delete(known(serverGroups, 'Instance group', id).id), 204),
    'GET /os-services': services,
    'PUT /os-services/{id}': setService,
    'DELETE /os-services/{id}': removeService,
    'GET /os-hypervisors/detail': (call) => page(call, 'hypervisors', hostsFor(call)),
    'GET /limits': limits,
  };
}
