import { hostFor, NOVAS_OWN } from './life.ts';
import { makePort } from './ports.ts';
import { hexId, type OpenStackOptions, put, type Store, type Thing, where } from './store.ts';

const FLAVORS = [
  { id: '1', name: 'm1.tiny', vcpus: 1, ram: 512, disk: 1 },
  { id: '2', name: 'm1.small', vcpus: 1, ram: 2048, disk: 20 },
  { id: '3', name: 'm1.medium', vcpus: 2, ram: 4096, disk: 40 },
  { id: '4', name: 'm1.large', vcpus: 4, ram: 8192, disk: 80 },
];
const HOSTS = ['compute1', 'compute2', 'compute3'].map((name) => ({ name }));
const CENTRAL = ['DHCP agent', 'L3 agent', 'Metadata agent'];

/** Fills a new cloud: users, flavors, an image, the external network, hosts, and what is wanted besides. */
export function seed(store: Store, options: OpenStackOptions): void {
  for (const name of ['admin', 'demo'])
    put(store.users, { id: hexId(), name, role: name, project: name, project_id: hexId(), password: 'secret' });
  const project_id: string = where(store.users)[0]?.project_id;
  for (const flavor of FLAVORS) put(store.flavors, flavor);
  put(store.images, { name: 'cirros', status: 'active', size: 16_300_544, visibility: 'public' });
  for (const { name, ...host } of options.hosts ?? HOSTS) addHost(store, name, host);
  for (const type of CENTRAL) addAgent(store, type, { host: 'network1', alive: !options.deadAgents?.includes(type) });
  seedNetwork(store, { name: 'public', project_id, 'router:external': true }, '203.0.113');
  if (options.servers) seedServers(store, options.servers, seedNetwork(store, { name: 'lab', project_id }, '10.20.0'));
  for (const volume of options.volumes ?? [])
    put(store.volumes, { project_id, status: 'available', metadata: {}, attachments: [], ...volume });
}

/** A hypervisor, with its agent. */
export function addHost(
  store: Pick<Store, 'hosts' | 'agents'>,
  name: string,
  more: { readonly up?: boolean } = {},
): void {
  const { up } = put(store.hosts, { name, up: true, vcpus: 32, ram: 65_536, disk: 1000, ...more });
  addAgent(store, 'Open vSwitch agent', { host: name, alive: up });
}

function addAgent({ agents }: Pick<Store, 'agents'>, type: string, on: { host: string; alive: boolean }): void {
  const binary = `neutron-${type.toLowerCase().replaceAll(' ', '').replace('agent', '-agent')}`;
  put(agents, { agent_type: type, binary, admin_state_up: true, ...on });
}

function seedNetwork(store: Store, of: Omit<Thing, 'id'>, block: string): Thing {
  const isExternal = of['router:external'] === true;
  const mtu = store.mtuBytes + (isExternal ? 50 : 0);
  const rest = { description: '', status: 'ACTIVE', mtu, 'provider:network_type': isExternal ? 'flat' : 'vxlan' };
  const network = put(store.networks, { ...of, ...rest });
  const { name, project_id, id: network_id } = network;
  put(store.subnets, {
    name,
    description: '',
    project_id,
    network_id,
    cidr: `${block}.0/24`,
    gateway_ip: `${block}.1`,
  });
  return network;
}

/** Those in ERROR have no host and no port, as when nothing could take them. */
function seedServers(store: Store, seeds: NonNullable<OpenStackOptions['servers']>, network: Thing): void {
  const { project_id, id: network_id } = network;
  const [image] = where(store.images);
  const rest = { description: '', stateful: true };
  const { id: group } = put(store.security_groups, { name: 'default', project_id, ...rest });
  for (const { name, status = 'ACTIVE', flavor: wanted = 'm1.small', fault: message } of seeds) {
    const [flavor] = where(store.flavors, (each) => each.name === wanted);
    const created = new Date().toISOString();
    const fault = message === undefined ? undefined : { code: 500, message, created };
    const state = { status, task: null, host: '', metadata: {}, activeAt: 0, created, fault };
    const server = put(store.servers, { name, project_id, flavor, image: { id: image?.id }, ...state });
    if (status === 'ERROR') continue;
    server.host = hostFor(store, server)?.name ?? '';
    makePort(store, {
      ...{ project_id, network_id, device_id: server.id, device_owner: NOVAS_OWN, security_groups: [group] },
    });
  }
}
