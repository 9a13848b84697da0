import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cinder } from './cinder.ts';
import type { Fault, Faults } from './faults.ts';
import { glance } from './glance.ts';
import type { Service } from './http.ts';
import { keystone } from './keystone.ts';
import { neutron } from './neutron.ts';
import { nova } from './nova.ts';
import type { OpenStackOptions } from './options.ts';
import { placement } from './placement.ts';
import { seed } from './seeds.ts';
import { createHandler } from './server.ts';
import { createStore, type Store } from './store.ts';

/** The APIs of an OpenStack without a cloud behind them: no server can be reached. */
export type SimulatedOpenStack = {
  /** Keystone's. */
  readonly url: string;
  /** An entry for clouds.yaml: the administrator's. */
  readonly clouds: unknown;
  /** Another one: a member's, of another project. */
  readonly member: unknown;
  readonly faults: Faults;
  /** What it knows, to look at and to change: a host that goes down, an agent that dies. */
  readonly store: Store;
  close(): Promise<void>;
};

/** Starts one on 127.0.0.1, each service on a port of its own. */
export async function startOpenStack(options: OpenStackOptions = {}): Promise<SimulatedOpenStack> {
  const store = createStore(options);
  seed(store, options);
  const services = [keystone, placement, glance, nova, neutron, cinder];
  const doors = services.map((service) => openDoor(service(store), store));
  for (const [index, door] of doors.entries()) await door.listen(options.port ? options.port + index : 0);
  const domains = { user_domain_name: 'Default', project_domain_name: 'Default' };
  const entryOf = (name: string) => ({
    auth: { auth_url: `${store.urls.keystone}/v3`, username: name, password: 'secret', project_name: name, ...domains },
    region_name: store.region,
  });
  return {
    url: store.urls.keystone,
    clouds: entryOf('admin'),
    member: entryOf('demo'),
    store,
    faults: {
      set: async (name, fault) => doors.find((door) => door.name === name)?.set(fault),
      clear: async () => void (await Promise.all(doors.map((door) => door.clear()))),
    },
    async close() {
      store.stop();
      await Promise.all(doors.map((door) => door.close()));
    },
  };
}

/** Where a service listens, and its faults. */
function openDoor(service: Service, store: Store) {
  const fault: Fault = {};
  const server = createServer(createHandler(service, store, fault));
  let port = 0;

  async function listen(wanted: number): Promise<void> {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    store.urls[service.name] = `http://127.0.0.1:${port}`;
  }
  async function close(): Promise<void> {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
  async function set(change: Fault): Promise<void> {
    Object.assign(fault, change);
    if (fault.down === 'refused') await close();
    else if (!server.listening) await listen(port);
  }
  const clear = () => set(Object.fromEntries(Object.keys(fault).map((key) => [key, undefined])));
  return { name: service.name, listen, close, set, clear };
}
