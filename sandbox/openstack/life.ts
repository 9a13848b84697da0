import { check, known } from './http.ts';
import { release } from './ports.ts';
import { hostFor } from './scheduler.ts';
import { type Server, type Store, where } from './store.ts';

/** Owner of a port that Nova made, and takes away again. */
export const NOVAS_OWN = 'compute:nova:own';

/**
 * BUILD, then ACTIVE or ERROR. Metadata steers it: `testbed:delay` (seconds more), `testbed:abort` (gives up at once),
 * `testbed:fail` (fails on every host).
 */
export function build(store: Store, server: Server): void {
  const { servers, ports, timing } = store;
  const { id, metadata } = server;
  const { 'testbed:abort': abort, 'testbed:fail': failure, 'testbed:delay': delay = 0 } = metadata;
  const fail = (fault: string) => void Object.assign(server, { status: 'ERROR', task: null, fault });
  const later = (ms: number, work: () => void) =>
    store.later(ms, () => servers.has(id) && server.task !== 'deleting' && work());

  function spawn(): void {
    if (abort !== undefined) return fail(`Build of instance ${id} aborted: ${abort}`);
    const tries = `Exceeded max scheduling attempts 3 for instance ${id}. Last exception: ${failure}`;
    if (failure !== undefined) return fail(`Exceeded maximum number of retries. ${tries}`);
    for (const port of where(ports, (each) => each.device_id === id)) port.status = 'ACTIVE';
    Object.assign(server, { status: 'ACTIVE', task: null, activeAt: Date.now() });
  }

  later(timing.build / 2, () => {
    const host = hostFor(store, server);
    if (!host) return fail('No valid host was found. There are not enough hosts available.');
    Object.assign(server, { host: host.name, task: 'spawning' });
    later(timing.build / 2 + 1000 * Number(delay), spawn);
  });
}

/** Gone a little later; its volumes are free again, and so are the ports that were there before it. */
export function remove(store: Store, server: Server): void {
  if (server.task === 'deleting') return;
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
export function attach({ volumes, timing, later }: Store, server: Server, volumeId: string): string {
  const volume = known(volumes, 'Volume', volumeId);
  const state = `while it is in vm_state ${server.status.toLowerCase()}`;
  check(server.status === 'ACTIVE', '409', `Cannot 'attach_volume' instance ${server.id} ${state}`);
  const text = `status must be available or downloading to reserve, but the current status is ${volume.status}.`;
  check(volume.status === 'available', '400', `Invalid volume: Volume ${volumeId} ${text}`);
  const count = where(volumes, (each) => each.attachments[0]?.server_id === server.id).length;
  const device = `/dev/vd${String.fromCodePoint(98 + count)}`;
  volume.status = 'attaching';
  later(timing.volume, () => {
    Object.assign(volume, { status: 'in-use', attachments: [{ server_id: server.id, device }] });
  });
  return device;
}

/** @throws Refusal */
export function detach({ volumes, timing, later }: Store, server: Server, volumeId: string): void {
  const [volume] = where(volumes, ({ id, attachments: [at] }) => id === volumeId && at?.server_id === server.id);
  check(volume, '404', `Instance ${server.id} is not attached to volume ${volumeId}`);
  const text = `Invalid volume: Unable to detach volume. Its status must be in-use, but is ${volume.status}.`;
  check(volume.status === 'in-use', '400', text);
  volume.status = 'detaching';
  later(timing.volume, () => Object.assign(volume, { status: 'available', attachments: [] }));
}

/** As much as it has printed since it is up; the login prompt comes last. */
export function consoleOf({ timing }: Store, { name, metadata, activeAt }: Server): string {
  if (metadata['testbed:console'] !== undefined) return metadata['testbed:console'];
  if (activeAt === undefined) return '';
  const lines = [
    '[    0.000000] Linux version 5.3.0-26-generic',
    '[    1.124512] virtio_net virtio0 eth0: link up',
    'Starting network: dhcp',
    `${name} login: `,
  ];
  return lines.slice(0, Math.floor(((Date.now() - activeAt) / timing.boot) * lines.length)).join('\n');
}
