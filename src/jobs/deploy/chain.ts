import { foundationOf } from '#domain/foundation.ts';
import { type Level, neutronMtu } from '#domain/mtu.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy.ts';
import { words as mtuWords } from '#words/mtu.ts';
import { readChain } from '../status/mtu/reading.ts';
import { tellChain } from '../status/mtu/mtu.ts';
import type { Finding } from './provisioner.ts';

/** What everybody assumes of a wire of which nothing is said; Neutron too. */
const USUAL_BYTES = 1500;
const POD_NETWORKS: ReadonlySet<Level['setter']> = new Set(['calico', 'flannel', 'cilium']);

/** The chain up to a layer: what is there as it is, what is to come as its tools will make it by the stack file. */
export async function chainTo(layer: Layer, ctx: SurveyContext): Promise<readonly Level[]> {
  const { levels } = await readChain({ ...ctx, layer });
  return planned(foundationOf(ctx.environment, layer), levels);
}

/** Adds the levels of layers that tell nothing yet, each on the one below. */
function planned(path: readonly Layer[], read: readonly Level[]): readonly Level[] {
  const levels: Level[] = read.filter(({ setter }) => setter === 'physical');
  for (const layer of path) {
    const own = read.filter((level) => level.layer === layer.name && level.setter !== 'physical');
    // What the stack file says of a cloud in a cluster is what its tools will set.
    const isTold = layer.mtu !== undefined && layer.on !== undefined;
    levels.push(...(own.length > 0 && !isTold ? own : plannedOf(layer, levels)));
  }
  return levels;
}

/** Tunnels of a cloud are on the card of its hosts, so the last level that is no pod network carries them. */
function plannedOf(layer: Layer, below: readonly Level[]): readonly Level[] {
  const over = below.findLast(({ setter }) => !POD_NETWORKS.has(setter));
  if (!over || layer.kind === 'ceph') return [];
  const from = words.planned;
  if (layer.kind === 'openstack') {
    const globalBytes = layer.mtu?.physical ?? USUAL_BYTES;
    const mtuBytes = neutronMtu({ globalBytes, pathBytes: globalBytes }, 'vxlan');
    const name = mtuWords.level.newNetworks(layer.name);
    return [{ name, layer: layer.name, setter: 'neutron', mtuBytes, over: over.name, encapsulation: 'vxlan', from }];
  }
  const card: Level = {
    ...{ name: mtuWords.level.card(layer.name), layer: layer.name, setter: 'host', over: over.name },
    ...{ mtuBytes: over.mtuBytes, encapsulation: 'none', from },
  };
  const pods: Level = {
    ...{ name: mtuWords.level.pods(layer.name), layer: layer.name, setter: 'calico', over: card.name },
    ...{ mtuBytes: card.mtuBytes === undefined ? undefined : card.mtuBytes - 50, encapsulation: 'vxlan', from },
  };
  return [card, pods];
}

/** The chain as one line of the preflight for each thing that is wrong, or one that says that it fits. */
export function chainFindings(layer: Layer, levels: readonly Level[]): readonly Finding[] {
  const { summary, troubles } = tellChain(levels);
  if (troubles.length === 0) return [{ layer: layer.name, check: 'mtu', health: 'ok', what: summary }];
  return troubles.map(({ layer: at, what, cause, advice }) => ({
    ...{ layer: at, check: 'mtu', health: 'failure' },
    ...{ what: [what, cause].filter(Boolean).join(': '), advice },
  }));
}
