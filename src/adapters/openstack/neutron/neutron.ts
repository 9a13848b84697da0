import { z } from 'zod';
import type { ByMark, NetworkApi } from '#domain/openstack.ts';
import { isStatus, openClient } from '../client.ts';
import type { Session } from '../session.ts';
import {
  AgentShape,
  FloatingIpShape,
  NetworkShape,
  PortShape,
  QuotaDetails,
  RouterShape,
  SecurityGroupShape,
  SubnetShape,
} from './shapes.ts';

const SETTINGS = { type: 'network', version: '/v2.0' } as const;
const SHOWN_QUOTAS = new Set([
  ...['network', 'subnet', 'port', 'router', 'floatingip', 'security_group', 'security_group_rule'],
]);

/** Neutron. Its filters compare exactly; `tags` are refused on create, so our mark is the description. */
export function openNeutron(session: Session, signal: AbortSignal): NetworkApi {
  const neutron = openClient(session, SETTINGS, signal);
  const on = `cloud "${session.config.name}"`;

  /** The five calls that every kind of object has. */
  function kind<T>(
    path: string,
    { one, what, shape }: { readonly one: string; readonly what: string; readonly shape: z.ZodType<T> },
  ) {
    return {
      list: (filter: Filter = {}) => {
        return neutron.list(
          `listing ${what}s of ${on}`,
          { path: `/${path}${queryOf(filter)}`, key: path.replace('-', '_') },
          shape,
        );
      },
      async get(id: string): Promise<T | undefined> {
        const found = await neutron.get(`reading ${what} ${id}`, `/${path}/${id}`, z.object({ [one]: shape }));
        return found?.[one];
      },
      async create(name: string, fields: object): Promise<T> {
        const request = {
          doing: `creating ${what} "${name}"`,
          method: 'POST',
          path: `/${path}`,
          body: { [one]: fields },
        } as const;
        return (await neutron.call(request, z.object({ [one]: shape })))[one] as T;
      },
      remove: (id: string) => neutron.remove(`deleting ${what} ${id}`, `/${path}/${id}`),
    };
  }
  const filterOf = ({ name, description }: ByMark = {}) => ({ name, description });
  const networks = kind('networks', { one: 'network', what: 'network', shape: NetworkShape });
  const subnets = kind('subnets', { one: 'subnet', what: 'subnet', shape: SubnetShape });
  const routers = kind('routers', { one: 'router', what: 'router', shape: RouterShape });
  const ports = kind('ports', { one: 'port', what: 'port', shape: PortShape });
  const floatingIps = kind('floatingips', { one: 'floatingip', what: 'floating IP', shape: FloatingIpShape });
  const groups = kind('security-groups', { one: 'security_group', what: 'security group', shape: SecurityGroupShape });

  return {
    networks: (by) => networks.list(filterOf(by)),
    network: networks.get,
    createNetwork: (network) => networks.create(network.name, network),
    deleteNetwork: networks.remove,
    subnets: (by) => subnets.list(filterOf(by)),
    createSubnet: ({ networkId, ...subnet }) =>
      subnets.create(subnet.name, { ...subnet, network_id: networkId, ip_version: 4 }),
    deleteSubnet: subnets.remove,
    routers: (by) => routers.list(filterOf(by)),
    createRouter: ({ externalNetworkId, ...router }) =>
      routers.create(router.name, { ...router, external_gateway_info: { network_id: externalNetworkId } }),
    async addRouterInterface(routerId, subnetId) {
      try {
        const doing = `connecting router ${routerId} to subnet ${subnetId}`;
        const path = `/routers/${routerId}/add_router_interface`;
        await neutron.send({ doing, method: 'PUT', path, body: { subnet_id: subnetId } });
      } catch (error) {
        // "Router already has a port on subnet": an earlier attempt did it.
        if (!(isStatus(error, 400, 409) && String(error).includes('already has a port'))) throw error;
      }
    },
    async removeRouterInterface(routerId, subnetId) {
      const path = `/routers/${routerId}/remove_router_interface`;
      await neutron.remove(`disconnecting router ${routerId} from subnet ${subnetId}`, path, { subnet_id: subnetId });
    },
    deleteRouter: routers.remove,
    ports: (by = {}) => ports.list({ ...filterOf(by), device_id: by.deviceId, network_id: by.networkId }),
    createPort: ({ networkId, securityGroupIds, allowedAddressPairs, securityEnabled, ...port }) => {
      const pairs = allowedAddressPairs?.map(({ ip, mac }) => ({ ip_address: ip, mac_address: mac }));
      return ports.create(port.name, {
        ...port,
        network_id: networkId,
        security_groups: securityGroupIds,
        ...(pairs === undefined ? {} : { allowed_address_pairs: pairs }),
        ...(securityEnabled === undefined ? {} : { port_security_enabled: securityEnabled }),
      });
    },
    port: ports.get,
    deletePort: ports.remove,
    floatingIps: (by = {}) => floatingIps.list({ description: by.description, port_id: by.portId }),
    createFloatingIp: ({ networkId, portId, description }) =>
      floatingIps.create(description, { floating_network_id: networkId, port_id: portId, description }),
    floatingIp: floatingIps.get,
    deleteFloatingIp: floatingIps.remove,
    securityGroups: (by) => groups.list(filterOf(by)),
    createSecurityGroup: (group) => groups.create(group.name, group),
    async allow({ securityGroupId, direction, protocol, port, remoteGroupId }) {
      const range = port === undefined ? {} : { port_range_min: port, port_range_max: port };
      const rule = {
        ...{ security_group_id: securityGroupId, direction, ethertype: 'IPv4', ...range },
        ...(protocol === undefined ? {} : { protocol }),
        ...(remoteGroupId === undefined ? {} : { remote_group_id: remoteGroupId }),
      };
      const what = `${protocol ?? 'everything'}${port === undefined ? '' : `/${port}`}`;
      const doing = `allowing ${what} in security group ${securityGroupId}`;
      try {
        await neutron.send({
          doing,
          method: 'POST',
          path: '/security-group-rules',
          body: { security_group_rule: rule },
        });
      } catch (error) {
        if (!isStatus(error, 409) || !String(error).includes('already exists')) throw error;
      }
    },
    deleteSecurityGroup: groups.remove,
    agents: () => neutron.list(`listing network agents of ${on}`, { path: '/agents', key: 'agents' }, AgentShape),
    routersOn: (id) => {
      const path = `/agents/${id}/l3-routers`;
      return neutron.list(`listing routers on network agent ${id} of ${on}`, { path, key: 'routers' }, RouterShape);
    },
    agentsOf: (id) => {
      const path = `/routers/${id}/l3-agents`;
      return neutron.list(`listing network agents of router ${id} of ${on}`, { path, key: 'agents' }, AgentShape);
    },
    deleteAgent: (id) => neutron.remove(`deleting network agent ${id} of ${on}`, `/agents/${id}`),
    async quotas() {
      const path = `/quotas/${await neutron.projectId()}/details.json`;
      const { quota } = await neutron.call({ doing: `reading network quotas of ${on}`, path }, QuotaDetails);
      return Object.entries(quota)
        .filter(([resource]) => SHOWN_QUOTAS.has(resource))
        .map(([resource, { used, limit }]) => ({ resource: `${resource.replaceAll('_', ' ')}s`, used, limit }));
    },
  };
}

type Filter = Readonly<Record<string, string | undefined>>;

function queryOf(filter: Filter): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filter)) if (value !== undefined) query.set(key, value);
  return query.size === 0 ? '' : `?${query.toString()}`;
}
