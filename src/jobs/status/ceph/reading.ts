import { z } from 'zod';
import type { Custom, Pod } from '#domain/kubernetes.ts';
import { clusterParts, type ReadCluster } from '../cluster.ts';
import { type Part, together } from '../part.ts';
import type { Source } from '../reader.ts';

const CEPH_CLUSTERS = { group: 'ceph.rook.io', version: 'v1', plural: 'cephclusters' };
/** @see https://rook.io/docs/rook/latest/CRDs/specification/#ceph.rook.io/v1.ClusterStatus */
const Status = z.object({
  phase: z.string().default(''),
  message: z.string().default(''),
  ceph: z
    .object({
      health: z.string().default(''),
      /** When Rook looked last, RFC 3339; each minute where nothing else is set. */
      lastChecked: z.string().optional(),
      details: z.record(z.string(), z.object({ severity: z.string(), message: z.string() })).default({}),
      capacity: z.object({ bytesTotal: z.number().default(0), bytesUsed: z.number().default(0) }).optional(),
    })
    .default({ health: '', details: {} }),
});
const Spec = z.object({ mon: z.object({ count: z.number() }).default({ count: 3 }) });

/** How one CephCluster is; a field that Rook has not written yet is empty. */
export type CephCluster = z.infer<typeof Status> & {
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: string;
  readonly monsWanted: number;
};
/** Parts of Ceph that run in pods. */
const ROLES = ['mon', 'mgr', 'osd', 'mds', 'rgw'] as const;
type Role = (typeof ROLES)[number];

/** Ceph as Rook, or OpenStack-Helm's older charts, run it. `at`: when it was read. */
export type Reading = { readonly at: string; readonly login: Part<{ readonly clockAheadMs?: number }> } & Partial<
  Awaited<ReturnType<typeof readParts>>
>;

export async function readCeph(source: Source): Promise<Reading> {
  const part = clusterParts(source);
  const at = new Date().toISOString();
  const login = await part((cluster) => cluster.connect());
  return login.kind === 'read' ? { at, login, ...(await readParts(source, part)) } : { at, login };
}

async function readParts({ layer: { namespace } }: Source, part: ReadCluster) {
  const by = namespace === undefined ? {} : { namespace };
  return together({
    clusters: part(async (cluster) => (await cluster.custom(CEPH_CLUSTERS, by))?.map(cephClusterOf)),
    pods: part(async (cluster) => (await cluster.pods(by)).filter((pod) => roleOf(pod) !== undefined)),
    // An OSD's Deployment stays when its pod is gone: it tells how many there should be.
    deployments: part((cluster) => cluster.workloads('Deployment', { ...by, labels: { app: 'rook-ceph-osd' } })),
  });
}

function cephClusterOf({ name, namespace, createdAt, spec, status }: Custom): CephCluster {
  const { mon } = Spec.catch({ mon: { count: 3 } }).parse(spec);
  const { data } = Status.safeParse(status);
  const none = { phase: '', message: '', ceph: { health: '', details: {} } };
  return { ...(data ?? none), name, namespace, createdAt, monsWanted: mon.count };
}

/** `app=rook-ceph-osd`, or of the older charts `application=ceph, component=osd`. */
export function roleOf({ labels }: Pod): Role | undefined {
  const app = labels['app'] ?? '';
  const name = app.startsWith('rook-ceph-') ? app.slice('rook-ceph-'.length) : labels['component'];
  const isCeph = app.startsWith('rook-ceph-') || labels['application'] === 'ceph';
  return isCeph ? ROLES.find((role) => role === name) : undefined;
}
