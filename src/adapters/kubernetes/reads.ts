import type { ClusterEvent, Kubernetes, Release, Select } from '#domain/kubernetes.ts';
import { type Client, type Kind, pathOf } from './client.ts';
import { InstalledShape } from './shapes/installed.ts';
import { HttpRouteShape, EndpointSliceShape, IngressShape, ServiceShape } from './shapes/network.ts';
import { NodeShape } from './shapes/node.ts';
import { PodShape } from './shapes/pod.ts';
import { PersistentVolumeClaimShape, PersistentVolumeShape, StorageClassShape } from './shapes/storage.ts';
import { ConfigMapShape, CustomShape, EventShape, ReleaseShape, SecretShape } from './shapes/things.ts';
import { CronJobShape, DisruptionBudgetShape, JobShape, WorkloadShapes } from './shapes/workload.ts';

export const PODS: Kind = { version: 'v1', plural: 'pods' };
const WORKLOADS = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;
const GATEWAYS = 'gateway.networking.k8s.io/v1';
/** Secrets hold the whole chart; of releases only the labels are wanted. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

type Reads = Pick<
  Kubernetes,
  | 'nodes'
  | 'pods'
  | 'workloads'
  | 'jobs'
  | 'cronJobs'
  | 'services'
  | 'endpointSlices'
  | 'routes'
  | 'persistentVolumes'
  | 'persistentVolumeClaims'
  | 'storageClasses'
  | 'disruptionBudgets'
  | 'releases'
  | 'revisions'
  | 'installed'
  | 'events'
  | 'configMap'
  | 'secret'
  | 'custom'
  | 'get'
>;

/** The lists and single objects of a cluster. */
export function openReads(client: Client): Reads {
  const core = (plural: string): Kind => ({ version: 'v1', plural });
  const rows = async <T>(kind: Kind, shape: Parameters<typeof client.list<T>>[1], by?: Select) =>
    (await client.list(kind, shape, by)).rows;
  const named = (plural: string, namespace: string, name: string) => ({
    doing: `reading ${plural.slice(0, -1)} "${namespace}/${name}" of ${client.name}`,
    path: pathOf(core(plural), { namespace, name }),
  });

  async function routes(by?: Select) {
    const ingresses = rows({ version: 'networking.k8s.io/v1', plural: 'ingresses' }, IngressShape, by);
    const gateways = client.kindOf(GATEWAYS, ({ kind }) => kind === 'HTTPRoute');
    const found = gateways.then((kind) =>
      kind ? rows({ version: GATEWAYS, plural: kind.name }, HttpRouteShape, by) : [],
    );
    return (await Promise.all([ingresses, found])).flat();
  }

  async function revisions(by?: Select) {
    const labels = { ...by?.labels, owner: 'helm' };
    return (await client.list(core('secrets'), ReleaseShape, { ...by, labels, accept: METADATA_ONLY })).rows;
  }

  return {
    nodes: (by) => rows(core('nodes'), NodeShape, by),
    pods: (by) => rows(PODS, PodShape, by),
    workloads: (kind, by) => rows({ version: 'apps/v1', plural: WORKLOADS[kind] }, WorkloadShapes[kind], by),
    jobs: (by) => rows({ version: 'batch/v1', plural: 'jobs' }, JobShape, by),
    cronJobs: (by) => rows({ version: 'batch/v1', plural: 'cronjobs' }, CronJobShape, by),
    services: (by) => rows(core('services'), ServiceShape, by),
    endpointSlices: (by) => rows({ version: 'discovery.k8s.io/v1', plural: 'endpointslices' }, EndpointSliceShape, by),
    routes,
    persistentVolumes: () => rows(core('persistentvolumes'), PersistentVolumeShape),
    persistentVolumeClaims: (by) => rows(core('persistentvolumeclaims'), PersistentVolumeClaimShape, by),
    storageClasses: () => rows({ version: 'storage.k8s.io/v1', plural: 'storageclasses' }, StorageClassShape),
    disruptionBudgets: (by) =>
      rows({ version: 'policy/v1', plural: 'poddisruptionbudgets' }, DisruptionBudgetShape, by),
    releases: async (by) => newestOf(await revisions(by)),
    async revisions({ namespace, release }) {
      const all = await revisions({ namespace, labels: { name: release } });
      return all.toSorted((a, b) => a.revision - b.revision);
    },
    installed: ({ namespace, name }) => client.find(named('secrets', namespace, name), InstalledShape),
    events: async (by) => (await rows<ClusterEvent>(core('events'), EventShape, by)).toSorted(newestFirst),
    configMap: (namespace, name) => client.find(named('configmaps', namespace, name), ConfigMapShape),
    secret: (namespace, name) => client.find(named('secrets', namespace, name), SecretShape),
    async custom({ group, version, plural }, by = {}) {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      const kind = await client.kindOf(apiVersion, ({ name }) => name === plural);
      const { namespace, ...rest } = by;
      const within = kind?.namespaced && namespace !== undefined ? { namespace } : {};
      return kind && rows({ version: apiVersion, plural }, CustomShape, { ...rest, ...within });
    },
    async get({ apiVersion, kind, name, namespace = 'default' }) {
      const known = await client.kindOf(apiVersion, (each) => each.kind === kind);
      if (!known) return undefined;
      const at = known.namespaced ? { namespace, name } : { name };
      const path = pathOf({ version: apiVersion, plural: known.name }, at);
      return client.find({ doing: `reading ${kind} "${name}" of ${client.name}`, path }, CustomShape);
    },
  };
}

function newestFirst(a: ClusterEvent, b: ClusterEvent): number {
  return Date.parse(b.lastAt) - Date.parse(a.lastAt);
}

function newestOf(all: readonly Release[]): Release[] {
  const newest = new Map<string, Release>();
  for (const release of all) {
    const key = `${release.namespace}/${release.release}`;
    if (release.revision > (newest.get(key)?.revision ?? -1)) newest.set(key, release);
  }
  return [...newest.values()];
}
