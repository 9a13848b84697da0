import { claimedNamespaces } from '#domain/foundation.ts';
import type { ClusterEvent, Select } from '#domain/kubernetes.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { clusterParts, type ReadCluster } from '../cluster.ts';
import { type Part, partsUntil, rowsOf, together } from '../part.ts';
import type { Source } from '../reader.ts';
import { readWebs } from './webs.ts';

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces' };

/** Everything that stands in the namespace of a layer, or in all that no layer calls its own. `at`: when it was read. */
export type Reading = { readonly at: string; readonly login: Part<unknown> } & Partial<
  Awaited<ReturnType<typeof readParts>>
>;

/** Reads everything at once, each part with its own deadline; only the login when there is none. */
export async function readNamespace(source: Source): Promise<Reading> {
  const part = clusterParts(source);
  const at = new Date().toISOString();
  const login = await part((cluster) => cluster.connect());
  return login.kind === 'read' ? { at, login, ...(await readParts(source, part)) } : { at, login };
}

async function readParts({ layer, environment, ports, signal }: Source, part: ReadCluster) {
  const own = partsUntil(signal);
  const by = selectOf(layer, environment);
  const read = await together({
    namespaces: part(async (cluster) => (await cluster.custom(NAMESPACES))?.filter(({ name }) => isMeant(by, name))),
    pods: part((cluster) => cluster.pods(by)),
    deployments: part((cluster) => cluster.workloads('Deployment', by)),
    statefulSets: part((cluster) => cluster.workloads('StatefulSet', by)),
    daemonSets: part((cluster) => cluster.workloads('DaemonSet', by)),
    jobs: part((cluster) => cluster.jobs(by)),
    cronJobs: part((cluster) => cluster.cronJobs(by)),
    services: part((cluster) => cluster.services(by)),
    slices: part((cluster) => cluster.endpointSlices(by)),
    routes: part((cluster) => cluster.routes(by)),
    claims: part((cluster) => cluster.persistentVolumeClaims(by)),
    classes: part((cluster) => cluster.storageClasses()),
    releases: part((cluster) => cluster.releases(by)),
    nodes: part((cluster) => cluster.nodes()),
    events: part(async (cluster) => newestOf(await cluster.events({ ...by, fields: 'type=Warning' }))),
    // Where the API of the layer's cloud can be reached, its endpoints are looked up among these Services.
    endpoints: own(async (until) =>
      layer.cloud === undefined ? undefined : ports.openstack(layer.name, until).identity.endpoints(),
    ),
  });
  const webs = await readWebs(part, rowsOf(read.services));
  return { ...read, webs };
}

/** True for a namespace that the selection takes in. */
function isMeant({ namespace, notIn = [] }: Select, name: string): boolean {
  return namespace === undefined ? !notIn.includes(name) : namespace === name;
}

function selectOf(layer: Layer, environment: Environment): Select {
  if (layer.namespace !== undefined) return { namespace: layer.namespace };
  const notIn = claimedNamespaces(environment, layer);
  return notIn.length === 0 ? {} : { notIn };
}

/** The last word about each object. Events come newest first. */
function newestOf(events: readonly ClusterEvent[]): readonly ClusterEvent[] {
  const newest = new Map<string, ClusterEvent>();
  for (const event of events) {
    const key = `${event.object.kind}/${event.namespace}/${event.object.name}`;
    if (!newest.has(key)) newest.set(key, event);
  }
  return [...newest.values()];
}
