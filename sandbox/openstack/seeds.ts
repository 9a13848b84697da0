import { randomUUID } from 'node:crypto';
import type { OpenStackOptions, ServerSeed } from './options.ts';
import { NOVAS_OWN } from './life.ts';
import { makePort } from './ports.ts';
import { hostFor } from './scheduler.ts';
import { hexId, owned, put, type Server, type Store, where } from './store.ts';

const FLAVORS = [
  ['m1.tiny', 1, 512, 1],
  ['m1.small', 1, 2048, 20],
  ['m1.medium', 2, 4096, 40],
  ['m1.large', 4, 8192, 80],
] as const;
const HOSTS = ['compute1', 'compute2', 'compute3'].map((name) => ({ name }));

/** Fills a new cloud: users, flavors, an image, the external network, hosts, and what is wanted besides. */
export function seed(store: Store, options: OpenStackOptions): void {
  for (const [name, role] of [
    ['admin', 'admin'],
    ['demo', 'member'],
  ] as const)
    put(store.users, { id: hexId(), name, role, project: name, project_id: hexId(), password: 'secret' });
  const [project = ''] = where(store.users).map((user) => user.project_id);
  for (const [index, [name, vcpus, ram, disk]] of FLAVORS.entries())
    put(store.flavors, { id: String(index + 1), name, vcpus, ram, disk });
  put(store.images, { id: randomUUID(), name: 'cirros', status: 'active', size: 16_300_544, project_id: project });
  for (const host of options.hosts ?? HOSTS)
    put(store.hosts, { id: randomUUID(), up: true, vcpus: 32, ram: 65_536, disk: 1000, ...host });
  const central = ['DHCP agent', 'L3 agent', 'Metadata agent'].map((type) => ({ type, host: 'network1', alive: true }));
  const agents = where(store.hosts).map(({ name, up }) => ({ type: 'Open vSwitch agent', host: name, alive: up }));
  for (const { type, host, alive } of options.agents ?? [...agents, ...central]) {
    const binary = `neutron-${type.replaceAll(' ', '').replace('agent', '-agent').toLowerCase()}`;
    put(store.agents, { id: randomUUID(), agent_type: type, binary, host, alive, admin_state_up: true });
  }
  seedNetwork(store, project, { name: 'public', isExternal: true, net: '203.0.113' });
  if (options.servers) {
    const network = seedNetwork(store, project, { name: 'lab', isExternal: false, net: '10.20.0' });
    for (const server of options.servers) seedServer(store, server, { project, network });
  }
  for (const { name, size, status = 'available' } of options.volumes ?? [])
    put(store.volumes, { id: randomUUID(), name, project_id: project, size, status, metadata: {}, attachments: [] });
}

type Shape = { readonly name: string; readonly isExternal: boolean; readonly net: string };

function seedNetwork(store: Store, project: string, { name, isExternal, net }: Shape): string {
  const kind = { 'router:external': isExternal, 'provider:network_type': isExternal ? 'flat' : 'vxlan' };
  const mtu = store.mtuBytes + (isExternal ? 50 : 0);
  const { id } = put(store.networks, { ...owned(project, name), status: 'ACTIVE', mtu, ...kind });
  const addresses = { cidr: `${net}.0/24`, gateway_ip: `${net}.1`, ip_version: 4 } as const;
  put(store.subnets, { ...owned(project, name), network_id: id, ...addresses });
  return id;
}

type Place = { readonly project: string; readonly network: string };

/** One in ERROR has no host and no port, as when nothing could take it. */
function seedServer(store: Store, { status = 'ACTIVE', fault, ...seeded }: ServerSeed, place: Place): void {
  const [flavor] = where(store.flavors, ({ name }) => name === (seeded.flavor ?? 'm1.small'));
  if (!flavor) throw new Error(`seeding server "${seeded.name}": no flavor "${seeded.flavor}"`);
  const server: Server = {
    ...{
      ...owned(place.project, seeded.name),
      status,
      task: null,
      host: '',
      flavor,
      metadata: {},
      key: null,
      group: '',
    },
    ...{ image: [...store.images.keys()].join(), created: new Date().toISOString(), activeAt: 0 },
    ...(fault === undefined ? {} : { fault }),
  };
  put(store.servers, server);
  if (status === 'ERROR') return;
  server.host = hostFor(store, server)?.name ?? '';
  makePort(store, owned(place.project), { network_id: place.network, device_id: server.id, device_owner: NOVAS_OWN });
}
