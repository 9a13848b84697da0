import { check, known } from './http.ts';
import { release } from './ports.ts';
import { type Store, type Thing, where } from './store.ts';

/** How many virtual CPUs a real one carries. */
export const VCPU_RATIO = 4;
/** Owner of a port that Nova made, and takes away again. */
export const NOVAS_OWN = 'compute:nova:own';

/** What the servers of a host or a project take. */
export function usageOf({ servers }: Store, by: 'host' | 'project_id', value: string) {
  const there = where(servers, (server) => server[by] === value);
  const sum = (key: 'vcpus' | 'ram' | 'disk') => there.reduce((total, { flavor }) => total + Number(flavor[key]), 0);
  return { instances: there.length, vcpus: sum('vcpus'), ram: sum('ram'), disk: sum('disk') };
}

/** Alive, as far as anyone says. */
export function isUp({ up, forcedDown }: Thing): boolean {
  return up === true && forcedDown !== true;
}

/** The emptiest other host with room, apart from the server's group where that can be; undefined when there is none. */
export function hostFor(store: Store, { group, flavor, id, host: from }: Thing): Thing | undefined {
  const usedOn = ({ name }: Thing) => usageOf(store, 'host', name);
  const others = where(store.servers, (server) => group && server.group === group && server.id !== id);
  const taken = new Set(others.map(({ host }) => host));
  const free = where(store.hosts, (host) => {
    const { vcpus, ram, disk } = usedOn(host);
    const fits = vcpus + flavor.vcpus <= host.vcpus * VCPU_RATIO && ram + flavor.ram <= host.ram;
    const isOpen = isUp(host) && host.disabled === undefined && host.name !== from;
    return isOpen && fits && disk + flavor.disk <= host.disk;
  });
  const apart = free.filter(({ name }) => !taken.has(name));
  const pool = apart.length > 0 || store.serverGroups.get(group)?.policy === 'anti-affinity' ? apart : free;
  return pool.toSorted((a, b) => usedOn(a).ram - usedOn(b).ram)[0];
}

/**
 * BUILD, then ACTIVE or ERROR. Metadata steers it: `testbed:delay` (seconds more), `testbed:abort` (gives up at once),
 * `testbed:fail` (fails on every host).
 */
export function build(store: Store, server: Thing): void {
  const { id, metadata } = server;
  const { 'testbed:abort': abort, 'testbed:fail': failure, 'testbed:delay': delay = 0 } = metadata;
  const later = (ms: number, work: () => void) =>
    store.later(ms, () => store.servers.has(id) && server.task !== 'deleting' && work());

  function fail(message: string): void {
    Object.assign(server, { status: 'ERROR', task: null, fault: { code: 500, message, created: server.created } });
  }
  function spawn(): void {
    if (abort !== undefined) return fail(`Build of instance ${id} aborted: ${abort}`);
    const tries = `Exceeded max scheduling attempts 3 for instance ${id}. Last exception: ${failure}`;
    if (failure !== undefined) return fail(`Exceeded maximum number of retries. ${tries}`);
    for (const port of where(store.ports, (each) => each.device_id === id)) port.status = 'ACTIVE';
    Object.assign(server, { status: 'ACTIVE', task: null, activeAt: Date.now() });
  }

  later(store.timing.build / 2, () => {
    const host = hostFor(store, server);
    if (!host) return fail('No valid host was found. There are not enough hosts available.');
    Object.assign(server, { host: host.name, task: 'spawning' });
    later(store.timing.build / 2 + 1000 * Number(delay), spawn);
  });
}

/** Gone a little later; its volumes are free again, and so are the ports that were there before it. */
export function remove(store: Store, server: Thing): void {
  server.task = 'deleting';
  store.later(store.timing.remove, () => {
    store.servers.delete(server.id);
    for (const port of where(store.ports, (each) => each.device_id === server.id)) {
      if (port.device_owner === NOVAS_OWN) release(store, port.id);
      else Object.assign(port, { device_id: '', device_owner: '', status: 'DOWN' });
    }
    for (const volume of where(store.volumes, (each) => each.attachments[0]?.server_id === server.id))
      Object.assign(volume, { status: 'available', attachments: [] });
  });
}

/** The device it will have. @throws Refusal */
export function attach({ volumes, timing, later }: Store, server: Thing, volumeId: string): string {
  const volume = known(volumes, 'Volume', volumeId);
  check(server.status === 'ACTIVE', `409: Cannot 'attach_volume' instance ${server.id} while it is ${server.status}`);
  const isFree = volume.status === 'available';
  check(isFree, `400: Invalid volume: Volume ${volumeId} status must be available, but is ${volume.status}.`);
  const count = where(volumes, (each) => each.attachments[0]?.server_id === server.id).length;
  const device = `/dev/vd${'bcdefghijk'[count]}`;
  const attachments = [{ server_id: server.id, device }];
  volume.status = 'attaching';
  later(timing.volume, () => Object.assign(volume, { status: 'in-use', attachments }));
  return device;
}

/** @throws Refusal */
export function detach({ volumes, timing, later }: Store, server: Thing, volumeId: string): void {
  const [volume] = where(volumes, ({ id, attachments: [at] }) => id === volumeId && at?.server_id === server.id);
  check(volume, `404: Instance ${server.id} is not attached to volume ${volumeId}`);
  check(volume.status === 'in-use', `400: Invalid volume: Its status must be in-use, but is ${volume.status}.`);
  volume.status = 'detaching';
  later(timing.volume, () => Object.assign(volume, { status: 'available', attachments: [] }));
}

/** As much as it has printed since it is up; the login prompt comes last. */
export function consoleOf({ timing }: Store, { name, metadata, activeAt }: Thing): string {
  if (metadata['testbed:console'] !== undefined) return metadata['testbed:console'];
  if (activeAt === undefined) return '';
  const lines = ['[    0.000000] Linux version 5.3.0', 'virtio_net: eth0 up', 'checking metadata', `${name} login: `];
  return lines.slice(0, Math.floor(((Date.now() - activeAt) / timing.boot) * lines.length)).join('\n');
}
