import { z } from 'zod';
import type { Condition, Labels, Meta } from '#domain/kubernetes.ts';

/** Parts that objects of several kinds have. Objects without status, and lists that are null, are taken as empty. */
export const Strings = z.record(z.string(), z.string()).nullish();

export const Metadata = z.object({
  name: z.string().default(''),
  namespace: z.string().optional(),
  uid: z.string().default(''),
  labels: Strings,
  annotations: Strings,
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  generation: z.number().optional(),
  ownerReferences: z
    .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().optional() }))
    .nullish(),
});

const NONE: Labels = {};
export function stringsOf(given: Labels | null | undefined): Labels {
  return given ?? NONE;
}

export function metaOf(metadata: z.infer<typeof Metadata>): Meta {
  const { name, namespace = '', uid, labels, creationTimestamp, deletionTimestamp, ownerReferences } = metadata;
  const owner = ownerReferences?.find((reference) => reference.controller);
  return {
    name,
    namespace,
    uid,
    labels: stringsOf(labels),
    createdAt: creationTimestamp ?? '',
    ...(deletionTimestamp ? { deletingAt: deletionTimestamp } : {}),
    ...(owner ? { owner: { kind: owner.kind, name: owner.name } } : {}),
  };
}

const STATUSES = ['True', 'False', 'Unknown'] as const;
export const Conditions = z
  .array(
    z.object({
      type: z.string(),
      status: z.enum(STATUSES).default('Unknown'),
      reason: z.string().default(''),
      message: z.string().default(''),
    }),
  )
  .nullish();

export function conditionOf(conditions: readonly Condition[] | null | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}
