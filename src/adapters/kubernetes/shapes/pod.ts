import { z } from 'zod';
import type { Pod, Waiting } from '#domain/kubernetes.ts';
import { dependenciesOf, Environment } from './dependencies.ts';
import { conditionOf, Conditions, Metadata, metaOf } from './meta.ts';
import { columnsOf } from './pod-columns.ts';

const Terminated = z.object({
  exitCode: z.number().default(0),
  signal: z.number().default(0),
  reason: z.string().default(''),
  message: z.string().default(''),
});
const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  started: z.boolean().nullish(),
  restartCount: z.number().default(0),
  state: z
    .object({
      waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
      running: z.object({}).optional(),
      terminated: Terminated.optional(),
    })
    .prefault({}),
  lastState: z.object({ terminated: Terminated.optional() }).prefault({}),
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

const RawPod = z.object({
  metadata: Metadata,
  spec: z
    .object({
      nodeName: z.string().default(''),
      containers: z.array(z.object({ name: z.string() })).default([]),
      initContainers: z
        .array(z.object({ name: z.string(), restartPolicy: z.string().optional(), env: Environment }))
        .nullish(),
      volumes: z
        .array(
          z.object({
            name: z.string().default(''),
            emptyDir: z.object({}).nullish(),
            persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
            ephemeral: z.object({}).nullish(),
          }),
        )
        .nullish(),
    })
    .prefault({}),
  status: z
    .object({
      phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).default('Unknown'),
      reason: z.string().default(''),
      message: z.string().default(''),
      podIP: z.string().default(''),
      conditions: Conditions,
      initContainerStatuses: z.array(ContainerStatus).nullish(),
      containerStatuses: z.array(ContainerStatus).nullish(),
    })
    .prefault({}),
});
export type RawPod = z.infer<typeof RawPod>;

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export const PodShape = RawPod.transform((pod): Pod => {
  const { metadata, spec, status } = pod;
  const scheduled = conditionOf(status.conditions, 'PodScheduled');
  const kept = scheduled?.status === 'False' ? scheduled : undefined;
  return {
    ...metaOf(metadata),
    node: spec.nodeName,
    phase: status.phase,
    ...columnsOf(pod),
    isReady: conditionOf(status.conditions, 'Ready')?.status === 'True',
    ip: status.podIP,
    reason: status.reason || kept?.reason || '',
    message: status.message || kept?.message || '',
    waiting: [
      ...(status.initContainerStatuses ?? []).flatMap((container) => waitingOf(container, true)),
      ...(status.containerStatuses ?? []).flatMap((container) => waitingOf(container, false)),
    ],
    dependencies: dependenciesOf(pod),
    claims: (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim: claim, ephemeral }) => {
      if (claim) return [claim.claimName];
      return ephemeral ? [`${metadata.name}-${name}`] : [];
    }),
    localVolumes: (spec.volumes ?? []).flatMap(({ name, emptyDir }) => (emptyDir ? [name] : [])),
    isMirror: metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined,
  };
});

/** Not for those that only wait for others to end (`PodInitializing`), nor for those that ended well. */
function waitingOf({ name, state, lastState }: ContainerStatus, isInit: boolean): Waiting[] {
  const { waiting, terminated } = state;
  const last = lastState.terminated;
  if (waiting !== undefined && waiting.reason !== '' && waiting.reason !== 'PodInitializing') {
    const { reason, message } = waiting;
    return [
      {
        container: name,
        isInit,
        reason,
        message,
        ...(last ? { lastReason: last.reason, exitCode: last.exitCode } : {}),
      },
    ];
  }
  if (terminated === undefined || terminated.exitCode === 0) return [];
  const { reason, message, exitCode } = terminated;
  return [{ container: name, isInit, reason: reason || 'Error', message, exitCode }];
}
