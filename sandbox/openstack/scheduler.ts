import type { Host } from './options.ts';
import { type Server, type Store, where } from './store.ts';

/** How many virtual CPUs a real one carries. */
export const VCPU_RATIO = 4;

/** What the servers of a host or a project take. */
export function usageOf({ servers }: Store, by: 'host' | 'project_id', value: string) {
  const there = where(servers, (server) => server[by] === value);
  const sum = (key: 'vcpus' | 'ram' | 'disk') => there.reduce((total, { flavor }) => total + flavor[key], 0);
  return { instances: there.length, vcpus: sum('vcpus'), ram: sum('ram'), disk: sum('disk') };
}

/** The emptiest host with room, apart from the server's group where that can be; undefined when there is none. */
export function hostFor(store: Store, { group, flavor, id }: Server): Host | undefined {
  const usedOn = ({ name }: Host) => usageOf(store, 'host', name);
  const others = where(store.servers, (server) => group !== '' && server.group === group && server.id !== id);
  const taken = new Set(others.map(({ host }) => host));
  const free = where(store.hosts, (host) => {
    const { vcpus, ram, disk } = usedOn(host);
    const fits = vcpus + flavor.vcpus <= host.vcpus * VCPU_RATIO && ram + flavor.ram <= host.ram;
    return host.up && host.disabled === undefined && fits && disk + flavor.disk <= host.disk;
  });
  const apart = free.filter(({ name }) => !taken.has(name));
  const pool = apart.length > 0 || store.serverGroups.get(group)?.policy === 'anti-affinity' ? apart : free;
  return pool.toSorted((a, b) => usedOn(a).ram - usedOn(b).ram)[0];
}
