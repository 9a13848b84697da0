import { z } from 'zod';
import type { ComputeService, Flavor, Hypervisor, KeyPair, Server, ServerGroup } from '#domain/openstack.ts';

/** Nova's answers, reshaped to ours. @see https://docs.openstack.org/api-ref/compute/ (2.53 to 2.100) */
const Address = z.object({ addr: z.string(), 'OS-EXT-IPS:type': z.enum(['fixed', 'floating']).default('fixed') });

export const ServerShape = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    'OS-EXT-STS:task_state': z.string().nullish(),
    // From 2.47 on the flavor is embedded, without an id.
    flavor: z.looseObject({ original_name: z.string().optional(), id: z.string().optional() }).optional(),
    hostId: z.string().default(''),
    addresses: z.record(z.string(), z.array(Address)).default({}),
    metadata: z.record(z.string(), z.string()).default({}),
    created: z.string().default(''),
    fault: z.looseObject({ code: z.number(), message: z.string() }).optional(),
  })
  .transform((server): Server => ({
    id: server.id,
    name: server.name,
    status: server.status,
    ...(server['OS-EXT-STS:task_state'] ? { taskState: server['OS-EXT-STS:task_state'] } : {}),
    ...(server.flavor ? { flavor: server.flavor.original_name ?? server.flavor.id } : {}),
    hostId: server.hostId,
    addresses: Object.entries(server.addresses).flatMap(([network, entries]) =>
      entries.map((entry) => ({ network, ip: entry.addr, type: entry['OS-EXT-IPS:type'] })),
    ),
    metadata: server.metadata,
    createdAt: server.created,
    ...(server.fault ? { fault: { code: server.fault.code, message: server.fault.message } } : {}),
  }));

export const FlavorShape = z
  .object({ id: z.string(), name: z.string(), vcpus: z.number(), ram: z.number(), disk: z.number() })
  .transform(({ ram, disk, ...flavor }): Flavor => ({ ...flavor, ramMiB: ram, diskGiB: disk }));

export const KeyPairShape = z
  .object({ keypair: z.object({ name: z.string(), fingerprint: z.string() }) })
  .transform(({ keypair }): KeyPair => keypair);

export const ServerGroupShape = z
  .object({
    id: z.string(),
    name: z.string(),
    policy: z.string().optional(),
    policies: z.array(z.string()).default([]),
  })
  .transform(({ id, name, policy, policies }): ServerGroup => ({ id, name, policy: policy ?? policies[0] ?? '' }));

export const ServiceShape = z
  .object({
    id: z.coerce.string(),
    binary: z.string(),
    host: z.string(),
    zone: z.string(),
    status: z.enum(['enabled', 'disabled']),
    state: z.enum(['up', 'down']),
    disabled_reason: z.string().nullish(),
    updated_at: z.string().nullish(),
  })
  .transform(({ disabled_reason: reason, updated_at: updatedAt, ...service }): ComputeService => ({
    ...service,
    ...(reason ? { disabledReason: reason } : {}),
    ...(updatedAt ? { updatedAt } : {}),
  }));

export const HypervisorShape = z
  .object({
    id: z.coerce.string(),
    hypervisor_hostname: z.string(),
    hypervisor_type: z.string().default(''),
    host_ip: z.string().nullish(),
    state: z.string(),
    status: z.string(),
  })
  .transform((hypervisor): Hypervisor => ({
    id: hypervisor.id,
    name: hypervisor.hypervisor_hostname,
    type: hypervisor.hypervisor_type,
    hostIp: hypervisor.host_ip ?? '',
    state: hypervisor.state,
    status: hypervisor.status,
  }));

const Absolute = z.record(z.string(), z.number());
export const LimitsShape = z.object({ limits: z.object({ absolute: Absolute }) });
