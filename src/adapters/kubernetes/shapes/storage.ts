import { z } from 'zod';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '#domain/kubernetes.ts';
import { Metadata, metaOf } from './meta.ts';

const Text = z.string().default('');
const Texts = z.array(z.string()).nullish();
const Capacity = z.object({ storage: Text }).prefault({});

/** @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/ */
export const PersistentVolumeShape = z
  .object({
    metadata: Metadata,
    spec: z
      .object({
        capacity: Capacity,
        accessModes: Texts,
        persistentVolumeReclaimPolicy: Text,
        claimRef: z.object({ namespace: Text, name: Text }).nullish(),
        storageClassName: Text,
        local: z.object({}).optional(),
        hostPath: z.object({}).optional(),
      })
      .prefault({}),
    status: z.object({ phase: Text }).prefault({}),
  })
  .transform(({ metadata, spec, status }): PersistentVolume => ({
    ...metaOf(metadata),
    capacity: spec.capacity.storage,
    accessModes: spec.accessModes ?? [],
    phase: status.phase,
    reclaimPolicy: spec.persistentVolumeReclaimPolicy,
    claim: spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '',
    storageClass: spec.storageClassName,
    isLocal: spec.local !== undefined || spec.hostPath !== undefined,
  }));

/** @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/ */
export const PersistentVolumeClaimShape = z
  .object({
    metadata: Metadata,
    spec: z.object({ volumeName: Text, storageClassName: Text, accessModes: Texts }).prefault({}),
    status: z.object({ phase: Text, capacity: Capacity, accessModes: Texts }).prefault({}),
  })
  .transform(({ metadata, spec, status }): PersistentVolumeClaim => ({
    ...metaOf(metadata),
    phase: status.phase,
    volume: spec.volumeName,
    capacity: status.capacity.storage,
    accessModes: status.accessModes ?? spec.accessModes ?? [],
    storageClass: spec.storageClassName,
  }));

/** @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/storage-class-v1/ */
export const StorageClassShape = z
  .object({ metadata: Metadata, provisioner: Text })
  .transform(({ metadata, provisioner }): StorageClass => ({
    ...metaOf(metadata),
    provisioner,
    isDefault: metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
  }));
