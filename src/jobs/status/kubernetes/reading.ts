import { foundationOf } from '#domain/foundation.ts';
import { clusterParts, type ReadCluster } from '../cluster.ts';
import { LIST_TIMEOUT_MS, type Part, partsUntil, together } from '../part.ts';
import type { Source } from '../reader.ts';

type Login = { readonly version: string; readonly server: string; readonly user: string };
/** What the cluster itself is made of, and the servers under its nodes. `at`: when it was read. */
export type Reading = {
  readonly at: string;
  readonly login: Part<Login>;
  /** Name of the cloud layer whose servers its nodes are; undefined: they stand on metal. */
  readonly below?: string | undefined;
} & Partial<Awaited<ReturnType<typeof readParts>>>;

/** Reads everything at once, each part with its own deadline; only the login when there is none. */
export async function readCluster(source: Source): Promise<Reading> {
  const part = clusterParts(source);
  const at = new Date().toISOString();
  const login = await part((cluster) => cluster.connect());
  if (login.kind !== 'read') return { at, login };
  const below = foundationOf(source.environment, source.layer).findLast(
    ({ kind, name }) => kind === 'openstack' && name !== source.layer.name,
  )?.name;
  return { at, login, below, ...(await readParts(source, { part, below })) };
}

async function readParts(
  { ports, signal }: Source,
  { part, below }: { readonly part: ReadCluster; readonly below: string | undefined },
) {
  const own = partsUntil(signal);
  return together({
    unready: part((cluster) => cluster.unready()),
    nodes: part((cluster) => cluster.nodes()),
    volumes: part((cluster) => cluster.persistentVolumes()),
    classes: part((cluster) => cluster.storageClasses()),
    servers: own(
      async (until) => (below === undefined ? undefined : ports.openstack(below, until).compute.servers()),
      LIST_TIMEOUT_MS,
    ),
  });
}
