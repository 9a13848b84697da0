import { type Encapsulation, type Level, neutronMtu, overheadOf } from '#domain/mtu.ts';
import type { Agent, Network, Subnet } from '#domain/openstack.ts';
import { words } from '#words/mtu.ts';

/** What a Neutron says of its networks; what could not be read is empty. */
export type NeutronFacts = {
  readonly networks: readonly Network[];
  readonly subnets: readonly Subnet[];
  readonly agents: readonly Agent[];
};
/** Of `neutron.conf` and `ml2_conf.ini`: what it makes new networks of. */
export type NeutronSettings = {
  readonly globalBytes: number;
  /** 0: not set. */
  readonly pathBytes: number;
  readonly encapsulation: Encapsulation;
};

const TYPES: Readonly<Record<string, Encapsulation>> = {
  vxlan: 'vxlan',
  geneve: 'geneve',
  gre: 'gre',
  vlan: 'vlan',
  flat: 'none',
  local: 'none',
};

/** How a network's packets are put on what carries them. Who is no administrator sees no type: then VXLAN is assumed. */
function encapsulationOf({ type }: Network, agents: readonly Agent[]): Pick<Level, 'encapsulation' | 'assumed'> {
  const encapsulation = TYPES[type ?? ''];
  if (encapsulation === undefined) return { encapsulation: isOvn(agents) ? 'ovn' : 'vxlan', assumed: true };
  return { encapsulation: encapsulation === 'geneve' && isOvn(agents) ? 'ovn' : encapsulation };
}

function isOvn(agents: readonly Agent[]): boolean {
  return agents.some(({ type }) => type.startsWith('OVN'));
}

/** The network of that name, else the one whose packets are the largest with what is put around them. */
export function networkLevel(
  layer: string,
  { networks, subnets, agents }: NeutronFacts,
  { over, name }: { readonly over: string; readonly name?: string | undefined },
): Level | undefined {
  const tenants = networks.filter(({ external, mtuBytes }) => !external && mtuBytes > 0);
  const named = tenants.filter((network) => network.name === name);
  const outer = (network: Network) => network.mtuBytes + overheadOf(encapsulationOf(network, agents));
  const [largest] = (named.length > 0 ? named : tenants).toSorted((a, b) => outer(b) - outer(a));
  if (!largest) return undefined;
  return {
    ...{ name: words.level.network(largest.name || largest.id, layer), layer, setter: 'neutron', over },
    ...{ mtuBytes: largest.mtuBytes, ...encapsulationOf(largest, agents), from: words.from.neutron },
    hasIpv6: subnets.some(({ id, cidr }) => largest.subnetIds.includes(id) && cidr.includes(':')),
  };
}

/** What the next network will be like. */
export function newNetworkLevel(layer: string, settings: NeutronSettings, over: string): Level {
  return {
    ...{ name: words.level.newNetworks(layer), layer, setter: 'neutron', over },
    ...{ mtuBytes: neutronMtu(settings, settings.encapsulation), encapsulation: settings.encapsulation },
    from: words.from.secret,
  };
}

const DEFAULT_BYTES = 1500;

/** Reads three settings out of the files of a Secret, and nothing else. @see neutron global_physnet_mtu, ml2 path_mtu */
export function settingsOf(files: Readonly<Record<string, string>>): NeutronSettings | undefined {
  const text = Object.entries(files)
    .filter(([name]) => /(neutron\.conf|ml2_conf\.ini)$/.test(name))
    .map(([, content]) => content)
    .join('\n');
  if (text === '') return undefined;
  const value = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*(\\S+)`, 'm').exec(text)?.[1];
  const types = (value('tenant_network_types') ?? 'vxlan').split(',');
  return {
    globalBytes: Number(value('global_physnet_mtu') ?? DEFAULT_BYTES) || DEFAULT_BYTES,
    pathBytes: Number(value('path_mtu') ?? 0) || 0,
    encapsulation: TYPES[types[0] ?? ''] ?? 'vxlan',
  };
}
