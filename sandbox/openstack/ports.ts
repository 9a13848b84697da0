import { check, known } from './http.ts';
import { type Owned, type Port, put, type Store, where } from './store.ts';

export type NewPort = { network_id: string } & Partial<Omit<Port, keyof Owned>>;

/** A port with the next free address of its network, up as soon as something uses it. @throws Refusal */
export function makePort(store: Store, owned: Owned, given: NewPort): Port {
  const { network_id: id, device_id = '', device_owner = '', security_groups = [], fixed_ips } = given;
  known(store.networks, 'Network', id);
  for (const group of security_groups) known(store.securityGroups, 'SecurityGroup', group);
  const [subnet] = where(store.subnets, (each) => each.network_id === id);
  const used = new Set(
    where(store.ports).flatMap((port) => (port.network_id === id ? port.fixed_ips.map((ip) => ip.ip_address) : [])),
  );
  const free = subnet && addressesOf(subnet.cidr).find((ip) => ip !== subnet.gateway_ip && !used.has(ip));
  check(!subnet || free, '409 IpAddressGenerationFailure', `No more IP addresses available on network ${id}.`);
  const next = subnet && free ? [{ ip_address: free, subnet_id: subnet.id }] : [];
  const status = device_id === '' ? 'DOWN' : 'ACTIVE';
  const rest = { device_id, device_owner, security_groups, fixed_ips: fixed_ips ?? next };
  return put<Port>(store.ports, { ...owned, network_id: id, status, ...rest });
}

/** A router's own ports on its subnets. */
export function interfacesOf({ ports }: Store, router: string): Port[] {
  return where(ports, (port) => port.device_id === router && port.device_owner === 'network:router_interface');
}

/** Takes a port away; a floating IP that led to it stays, and leads nowhere. */
export function release({ ports, floatingIps }: Store, id: string): void {
  ports.delete(id);
  for (const floating of where(floatingIps, (each) => each.port_id === id))
    Object.assign(floating, { port_id: null, status: 'DOWN' });
}

/** The host addresses of an IPv4 block of at most 256. */
export function addressesOf(cidr: string): string[] {
  const [base = '', bits = ''] = cidr.split('/');
  const [, network = '', first = ''] = /^(.*\.)(\d+)$/.exec(base) ?? [];
  return Array.from({ length: 2 ** (32 - Number(bits)) - 2 }, (_, index) => network + (Number(first) + index + 1));
}
