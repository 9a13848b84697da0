import type { Kubernetes } from '#domain/kubernetes.ts';
import type { JobPorts } from '#domain/ports.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import type { GuardSource, Moment, Subject, Verdict } from '#jobs/scale-node/guards/guard.ts';
import { verdictsOf } from '#jobs/scale-node/guards/guards.ts';
import type { Script } from '../../../../sandbox/kubernetes/exec.ts';
import { settle } from '../../../../sandbox/kubernetes/life.ts';
import type { NewThing, Store, Thing } from '../../../../sandbox/kubernetes/store.ts';
import { openWorld as openCluster } from '../../../sandbox/kubernetes/world.ts';
import { openWorld as openCloud, type World as Cloud } from '../../../sandbox/openstack/world.ts';
import { layerOf } from '../../status/world.ts';

const CLUSTER = layerOf('cluster', 'kubernetes', { context: 'lab', on: 'metal' });
const LAYERS: readonly Layer[] = [
  layerOf('metal', 'openstack', { cloud: 'metal' }),
  CLUSTER,
  layerOf('storage', 'ceph', { namespace: 'ceph', on: 'cluster' }),
  layerOf('cloud', 'openstack', { cloud: 'cloud', namespace: 'openstack', on: 'cluster' }),
];
const LAB: Environment = {
  ...{ name: 'lab', channels: ['#ops'], people: { view: ['*'], operate: [], approve: [] } },
  ...{
    production: false,
    approvalMinutes: 30,
    approvalHours: 12,
    maintenanceWindows: [],
    theme: 'dark',
    layers: LAYERS,
  },
};

type Wanted = Omit<Subject, 'layer'> & { readonly moment?: Moment };
/** `kind: evidence`, and what to do. */
type Said = { readonly said: readonly string[]; readonly advice: readonly string[] };

export type Lab = {
  /** What the simulated cluster knows: node-1 is its control plane, node-2 to node-4 its workers. */
  readonly store: Store;
  readonly cluster: Awaited<ReturnType<typeof openCluster>>;
  /** Below: a server under each node, of its name. */
  readonly metal: Cloud;
  /** Above: node-2 to node-4 are its hypervisors. */
  readonly cloud: Cloud;
  /** What a guard says, asked with all others; of node-3 that is to be removed, at the plan, unless it says another. */
  ask(guard: string, wanted?: Partial<Wanted>): Promise<Said>;
  all(wanted?: Partial<Wanted>): Promise<readonly Verdict[]>;
  /** What steps read and change it by. */
  readonly source: GuardSource;
  /** A pod or node or another thing of the cluster, by kind and name; of a pod also the beginning of its name. */
  find(kind: string, name: string): Thing;
  put(kind: string, name: string, more: Partial<NewThing>): Thing;
  /** A pod whose image is not there, so that it is never ready. */
  breakPod(name: string): void;
  /** Lets the cluster's controllers see what was changed. */
  settle(): void;
  close(): Promise<void>;
};

/** Longer than any machine is busy, for one answer. */
const TIMEOUT_MS = 15_000;

/** The story's stack, simulated and in a hurry, with what stands in for commands in containers. */
export async function openLab(script?: Script, timeoutMs = TIMEOUT_MS): Promise<Lab> {
  const names = ['node-1', 'node-2', 'node-3', 'node-4'].map((name) => ({ name }));
  const [cluster, metal, cloud] = await Promise.all([
    openCluster(script ? { script } : {}),
    openCloud({ servers: names }),
    openCloud({ hosts: names.slice(1) }),
  ]);
  const clouds = new Map(
    Object.entries({ metal: metal.open('metal', timeoutMs), cloud: cloud.open('metal', timeoutMs) }),
  );
  const kubernetes = cluster.open({ timeoutMs });
  const ports = {
    kubernetes: (): Kubernetes => kubernetes,
    openstack: (layer: string) => clouds.get(layer),
  } as unknown as JobPorts;
  const { store } = cluster.simulated;
  const { signal } = new AbortController();
  const source: GuardSource = { environment: LAB, ports, signal };
  const all = ({ node = 'node-3', mode = 'remove', moment = 'plan', serverId }: Partial<Wanted> = {}) =>
    verdictsOf({ layer: CLUSTER, node, mode, serverId }, moment, source);
  const find = (kind: string, name: string): Thing => {
    const [found] = store.all(kind, ({ metadata }) => metadata.name.startsWith(name));
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  return {
    store,
    cluster,
    metal,
    cloud,
    source,
    all,
    async ask(guard, wanted) {
      const verdicts = (await all(wanted)).filter((verdict) => verdict.guard === guard);
      return {
        said: verdicts.map(({ kind, evidence }) => `${kind}: ${evidence}`),
        advice: verdicts.flatMap(({ advice }) => advice ?? []),
      };
    },
    find,
    breakPod(name) {
      const pod = find('Pod', name);
      store.set(pod, { spec: { ...pod['spec'], containers: [{ name: 'main', image: 'missing' }] } });
      settle(store);
    },
    put: (kind, name, more) =>
      store.put({ apiVersion: 'v1', kind, ...more, metadata: { name, namespace: 'openstack', ...more.metadata } }, 1e6),
    settle: () => settle(store),
    async close() {
      await Promise.all([cluster, metal, cloud].map((world) => world.close()));
    },
  };
}
