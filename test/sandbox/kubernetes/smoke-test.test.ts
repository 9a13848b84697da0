import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kubernetes } from '#domain/kubernetes.ts';
import type { HttpResult, Reach } from '#domain/ports.ts';
import type { Job, RunRef } from '#domain/run.ts';
import type { Layer, SmokeTestSetting } from '#domain/stack.ts';
import { carry } from '#engine/carry.ts';
import type { Engine } from '#engine/engine.ts';
import { smokeTest } from '#jobs/smoke-test/smoke-test.ts';
import type { Script } from '../../../sandbox/kubernetes/exec.ts';
import type { Thing } from '../../../sandbox/kubernetes/store.ts';
import { openWorld as openEngineWorld, unlessLost, type World as EngineWorld } from '../../engine/world.ts';
import { openWorld, type World } from './world.ts';

/** The step that waits for what does not come ends after this, instead of minutes. */
const PATIENCE_MS = 1500;
const calm = { signal: new AbortController().signal, stopping: new AbortController().signal };
let engines: EngineWorld;
let world: World;
let script: Script;
let http: Reach['http'];

beforeEach(async () => {
  script = () => undefined;
  http = async () => ({ kind: 'answered', status: 200 });
  engines = await openEngineWorld();
  world = await openWorld({ empty: true, script: (...command) => script(...command) });
  const ingressClass = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' } };
  world.simulated.store.put(ingressClass);
});
afterEach(async () => {
  engines.close();
  await world.close();
});

type Setting = Partial<SmokeTestSetting>;

/** The job, but for its patience with the step of this title. */
function jobWith(hasty: string): Job {
  const planned = (...args: Parameters<typeof smokeTest.plan>) => {
    const plan = smokeTest.plan(...args);
    return {
      ...plan,
      steps: plan.steps.map((step) => (step.title === hasty ? { ...step, timeoutMs: PATIENCE_MS } : step)),
    };
  };
  return { ...smokeTest, plan: planned };
}

/** An engine whose one layer is the simulated cluster, behind these eyes and hands. */
function engineOf(engine: Engine, setting: Setting, cluster: Kubernetes = world.open()): Engine {
  const layer: Layer = {
    ...{ name: 'cluster', kind: 'kubernetes', context: 'lab', reach: { kind: 'direct' } },
    smokeTest: { user: '', metadata: {}, ...setting },
  };
  const environments = engine.stack.environments.map((environment) => ({ ...environment, layers: [layer] }));
  const never = async () => {
    throw new Error('a cluster is not reached so');
  };
  const ports: Engine['ports'] = (environment) => ({
    ...engine.ports(environment),
    kubernetes: () => cluster,
    reach: () => ({ http: (probe) => http(probe), ping: never, ssh: never }),
  });
  return { ...engine, stack: { ...engine.stack, environments }, ports };
}

const ask = (depth: string) => engines.ask({ input: { layer: 'cluster', depth } });

async function run(depth: string, setting: Setting = {}, hasty = '') {
  const asked = await ask(depth);
  await carry(engineOf(engines.engine(jobWith(hasty)), setting), asked, calm);
  const view = await engines.view(asked);
  const checks = view.report?.checks ?? [];
  return { ...view, checks, failed: checks.find(({ health }) => health === 'failure')?.title };
}

/** Names of what a run could leave behind. */
function left(): string[] {
  const { store } = world.simulated;
  return ['Namespace', 'PersistentVolume', 'Job', 'Deployment'].flatMap((kind) =>
    store.all(kind).map(({ metadata: { name } }) => `${kind} ${name}`),
  );
}

/** Pods whose ping can forbid fragmentation, on a network that carries so much. */
function carries(bytes: number): Script {
  return (_pod, argv) => {
    if (argv[0] === 'cat') return { stdout: '1450\n' };
    if (argv[0] !== 'ping') return undefined;
    const isLost = Number(argv[argv.indexOf('-s') + 1]) + 28 > bytes;
    return { stdout: `2 packets transmitted, ${isLost ? 0 : 2} received` };
  };
}

describe('the smoke test of a simulated cluster', () => {
  it.each(['quick', 'standard'])('%s passes and leaves nothing behind', async (depth) => {
    const before = left();

    const { outcome, leftovers, checks } = await run(depth);

    expect({ outcome, leftovers }).toEqual({ outcome: 'succeeded', leftovers: [] });
    expect(checks.map(({ health }) => health)).toEqual(checks.map(() => 'ok'));
    expect(left()).toEqual(before);
  });

  it('full measures the largest packet, and asks every node and the Ingress', async () => {
    script = carries(1450);
    const asked: string[] = [];
    http = async ({ address, port, host = '' }) => {
      asked.push(`${address}:${port}${host && ' '}${host.replace(/-\d+-\w+/, '')}`);
      return { kind: 'answered', status: 200 };
    };

    const { outcome, checks, report } = await run('full');

    expect(outcome).toBe('succeeded');
    expect(checks.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(report?.hops.map(({ name, mtuBytes, health }) => [name, mtuBytes, health])).toEqual([
      ['pods', 1450, 'ok'],
      ['largest packet', 1450, 'ok'],
    ]);
    expect(asked.toSorted()).toEqual([
      ...[
        '10.20.0.100:80 strata.invalid',
        '10.20.0.11:30000',
        '10.20.0.12:30000',
        '10.20.0.13:30000',
        '10.20.0.14:30000',
      ],
    ]);
  });

  it('finds the packets that are too large, with the number, before it tries to copy anything', async () => {
    script = carries(1400);
    const before = left();

    const { failed, report, leftovers } = await run('full');

    expect(failed).toBe('Compare it with the pods’ MTU');
    expect(report?.troubles[0]?.what).toContain('the largest packet that passes is 1400: 50 too many');
    expect(report?.troubles[0]?.advice).toContain('Set the pod network’s MTU to 1400');
    expect(report?.hops.map(({ mtuBytes, health }) => [mtuBytes, health])).toEqual([
      [1450, 'ok'],
      [1400, 'failure'],
    ]);
    expect(leftovers).toEqual([]);
    expect(left()).toEqual(before);
  });

  it('an image without such a ping is no failure: it says what was not measured', async () => {
    script = (_pod, argv) => {
      if (argv[0] === 'cat') return { stdout: '1450\n' };
      return argv[0] === 'ping' ? { exitCode: 1, stderr: "ping: invalid option -- 'M'" } : undefined;
    };

    const { outcome, checks } = await run('full');

    expect(outcome).toBe('succeeded');
    expect(checks.find(({ title }) => title.startsWith('Measure'))).toMatchObject({
      health: 'off',
      detail: 'skipped: the image’s ping cannot forbid fragmentation',
    });
  });
});

type Trouble = {
  readonly script?: Script;
  readonly setting?: Setting;
  readonly http?: (address: string) => HttpResult;
  readonly arrange?: () => void;
};
/** A command that ends with an error and says why. */
const fails =
  (command: string, said: string, where = ''): Script =>
  (_pod, argv) =>
    argv[0] === command && argv.join(' ').includes(where) ? { exitCode: 1, stderr: `${said}\n` } : undefined;

const silent = (address: string): HttpResult =>
  address === '10.20.0.13' ? { kind: 'silent', why: 'no answer within 10 s' } : { kind: 'answered', status: 200 };

function nodes(change: (node: Thing) => void): void {
  for (const node of world.simulated.store.all('Node')) change(node);
}

describe('a cluster in trouble', () => {
  it.each<[name: string, trouble: Trouble, failed: string, what: RegExp, advice: RegExp]>([
    [
      ...(['an image that cannot be pulled', { setting: { image: 'registry.test/missing:1' } }] as const),
      ...([
        'Run a pod to its end',
        /ImagePullBackOff: Back-off pulling image/,
        /Pull it on that node by hand/,
      ] as const),
    ],
    [
      'no node that takes pods',
      { arrange: () => nodes((node) => (node['spec'] = { ...node['spec'], unschedulable: true })) },
      ...([
        'Run a pod to its end',
        /last seen: Unschedulable: 0\/4 nodes are available/,
        /Look at the labels/,
      ] as const),
    ],
    [
      ...(['a name that is not found', { script: fails('nslookup', "** server can't find web: NXDOMAIN") }] as const),
      ...([
        'Look the Service up by name',
        /looking up "web-service\..*" in a pod: \*\* server can't find/,
        /CoreDNS/,
      ] as const),
    ],
    [
      'a Service that leads nowhere',
      { script: fails('wget', "wget: can't connect to remote host: Connection refused", 'web-service') },
      ...(['Ask through the Service', /Connection refused/, /kube-proxy/] as const),
    ],
    [
      ...(['a copy that hangs', { script: fails('wget', 'wget: connection closed prematurely', '/bulk') }] as const),
      ...([
        'Copy 512 KiB from node to node',
        /^copying 512 KiB from pods on node-\d, node-\d: /,
        /large packets vanish/,
      ] as const),
    ],
    [
      'a volume that is not made',
      { arrange: () => world.simulated.setFault('claimPending', true) },
      ...(['Write to it from a pod', /unbound immediate PersistentVolumeClaims/, /Ceph: OSDs up/] as const),
    ],
    [
      ...(['a disk that forgets', { script: fails('cmp', 'cmp: EOF on /data/bulk') }] as const),
      ...(['Read it on another node', /what another pod wrote: cmp: EOF/, /CSI driver/] as const),
    ],
    [
      ...(['a storage class that is not there', { setting: { storageClass: 'gold' } }] as const),
      ...(['Find the storage class', /no "gold"/, /smokeTest.storageClass/] as const),
    ],
    [
      ...(['a node whose port is closed', { http: silent }] as const),
      ...(['Ask through that port of every node', /node-3, port 30000: no answer/, /security groups/] as const),
    ],
    [
      ...(['an Ingress that nobody takes', { setting: { ingressClass: 'nobody' } }] as const),
      ...(['Create an Ingress', /last seen: it has no address yet/, /ingress controller of this class/] as const),
    ],
  ])('%s: the right step says so, and nothing is left', async (_name, trouble, failed, what, advice) => {
    script = trouble.script ?? script;
    if (trouble.http) http = async ({ address }) => trouble.http?.(address) ?? { kind: 'answered', status: 200 };
    trouble.arrange?.();
    const before = left();

    const ended = await run('full', trouble.setting, failed);

    expect(ended.failed).toBe(failed);
    expect(ended.report?.troubles).toMatchObject([
      { what: expect.stringMatching(what), advice: expect.stringMatching(advice) },
    ]);
    expect(ended.leftovers).toEqual([]);
    expect(left()).toEqual(before);
  });

  it('skips storage and the way in where the cluster has none, and says why', async () => {
    const { store } = world.simulated;
    for (const kind of ['StorageClass', 'IngressClass']) store.all(kind).forEach(store.remove);

    const { outcome, checks } = await run('full');

    expect(outcome).toBe('succeeded');
    const skipped = checks.filter(({ health }) => health === 'off').map(({ detail }) => detail);
    expect(skipped).toContain('skipped: there is no default storage class, and smokeTest.storageClass names none');
    expect(skipped).toContain('skipped: there is no ingress class, and smokeTest.gateway names no gateway');
  });

  it('names the volume that its class retains', async () => {
    const [storageClass] = world.simulated.store.all('StorageClass');
    if (storageClass) storageClass['reclaimPolicy'] = 'Retain';

    const { outcome, leftovers } = await run('standard');

    expect(outcome).toBe('failed');
    expect(leftovers).toEqual([
      expect.stringMatching(/^cluster: persistent volume pvc-.* of strata-.*\/data \(Retain\)$/),
    ]);
  });
});

describe('a worker that dies in its calls to the cluster', () => {
  it('once more after every call: each object was made once, and nothing is left', async () => {
    const before = left();
    const asked = await ask('standard');
    const made = watchAdded();

    let lives = 0;
    // The first dies in its first call, the next in its second: each call of a run is somebody's last.
    for (; !(await livesThrough(asked, lives)); lives += 1);

    expect(lives).toBeGreaterThan(10);
    expect(await engines.view(asked)).toMatchObject({ outcome: 'succeeded', leftovers: [] });
    expect(made()).toEqual(['bulk', 'data', 'dns', 'http', 'job', 'read', 'web', 'web-service', 'write'].toSorted());
    expect(left()).toEqual(before);
  });

  /** False when it died in this call: before the cluster heard of it, or (every other) when the answer was on its way. */
  async function livesThrough(asked: RunRef, diesIn: number): Promise<boolean> {
    const death = new AbortController();
    const mortal = engineOf(engines.mortal(jobWith(''), death.signal), {}, mortalCluster(diesIn, death));
    const died = new Promise<void>((resolve) => death.signal.addEventListener('abort', () => resolve()));
    const carried = carry(mortal, asked, calm).catch((error: unknown) => {
      unlessLost(error);
      death.abort();
    });
    await Promise.race([carried, died]);
    return !death.signal.aborted;
  }

  function mortalCluster(diesIn: number, death: AbortController): Kubernetes {
    const cluster = world.open();
    let calls = 0;
    return new Proxy(cluster, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const isLast = calls++ === diesIn;
          if (death.signal.aborted || (isLast && diesIn % 2 === 0)) return die();
          const answer: unknown = await method.apply(target, args);
          return isLast ? die() : answer;
        };
      },
    });

    async function die(): Promise<never> {
      death.abort();
      return new Promise<never>(() => undefined);
    }
  }

  /** Names of the objects with the mark of a run, each as often as it came to be. */
  function watchAdded(): () => string[] {
    const { store } = world.simulated;
    const seen = new Set<string>();
    const look = () => {
      for (const kind of ['Job', 'Deployment', 'Service', 'PersistentVolumeClaim'])
        for (const { metadata } of store.all(kind))
          if (metadata.labels?.['strata/run']) seen.add(`${metadata.name} ${metadata.uid}`);
    };
    store.onChange(look);
    return () => [...seen].map((line) => line.split(' ')[0] ?? '').toSorted((a, b) => a.localeCompare(b));
  }
});
