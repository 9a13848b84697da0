import { randomUUID } from 'node:crypto';

export type OpenStackOptions = {
  /** Default `RegionOne`. */
  readonly region?: string;
  /** On 127.0.0.1: Keystone's, and the next five. Default: any that are free. */
  readonly port?: number;
  /** Of its own networks; the external one carries 50 more. Default 1450. */
  readonly mtuBytes?: number;
  /** The longest page of a listing. Default 1000. */
  readonly pageSize?: number;
  readonly timing?: Partial<typeof TIMING_MS>;
  /** Over the defaults, by the services' own names for them; -1 is unlimited. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Hypervisors; `disabled` is why one is. Default `compute1` to `compute3`, up, with 32 vCPU, 64 GiB, 1000 GiB. */
  readonly hosts?: readonly { name: string; up?: boolean; disabled?: string; vcpus?: number; ram?: number }[];
  /** Default: `ACTIVE`, of flavor `m1.small`. A `fault` is what Nova says of one in `ERROR`. */
  readonly servers?: readonly { name: string; status?: string; flavor?: string; fault?: string }[];
  readonly volumes?: readonly { name: string; size: number; status?: string }[];
  /** Types of central ones, as `L3 agent`, that are dead. Those of the hosts live and die with them. */
  readonly deadAgents?: readonly string[];
};

/** One thing of a cloud, with the fields its API shows: JSON that nobody but its own service looks into. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Thing = { id: string; [field: string]: any };
export type Things = Map<string, Thing>;

const KINDS = [
  ...(['users', 'tokens', 'credentials', 'flavors', 'hosts', 'servers', 'keyPairs', 'serverGroups'] as const),
  ...(['images', 'volumes', 'agents', 'networks', 'subnets', 'ports', 'routers', 'floatingips'] as const),
  // `bindings`: of a router to the L3 agent that has it.
  ...(['security_groups', 'security_group_rules', 'bindings'] as const),
];
const QUOTAS = {
  ...{ instances: 10, cores: 20, ram: 51_200, server_groups: 10, volumes: 10, gigabytes: 1000, snapshots: 10 },
  ...{ network: 100, subnet: 100, port: 500, router: 10, floatingip: 50, security_group: 10, security_group_rule: 100 },
};
/** `build`: to ACTIVE or ERROR. `boot`: from there to the login prompt. `volume`: making, attaching, detaching
 * one. `move`: stopping, migrating or evacuating a server. */
const TIMING_MS = { build: 1500, boot: 1000, remove: 500, volume: 500, move: 1000, token: 3_600_000 };

/** Everything a cloud knows; a restart forgets it. */
export type Store = ReturnType<typeof createStore>;

export function createStore({ region = 'RegionOne', mtuBytes = 1450, pageSize = 1000, ...options }: OpenStackOptions) {
  const timers = new Set<NodeJS.Timeout>();
  return {
    ...(Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as Record<(typeof KINDS)[number], Things>),
    ...{ region, mtuBytes, pageSize, timing: { ...TIMING_MS, ...options.timing } },
    quotas: { ...QUOTAS, ...options.quotas } as Record<string, number> & typeof QUOTAS,
    /** Where each service is; Cinder's ends with the project. */
    catalog: [] as { readonly name: string; readonly type: string; readonly url: string }[],
    /** Does it so much later, unless the cloud is closed before. */
    later: (ms: number, work: () => unknown) => void timers.add(setTimeout(work, ms)),
    stop: () => timers.forEach(clearTimeout),
  };
}

/** Adds a thing, under an id of its own unless it has one. */
export function put(things: Things, thing: Omit<Thing, 'id'> & { id?: string }): Thing {
  const made = { id: randomUUID(), ...thing };
  things.set(made.id, made);
  return made;
}

/** In the order they were made. */
export function where(things: Things, test: (thing: Thing) => boolean = () => true): Thing[] {
  return [...things.values()].filter(test);
}

/** Keystone's ids have no dashes. */
export function hexId(): string {
  return randomUUID().replaceAll('-', '');
}
