import { z } from 'zod';
import type { Kubernetes } from '#domain/kubernetes.ts';
import { type Client, MANAGER, pathOf } from './client.ts';

const CronJobTemplate = z.object({
  metadata: z.object({ uid: z.string() }),
  spec: z.object({
    jobTemplate: z.object({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).optional() }).prefault({}),
      spec: z.unknown(),
    }),
  }),
});

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_job/ */
export async function runCronJob(
  client: Client,
  { namespace, name }: Parameters<Kubernetes['runCronJob']>[0],
  jobName: string,
): Promise<void> {
  const doing = `running CronJob "${namespace}/${name}" of ${client.name} as Job "${jobName}"`;
  const path = pathOf({ version: 'batch/v1', plural: 'cronjobs' }, { namespace, name });
  const { metadata, spec } = await client.call({ doing, path }, CronJobTemplate);
  const { metadata: labelled, spec: work } = spec.jobTemplate;
  const annotations = { ...labelled.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' };
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name, uid: metadata.uid, controller: true };
  const job = { ...labelled, name: jobName, namespace, annotations, ownerReferences: [owner] };
  await client.send({
    ...{ doing, method: 'POST', path: pathOf({ version: 'batch/v1', plural: 'jobs' }, { namespace }), query: MANAGER },
    body: { apiVersion: 'batch/v1', kind: 'Job', metadata: job, spec: work },
    expected: [409],
  });
}
