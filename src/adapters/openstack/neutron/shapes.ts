import { z } from 'zod';
import type { Agent, FloatingIp, Network, Port, Router, SecurityGroup, Subnet } from '#domain/openstack.ts';

/** Neutron's answers, reshaped to ours. @see https://docs.openstack.org/api-ref/network/v2/ */
const description = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

export const NetworkShape = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    mtu: z.number().default(0),
    'router:external': z.boolean().default(false),
    shared: z.boolean().default(false),
    subnets: z.array(z.string()).default([]),
    description,
    'provider:network_type': z.string().nullish(),
  })
  .transform((network): Network => ({
    id: network.id,
    name: network.name,
    status: network.status,
    mtuBytes: network.mtu,
    external: network['router:external'],
    shared: network.shared,
    subnetIds: network.subnets,
    description: network.description,
    ...(network['provider:network_type'] ? { type: network['provider:network_type'] } : {}),
  }));

export const SubnetShape = z.object({
  id: z.string(),
  name: z.string(),
  cidr: z.string(),
  description,
}) satisfies z.ZodType<Subnet>;

export const RouterShape = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    external_gateway_info: z.looseObject({ network_id: z.string() }).nullish(),
    description,
  })
  .transform(({ external_gateway_info: gateway, ...router }): Router => ({
    ...router,
    ...(gateway ? { externalNetworkId: gateway.network_id } : {}),
  }));

export const PortShape = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    network_id: z.string(),
    device_id: z.string().default(''),
    device_owner: z.string().default(''),
    fixed_ips: z.array(z.object({ ip_address: z.string(), subnet_id: z.string() })).default([]),
    security_groups: z.array(z.string()).default([]),
    allowed_address_pairs: z
      .array(z.object({ ip_address: z.string(), mac_address: z.string().optional() }))
      .default([]),
    port_security_enabled: z.boolean().default(true),
    description,
  })
  .transform((port): Port => ({
    id: port.id,
    name: port.name,
    status: port.status,
    networkId: port.network_id,
    deviceId: port.device_id,
    deviceOwner: port.device_owner,
    fixedIps: port.fixed_ips.map((entry) => ({ ip: entry.ip_address, subnetId: entry.subnet_id })),
    securityGroupIds: port.security_groups,
    allowedAddressPairs: port.allowed_address_pairs.map(({ ip_address: ip, mac_address: mac }) => ({ ip, mac })),
    securityEnabled: port.port_security_enabled,
    description: port.description,
  }));

export const FloatingIpShape = z
  .object({
    id: z.string(),
    floating_ip_address: z.string(),
    status: z.string(),
    port_id: z.string().nullish(),
    description,
  })
  .transform(({ floating_ip_address: address, port_id: portId, ...rest }): FloatingIp => ({
    ...rest,
    address,
    ...(portId ? { portId } : {}),
  }));

export const SecurityGroupShape = z.object({
  id: z.string(),
  name: z.string(),
  description,
}) satisfies z.ZodType<SecurityGroup>;

export const AgentShape = z
  .object({
    id: z.string(),
    agent_type: z.string(),
    host: z.string(),
    availability_zone: z.string().nullish(),
    alive: z.boolean(),
    admin_state_up: z.boolean(),
    binary: z.string(),
  })
  .transform(({ agent_type: type, availability_zone: zone, admin_state_up: adminUp, ...agent }): Agent => ({
    ...agent,
    type,
    adminUp,
    ...(zone ? { zone } : {}),
  }));

/** `{resource: {used, limit, reserved}}` of /quotas/<project>/details.json */
export const QuotaDetails = z.object({
  quota: z.record(z.string(), z.looseObject({ used: z.number(), limit: z.number() })),
});
