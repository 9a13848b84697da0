import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { storyScript } from './commands.ts';
import type { Script } from './exec.ts';
import type { FaultName } from './faults.ts';
import { settle, startLife } from './life.ts';
import { seed } from './seeds.ts';
import { createHandlers, TOKEN } from './server.ts';
import { createStore, type KubernetesOptions, type Store } from './store.ts';

/** The API of a Kubernetes cluster without nodes behind it: no container runs. */
export type SimulatedKubernetes = {
  readonly url: string;
  /** A kubeconfig with one context. */
  kubeconfig(context: string): object;
  /** Switches faults; all others stay. */
  setFault(name: FaultName, isOn: boolean): void;
  /** What it knows, to look at and to change. */
  readonly store: Store;
  /** Ends every connection, as a network does. */
  drop(): void;
  close(): Promise<void>;
};

/** Starts one on 127.0.0.1. @param options.script what commands in containers answer, before the story's own */
export async function startKubernetes(
  options: KubernetesOptions & { readonly script?: Script } = {},
): Promise<SimulatedKubernetes> {
  const store = createStore(options);
  seed(store, options);
  const stop = startLife(store);
  const story = storyScript(store);
  store.script = (...command) => options.script?.(...command) ?? story(...command);
  const handlers = createHandlers(store);
  const server = createServer(handlers.request).on('upgrade', handlers.upgrade);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: (name) => ({
      apiVersion: 'v1',
      kind: 'Config',
      contexts: [{ name, context: { cluster: name, user: name } }],
      clusters: [{ name, cluster: { server: url } }],
      users: [{ name, user: { token: TOKEN } }],
    }),
    setFault(name, isOn) {
      if (isOn) store.faults.add(name);
      else store.faults.delete(name);
      settle(store);
    },
    store,
    drop: () => server.closeAllConnections(),
    async close() {
      stop();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
