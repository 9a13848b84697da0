import { randomUUID } from 'node:crypto';
import type { Host, OpenStackOptions, ServiceName, Timing } from './options.ts';

export type Thing = { id: string; name: string; project_id: string };
type Metadata = Readonly<Record<string, string>>;
export type User = Thing & { project: string; password: string; role: 'admin' | 'member' };
export type Token = { id: string; user: User; expiresAt: number };
export type Credential = Thing & { secret: string; user: User };
export type Flavor = { id: string; name: string; vcpus: number; ram: number; disk: number };
export type Server = Thing & {
  status: string;
  task: string | null;
  host: string;
  flavor: Flavor;
  image: string;
  key: string | null;
  group: string;
  metadata: Metadata;
  created: string;
  fault?: string;
  activeAt?: number;
};
export type KeyPair = Thing & { public_key: string; fingerprint: string };
export type ServerGroup = Thing & { policy: string };
export type Image = Thing & { status: string; size: number };
type Attachment = { server_id: string; device: string };
export type Volume = Thing & { status: string; size: number; metadata: Metadata; attachments: Attachment[] };

/** Of Neutron. */
export type Owned = Thing & { description: string };
export type Network = Owned & {
  status: string;
  mtu: number;
  'router:external': boolean;
  'provider:network_type': string;
};
export type Subnet = Owned & { network_id: string; cidr: string; gateway_ip: string; ip_version: 4 };
export type Port = Owned & {
  network_id: string;
  status: string;
  device_id: string;
  device_owner: string;
  fixed_ips: { ip_address: string; subnet_id: string }[];
  security_groups: string[];
};
export type Router = Owned & { status: string; external_gateway_info: { network_id: string } | null };
export type FloatingIp = Owned & {
  status: string;
  floating_network_id: string;
  floating_ip_address: string;
  port_id: string | null;
};
export type Rule = Owned & {
  security_group_id: string;
  direction: string;
  protocol: string | null;
  port_range_min: number | null;
  port_range_max: number | null;
};
export type Agent = {
  id: string;
  agent_type: string;
  binary: string;
  host: string;
  alive: boolean;
  admin_state_up: true;
};

const TIMING: Timing = { build: 1500, boot: 1000, remove: 500, volume: 500, token: 3_600_000 };
const QUOTAS = {
  ...{ instances: 10, cores: 20, ram: 51_200, server_groups: 10, volumes: 10, gigabytes: 1000, snapshots: 10 },
  ...{ network: 100, subnet: 100, port: 500, router: 10, floatingip: 50, security_group: 10, security_group_rule: 100 },
};

/** Everything a cloud knows; a restart forgets it. */
export type Store = ReturnType<typeof createStore>;

export function createStore(options: OpenStackOptions) {
  const timers = new Set<NodeJS.Timeout>();
  return {
    region: options.region ?? 'RegionOne',
    mtuBytes: options.mtuBytes ?? 1450,
    timing: { ...TIMING, ...options.timing },
    pageSize: options.pageSize ?? 1000,
    quotas: { ...QUOTAS, ...options.quotas } as Readonly<Record<string, number>>,
    urls: {} as Record<ServiceName, string>,
    users: new Map<string, User>(),
    tokens: new Map<string, Token>(),
    credentials: new Map<string, Credential>(),
    flavors: new Map<string, Flavor>(),
    hosts: new Map<string, Host>(),
    servers: new Map<string, Server>(),
    keyPairs: new Map<string, KeyPair>(),
    serverGroups: new Map<string, ServerGroup>(),
    images: new Map<string, Image>(),
    volumes: new Map<string, Volume>(),
    networks: new Map<string, Network>(),
    subnets: new Map<string, Subnet>(),
    ports: new Map<string, Port>(),
    routers: new Map<string, Router>(),
    floatingIps: new Map<string, FloatingIp>(),
    securityGroups: new Map<string, Owned>(),
    rules: new Map<string, Rule>(),
    agents: new Map<string, Agent>(),
    /** Does it so much later, unless the cloud is closed before. */
    later(ms: number, work: () => void): void {
      timers.add(setTimeout(work, ms));
    },
    stop: () => timers.forEach(clearTimeout),
  };
}

/** Puts it in under its id. */
export function put<T extends { id: string }>(map: Map<string, T>, thing: T): T {
  map.set(thing.id, thing);
  return thing;
}

/** In the order they were made. */
export function where<T>(map: ReadonlyMap<string, T>, test: (thing: T) => boolean = () => true): T[] {
  return [...map.values()].filter(test);
}

/** What everything of Neutron has. */
export function owned(project: string, name = '', description = ''): Owned & { tenant_id: string } {
  return { id: randomUUID(), name, description, project_id: project, tenant_id: project };
}

/** Keystone's ids have no dashes. */
export function hexId(): string {
  return randomUUID().replaceAll('-', '');
}
