import { type Call, check, known, page, type Reply, reply, type Routes, type Service, allows } from './http.ts';
import { addressesOf, interfacesOf, makePort, type NewPort, release } from './ports.ts';
import { type Network, owned, type Owned, type Port, type Router, type Rule, type Store, where } from './store.ts';

type Kind<T extends Owned, Given> = {
  readonly all: Map<string, T>;
  /** As in `{"network": ...}`; its path has dashes and an s behind. */
  readonly one: string;
  /** @throws Refusal */
  make(given: Given, common: Owned): T;
  /** What is shown besides what is stored. */
  view?(thing: T): object;
  /** Takes away what hangs on it. @throws Refusal when it is in use */
  drop?(thing: T): void;
};
type NewSubnet = { network_id: string; cidr: string; gateway_ip?: string };
type NewFloatingIp = { floating_network_id: string; port_id?: string };

const PAGING = new Set(['limit', 'marker', 'fields', 'sort_key', 'sort_dir', 'page_reverse']);

/** Networks, routers and all that hangs on them; ports and floating IPs are wired at once. */
export function neutron(store: Store): Service {
  const { networks, subnets, ports, routers, floatingIps, securityGroups, rules } = store;
  const portsBy = (by: 'network_id' | 'device_id', id: string) => where(ports, (port) => port[by] === id);
  const counted = {
    ...{ network: networks, subnet: subnets, port: ports, router: routers, floatingip: floatingIps },
    ...{ security_group: securityGroups, security_group_rule: rules },
  } as const;
  const usedOf = (name: string, project: string) =>
    where<Owned>(counted[name as keyof typeof counted], (each) => each.project_id === project).length;

  /** The five calls that every kind has. Filters compare exactly; an administrator sees every project. */
  function crud<T extends Owned, Given>({ all, one, make, view, drop }: Kind<T, Given>): Routes {
    const path = `/${one.replaceAll('_', '-')}s`;
    const what = one.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const show = (thing: T) => ({ ...thing, ...view?.(thing) });
    const sees = ({ user }: Call, thing: T) =>
      user.role === 'admin' || thing.project_id === user.project_id || 'router:external' in thing;
    const fits = ({ query }: Call, thing: object) =>
      [...query].every(([key, value]) => {
        return PAGING.has(key) || String(Object.entries(thing).find(([name]) => name === key)?.[1]) === value;
      });
    return {
      [`GET ${path}`]: (call) => {
        const seen = where(all, (thing) => sees(call, thing)).map(show);
        return page(
          call,
          `${one}s`,
          seen.filter((thing) => fits(call, thing)),
        );
      },
      [`POST ${path}`]: ({ body, user: { project_id: project } }) => {
        const { name, description, ...given } = body[one];
        check(!('tags' in given), '400 HTTPBadRequest', "Attribute 'tags' not allowed in POST");
        const isFree = allows(store, one, usedOf(one, project) + 1);
        check(isFree, '409 OverQuota', `Quota exceeded for resources: ['${one}'].`);
        const made = make(given, owned(project, name, description));
        all.set(made.id, made);
        return reply({ [one]: show(made) }, 201);
      },
      [`GET ${path}/{id}`]: ({ params }) => reply({ [one]: show(known(all, what, params['id'])) }),
      [`PUT ${path}/{id}`]: ({ params, body }) =>
        reply({ [one]: show(Object.assign(known(all, what, params['id']), body[one])) }),
      [`DELETE ${path}/{id}`]: ({ params }) => {
        const thing = known(all, what, params['id']);
        drop?.(thing);
        all.delete(thing.id);
        return reply(undefined, 204);
      },
    };
  }

  const network = crud({
    all: networks,
    one: 'network',
    make({ mtu = store.mtuBytes }: { mtu?: number }, common): Network {
      const text = `Invalid input for operation: Requested MTU is too big, maximum is ${store.mtuBytes}.`;
      check(mtu <= store.mtuBytes, '400 InvalidInput', text);
      return { ...common, status: 'ACTIVE', mtu, 'router:external': false, 'provider:network_type': 'vxlan' };
    },
    view: ({ id }) => ({
      shared: false,
      subnets: where(subnets, (each) => each.network_id === id).map((each) => each.id),
    }),
    drop({ id }) {
      const used = portsBy('network_id', id).map((port) => port.id);
      const text = `There are one or more ports still in use on the network, id for these ports is ${used.join(', ')}.`;
      check(used.length === 0, '409 NetworkInUse', `Unable to complete operation on network ${id}. ${text}`);
      for (const subnet of where(subnets, (each) => each.network_id === id)) subnets.delete(subnet.id);
    },
  });
  const subnet = crud({
    all: subnets,
    one: 'subnet',
    make({ network_id, cidr, gateway_ip = addressesOf(cidr)[0] ?? '' }: NewSubnet, common) {
      known(networks, 'Network', network_id);
      return { ...common, network_id, cidr, gateway_ip, ip_version: 4 };
    },
    drop({ id }) {
      const used = where(ports, ({ fixed_ips: ips }) => ips.some((ip) => ip.subnet_id === id));
      const text = 'One or more ports have an IP allocation from this subnet.';
      check(used.length === 0, '409 SubnetInUse', `Unable to complete operation on subnet ${id}: ${text}`);
    },
  });
  const port = crud({
    all: ports,
    one: 'port',
    make: (given: NewPort, common): Port => makePort(store, common, given),
    drop({ id, device_owner: owner }) {
      const text = `Port ${id} cannot be deleted directly via the port API: has device owner ${owner}.`;
      check(!owner.startsWith('network:'), '409 ServicePortInUse', text);
      release(store, id);
    },
  });
  const router = crud({
    all: routers,
    one: 'router',
    make({ external_gateway_info: gateway = null }: Partial<Router>, common): Router {
      const device = { device_id: common.id, device_owner: 'network:router_gateway' };
      if (gateway) makePort(store, owned(''), { network_id: gateway.network_id, ...device });
      return { ...common, status: 'ACTIVE', external_gateway_info: gateway };
    },
    drop({ id }) {
      check(interfacesOf(store, id).length === 0, '409 RouterInUse', `Router ${id} still has ports`);
      for (const gateway of portsBy('device_id', id)) ports.delete(gateway.id);
    },
  });
  const floatingIp = crud({
    all: floatingIps,
    one: 'floatingip',
    make({ floating_network_id: external, port_id: portId }: NewFloatingIp, common) {
      const inside = portId === undefined ? undefined : known(ports, 'Port', portId);
      const around = inside ? portsBy('network_id', inside.network_id) : [];
      const gateways = around.map((each) => routers.get(each.device_id)?.external_gateway_info?.network_id);
      const text = `External network ${external} is not reachable from port ${portId}.`;
      check(!inside || gateways.includes(external), '404 ExternalGatewayForFloatingIPNotFound', text);
      const device = { device_id: common.id, device_owner: 'network:floatingip' };
      const outside = makePort(store, owned(''), { network_id: external, ...device });
      const address = { floating_network_id: external, floating_ip_address: outside.fixed_ips[0]?.ip_address ?? '' };
      return { ...common, ...address, port_id: inside?.id ?? null, status: inside ? 'ACTIVE' : 'DOWN' };
    },
    drop: ({ id }) => portsBy('device_id', id).forEach((each) => ports.delete(each.id)),
  });
  const securityGroup = crud({
    all: securityGroups,
    one: 'security_group',
    make: (_given: object, common): Owned => common,
    view: ({ id }) => ({ security_group_rules: where(rules, (rule) => rule.security_group_id === id) }),
    drop({ id }) {
      const used = where(ports, ({ security_groups: groups }) => groups.includes(id));
      check(used.length === 0, '409 SecurityGroupInUse', `Security Group ${id} in use.`);
      for (const rule of where(rules, (each) => each.security_group_id === id)) rules.delete(rule.id);
    },
  });
  const securityGroupRule = crud({
    all: rules,
    one: 'security_group_rule',
    make(given: Pick<Rule, 'security_group_id' | 'direction'> & Partial<Rule>, common): Rule {
      known(securityGroups, 'SecurityGroup', given.security_group_id);
      const rule = { ...common, protocol: null, port_range_min: null, port_range_max: null, ...given };
      const keys = ['security_group_id', 'direction', 'protocol', 'port_range_min', 'port_range_max'] as const;
      const [same] = where(rules, (each) => keys.every((key) => each[key] === rule[key]));
      check(!same, '409 SecurityGroupRuleExists', `Security group rule already exists. Rule id is ${same?.id}.`);
      return rule;
    },
  });

  function addInterface({ params: { id = '' }, body: { subnet_id } }: Call): Reply {
    known(routers, 'Router', id);
    const { network_id, gateway_ip: ip_address } = known(subnets, 'Subnet', subnet_id);
    const isThere = interfacesOf(store, id).some(({ fixed_ips: [ip] }) => ip?.subnet_id === subnet_id);
    const text = `Bad router request: Router already has a port on subnet ${subnet_id}.`;
    check(!isThere, '400 BadRequest', text);
    const device = { device_id: id, device_owner: 'network:router_interface' };
    makePort(store, owned(''), { network_id, ...device, fixed_ips: [{ ip_address, subnet_id }] });
    return reply({ id, subnet_id, network_id });
  }

  function removeInterface({ params: { id = '' }, body: { subnet_id } }: Call): Reply {
    known(routers, 'Router', id);
    const [between] = interfacesOf(store, id).filter(({ fixed_ips: [ip] }) => ip?.subnet_id === subnet_id);
    const none = `Router ${id} has no interface on subnet ${subnet_id}`;
    check(between, '404 RouterInterfaceNotFoundForSubnet', none);
    const behind = portsBy('network_id', between.network_id).map((each) => each.id);
    const needed = where(floatingIps, ({ port_id: portId }) => portId !== null && behind.includes(portId));
    const text = `Router interface for subnet ${subnet_id} on router ${id} is required by one or more floating IPs.`;
    check(needed.length === 0, '409 RouterInterfaceInUseByFloatingIP', text);
    ports.delete(between.id);
    return reply({ id, subnet_id });
  }

  function quotas({ params: { project = '' } }: Call): Reply {
    const details = Object.keys(counted).map((name) => {
      return [name, { used: usedOf(name, project), limit: store.quotas[name], reserved: 0 }] as const;
    });
    return reply({ quota: Object.fromEntries(details) });
  }

  return {
    name: 'neutron',
    version: 'v2.0',
    errorBody: ({ message, type }) => ({ NeutronError: { type, message, detail: '' } }),
    routes: {
      ...{ ...network, ...subnet, ...port, ...router, ...floatingIp, ...securityGroup, ...securityGroupRule },
      'PUT /routers/{id}/add_router_interface': addInterface,
      'PUT /routers/{id}/remove_router_interface': removeInterface,
      // Policy leaves a member without agents rather than refusing.
      'GET /agents': (call) =>
        page(
          call,
          'agents',
          where(store.agents, () => call.user.role === 'admin'),
        ),
      'GET /quotas/{project}/details.json': quotas,
    },
  };
}
