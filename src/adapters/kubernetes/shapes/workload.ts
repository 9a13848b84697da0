import { z } from 'zod';
import type { CronJob, DisruptionBudget, Job, Workload } from '#domain/kubernetes.ts';
import { conditionOf, Conditions, Metadata, metaOf, Strings, stringsOf } from './meta.ts';

const Count = z.number().default(0);
const Template = z
  .object({
    metadata: z.object({ labels: Strings }).prefault({}),
    spec: z.object({ nodeSelector: Strings }).prefault({}),
  })
  .prefault({});

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/ (apps/v1) */
const Replicated = z.object({
  metadata: Metadata,
  spec: z.object({ replicas: z.number().default(1), template: Template }).prefault({}),
  status: z
    .object({
      observedGeneration: Count,
      replicas: Count,
      readyReplicas: Count,
      updatedReplicas: Count,
      availableReplicas: Count,
    })
    .prefault({}),
});
const DaemonSet = z.object({
  metadata: Metadata,
  spec: z.object({ template: Template }).prefault({}),
  status: z
    .object({
      observedGeneration: Count,
      desiredNumberScheduled: Count,
      currentNumberScheduled: Count,
      numberReady: Count,
      updatedNumberScheduled: Count,
      numberAvailable: Count,
    })
    .prefault({}),
});

export const WorkloadShapes = {
  Deployment: Replicated.transform((object) => replicated('Deployment', object)),
  StatefulSet: Replicated.transform((object) => replicated('StatefulSet', object)),
  DaemonSet: DaemonSet.transform(({ metadata, spec, status }): Workload => ({
    ...commonOf(metadata, spec.template, status.observedGeneration),
    kind: 'DaemonSet',
    desired: status.desiredNumberScheduled,
    current: status.currentNumberScheduled,
    ready: status.numberReady,
    updated: status.updatedNumberScheduled,
    available: status.numberAvailable,
  })),
};

function replicated(kind: 'Deployment' | 'StatefulSet', object: z.infer<typeof Replicated>): Workload {
  const { metadata, spec, status } = object;
  return {
    ...commonOf(metadata, spec.template, status.observedGeneration),
    kind,
    desired: spec.replicas,
    current: status.replicas,
    ready: status.readyReplicas,
    updated: status.updatedReplicas,
    available: status.availableReplicas,
  };
}

function commonOf(metadata: z.infer<typeof Metadata>, template: z.infer<typeof Template>, observed: number) {
  return {
    ...metaOf(metadata),
    nodeSelector: stringsOf(template.spec.nodeSelector),
    podLabels: stringsOf(template.metadata.labels),
    isObserved: observed >= (metadata.generation ?? 0),
  };
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/ */
export const JobShape = z
  .object({
    metadata: Metadata,
    spec: z.object({ completions: z.number().nullish(), suspend: z.boolean().nullish() }).prefault({}),
    status: z
      .object({
        active: Count,
        succeeded: Count,
        failed: Count,
        startTime: z.string().optional(),
        completionTime: z.string().optional(),
        conditions: Conditions,
      })
      .prefault({}),
  })
  .transform(({ metadata, spec, status }): Job => {
    const holds = (type: string) => conditionOf(status.conditions, type)?.status === 'True';
    const failure = holds('Failed') ? conditionOf(status.conditions, 'Failed') : undefined;
    const rest = spec.suspend ? 'suspended' : 'running';
    return {
      ...metaOf(metadata),
      completions: spec.completions ?? 1,
      active: status.active,
      succeeded: status.succeeded,
      failed: status.failed,
      state: holds('Complete') ? 'complete' : failure ? 'failed' : rest,
      reason: failure?.reason ?? '',
      message: failure?.message ?? '',
      startedAt: status.startTime,
      completedAt: status.completionTime,
      hook: metadata.annotations?.['helm.sh/hook'],
    };
  });

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/ */
export const CronJobShape = z
  .object({
    metadata: Metadata,
    spec: z.object({ schedule: z.string().default(''), suspend: z.boolean().nullish() }).prefault({}),
    status: z
      .object({
        active: z.array(z.object({})).nullish(),
        lastScheduleTime: z.string().nullish(),
        lastSuccessfulTime: z.string().nullish(),
      })
      .prefault({}),
  })
  .transform(({ metadata, spec, status }): CronJob => ({
    ...metaOf(metadata),
    schedule: spec.schedule,
    isSuspended: spec.suspend ?? false,
    active: status.active?.length ?? 0,
    lastScheduledAt: status.lastScheduleTime ?? undefined,
    lastSucceededAt: status.lastSuccessfulTime ?? undefined,
  }));

/** @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/ */
export const DisruptionBudgetShape = z
  .object({
    metadata: Metadata,
    spec: z.object({ selector: z.object({ matchLabels: Strings }).nullish() }).prefault({}),
    status: z
      .object({ disruptionsAllowed: Count, currentHealthy: Count, desiredHealthy: Count, expectedPods: Count })
      .prefault({}),
  })
  .transform(({ metadata, spec, status }): DisruptionBudget => ({
    ...metaOf(metadata),
    ...status,
    selector: stringsOf(spec.selector?.matchLabels),
  }));
