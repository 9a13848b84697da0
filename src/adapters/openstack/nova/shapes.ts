import { z } from 'zod';
import type {
  ComputeService,
  Flavor,
  Hypervisor,
  KeyPair,
  PowerState,
  Server,
  ServerGroup,
} from '#domain/openstack.ts';

/** Nova's answers, reshaped to ours. @see https://docs.openstack.org/api-ref/compute/ (2.53 to 2.100) */
const Address = z.object({ addr: z.string(), 'OS-EXT-IPS:type': z.enum(['fixed', 'floating']).default('fixed') });

/** @see nova/objects/fields.py, InstancePowerState */
const POWER_STATES: Readonly<Record<number, PowerState>> = {
  ...{ 1: 'running', 3: 'paused', 4: 'shutdown', 6: 'crashed', 7: 'suspended' },
};
const Attached = z.object({ id: z.string(), delete_on_termination: z.boolean().default(false) });

export const ServerShape = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    'OS-EXT-STS:task_state': z.string().nullish(),
    // From 2.47 on the flavor is embedded, without an id.
    flavor: z.looseObject({ original_name: z.string().optional(), id: z.string().optional() }).optional(),
    // An empty text when it was booted from a volume.
    image: z.union([z.literal(''), z.looseObject({ id: z.string() })]).nullish(),
    key_name: z.string().nullish(),
    hostId: z.string().default(''),
    'OS-EXT-SRV-ATTR:host': z.string().nullish(),
    'OS-EXT-AZ:availability_zone': z.string().nullish(),
    'OS-EXT-STS:power_state': z.number().nullish(),
    'os-extended-volumes:volumes_attached': z.array(Attached).default([]),
    server_groups: z.array(z.string()).optional(),
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
    powerState: POWER_STATES[server['OS-EXT-STS:power_state'] ?? 0] ?? 'none',
    imageId: server.image ? server.image.id : '',
    ...(server.key_name ? { keyName: server.key_name } : {}),
    ...(server['OS-EXT-AZ:availability_zone'] ? { availabilityZone: server['OS-EXT-AZ:availability_zone'] } : {}),
    hostId: server.hostId,
    ...(server['OS-EXT-SRV-ATTR:host'] ? { host: server['OS-EXT-SRV-ATTR:host'] } : {}),
    addresses: Object.entries(server.addresses).flatMap(([network, entries]) =>
      entries.map((entry) => ({ network, ip: entry.addr, type: entry['OS-EXT-IPS:type'] })),
    ),
    volumes: server['os-extended-volumes:volumes_attached'].map(
      ({ id, delete_on_termination: deleteOnTermination }) => ({
        id,
        deleteOnTermination,
      }),
    ),
    ...(server.server_groups ? { serverGroupIds: server.server_groups } : {}),
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
    members: z.array(z.string()).default([]),
  })
  .transform(({ id, name, policy, policies, members }): ServerGroup => ({
    id,
    name,
    policy: policy ?? policies[0] ?? '',
    memberIds: members,
  }));

export const ServiceShape = z
  .object({
    id: z.coerce.string(),
    binary: z.string(),
    host: z.string(),
    zone: z.string(),
    status: z.enum(['enabled', 'disabled']),
    state: z.enum(['up', 'down']),
    disabled_reason: z.string().nullish(),
    forced_down: z.boolean().default(false),
    updated_at: z.string().nullish(),
  })
  .transform(
    ({ disabled_reason: reason, forced_down: forcedDown, updated_at: updatedAt, ...service }): ComputeService => ({
      ...service,
      forcedDown,
      ...(reason ? { disabledReason: reason } : {}),
      ...(updatedAt ? { updatedAt } : {}),
    }),
  );

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
