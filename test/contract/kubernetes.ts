import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';
import { InputError, RemoteError } from '#domain/errors.ts';
import type { Change, Kubernetes, Pod, Taint } from '#domain/kubernetes.ts';

/** What the suite needs: a cluster with node-1 to node-4, and a context of an administrator. */
export type Subject = {
  readonly kubeconfig: string;
  readonly context: string;
  /** Gives a pod an address that is ours, so that what it answers is what we answer. */
  readdress(pod: { readonly namespace: string; readonly name: string }, ip: string): Promise<void>;
  /** Silences the kubelet of a node, or lets it speak again. */
  silence(node: string, isSilent: boolean): Promise<void>;
  stop?(): Promise<void>;
};

const forever = new AbortController().signal;

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    await sleep(100);
  }
  throw new Error('it never came');
}

/** Notes which methods gave what they promise. */
function noting(cluster: Kubernetes, met: Set<string>): Kubernetes {
  const wrap =
    (name: string, method: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      const result = method(...args);
      if (result instanceof Promise)
        result.then(
          () => met.add(name),
          () => undefined,
        );
      return result;
    };
  return Object.fromEntries(
    Object.entries(cluster).map(([name, method]) => [name, wrap(name, method as never)]),
  ) as never;
}

const LABELS = { app: 'web' };
const CONTAINERS = [{ name: 'web', image: 'registry.test/web:1' }];
const TEMPLATE = { metadata: { labels: LABELS }, spec: { containers: CONTAINERS } };

/** What Helm keeps of a revision, with the values that nobody may see. */
function helmContent(namespace: string): string {
  const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: nova-db-sync }\n';
  const content = {
    ...{ name: 'nova', version: 10, namespace, config: { password: 'secret' } },
    chart: { metadata: { name: 'nova', version: '2026.1.0', appVersion: '33.0.0' } },
    manifest:
      '---\n# Source: nova\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: nova-api }\n---\n# nothing\n',
    hooks: [
      { manifest: job, events: ['post-install', 'post-upgrade'] },
      { manifest: job.replace('db-sync', 'test'), events: ['test'] },
    ],
  };
  return Buffer.from(gzipSync(JSON.stringify(content)).toString('base64')).toString('base64');
}

/** The adapter's promises, held against whatever answers: the simulator and a real API server alike. */
export function kubernetesContract(name: string, open: () => Promise<Subject>): void {
  describe(`Kubernetes adapter on ${name}`, () => {
    let subject: Subject;
    let cluster: Kubernetes;
    let every: readonly string[] = [];
    const met = new Set<string>();
    const namespace = `contract-${randomBytes(3).toString('hex')}`;
    const here = { namespace };
    const bind = (signal: AbortSignal) => openCluster(readContext(subject.context, [subject.kubeconfig])).bind(signal);
    const apply = (apiVersion: string, kind: string, called: string, rest: object = {}) =>
      cluster.apply({ apiVersion, kind, metadata: { name: called, namespace, labels: LABELS }, ...rest });
    const nodeOf = async (called: string) => {
      const [found] = await cluster.nodes({ fields: `metadata.name=${called}` });
      if (!found) throw new Error(`no node ${called}`);
      return found;
    };
    const pods = (count: number) =>
      until(async () => {
        const all = await cluster.pods({ ...here, labels: LABELS });
        return all.length === count && all.every(({ isReady }) => isReady) && all;
      });

    beforeAll(async () => {
      subject = await open();
      const real = bind(forever);
      every = Object.keys(real);
      cluster = noting(real, met);
      await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    });
    afterAll(async () => {
      await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      const missed = every.filter((method) => !met.has(method));
      const but = missed.length === 0 ? '' : `; not ${missed.join(', ')}`;
      console.log(`kubernetes: ${met.size} of ${every.length} methods met ${name}${but}`);
      await subject.stop?.();
    });

    it('logs in', async () => {
      const { version, user, server, clockAheadMs } = await cluster.connect();

      expect(version).toMatch(/^v1\.\d+\.\d+/);
      expect(user).not.toBe('');
      expect(server).toMatch(/^https?:\/\//);
      expect(Math.abs(clockAheadMs)).toBeLessThan(60_000);
      expect(await cluster.unready()).toEqual([]);
    });

    it('reads the nodes', async () => {
      const nodes = await cluster.nodes();

      expect(nodes.map((node) => node.name)).toEqual(['node-1', 'node-2', 'node-3', 'node-4']);
      expect(nodes[0]).toMatchObject({ roles: ['control-plane'], ready: 'True', schedulable: true, namespace: '' });
      expect(nodes[0]?.taints[0]).toMatchObject({ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' });
      expect(nodes[1]?.internalIp).toMatch(/^10\./);
      expect(nodes[1]?.version).toMatch(/^v1\./);
      expect(nodes[1]?.conditions.find(({ type }) => type === 'MemoryPressure')?.status).toBe('False');
    });

    it('makes a Deployment with a Service and reads what becomes of it, by every selector', async () => {
      const spec = { replicas: 2, selector: { matchLabels: LABELS }, template: TEMPLATE };
      await apply('apps/v1', 'Deployment', 'web', { spec });
      await apply('apps/v1', 'Deployment', 'web', { spec });
      await apply('v1', 'Service', 'web', {
        spec: { type: 'NodePort', selector: LABELS, ports: [{ name: 'http', port: 80, nodePort: 32_111 }] },
      });

      const [pod] = await pods(2);
      const slice = await until(async () => (await cluster.endpointSlices(here)).find(({ ready }) => ready === 2));

      expect(pod).toMatchObject({
        namespace,
        phase: 'Running',
        status: 'Running',
        readyContainers: 1,
        containers: 1,
        restarts: 0,
        waiting: [],
        claims: [],
      });
      expect(pod?.owner?.kind).toBe('ReplicaSet');
      expect(slice).toMatchObject({ service: 'web', notReady: 0 });
      const deployment = await until(async () =>
        (await cluster.workloads('Deployment', here)).find(({ ready }) => ready === 2),
      );
      expect(deployment).toMatchObject({
        kind: 'Deployment',
        name: 'web',
        desired: 2,
        current: 2,
        updated: 2,
        isObserved: true,
        podLabels: LABELS,
      });
      const [service] = await cluster.services(here);
      expect(service).toMatchObject({
        type: 'NodePort',
        selector: LABELS,
        externalIps: [],
        ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: '80', nodePort: 32_111 }],
      });
      expect(await cluster.pods({ ...here, labels: { app: 'other' } })).toEqual([]);
      expect(await cluster.pods({ ...here, fields: `spec.nodeName=${pod?.node}` })).not.toEqual([]);
      expect(
        (await cluster.pods({ notIn: [namespace, 'kube-system'] })).filter((each) => each.namespace === namespace),
      ).toEqual([]);
      expect((await cluster.pods()).filter((each) => each.namespace === namespace)).toHaveLength(2);
    });

    it('evicts a pod, unless a disruption budget forbids it or it is gone', async () => {
      const [pod] = await pods(2);
      const { name: podName = '' } = pod ?? {};
      await apply('policy/v1', 'PodDisruptionBudget', 'web', {
        spec: { minAvailable: 2, selector: { matchLabels: LABELS } },
      });
      await until(async () =>
        (await cluster.disruptionBudgets(here)).find(({ currentHealthy }) => currentHealthy === 2),
      );
      const [budget] = await cluster.disruptionBudgets(here);
      expect(budget).toMatchObject({ disruptionsAllowed: 0, desiredHealthy: 2, expectedPods: 2, selector: LABELS });

      const blocked = await cluster.evict({ namespace, name: podName });
      expect(blocked.kind).toBe('blocked');
      expect(blocked.kind === 'blocked' && blocked.why).toMatch(
        /disruption budget web needs 2 healthy pods and has 2 currently/,
      );
      expect(
        await cluster.remove({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', name: 'web', namespace }),
      ).toBe(true);

      expect(await cluster.evict({ namespace, name: podName, uid: 'of-one-before' })).toEqual({ kind: 'gone' });
      expect((await cluster.pods(here)).find(({ name: each }) => each === podName)).not.toHaveProperty('deletingAt');

      const { uid } = pod ?? { uid: '' };
      expect(await cluster.evict({ namespace, name: podName, uid })).toEqual({ kind: 'evicted' });
      await until(async () => (await cluster.pods({ ...here, fields: `metadata.name=${podName}` })).length === 0);
      expect(await cluster.evict({ namespace, name: podName })).toEqual({ kind: 'gone' });
    });

    it('follows what pods do, from now on', async () => {
      const stop = new AbortController();
      const seen: Change<Pod>[] = [];
      const watching = (async () => {
        for await (const change of bind(stop.signal).watchPods({ ...here, labels: { app: 'lone' } })) seen.push(change);
      })();
      const saw = (kind: string, phase?: string) =>
        until(async () =>
          seen.some(
            ({ kind: each, object }) =>
              each === kind && object.name === 'lone' && (phase ?? object.phase) === object.phase,
          ),
        );
      const lone = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone', namespace, labels: { app: 'lone' } } };
      // A watch begins when it has listed; what is made before that is not new to it.
      await sleep(1000);

      await cluster.apply({ ...lone, spec: { containers: CONTAINERS } });
      await saw('added');
      await saw('modified', 'Running');
      await cluster.remove({ ...lone, name: 'lone', namespace });
      await saw('deleted');
      met.add('watchPods');

      stop.abort(new Error('enough'));
      await expect(watching).rejects.toThrow('enough');
    });

    it('sees a DaemonSet without a node until one has its label', async () => {
      const label = `contract/${namespace}`;
      const template = {
        ...TEMPLATE,
        metadata: { labels: { app: 'agent' } },
        spec: { containers: CONTAINERS, nodeSelector: { [label]: 'enabled' } },
      };
      await apply('apps/v1', 'DaemonSet', 'agent', { spec: { selector: { matchLabels: { app: 'agent' } }, template } });
      const agent = (wanted: number) =>
        until(async () =>
          (await cluster.workloads('DaemonSet', here)).find((each) => each.isObserved && each.ready === wanted),
        );
      expect(await agent(0)).toMatchObject({ desired: 0, nodeSelector: { [label]: 'enabled' } });

      await cluster.patchNode('node-3', { labels: { [label]: 'enabled' } });
      expect(await agent(1)).toMatchObject({ desired: 1, current: 1, available: 1 });

      await cluster.patchNode('node-3', { labels: { [label]: null } });
      await agent(0);
      expect(await cluster.nodes({ labels: { [label]: 'enabled' } })).toEqual([]);
    });

    it('cordons a node, and takes that back', async () => {
      await cluster.patchNode('node-4', { schedulable: false });
      expect(await nodeOf('node-4')).toMatchObject({ schedulable: false });

      await cluster.patchNode('node-4', { schedulable: true });
      expect(await nodeOf('node-4')).toMatchObject({ schedulable: true });
    });

    it('adds taints to those of others, all at once, and takes away its own', async () => {
      const taint = (key: string, value = 'yes', effect = 'NoSchedule') => ({ key: `contract/${key}`, value, effect });
      const own = async (called: string) =>
        (await nodeOf(called)).taints.filter(({ key }) => key.startsWith('contract/')).toSorted(byKey);
      const byKey = (one: Taint, other: Taint) => one.key.localeCompare(other.key);

      await Promise.all(['a', 'b', 'c'].map((key) => cluster.taint('node-1', taint(key))));
      await cluster.taint('node-1', taint('a', 'no'));
      await cluster.taint('node-1', taint('a', 'no'));
      expect(await own('node-1')).toEqual([taint('a', 'no'), taint('b'), taint('c')]);

      await cluster.untaint('node-1', { key: 'contract/a', effect: 'NoExecute' });
      await cluster.untaint('node-1', taint('b'));
      await cluster.untaint('node-1', taint('b'));
      expect(await own('node-1')).toEqual([taint('a', 'no'), taint('c')]);
      await Promise.all(['a', 'c'].map((key) => cluster.untaint('node-1', taint(key))));
      expect((await nodeOf('node-1')).taints.map(({ key }) => key)).toEqual(['node-role.kubernetes.io/control-plane']);
      await expect(cluster.taint('node-99', taint('a'))).rejects.toMatchObject({ failure: { status: 404 } });
    });

    it('tells which pods are of the kubelet itself, and what is lost with them', async () => {
      const meta = { namespace, labels: { app: 'odd' } };
      const volumes = [
        { name: 'cache', emptyDir: {} },
        { name: 'host', hostPath: { path: '/etc' } },
      ];
      const containers = CONTAINERS;
      const metadata = { ...meta, name: 'mirror', annotations: { 'kubernetes.io/config.mirror': 'x' } };
      await cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, nodeName: 'node-2' } });
      await cluster.apply({
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { ...meta, name: 'cached' }, spec: { containers, volumes } },
      });

      const [cached, mirror] = await cluster.pods({ ...here, labels: { app: 'odd' } });

      expect(cached).toMatchObject({ name: 'cached', localVolumes: ['cache'], isMirror: false });
      expect(mirror).toMatchObject({ name: 'mirror', localVolumes: [], isMirror: true });
      for (const each of ['cached', 'mirror'])
        await cluster.remove({ apiVersion: 'v1', kind: 'Pod', name: each, namespace });
    });

    it('runs a CronJob now, once for a name', async () => {
      const template = {
        spec: { containers: CONTAINERS, restartPolicy: 'Never' },
        metadata: { labels: { app: 'now' } },
      };
      const jobTemplate = { metadata: { labels: { release: 'nova' } }, spec: { template } };
      await apply('batch/v1', 'CronJob', 'setup', { spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate } });

      await cluster.runCronJob({ namespace, name: 'setup' }, 'setup-now');
      await cluster.runCronJob({ namespace, name: 'setup' }, 'setup-now');

      const made = await until(async () =>
        (await cluster.jobs({ ...here, labels: { release: 'nova' } })).find(({ state }) => state === 'complete'),
      );
      expect(made).toMatchObject({ name: 'setup-now', owner: { kind: 'CronJob', name: 'setup' }, succeeded: 1 });
      await expect(cluster.runCronJob({ namespace, name: 'nothing' }, 'x')).rejects.toMatchObject({
        failure: { status: 404 },
      });
      const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'setup', namespace };
      expect(await cluster.remove(cronJob)).toBe(true);
      await until(async () => (await cluster.jobs({ ...here, labels: { release: 'nova' } })).length === 0);
    });

    it('lets a StatefulSet go on elsewhere when its node is out of service, and not before', async () => {
      const labels = { app: 'lasting' };
      const taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };
      const template = { metadata: { labels }, spec: { containers: CONTAINERS } };
      const pod = async () => (await cluster.pods({ ...here, labels })).find(({ name: each }) => each === 'lasting-0');
      for (const other of ['node-2', 'node-3']) await cluster.patchNode(other, { schedulable: false });
      await apply('apps/v1', 'StatefulSet', 'lasting', {
        spec: { replicas: 1, serviceName: 'lasting', selector: { matchLabels: labels }, template },
      });
      const first = await until(async () => {
        const seen = await pod();
        return seen?.isReady && seen;
      });
      for (const other of ['node-2', 'node-3']) await cluster.patchNode(other, { schedulable: true });
      expect(first.node).toBe('node-4');

      await subject.silence('node-4', true);
      await until(async () => (await nodeOf('node-4')).taints.some(({ effect }) => effect === 'NoExecute'));
      expect(await nodeOf('node-4')).toMatchObject({ ready: 'Unknown' });
      expect(await cluster.evict({ namespace, name: 'lasting-0' })).toEqual({ kind: 'evicted' });
      expect(await pod()).toMatchObject({ uid: first.uid, status: 'Terminating' });
      await cluster.taint('node-4', taint);

      const second = await until(async () => {
        const seen = await pod();
        return seen?.isReady && seen.uid !== first.uid && seen;
      });
      expect(second.node).not.toBe('node-4');
      await cluster.remove({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'lasting', namespace });
      await cluster.untaint('node-4', taint);
      await subject.silence('node-4', false);
      const well = await until(async () => {
        const seen = await nodeOf('node-4');
        return seen.ready === 'True' && seen.taints.length === 0 && seen;
      });
      expect(well.schedulable).toBe(true);
    });

    it('reads StatefulSets, Jobs and CronJobs', async () => {
      const work = {
        template: { spec: { containers: CONTAINERS, restartPolicy: 'Never' }, metadata: { labels: { app: 'once' } } },
      };
      await apply('apps/v1', 'StatefulSet', 'db', {
        spec: {
          replicas: 1,
          serviceName: 'db',
          selector: { matchLabels: { app: 'db' } },
          template: { ...TEMPLATE, metadata: { labels: { app: 'db' } } },
        },
      });
      await apply('batch/v1', 'Job', 'once', { spec: work });
      await apply('batch/v1', 'CronJob', 'hourly', {
        spec: { schedule: '0 * * * *', suspend: true, jobTemplate: { spec: work } },
      });

      const db = await until(async () =>
        (await cluster.workloads('StatefulSet', here)).find(({ ready }) => ready === 1),
      );
      const job = await until(async () => (await cluster.jobs(here)).find(({ state }) => state === 'complete'));

      expect(db).toMatchObject({ name: 'db', desired: 1, current: 1, updated: 1, available: 1 });
      expect(job).toMatchObject({ name: 'once', completions: 1, succeeded: 1, failed: 0, reason: '' });
      expect(Date.parse(job.startedAt ?? '')).not.toBeNaN();
      expect(await cluster.cronJobs(here)).toMatchObject([
        { name: 'hourly', schedule: '0 * * * *', isSuspended: true, active: 0 },
      ]);
    });

    it('reads volumes, their claims and classes', async () => {
      const spec = { storageClassName: namespace, accessModes: ['ReadWriteOnce'] };
      const claimRef = { name: 'data', namespace };
      await cluster.apply({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: namespace },
        provisioner: 'contract',
      });
      await cluster.apply({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: namespace },
        spec: { ...spec, claimRef, capacity: { storage: '1Gi' }, hostPath: { path: '/data' } },
      });
      await apply('v1', 'PersistentVolumeClaim', 'data', {
        spec: { ...spec, resources: { requests: { storage: '1Gi' } } },
      });

      const claim = await until(async () =>
        (await cluster.persistentVolumeClaims(here)).find(({ phase }) => phase === 'Bound'),
      );

      expect(claim).toMatchObject({
        name: 'data',
        capacity: '1Gi',
        accessModes: ['ReadWriteOnce'],
        storageClass: namespace,
      });
      const volume = (await cluster.persistentVolumes()).find((each) => each.name === namespace);
      expect(volume).toMatchObject({ claim: `${namespace}/data`, capacity: '1Gi', isLocal: true });
      expect((await cluster.storageClasses()).find((each) => each.name === namespace)).toMatchObject({
        provisioner: 'contract',
        isDefault: false,
      });
      for (const [apiVersion, kind] of [
        ['v1', 'PersistentVolume'],
        ['storage.k8s.io/v1', 'StorageClass'],
      ] as const)
        expect(await cluster.remove({ apiVersion, kind, name: namespace })).toBe(true);
    });

    it('reads Ingresses and HTTPRoutes as routes', async () => {
      const backend = { service: { name: 'web', port: { number: 80 } } };
      const paths = [{ path: '/', pathType: 'Prefix', backend }];
      await apply('networking.k8s.io/v1', 'Ingress', 'web', {
        spec: { ingressClassName: 'nginx', rules: [{ host: 'web.test', http: { paths } }] },
      });
      await apply('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', {
        spec: {
          parentRefs: [{ name: 'gateway' }],
          hostnames: ['web.test'],
          rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
        },
      });

      const routes = await cluster.routes(here);

      const common = { hosts: ['web.test'], backends: ['web'], addresses: [] };
      expect(routes.find(({ kind }) => kind === 'Ingress')).toMatchObject({
        ...common,
        classes: ['nginx'],
        isAccepted: true,
      });
      expect(routes.find(({ kind }) => kind === 'HTTPRoute')).toMatchObject({
        ...common,
        classes: [`${namespace}/gateway`],
        isAccepted: false,
      });
    });

    it('reads settings, secrets, releases and events', async () => {
      await apply('v1', 'ConfigMap', 'settings', { data: { mtu: '1450' } });
      const secret = (called: string, rest: object) => apply('v1', 'Secret', called, { type: 'Opaque', ...rest });
      await secret('login', { data: { password: Buffer.from('naïve').toString('base64') } });
      for (const [version, status] of [
        ['1', 'superseded'],
        ['10', 'deployed'],
        ['9', 'superseded'],
      ] as const) {
        const labels = { owner: 'helm', name: 'nova', version, status };
        await cluster.apply({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: `sh.helm.release.v1.nova.v${version}`, namespace, labels },
          type: 'helm.sh/release.v1',
          ...(version === '10' ? { data: { release: helmContent(namespace) } } : {}),
        });
      }
      await apply('v1', 'Event', 'woe', {
        ...{
          involvedObject: { kind: 'Pod', name: 'web', namespace },
          type: 'Warning',
          reason: 'Failed',
          message: 'no image',
        },
        ...{ count: 3, lastTimestamp: '2099-01-01T00:00:00Z', source: { component: 'contract' } },
      });

      expect(await cluster.configMap(namespace, 'settings')).toMatchObject({
        name: 'settings',
        data: { mtu: '1450' },
        annotations: {},
      });
      expect(await cluster.configMap(namespace, 'nothing')).toBeUndefined();
      expect(await cluster.secret(namespace, 'login')).toEqual({ password: 'naïve' });
      expect(await cluster.secret(namespace, 'nothing')).toBeUndefined();
      expect(await cluster.releases(here)).toMatchObject([
        { release: 'nova', revision: 10, status: 'deployed', namespace },
      ]);
      const revisions = await cluster.revisions({ namespace, release: 'nova' });
      expect(revisions.map(({ revision }) => revision)).toEqual([1, 9, 10]);
      expect(await cluster.installed({ namespace, name: 'sh.helm.release.v1.nova.v10' })).toEqual({
        ...{ chart: 'nova', version: '2026.1.0', appVersion: '33.0.0' },
        objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'nova-api', namespace }],
        hooks: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'nova-db-sync', namespace }],
      });
      expect(await cluster.installed({ namespace, name: 'login' })).toBeUndefined();
      expect(await cluster.installed({ namespace, name: 'nothing' })).toBeUndefined();
      expect((await cluster.events(here))[0]).toEqual({
        ...{ namespace, type: 'Warning', reason: 'Failed', message: 'no image', count: 3 },
        ...{ object: { kind: 'Pod', name: 'web' }, lastAt: '2099-01-01T00:00:00Z' },
      });
    });

    it('reads custom resources, and tells a kind that is not there from one without objects', async () => {
      const ceph = { group: 'ceph.rook.io', version: 'v1', plural: 'cephclusters' };
      expect(await cluster.custom(ceph, here)).toEqual([]);
      await apply('ceph.rook.io/v1', 'CephCluster', 'mine', { spec: { mon: { count: 3 } } });

      expect(await cluster.custom(ceph, here)).toMatchObject([{ name: 'mine', spec: { mon: { count: 3 } } }]);
      expect(await cluster.custom({ ...ceph, plural: 'cephdreams' }, here)).toBeUndefined();
      expect(await cluster.custom({ group: 'no.such.test', version: 'v1', plural: 'things' })).toBeUndefined();
      const object = { apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster', name: 'mine', namespace };
      expect(await cluster.get(object)).toMatchObject({ name: 'mine', namespace, spec: { mon: { count: 3 } } });
      expect(await cluster.get({ ...object, name: 'yours' })).toBeUndefined();
      expect(await cluster.get({ ...object, kind: 'CephDream' })).toBeUndefined();
      expect(await cluster.remove(object)).toBe(true);
      expect(await cluster.remove({ ...object, kind: 'CephDream' })).toBe(false);
      expect(await cluster.remove({ ...object, name: 'yours' })).toBe(false);
    });

    it('reaches what is behind a Service, and says when nothing is', async () => {
      const server = createServer((request, response) => {
        response.statusCode = request.url === '/nothing' ? 404 : 200;
        response.end(request.url === '/nothing' ? 'no such page\n' : 'ok\n');
      });
      server.listen(0, '0.0.0.0');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const own = Object.values(networkInterfaces())
        .flat()
        .find((each) => each?.family === 'IPv4' && !each.internal);
      const ports = [{ name: 'http', port, protocol: 'TCP' }];
      await apply('v1', 'Service', 'outside', { spec: { ports: [{ name: 'http', port: 80, targetPort: port }] } });
      const ip = own?.address ?? '';
      // Nobody schedules it; the API server's proxy goes only where a pod is.
      const ours = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'ours', namespace } };
      await cluster.apply({ ...ours, spec: { containers: CONTAINERS, schedulerName: 'nobody' } });
      await subject.readdress({ namespace, name: 'ours' }, ip);
      const targetRef = { kind: 'Pod', namespace, name: 'ours' };
      // Which of the two a server's proxy looks at depends on its version.
      await apply('v1', 'Endpoints', 'outside', { subsets: [{ addresses: [{ ip, targetRef }], ports }] });
      await cluster.apply({
        ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ports },
        metadata: { name: 'outside-1', namespace, labels: { 'kubernetes.io/service-name': 'outside' } },
        endpoints: [{ addresses: [ip], conditions: { ready: true }, targetRef }],
      });
      await apply('v1', 'Service', 'empty', { spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } });
      const outside = { namespace, name: 'outside', port: 'http' };

      try {
        // The API server learns of new ones a moment later.
        const answer = await until(() => cluster.proxy(outside, '/').catch(() => undefined));
        expect(answer).toEqual({ status: 200, body: 'ok\n' });
        expect(await cluster.proxy(outside, '/nothing')).toEqual({ status: 404, body: 'no such page\n' });
        await expect(cluster.proxy({ namespace, name: 'empty', port: '80' }, '/')).rejects.toMatchObject({
          message: expect.stringMatching(/503 no endpoints available/),
          advice: expect.stringMatching(/No pod behind this Service is ready/),
        });
        await expect(cluster.proxy({ namespace, name: 'nobody', port: '80' }, '/')).rejects.toThrow(
          /404 services "nobody" not found/,
        );
      } finally {
        server.close();
      }
    });

    it('runs a command in a container', async () => {
      const [pod] = await pods(2);

      expect(await cluster.exec({ namespace, name: pod?.name ?? '' }, ['echo', 'two  words'])).toEqual({
        exitCode: 0,
        stdout: 'two  words\n',
        stderr: '',
      });
      await expect(cluster.exec({ namespace, name: pod?.name ?? '' }, ['no-such-program'])).rejects.toThrow(
        /executable file not found/,
      );
      await expect(cluster.exec({ namespace, name: 'nobody' }, ['echo'])).rejects.toThrow(/404/);
    });

    it('says what the API server does not take, and which kind it does not have', async () => {
      await expect(apply('v1', 'Pod', 'none', { spec: { containers: [] } })).rejects.toThrow(
        /applying Pod "none" to ".*": 422 .*Required value/,
      );
      await expect(apply('v1', 'Pood', 'none')).rejects.toThrow(InputError);
      const nowhere = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'nowhere-at-all' } };
      await expect(cluster.apply(nowhere)).rejects.toMatchObject({ failure: { status: 404 } });
      await expect(cluster.patchNode('node-99', { schedulable: false })).rejects.toThrow(RemoteError);
    });

    it('stops at once when its caller stops', async () => {
      const stop = new AbortController();
      stop.abort(new Error('enough'));

      await expect(bind(stop.signal).pods()).rejects.toThrow('enough');
    });
  });
}
