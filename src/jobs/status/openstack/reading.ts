import type { OpenStack, Quota } from '#domain/openstack.ts';
import { type Part, partsUntil } from '../part.ts';

/** How many broken servers are asked for their fault, by id. */
const FAULTS_ASKED = 20;

/** Everything one OpenStack layer said. */
export type Reading = Awaited<ReturnType<typeof readCloud>>;

/**
 * Reads everything at once, each part with its own deadline.
 * @param open gives a cloud bound to a part's signal
 */
export async function readCloud(open: (signal: AbortSignal) => OpenStack, signal: AbortSignal) {
  const readPart = partsUntil(signal);
  const part = <T>(read: (cloud: OpenStack) => Promise<T>): Promise<Part<T>> => readPart((until) => read(open(until)));

  const login = await part((cloud) => cloud.identity.authenticate());
  if (login.kind !== 'read') return { login };
  const hasVolumes = await part((cloud) => cloud.identity.has('volume'));
  const volumePart = <T>(read: (cloud: OpenStack) => Promise<T>): Promise<Part<T>> =>
    hasVolumes.kind === 'read' && !hasVolumes.value ? Promise.resolve({ kind: 'absent' }) : part(read);
  const [services, hypervisors, capacity, agents, servers, networks, quotas, volumes, volumeServices, endpoints] =
    await Promise.all([
      part((cloud) => cloud.compute.services()),
      part((cloud) => cloud.compute.hypervisors()),
      part((cloud) => cloud.placement.capacity()),
      part((cloud) => cloud.network.agents()),
      part(readServers),
      part((cloud) => cloud.network.networks()),
      part((cloud) => readQuotas(cloud, hasVolumes)),
      volumePart((cloud) => cloud.volume.volumes()),
      volumePart((cloud) => cloud.volume.services()),
      part((cloud) => cloud.identity.endpoints()),
    ]);
  return {
    login,
    services,
    hypervisors,
    capacity,
    agents,
    servers,
    networks,
    quotas,
    volumes,
    volumeServices,
    endpoints,
  };
}

/** The fault is asked by id; lists leave it out. */
async function readServers({ compute }: OpenStack) {
  const all = await compute.servers();
  const broken = all.filter(({ status }) => status === 'ERROR').slice(0, FAULTS_ASKED);
  const faults = new Map(
    await Promise.all(broken.map(async ({ id }) => [id, (await compute.server(id))?.fault?.message] as const)),
  );
  return all.map((server) => ({ ...server, fault: faults.get(server.id) }));
}

async function readQuotas(
  { compute, network, volume }: OpenStack,
  hasVolumes: Part<boolean>,
): Promise<readonly Quota[]> {
  const volumes = hasVolumes.kind === 'read' && hasVolumes.value ? [volume.quotas()] : [];
  return (await Promise.all([compute.quotas(), network.quotas(), ...volumes])).flat();
}
