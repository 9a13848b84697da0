import { CheckError } from '#domain/errors.ts';
import type { Installed, Job, ObjectRef, Pod, Workload } from '#domain/kubernetes.ts';
import type { StepContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { adviceOn } from '#words/failures.ts';
import { clusterParts } from '../../status/cluster.ts';
import { groupsOf } from '../../status/namespace/groups.ts';
import { type LookUp, lookUpOf, selects } from '../../status/namespace/look-up.ts';
import { podTrouble } from '../../status/namespace/pod-troubles.ts';
import type { Reading } from '../../status/namespace/reading.ts';
import { type Unmet, unmetOf } from '../../status/namespace/unmet.ts';
import { conditionOf, ownerOf } from '../../status/namespace/why.ts';
import { rowsOf, together } from '../../status/part.ts';
import { WORKLOADS } from './world.ts';

/**
 * How a release stands. `later`: all that it still lacks is waited for by its pods, and nothing of it is there yet: a release
 * further on brings it.
 */
export type Standing =
  | { readonly kind: 'ready'; readonly detail: string }
  | { readonly kind: 'later'; readonly why: string }
  | { readonly kind: 'wait'; readonly why: string; readonly advice: string | undefined };

/** What a release is made of, as far as it can be watched. */
type Members = {
  readonly workloads: readonly (Workload | undefined)[];
  readonly jobs: readonly Job[];
  readonly pods: readonly Pod[];
};

/** A revision, by what it is made of. */
export type Made = {
  readonly namespace: string;
  readonly content: Installed;
  /** A rollback runs no hooks of an upgrade: what those left behind may never end, and is only told. Default false. */
  readonly isRollback?: boolean;
};

/**
 * Reads how all that a release is made of stands: Jobs, Deployments, StatefulSets, DaemonSets, and their pods.
 * @throws CheckError when a Job of it has failed for good
 */
export async function standingOf(ctx: StepContext, layer: Layer, made: Made): Promise<Standing> {
  const reading = await read(ctx, layer, made.namespace);
  const unread = [reading.pods, reading.deployments].find((part) => part?.kind === 'unknown');
  if (unread?.kind === 'unknown') return { kind: 'wait', why: unread.error.message, advice: unread.error.advice };
  return standingIn(reading, made, layer.name);
}

/** Pure. What a reading of its namespace says of a release. @throws CheckError as `standingOf` does */
export function standingIn(reading: Reading, { content, isRollback = false }: Made, layer: string): Standing {
  const look = lookUpOf(reading);
  const members = membersOf(reading, content);
  const { workloads } = members;
  const unended = members.jobs.filter(({ state }) => state !== 'complete');
  const waiting = isRollback ? [] : unended;
  const failed = waiting.find(({ state }) => state === 'failed');
  if (failed) throw failureOf(failed);
  const missing = [...workloads.filter((workload) => !workload || !isWhole(workload)), ...waiting];
  if (missing.length === 0) {
    const pods = workloads.reduce((sum, workload) => sum + (workload?.ready ?? 0), 0);
    const detail = words.whole(workloads.length, pods);
    const names = unended.map(({ name }) => name);
    return { kind: 'ready', detail: names.length === 0 ? detail : words.unfinished(detail, names) };
  }
  const groups = groupsOf(look, rowsOf(reading.services));
  const own = groups.find(({ pods }) => pods.some((pod) => members.pods.includes(pod)));
  const trouble = own && podTrouble(layer, own, look.atMs);
  const said = trouble && [trouble.what, trouble.cause].filter(Boolean).join(': ');
  if (isForLater(members, look)) return { kind: 'later', why: said ?? '' };
  const counts = words.missing(missing.map(nameOf));
  return { kind: 'wait', why: [counts, said].filter(Boolean).join('; '), advice: trouble?.advice };
}

function failureOf(job: Job): CheckError {
  return new CheckError(words.jobFailed(job), { advice: adviceOn(`${job.reason} ${job.name}`) ?? words.advice.job });
}

/** The parts of a status' reading that tell of pods and what they wait for. */
async function read({ environment, ports, signal }: StepContext, layer: Layer, namespace: string): Promise<Reading> {
  const by = { namespace };
  const part = clusterParts({ layer, environment, ports, signal });
  const parts = await together({
    pods: part((cluster) => cluster.pods(by)),
    deployments: part((cluster) => cluster.workloads('Deployment', by)),
    statefulSets: part((cluster) => cluster.workloads('StatefulSet', by)),
    daemonSets: part((cluster) => cluster.workloads('DaemonSet', by)),
    jobs: part((cluster) => cluster.jobs(by)),
    services: part((cluster) => cluster.services(by)),
    slices: part((cluster) => cluster.endpointSlices(by)),
    claims: part((cluster) => cluster.persistentVolumeClaims(by)),
    nodes: part((cluster) => cluster.nodes()),
    events: part((cluster) => cluster.events({ ...by, fields: 'type=Warning' })),
  });
  return { at: new Date().toISOString(), login: { kind: 'read', value: null }, ...parts };
}

function membersOf(reading: Reading, { objects, hooks }: Installed): Members {
  const all = [reading.deployments, reading.statefulSets, reading.daemonSets].flatMap((part) => rowsOf(part));
  const named = objects.filter(({ kind }) => WORKLOADS.has(kind));
  const jobNames = new Set([...objects, ...hooks].filter(({ kind }) => kind === 'Job').map(({ name }) => name));
  const owners = new Set([...named.map(keyOf), ...[...jobNames].map((name) => keyOf({ kind: 'Job', name }))]);
  return {
    workloads: named.map(({ kind, name }) => all.find((each) => each.kind === kind && each.name === name)),
    jobs: rowsOf(reading.jobs).filter(({ name }) => jobNames.has(name)),
    pods: rowsOf(reading.pods).filter((pod) => owners.has(keyOf(ownerOf(pod)))),
  };
}

function keyOf({ kind, name }: Pick<ObjectRef, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}

/** Ready, and a Deployment's pods all of the newest template; the others may be told to replace theirs only when deleted. */
function isWhole({ kind, ready, desired, updated, isObserved }: Workload): boolean {
  return isObserved && ready >= desired && (kind !== 'Deployment' || updated >= desired);
}

function nameOf(member: Workload | Job | undefined): string {
  if (!member) return words.absent;
  if (!('kind' in member)) return `Job ${member.name}`;
  return words.short(member.kind, member.name, member);
}

/** True when every pod that is not well waits for something that nobody has brought yet. */
function isForLater({ jobs, pods, workloads }: Members, look: LookUp): boolean {
  if (jobs.some(({ state }) => state !== 'complete') || workloads.some((workload) => !workload)) return false;
  const unwell = pods.filter((pod) => !['well', 'over'].includes(conditionOf(pod, look).kind));
  return unwell.length > 0 && unwell.every((pod) => waitsForLater(pod, look, []));
}

function waitsForLater(pod: Pod, look: LookUp, seen: readonly Pod[]): boolean {
  if (seen.includes(pod) || !pod.status.startsWith('Init:')) return false;
  return unmetOf(pod, look).some(
    (unmet) =>
      unmet.state === 'absent' || those(unmet, pod, look).some((other) => waitsForLater(other, look, [...seen, pod])),
  );
}

/** The pods behind something that is waited for. */
function those(unmet: Unmet, { namespace, dependencies }: Pod, look: LookUp): readonly Pod[] {
  if (unmet.kind !== 'Pods' || unmet.state !== 'unready') return [];
  const wanted = dependencies?.pods ?? [];
  return look.pods.filter(
    (other) =>
      other.namespace === namespace && !other.isReady && wanted.some(({ labels }) => selects(labels, other.labels)),
  );
}
