import type { Plan, Step, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';
import { basics } from './basics.ts';
import type { Facts, Input, LayerFacts } from './input.ts';
import { leftoversOn } from './leftovers.ts';
import { floatingIpStep, ownNetwork, portStep } from './network.ts';
import { diskProbe, guestProbes, pathProbes, type Target, tunnelProbe } from './probes.ts';
import { affinityStep, consoleStep, keyPairStep, serverStep, volumeSteps } from './server.ts';

/** Pure: the steps of each layer, one layer after the other. */
export function plan({ depth }: Input, { layers }: Facts): Plan {
  const stepsOf = {
    quick,
    standard: (layer: LayerFacts) => standard(layer, false),
    full: (layer: LayerFacts) => standard(layer, true),
  };
  return {
    summary: words.summary(
      depth,
      layers.map(({ name }) => name),
    ),
    risk: 'probe',
    steps: layers.flatMap((layer) => stepsOf[depth](layer)),
    leftovers: async (ctx: StepContext) => (await Promise.all(layers.map((layer) => leftoversOn(layer, ctx)))).flat(),
  };
}

/** A server without any network: image, scheduler, hypervisor, console. */
function quick({ name: layer }: LayerFacts): Step[] {
  const { auth, image, flavor } = basics(layer);
  const server = serverStep({ id: `${layer}/server`, title: words.title.server, layer, what: 'server', image, flavor });
  return steps(auth, image, flavor, server, consoleStep(layer, server));
}

function standard(facts: LayerFacts, full: boolean): Step[] {
  const layer = facts.name;
  const skip = facts.reach ? undefined : words.noReach;
  const { auth, image, flavor, external } = basics(layer);
  const { network, subnet, router, group } = ownNetwork(layer, external);
  const key = keyPairStep(layer);
  const port = portStep({ id: `${layer}/port`, title: words.title.port, layer, what: 'port', network, group });
  const affinity = full ? affinityStep(layer, skip) : undefined;
  const booting = { layer, image, flavor, key, affinity };
  const server = serverStep({ ...booting, id: `${layer}/server`, title: words.title.server, what: 'server', port });
  const floatingIp = floatingIpStep({ layer, external, port });
  const { volume, attach } = volumeSteps(layer, { server, skip: facts.volume ? undefined : words.noVolumes });
  const foundations = steps(auth, image, flavor, external, network, subnet, router, group, key);
  const first = steps(...(affinity ? [affinity] : []), port, server, consoleStep(layer, server), floatingIp);
  if (!full) return [...foundations, ...first, ...steps(volume, attach)];

  const target: Target = { layer, user: facts.user, network, server, floatingIp, skip };
  const path = pathProbes(target);
  const guest = guestProbes(target);
  const disk = diskProbe(target, guest.login, skip ?? (facts.volume ? undefined : words.noVolumes));
  const port2 = portStep({
    id: `${layer}/port-2`,
    title: words.title.port2,
    layer,
    what: 'port-2',
    network,
    group,
    skip,
  });
  const server2 = serverStep({
    ...booting,
    ...{ id: `${layer}/server-2`, title: words.title.server2, what: 'server-2', port: port2, skip },
  });
  return [
    ...foundations,
    ...first,
    ...steps(path.ping, path.measured, path.mtu, guest.login, guest.metadata, guest.bulk),
    ...steps(volume, attach, disk, port2, server2, tunnelProbe({ target, second: server2, port: port2 })),
  ];
}

/** Each step knows its own value's type; the plan needs only that they are steps. */
function steps(...all: readonly { readonly id: string }[]): Step[] {
  return all as Step[];
}
