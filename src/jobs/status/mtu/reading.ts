import { foundationOf } from '#domain/foundation.ts';
import type { Level } from '#domain/mtu.ts';
import type { Node } from '#domain/kubernetes.ts';
import type { Server } from '#domain/openstack.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/mtu.ts';
import { clusterParts } from '../cluster.ts';
import { LIST_TIMEOUT_MS, partsUntil, rowsOf, together, valueOf } from '../part.ts';
import type { Source } from '../reader.ts';
import { readCard } from './card.ts';
import { networkLevel, type NeutronFacts, newNetworkLevel, settingsOf } from './neutron.ts';
import { podLevel, readPodNetwork } from './pods.ts';

/** Longest time for what is only nice to know. */
const EXTRA_TIMEOUT_MS = 5000;

/** Every level of the chain from the wire up to one layer, lowest first; what could not be read is missing in it. */
export type Reading = { readonly levels: readonly Level[] };

/** What is known of the chain so far; the last level that can carry others is `over`. */
type Chain = { readonly levels: readonly Level[]; readonly over: Level };

/** Reads the chain up to this layer. A part that cannot be read is told by the layer it belongs to. */
export async function readChain(source: Source): Promise<Reading> {
  const path = foundationOf(source.environment, source.layer);
  const [lowest] = path;
  const physical: Level = {
    ...{ name: words.level.physical, layer: lowest?.name ?? '', setter: 'physical', encapsulation: 'none' },
    ...{ mtuBytes: lowest?.mtu?.physical, from: words.from.stackFile },
  };
  let chain: Chain = { levels: [physical], over: physical };
  for (const [index, layer] of path.entries()) {
    const above = path.slice(index + 1).find(({ kind }) => kind === 'kubernetes');
    if (layer.kind === 'openstack') chain = await addCloud(chain, { ...source, layer }, above);
    if (layer.kind === 'kubernetes') chain = await addCluster(chain, { ...source, layer });
  }
  return { levels: chain.levels };
}

/** The network of the nodes, where a cluster stands above; else the largest of its networks, and what new ones will be. */
async function addCloud(chain: Chain, source: Source, above: Layer | undefined): Promise<Chain> {
  const { layer, ports, signal } = source;
  const part = partsUntil(signal);
  const over = chain.over.name;
  const read = await together({
    networks: part((until) => ports.openstack(layer.name, until).network.networks()),
    subnets: part((until) => ports.openstack(layer.name, until).network.subnets()),
    agents: part((until) => ports.openstack(layer.name, until).network.agents()),
    servers: part(
      async (until) => (above ? ports.openstack(layer.name, until).compute.servers() : undefined),
      LIST_TIMEOUT_MS,
    ),
    nodes: part(async (until) => (above ? ports.kubernetes(above.name, until)?.nodes() : undefined)),
    settings: readSettings(source),
  });
  const facts: NeutronFacts = {
    networks: rowsOf(read.networks),
    subnets: rowsOf(read.subnets),
    agents: rowsOf(read.agents),
  };
  const name = nodeNetwork(rowsOf(read.nodes), rowsOf(read.servers));
  const level = networkLevel(layer.name, facts, { over, name });
  const settings = valueOf(read.settings);
  const next = settings ? [newNetworkLevel(layer.name, settings, over)] : [];
  return { levels: [...chain.levels, ...(level ? [level] : []), ...next], over: level ?? chain.over };
}

/** The settings of a Neutron in a cluster, where its Secret may be read. Only numbers and a type are taken out of it. */
async function readSettings(source: Source) {
  const { namespace } = source.layer;
  if (namespace === undefined || source.layer.on === undefined) return { kind: 'absent' as const };
  return clusterParts(source)(async (cluster) => {
    const files = await cluster.secret(namespace, 'neutron-etc');
    return files && settingsOf(files);
  }, EXTRA_TIMEOUT_MS);
}

/** The network in which a node has its internal address. */
function nodeNetwork(nodes: readonly Node[], servers: readonly Server[]): string | undefined {
  const ips = new Set(nodes.map(({ internalIp }) => internalIp));
  return servers.flatMap(({ addresses }) => addresses).find(({ ip }) => ips.has(ip))?.network;
}

/** The card of the nodes and, above it, their pods. What stands on the cluster has its tunnels on the card. */
async function addCluster(chain: Chain, source: Source): Promise<Chain> {
  const part = clusterParts(source);
  const { layer } = source;
  const read = await together({
    card: part(async (cluster) => readCard(cluster, await cluster.nodes()), EXTRA_TIMEOUT_MS),
    pods: part(readPodNetwork),
  });
  const card = valueOf(read.card);
  const network = valueOf(read.pods);
  // Of a cluster that tells nothing, nothing is told.
  if (!card && !network) return chain;
  const nic: Level = {
    ...{ name: words.level.card(layer.name), layer: layer.name, setter: 'host', over: chain.over.name },
    encapsulation: 'none',
    // DHCP gives a card the MTU of its network, unless somebody has set another.
    ...(card ?? { mtuBytes: chain.over.mtuBytes, from: words.from.network(chain.over.name) }),
  };
  const pods = network ? [podLevel(layer.name, network, nic)] : [];
  return { levels: [...chain.levels, nic, ...pods], over: nic };
}
