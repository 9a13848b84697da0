import { CheckError } from '#domain/errors.ts';
import type { Job, Pod } from '#domain/kubernetes.ts';
import type { Settled, Step, StepContext } from '#domain/run.ts';
import { adviceOn } from '#words/failures.ts';
import { words } from '#words/smoke-kubernetes.ts';
import { LOOK_MS } from '../../mark.ts';
import { holdupOf } from './holdup.ts';
import { clusterOf, labelsOf, namespaceOf, objectStep, type Placed } from './object.ts';
import { podSpec, type PodSpecOn } from './pod-spec.ts';

/** A pod has so long to be scheduled, to pull its image, to run and to end, its second try included. */
const DEADLINE_SECONDS = 180;
/** A lookup or a copy is tried again: rules and names of a new Service reach the nodes a moment after its endpoints. */
const RETRIES = 2;

export type PodRunOn = {
  readonly layer: string;
  readonly what: string;
  readonly title: string;
  readonly skip?: string | undefined;
  readonly deadlineSeconds?: number;
  /** As `looking up "web" in a pod`: how a failure begins. */
  doing(ctx: StepContext): string;
  pod(ctx: StepContext): Promise<Omit<PodSpecOn, 'restartPolicy'>> | Omit<PodSpecOn, 'restartPolicy'>;
  /** What to do when its command ends with an error. */
  readonly advice: string;
  /** What the end of it means, when it went well. Default: ready, with the node. */
  ended?(ctx: StepContext, placed: Placed): Promise<Settled<Placed>> | Settled<Placed>;
};

/** A Job whose one pod runs an argument array to its end: what the exit code says is what is so. */
export function podRunStep(on: PodRunOn): Step<Placed> {
  const { layer, what, title, skip, deadlineSeconds = DEADLINE_SECONDS, ended } = on;
  return objectStep({
    ...{ layer, what, title, skip },
    timeoutMs: (deadlineSeconds + 15) * 1000,
    kind: { apiVersion: 'batch/v1', kind: 'Job' },
    async make(ctx) {
      const spec = podSpec({ ...(await on.pod(ctx)), restartPolicy: 'Never' });
      const template = { metadata: { labels: labelsOf(ctx.run, what) }, spec };
      return { fields: { spec: { backoffLimit: RETRIES, activeDeadlineSeconds: deadlineSeconds, template } } };
    },
    async settle(ctx, placed) {
      const by = { namespace: namespaceOf(ctx.run), labels: labelsOf(ctx.run, what) };
      const cluster = clusterOf(ctx, layer);
      const [[job], pods] = await Promise.all([cluster.jobs(by), cluster.pods(by)]);
      if (!job) throw new CheckError(words.gone(on.doing(ctx), 'Job'));
      if (job.state === 'failed') throw await failureOf(ctx, on, { job, pods });
      if (job.state === 'complete') {
        const nodes = pods.filter(({ phase }) => phase === 'Succeeded').map(({ node }) => node);
        const done = { ...placed, nodes };
        return (await ended?.(ctx, done)) ?? { kind: 'ready', value: done, detail: words.on(nodes) };
      }
      const { why, advice, isFinal } = await holdupOf(cluster, pods, by.namespace);
      if (isFinal) throw new CheckError(`${on.doing(ctx)}: ${why}`, { advice: advice ?? words.advice.pod });
      return { kind: 'wait', afterMs: LOOK_MS, why, advice: advice ?? words.advice.pod };
    },
  });
}

/** The pod's own last words, where it has said any. */
async function failureOf(
  ctx: StepContext,
  { layer, doing, advice }: PodRunOn,
  { job, pods }: { readonly job: Job; readonly pods: readonly Pod[] },
): Promise<CheckError> {
  const last = pods.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1);
  const spoken = last ? await lastWords(ctx, layer, last) : '';
  const said = spoken || job.message || job.reason;
  return new CheckError(`${doing(ctx)}: ${said}`, { advice: adviceOn(said) ?? advice });
}

async function lastWords(ctx: StepContext, layer: string, { namespace, name }: Pod): Promise<string> {
  try {
    const text = await clusterOf(ctx, layer).logs({ namespace, name }, 5);
    return text.trim().split('\n').at(-1)?.trim() ?? '';
  } catch {
    // Its container never began, or the kubelet does not answer: the Job's own words remain.
    ctx.signal.throwIfAborted();
    return '';
  }
}
