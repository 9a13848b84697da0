import { z } from 'zod';
import type { ClusterEvent, ConfigMap, Custom, Labels, Release } from '#domain/kubernetes.ts';
import { Metadata, metaOf, Strings, stringsOf } from './meta.ts';

const Text = z.string().default('');

/** A Helm release by the labels of its Secret; what the Secret holds is never read. */
export const ReleaseShape = z.object({ metadata: Metadata }).transform(({ metadata }): Release => {
  const meta = metaOf(metadata);
  const { name = '', version = '', status = '' } = meta.labels;
  return { ...meta, release: name, revision: Number(version) || 0, status };
});

/** @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ (as the core API shows it) */
export const EventShape = z
  .object({
    metadata: Metadata,
    involvedObject: z.object({ kind: Text, name: Text }).prefault({}),
    type: z.string().nullish(),
    reason: z.string().nullish(),
    message: z.string().nullish(),
    count: z.number().nullish(),
    lastTimestamp: z.string().nullish(),
    eventTime: z.string().nullish(),
    series: z.object({ count: z.number().default(0), lastObservedTime: z.string().nullish() }).nullish(),
  })
  .transform((event): ClusterEvent => {
    const { metadata, series } = event;
    const seen = series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? metadata.creationTimestamp;
    return {
      namespace: metadata.namespace ?? '',
      type: event.type === 'Warning' ? 'Warning' : 'Normal',
      reason: event.reason ?? '',
      message: event.message ?? '',
      object: event.involvedObject,
      count: series?.count ?? event.count ?? 1,
      lastAt: seen ?? '',
    };
  });

export const ConfigMapShape = z
  .object({ metadata: Metadata, data: Strings })
  .transform(({ metadata, data }): ConfigMap => ({
    ...metaOf(metadata),
    annotations: stringsOf(metadata.annotations),
    data: stringsOf(data),
  }));

export const SecretShape = z
  .object({ data: Strings })
  .transform(({ data }): Labels =>
    Object.fromEntries(
      Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    ),
  );

const Fields = z.record(z.string(), z.unknown()).nullish();
export const CustomShape = z
  .object({ metadata: Metadata, spec: Fields, status: Fields })
  .transform(({ metadata, spec, status }): Custom => ({ ...metaOf(metadata), spec: spec ?? {}, status: status ?? {} }));
