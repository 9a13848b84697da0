import { randomBytes } from 'node:crypto';
import { check, known } from './http.ts';
import { put, type Store, type Thing, where } from './store.ts';

type NewPort = { network_id: string } & Omit<Thing, 'id'>;

/** A port with the next free address of its network, up as soon as something uses it. @throws Refusal */
export function makePort(store: Store, given: NewPort): Thing {
  const { network_id: id, device_id = '', device_owner = '', security_groups = [] } = given;
  const mac_address = `fa:16:3e:${randomBytes(3)
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$&:')}`;
  const pairs: readonly Thing[] = given['allowed_address_pairs'] ?? [];
  const allowed_address_pairs = pairs.map((pair) => ({ mac_address, ...pair }));
  known(store.networks, 'Network', id);
  for (const group of security_groups) known(store.security_groups, 'SecurityGroup', group);
  const [subnet] = where(store.subnets, (each) => each.network_id === id);
  const others = where(store.ports, (port) => port.network_id === id);
  const used = new Set([subnet?.gateway_ip, ...others.map((port) => port.fixed_ips[0]?.ip_address)]);
  const free = subnet && addressesOf(subnet.cidr).find((ip) => !used.has(ip));
  check(!subnet || free, `409 IpAddressGenerationFailure: No more IP addresses available on network ${id}.`);
  const fixed_ips = subnet ? [{ ip_address: free, subnet_id: subnet.id }] : [];
  const status = device_id === '' ? 'DOWN' : 'ACTIVE';
  const common = { name: '', description: '', project_id: '', mac_address, port_security_enabled: true };
  const state = { device_id, device_owner, security_groups, fixed_ips, status };
  return put(store.ports, { ...common, ...state, ...given, allowed_address_pairs });
}

/** A router's own ports, on this subnet or all. */
export function interfacesOf({ ports }: Store, router: string, subnet?: string): Thing[] {
  const own = where(ports, (port) => port.device_id === router && port.device_owner === 'network:router_interface');
  return own.filter(({ fixed_ips: [ip] }) => ip.subnet_id === (subnet ?? ip.subnet_id));
}

/** Takes a port away; a floating IP that led to it stays, and leads nowhere. */
export function release({ ports, floatingips }: Store, id: string): void {
  ports.delete(id);
  for (const floating of where(floatingips, (each) => each.port_id === id))
    Object.assign(floating, { port_id: null, status: 'DOWN' });
}

/** The host addresses of an IPv4 block of at most 256. */
export function addressesOf(cidr: string): string[] {
  const [, network = '', first = '', bits = ''] = /^(.*\.)(\d+)\/(\d+)$/.exec(cidr) ?? [];
  return Array.from({ length: 2 ** (32 - Number(bits)) - 2 }, (_, index) => network + (Number(first) + index + 1));
}
