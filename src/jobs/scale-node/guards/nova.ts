import type { Node } from '#domain/kubernetes.ts';
import type { ComputeService, Server } from '#domain/openstack.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/guards.ts';
import { cloudsIn, clusterOf, isHost } from './cluster.ts';
import { type Guard, type Look, type Subject, type Verdict, voiceOf } from './guard.ts';

const { holds, warns, refuses } = voiceOf('nova');

/** OpenStack-Helm's label of nodes that carry the compute. */
const LABEL = 'openstack-compute-node';

/** A hypervisor of a cloud in the cluster goes only when it has no server left and gets none any more. */
export const nova: Guard = {
  name: 'nova',
  before: ['drain', 'delete'],
  async check(subject, look) {
    const [node] = await clusterOf(subject, look).nodes({ fields: `metadata.name=${subject.node}` });
    const clouds = cloudsIn(look.environment, subject.layer);
    const verdicts = clouds.map((cloud) => verdictsOn(cloud, node, { subject, look }));
    return (await Promise.all(verdicts)).flat();
  },
};

type Asked = { readonly subject: Subject; readonly look: Look };

async function verdictsOn(cloud: Layer, node: Node | undefined, { subject, look }: Asked): Promise<readonly Verdict[]> {
  const { compute } = look.ports.openstack(cloud.name, look.signal);
  const services = (await compute.services()).filter((service) => isOf(service, subject.node));
  if (services.length === 0 && node?.labels[LABEL] !== undefined && look.moment !== 'delete')
    return [warns(words.nova.unknown(cloud.name, subject.node, LABEL), words.nova.unknownAdvice)];
  return Promise.all(
    services.map(async (service) => {
      const servers = await compute.serversOn(service.host);
      return look.moment === 'delete' ? left(cloud, service, servers) : there(cloud, servers, subject);
    }),
  );
}

function isOf({ binary, host }: ComputeService, node: string): boolean {
  return binary === 'nova-compute' && isHost(host, node);
}

/** The run moves them first. */
function there({ name }: Layer, servers: readonly Server[], { node, mode }: Subject): Verdict {
  if (servers.length === 0) return holds(words.nova.empty(name, node));
  return warns(words.nova.servers(name, node, servers.map(nameOf)), words.nova.moved[mode]);
}

function left({ name }: Layer, service: ComputeService, servers: readonly Server[]): Verdict {
  const { host } = service;
  if (servers.length > 0)
    return refuses(words.nova.servers(name, host, servers.map(nameOf)), words.nova.leftAdvice(host));
  const isClosed = service.status === 'disabled' || service.forcedDown;
  return isClosed
    ? holds(words.nova.empty(name, host))
    : refuses(words.nova.open(name, host), words.nova.openAdvice(host));
}

function nameOf({ name, status }: Server): string {
  return `${name} (${status})`;
}
