import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy.ts';
import { signOf } from './absence.ts';
import { readPodNetwork, VXLAN_PORT } from '../status/mtu/pods.ts';
import type { Finding } from './provisioner.ts';

/**
 * The tunnels of pods and of a Neutron in the cluster both end on the nodes: on one UDP port, one of them gets nothing.
 * @see https://docs.openstack.org/neutron/latest/configuration/openvswitch-agent.html vxlan_udp_port
 */
export async function tunnelFindings(layers: readonly Layer[], ctx: SurveyContext): Promise<readonly Finding[]> {
  const nested = layers.filter(({ kind, on, namespace }) => kind === 'openstack' && on !== undefined && namespace);
  const found = await Promise.all(nested.map(async (layer) => ({ layer, udpPort: await portOf(layer, ctx) })));
  return found.flatMap(({ layer: { name: layer }, udpPort }): Finding[] => {
    if (udpPort === undefined) return [];
    if (udpPort !== VXLAN_PORT) return [{ layer, check: 'tunnels', health: 'ok', what: words.tunnelsApart(udpPort) }];
    const { sameTunnel: what, advice } = words;
    return [{ layer, check: 'tunnels', health: 'warning', what: what(udpPort), advice: advice.tunnels }];
  });
}

/** undefined: the pods' network has no such tunnel, or the cluster does not answer yet. */
async function portOf({ name }: Layer, { ports, signal }: SurveyContext): Promise<number | undefined> {
  try {
    const cluster = ports.kubernetes(name, signal);
    return cluster && (await readPodNetwork(cluster))?.udpPort;
  } catch (error) {
    signal.throwIfAborted();
    if (signOf(error) === undefined) throw error;
    return undefined;
  }
}
