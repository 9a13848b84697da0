import type { Step } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';
import { type LayerTest, stepsOf } from '../layer-test.ts';
import { basics } from './basics.ts';
import { leftoversOn } from './leftovers.ts';
import { floatingIpStep, ownNetwork, portStep } from './network.ts';
import type { OpenStackFacts } from './facts.ts';
import { diskProbe, guestProbes, pathProbes, type Target, tunnelProbe } from './probes.ts';
import { affinityStep, consoleStep, keyPairStep, serverStep, volumeSteps } from './server.ts';

/** A server from image to login; standard: on a network of its own, with a volume; full: reached, and a second one. */
export const openstack: LayerTest<OpenStackFacts> = {
  async survey({ name, reach, smokeTest: { user } }, ctx) {
    const { identity } = ctx.ports.openstack(name, ctx.signal);
    const [network, volume] = await Promise.all([identity.has('network'), identity.has('volume')]);
    return { kind: 'openstack', name, network, volume, reach: reach.kind !== 'none', user };
  },
  steps: (facts, depth) => (depth === 'quick' ? quick(facts) : standard(facts, depth === 'full')),
  leftovers: leftoversOn,
};

/** A server without any network: image, scheduler, hypervisor, console. */
function quick({ name: layer }: OpenStackFacts): Step[] {
  const { auth, image, flavor } = basics(layer);
  const server = serverStep({ id: `${layer}/server`, title: words.title.server, layer, what: 'server', image, flavor });
  return stepsOf(auth, image, flavor, server, consoleStep(layer, server));
}

function standard(facts: OpenStackFacts, full: boolean): Step[] {
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
  const foundations = stepsOf(auth, image, flavor, external, network, subnet, router, group, key);
  const first = stepsOf(...(affinity ? [affinity] : []), port, server, consoleStep(layer, server), floatingIp);
  if (!full) return [...foundations, ...first, ...stepsOf(volume, attach)];

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
    ...stepsOf(path.ping, path.measured, path.mtu, guest.login, guest.metadata, guest.bulk),
    ...stepsOf(volume, attach, disk, port2, server2, tunnelProbe({ target, second: server2, port: port2 })),
  ];
}
