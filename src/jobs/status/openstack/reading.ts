import type { OpenStack, Quota } from '#domain/openstack.ts';
import { LIST_TIMEOUT_MS, type Part, partsUntil, together, valueOf } from '../part.ts';
import { readExtras } from './extras.ts';

/** How many broken servers are asked for their fault, by id. */
const FAULTS_ASKED = 20;

/** Everything one OpenStack layer said. */
export type Reading = { readonly login: Part<unknown> } & Partial<Awaited<ReturnType<typeof readParts>>>;

/**
 * Reads everything at once, each part with its own deadline; only the login when there is none.
 * @param open gives a cloud bound to a part's signal
 */
export async function readCloud(open: (signal: AbortSignal) => OpenStack, signal: AbortSignal): Promise<Reading> {
  const readPart = partsUntil(signal);
  const part: ReadCloud = (read, timeoutMs) => readPart((until) => read(open(until)), timeoutMs);
  const login = await part((cloud) => cloud.identity.authenticate());
  return login.kind === 'read' ? { login, ...(await readParts(part)) } : { login };
}

type ReadCloud = <T>(read: (cloud: OpenStack) => Promise<T | undefined>, timeoutMs?: number) => Promise<Part<T>>;

async function readParts(part: ReadCloud) {
  const hasVolumes = valueOf(await part((cloud) => cloud.identity.has('volume'))) ?? true;
  const [own, extras] = await Promise.all([
    together({
      services: part((cloud) => cloud.compute.services()),
      hypervisors: part((cloud) => cloud.compute.hypervisors()),
      capacity: part((cloud) => cloud.placement.capacity()),
      agents: part((cloud) => cloud.network.agents()),
      servers: part(readServers, LIST_TIMEOUT_MS),
      networks: part((cloud) => cloud.network.networks()),
      quotas: part((cloud) => readQuotas(cloud, hasVolumes)),
      volumes: part(async (cloud) => (hasVolumes ? cloud.volume.volumes() : undefined)),
      volumeServices: part(async (cloud) => (hasVolumes ? cloud.volume.services() : undefined)),
      endpoints: part((cloud) => cloud.identity.endpoints()),
    }),
    readExtras(part),
  ]);
  return { ...own, ...extras };
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

async function readQuotas({ compute, network, volume }: OpenStack, hasVolumes: boolean): Promise<readonly Quota[]> {
  const volumes = hasVolumes ? [volume.quotas()] : [];
  return (await Promise.all([compute.quotas(), network.quotas(), ...volumes])).flat();
}
