import { DeadlineError, RemoteError, viewOf, type ErrorView } from '#domain/errors.ts';
import type { OpenStack, Quota } from '#domain/openstack.ts';
import type { words } from '#words/status.ts';

/** Own deadline of each part; one that hangs must not keep the rest. */
const PART_TIMEOUT_MS = 10_000;
/** How many broken servers are asked for their fault, by id. */
const FAULTS_ASKED = 20;

/** A part that was read, that this user may not see (403), or that could not be read. */
export type Part<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly error: ErrorView };

type PartName = keyof typeof words.parts;
/** Everything one OpenStack layer said; JSON. */
export type Reading = Awaited<ReturnType<typeof readCloud>>;

/**
 * Reads everything at once, each part with its own deadline.
 * @param open gives a cloud bound to a part's signal
 */
export async function readCloud(open: (signal: AbortSignal) => OpenStack, signal: AbortSignal) {
  async function part<T>(read: (cloud: OpenStack) => Promise<T>): Promise<Part<T>> {
    const deadline = AbortSignal.timeout(PART_TIMEOUT_MS);
    try {
      return { kind: 'read', value: await read(open(AbortSignal.any([signal, deadline]))) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RemoteError && error.failure.status === 403) return { kind: 'hidden' };
      const late = new DeadlineError(`reading: no answer within ${PART_TIMEOUT_MS / 1000} s`, { cause: error });
      return { kind: 'unknown', error: viewOf(deadline.aborted ? late : error) };
    }
  }

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
      part(async (cloud) =>
        (await cloud.network.networks()).map(({ id, name, status, mtuBytes, external, type }) => ({
          id,
          name,
          status,
          mtuBytes,
          external,
          type,
        })),
      ),
      part((cloud) => readQuotas(cloud, hasVolumes)),
      volumePart(async (cloud) =>
        (await cloud.volume.volumes()).map(({ id, name, status, sizeGiB }) => ({ id, name, status, sizeGiB })),
      ),
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

/** Lean rows: a thousand of them stand in the journal. The fault is asked by id; lists leave it out. */
async function readServers({ compute }: OpenStack) {
  const all = await compute.servers();
  const broken = all.filter(({ status }) => status === 'ERROR').slice(0, FAULTS_ASKED);
  const faults = new Map(
    await Promise.all(broken.map(async ({ id }) => [id, (await compute.server(id))?.fault?.message] as const)),
  );
  return all.map(({ id, name, status, taskState, flavor, addresses, createdAt }) => ({
    id,
    name,
    status,
    taskState,
    flavor,
    networks: addresses.map(({ network, ip }) => `${network}=${ip}`).join(', '),
    createdAt,
    fault: faults.get(id),
  }));
}

async function readQuotas(
  { compute, network, volume }: OpenStack,
  hasVolumes: Part<boolean>,
): Promise<readonly Quota[]> {
  const volumes = hasVolumes.kind === 'read' && hasVolumes.value ? [volume.quotas()] : [];
  return (await Promise.all([compute.quotas(), network.quotas(), ...volumes])).flat();
}

/** The value of a part that was read, else an empty list. */
export function rowsOf<T>(part: Part<readonly T[]> | undefined): readonly T[] {
  return part?.kind === 'read' ? part.value : [];
}

/** The parts that could not be read, with why. */
export function unread(reading: Reading): { readonly part: PartName; readonly error: ErrorView }[] {
  return Object.entries(reading).flatMap(([name, part]) =>
    part?.kind === 'unknown' ? [{ part: name as PartName, error: part.error }] : [],
  );
}
