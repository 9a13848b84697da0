import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './faults.ts';
import { seed } from './seeds.ts';
import { createHandler } from './server.ts';
import { type Service, type ServiceName, services } from './services.ts';
import { createStore, type OpenStackOptions, type Store } from './store.ts';

/** The APIs of an OpenStack without a cloud behind them: no server can be reached. */
export type SimulatedOpenStack = {
  /** Keystone's. */
  readonly url: string;
  /** An entry for clouds.yaml: the administrator's. */
  readonly clouds: CloudEntry;
  /** Another one: a member's, of another project. */
  readonly member: CloudEntry;
  readonly faults: {
    /** Changes what is named and leaves the rest; `undefined` ends a fault. */
    set(service: ServiceName, fault: Fault): Promise<void>;
    /** All is well again. */
    clear(): Promise<void>;
  };
  /** What it knows, to look at and to change: a host that goes down, an agent that dies. */
  readonly store: Store;
  close(): Promise<void>;
};

type CloudEntry = { readonly auth: { readonly auth_url: string }; readonly region_name: string };

/** Starts one on 127.0.0.1, each service on a port of its own. */
export async function startOpenStack(options: OpenStackOptions = {}): Promise<SimulatedOpenStack> {
  const store = createStore(options);
  seed(store, options);
  const doors = services.map((service) => openDoor(service, store));
  for (const [index, { listen, name, type, path }] of doors.entries()) {
    const address = await listen(options.port ? options.port + index : 0);
    store.catalog.push({ name, type, url: address + path });
  }
  const url = store.catalog[0]?.url ?? '';
  const domains = { user_domain_name: 'Default', project_domain_name: 'Default' };
  const entryOf = (name: string) => ({
    auth: { auth_url: url, username: name, password: 'secret', project_name: name, ...domains },
    region_name: store.region,
  });
  return {
    url,
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

  async function listen(wanted: number): Promise<string> {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    return `http://127.0.0.1:${port}`;
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
  return { ...service, listen, close, set, clear };
}
