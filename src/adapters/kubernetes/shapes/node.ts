import { z } from 'zod';
import type { Node } from '#domain/kubernetes.ts';
import { conditionOf, Conditions, Metadata, metaOf } from './meta.ts';

const ROLE = 'node-role.kubernetes.io/';

/** @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ */
export const NodeShape = z
  .object({
    metadata: Metadata,
    spec: z
      .object({
        unschedulable: z.boolean().default(false),
        providerID: z.string().default(''),
        taints: z.array(z.object({ key: z.string(), value: z.string().default(''), effect: z.string() })).nullish(),
      })
      .prefault({}),
    status: z
      .object({
        conditions: Conditions,
        addresses: z.array(z.object({ type: z.string(), address: z.string() })).nullish(),
        nodeInfo: z
          .object({
            kubeletVersion: z.string().default(''),
            osImage: z.string().default(''),
            kernelVersion: z.string().default(''),
            containerRuntimeVersion: z.string().default(''),
          })
          .prefault({}),
      })
      .prefault({}),
  })
  .transform(({ metadata, spec, status }): Node => {
    const meta = metaOf(metadata);
    const address = (type: string) => status.addresses?.find((each) => each.type === type)?.address ?? '';
    return {
      ...meta,
      roles: Object.keys(meta.labels)
        .filter((label) => label.startsWith(ROLE) && label.length > ROLE.length)
        .map((label) => label.slice(ROLE.length))
        .toSorted(),
      ready: conditionOf(status.conditions, 'Ready')?.status ?? 'Unknown',
      conditions: status.conditions ?? [],
      schedulable: !spec.unschedulable,
      taints: spec.taints ?? [],
      internalIp: address('InternalIP'),
      externalIp: address('ExternalIP'),
      providerId: spec.providerID,
      version: status.nodeInfo.kubeletVersion,
      osImage: status.nodeInfo.osImage,
      kernel: status.nodeInfo.kernelVersion,
      runtime: status.nodeInfo.containerRuntimeVersion,
    };
  });
