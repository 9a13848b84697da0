import type { Job, Labels, Node, Workload } from '#domain/kubernetes.ts';
import type { Layer } from '#domain/stack.ts';
import type { Trouble } from '#domain/report.ts';
import { words } from '#words/cluster.ts';
import { meaningOf } from '#words/failures.ts';
import { rowsOf } from '../part.ts';
import { keyOf, type LookUp, selects } from './look-up.ts';
import type { Reading } from './reading.ts';

const say = words.trouble;
/** Labels by which charts choose among kinds of nodes: that a cluster has none of a kind is no trouble. */
const COMMON = /^(kubernetes\.io\/|node\.kubernetes\.io\/|beta\.kubernetes\.io\/)/;

/** Every Deployment, StatefulSet and DaemonSet. */
export function workloadsOf(reading: Reading): readonly Workload[] {
  return [reading.deployments, reading.statefulSets, reading.daemonSets].flatMap((part) => rowsOf(part));
}

/** Workloads that are not whole, where no pod of theirs has told why. */
export function workloadTroubles(
  layer: Layer,
  reading: Reading,
  { look, told }: { readonly look: LookUp; readonly told: ReadonlySet<string> },
): Trouble[] {
  return workloadsOf(reading).flatMap((workload): Trouble[] => {
    const { kind, name, ready, desired } = workload;
    const placed = kind === 'DaemonSet' ? nodesTrouble(layer, workload, reading) : undefined;
    if (placed) return [placed];
    if (told.has(`${kind}/${keyOf(workload)}`)) return [];
    const isShort = ready < desired && !isOnTheWay(workload, look);
    if (!isShort) return [];
    const cause = look.warning(kind, workload) || undefined;
    return [
      {
        layer: layer.name,
        health: 'failure',
        what: say.short(kind, name, { ready, desired }),
        cause,
        advice: say.shortAdvice,
      },
    ];
  });
}

/** Its pods are there and start: they have time. */
function isOnTheWay({ namespace, podLabels, desired }: Workload, look: LookUp): boolean {
  const pods = look.pods.filter((pod) => pod.namespace === namespace && selects(podLabels, pod.labels));
  return pods.length >= desired;
}

/** A DaemonSet goes by labels of nodes: none has them (0 of 0), or fewer are taken than have them. */
function nodesTrouble(layer: Layer, { name, desired, nodeSelector }: Workload, reading: Reading): Trouble | undefined {
  const wanted = Object.entries(nodeSelector).filter(([label]) => !COMMON.test(label));
  if (wanted.length === 0 || reading.nodes?.kind !== 'read') return undefined;
  const nodes = rowsOf(reading.nodes).filter(({ labels }) => selects(nodeSelector, labels));
  const labelled = nodes.filter(isOpen).length;
  if (desired >= labelled && nodes.length > 0) return undefined;
  // In a namespace of its own every DaemonSet is there for a reason; among all others it may be a spare one.
  const health = layer.namespace === undefined ? 'warning' : 'failure';
  const labels = textOf(Object.fromEntries(wanted));
  if (nodes.length === 0)
    return { layer: layer.name, health, what: say.noNodes(name, labels), advice: say.noNodesAdvice(labels) };
  return {
    layer: layer.name,
    health: 'warning',
    what: say.fewNodes(name, { desired, labelled }),
    advice: say.fewNodesAdvice,
  };
}

/** A DaemonSet bears the taints that Kubernetes itself sets; of others it need not. */
function isOpen({ taints }: Node): boolean {
  return taints.every(({ key, effect }) => effect === 'PreferNoSchedule' || key.startsWith('node.kubernetes.io/'));
}

function textOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
}

/** Jobs that failed, by reason; those of a CronJob that has succeeded since are past. */
export function jobTroubles(layer: string, reading: Reading): Trouble[] {
  const cronJobs = new Map(rowsOf(reading.cronJobs).map((cronJob) => [keyOf(cronJob), cronJob]));
  const isPast = ({ namespace, owner, startedAt }: Job) => {
    const cronJob = owner?.kind === 'CronJob' ? cronJobs.get(keyOf({ namespace, name: owner.name })) : undefined;
    return cronJob?.lastSucceededAt !== undefined && cronJob.lastSucceededAt > (startedAt ?? '');
  };
  const failed = rowsOf(reading.jobs).filter((job) => job.state === 'failed' && !isPast(job));
  const reasons = Map.groupBy(failed, ({ reason }) => reason);
  return [...reasons].map(([reason, jobs]) => {
    const names = jobs.map(({ name }) => name);
    const meaning = meaningOf(`${reason} ${names.join(' ')}`);
    const cause = meaning?.cause ?? jobs.find(({ message }) => message !== '')?.message;
    return {
      layer,
      health: 'failure',
      what: say.jobs(names, reason),
      cause,
      advice: meaning?.advice ?? say.jobsAdvice,
    };
  });
}
