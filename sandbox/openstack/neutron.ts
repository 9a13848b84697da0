import { randomUUID } from 'node:crypto';
import { allows, type Call, check, known, page, type Reply, reply, type Routes } from './http.ts';
import { addressesOf, interfacesOf, makePort, release } from './ports.ts';
import { put, type Store, type Thing, where } from './store.ts';

/** `make`: fields besides the given; `view`: what is shown besides them; `drop`: what goes with it. @throws Refusal */
type Kind = { make?(given: Thing): object; view?(thing: Thing): object; drop?(thing: Thing): void };
const RULE = ['security_group_id', 'direction', 'protocol', 'port_range_min', 'port_range_max'];

/** Networks, routers and all that hangs on them; ports and floating IPs are wired at once. */
export function neutron(store: Store): Routes {
  const kinds = Object.entries(kindsOf(store));
  const crud = Object.assign({}, ...kinds.map(([path, kind]) => crudOf(store, path as Path, kind))) as Routes;
  return {
    ...crud,
    'PUT /routers/{id}/add_router_interface': (call) => connect(store, call),
    'PUT /routers/{id}/remove_router_interface': (call) => disconnect(store, call),
    // Policy leaves a member without agents rather than refusing.
    'GET /agents': (call) => page(call, 'agents', call.user.role === 'admin' ? where(store.agents) : []),
    'GET /agents/{id}/l3-routers': ({ id, user }) => {
      check(user.role === 'admin', `403: (rule:get_l3-routers) is disallowed by policy`);
      known(store.agents, 'Agent', id);
      const bound = where(store.bindings, ({ agent_id: agent }) => agent === id);
      return reply({ routers: bound.map(({ router_id: router }) => store.routers.get(router)) });
    },
    'GET /routers/{id}/l3-agents': ({ id, user }) => {
      check(user.role === 'admin', `403: (rule:get_l3-agents) is disallowed by policy`);
      const bound = where(store.bindings, ({ router_id: router }) => router === id);
      return reply({ agents: bound.map(({ agent_id: agent }) => store.agents.get(agent)) });
    },
    'DELETE /agents/{id}': ({ id, user }) => {
      check(user.role === 'admin', `403: (rule:delete_agent) is disallowed by policy`);
      for (const bound of where(store.bindings, ({ agent_id: agent }) => agent === id)) store.bindings.delete(bound.id);
      return reply(void store.agents.delete(known(store.agents, 'Agent', id).id), 204);
    },
    'GET /quotas/{id}/details.json': ({ id }) => {
      const quotas = kinds.map(([path]) => {
        const used = where(store[path as Path], (each) => each.project_id === id).length;
        return [path.slice(0, -1), { used, limit: store.quotas[path.slice(0, -1)], reserved: 0 }];
      });
      return reply({ quota: Object.fromEntries(quotas) });
    },
  };
}

type Path = keyof ReturnType<typeof kindsOf>;

function kindsOf(store: Store) {
  const { networks, subnets, ports, routers, bindings, security_groups: groups, security_group_rules: rules } = store;
  const by = (key: string, id: unknown) => (thing: Thing) => thing[key] === id;
  const idsOf = (things: readonly Thing[]) => things.map(({ id }) => id).join(', ');
  return {
    networks: {
      make({ mtu = store.mtuBytes }) {
        check(mtu <= store.mtuBytes, `400 InvalidInput: Requested MTU is too big, maximum is ${store.mtuBytes}.`);
        return { status: 'ACTIVE', mtu, 'router:external': false, 'provider:network_type': 'vxlan' };
      },
      view: ({ id }) => ({ subnets: where(subnets, by('network_id', id)).map((each) => each.id) }),
      drop({ id }) {
        const used = idsOf(where(ports, by('network_id', id)));
        check(used === '', `409 NetworkInUse: Unable to complete operation on network ${id}. Ports in use: ${used}.`);
        for (const subnet of where(subnets, by('network_id', id))) subnets.delete(subnet.id);
      },
    },
    subnets: {
      make: ({ network_id: id, cidr }) => known(networks, 'Network', id) && { gateway_ip: addressesOf(cidr)[0] },
      drop({ id }) {
        const used = idsOf(where(ports, (port) => port.fixed_ips[0]?.subnet_id === id));
        check(used === '', `409 SubnetInUse: Unable to complete operation on subnet ${id}. Ports in use: ${used}.`);
      },
    },
    ports: {
      make: (given) => makePort(store, { network_id: '', ...given }),
      drop({ id, device_owner: owner }) {
        check(!owner.startsWith('network:'), `409 ServicePortInUse: Port ${id} has device owner ${owner}.`);
        release(store, id);
      },
    },
    routers: {
      make({ id: device_id, external_gateway_info: gateway = null }) {
        const device = { device_id, device_owner: 'network:router_gateway' };
        if (gateway) makePort(store, { network_id: gateway.network_id, ...device });
        const [agent] = where(store.agents, ({ agent_type: type, alive }) => type === 'L3 agent' && alive);
        if (agent) put(bindings, { router_id: device_id, agent_id: agent.id });
        return { status: 'ACTIVE', external_gateway_info: gateway };
      },
      drop({ id }) {
        check(interfacesOf(store, id).length === 0, `409 RouterInUse: Router ${id} still has ports`);
        for (const gateway of where(ports, by('device_id', id))) ports.delete(gateway.id);
        for (const bound of where(bindings, by('router_id', id))) bindings.delete(bound.id);
      },
    },
    floatingips: {
      make({ id: device_id, floating_network_id: network_id, port_id = null }) {
        const inside = port_id === null ? undefined : known(ports, 'Port', port_id);
        const around = where(ports, by('network_id', inside?.network_id)).map((each) => routers.get(each.device_id));
        const isReached = around.some((router) => router?.external_gateway_info?.network_id === network_id);
        check(!inside || isReached, `404 ExternalGatewayForFloatingIPNotFound: ${network_id} is not reachable.`);
        const { fixed_ips: ips } = makePort(store, { network_id, device_id, device_owner: 'network:floatingip' });
        return { floating_ip_address: ips[0].ip_address, port_id, status: inside ? 'ACTIVE' : 'DOWN' };
      },
      drop: ({ id }) => where(ports, by('device_id', id)).forEach((port) => ports.delete(port.id)),
    },
    security_groups: {
      view: ({ id }) => ({ security_group_rules: where(rules, by('security_group_id', id)) }),
      drop({ id }) {
        const used = where(ports, (port) => port.security_groups.includes(id));
        check(used.length === 0, `409 SecurityGroupInUse: Security Group ${id} in use.`);
        for (const rule of where(rules, by('security_group_id', id))) rules.delete(rule.id);
      },
    },
    security_group_rules: {
      make(given) {
        known(groups, 'SecurityGroup', given.security_group_id);
        const [same] = where(rules, (rule) => RULE.every((key) => rule[key] === given[key]));
        check(!same, `409 SecurityGroupRuleExists: Security group rule already exists. Rule id is ${same?.id}.`);
        return {};
      },
    },
  } satisfies Record<string, Kind>;
}

function connect(store: Store, { id, body: { subnet_id } }: Call): Reply {
  known(store.routers, 'Router', id);
  const { network_id, gateway_ip: ip_address } = known(store.subnets, 'Subnet', subnet_id);
  const isThere = interfacesOf(store, id, subnet_id).length > 0;
  check(!isThere, `400 BadRequest: Bad router request: Router already has a port on subnet ${subnet_id}.`);
  const device = { device_id: id, device_owner: 'network:router_interface' };
  makePort(store, { network_id, ...device, fixed_ips: [{ ip_address, subnet_id }] });
  return reply({ id, subnet_id, network_id });
}

function disconnect(store: Store, { id, body: { subnet_id } }: Call): Reply {
  known(store.routers, 'Router', id);
  const [between] = interfacesOf(store, id, subnet_id);
  check(between, `404 RouterInterfaceNotFoundForSubnet: Router ${id} has no interface on subnet ${subnet_id}`);
  const isBehind = ({ port_id: port }: Thing) => store.ports.get(port)?.network_id === between.network_id;
  const isNeeded = where(store.floatingips).some(isBehind);
  check(!isNeeded, '409 RouterInterfaceInUseByFloatingIP: It is required by one or more floating IPs.');
  store.ports.delete(between.id);
  return reply({ id, subnet_id });
}

/** The calls that every kind has. Filters compare exactly; an administrator sees every project. */
function crudOf(store: Store, key: Path, { make, view, drop }: Kind): Routes {
  const all = store[key];
  const one = key.slice(0, -1);
  const path = `/${key.replaceAll('_', '-')}`;
  const what = one.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const show = (thing: Thing) => ({ ...thing, ...view?.(thing) });
  const sees = ({ role, project_id: project }: Thing, thing: Thing) =>
    role === 'admin' || thing.project_id === project || thing['router:external'] === true;
  return {
    [`GET ${path}`]: (call) => {
      const fits = (thing: Thing) =>
        [...call.query].every(([name, value]) => !(name in thing) || String(thing[name]) === value);
      return page(call, key, where(all, (thing) => sees(call.user, thing) && fits(thing)).map(show));
    },
    [`POST ${path}`]: ({ body, user: { project_id } }) => {
      check(!('tags' in body[one]), "400 HTTPBadRequest: Attribute 'tags' not allowed in POST");
      const used = where(all, (thing) => thing.project_id === project_id).length;
      check(allows(store, one, used + 1), `409 OverQuota: Quota exceeded for resources: ['${one}'].`);
      const given = { id: randomUUID(), name: '', description: '', project_id, tenant_id: project_id, ...body[one] };
      return reply({ [one]: show(put(all, { ...given, ...make?.(given) })) }, 201);
    },
    [`GET ${path}/{id}`]: ({ id }) => reply({ [one]: show(known(all, what, id)) }),
    [`DELETE ${path}/{id}`]: ({ id }) => {
      drop?.(known(all, what, id));
      return reply(void all.delete(id), 204);
    },
  };
}
