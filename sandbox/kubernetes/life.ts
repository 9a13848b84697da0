import { end, nodesFor, settleEviction, settleNode } from './nodes.ts';
import { statusOf } from './pods.ts';
import { settleCeph } from './rook.ts';
import type { Store, Thing } from './store.ts';

const TICK_MS = 50;
/** Where the ingress controller listens. */
const DOOR = { ingress: [{ ip: '10.20.0.100' }] };
const ANNOTATION = 'openstackhelm.openstack.org/';
const isTrue = (type: string, holds: boolean, more: object = {}) => ({
  type,
  status: holds ? 'True' : 'False',
  ...more,
});
const readyOf = ({ status }: Thing) =>
  status?.conditions?.some(
    (each: { type: string; status: string }) => each.type === 'Ready' && each.status === 'True',
  ) ?? false;

const isLeaving = ({ metadata }: Thing) => metadata['deletionTimestamp'] !== undefined;
const isOrdinary = ({ metadata }: Thing) => metadata.namespace !== 'many';

/** The controllers: looks at everything again and again until told to stop. */
export function startLife(store: Store): () => void {
  settle(store);
  const timer = setInterval(() => settle(store), TICK_MS).unref();
  return () => clearInterval(timer);
}

/** Makes what is there as it should be by now. */
export function settle(store: Store): void {
  for (const node of store.all('Node')) settleNode(store, node);
  for (const claim of store.all('PersistentVolumeClaim')) settleClaim(store, claim);
  for (const volume of store.all('PersistentVolume')) settleVolume(store, volume);
  settleCeph(store);
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'])
    for (const workload of store.all(kind)) settlePods(store, workload);
  // Those of the ten thousand are what they are.
  for (const pod of store.all('Pod', isOrdinary)) settleEviction(store, pod);
  const pods = store.all('Pod', isOrdinary);
  for (const pod of pods) store.set(pod, { status: statusOf(store, pod) });
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'])
    for (const workload of store.all(kind)) settleCounts(store, workload, pods);
  for (const job of store.all('Job')) settleJob(store, job, pods);
  for (const service of store.all('Service')) {
    settlePorts(store, service);
    settleSlice(store, service, pods);
  }
  for (const ingress of store.all('Ingress'))
    if (store.find('IngressClass', ingress['spec'].ingressClassName))
      store.set(ingress, { status: { loadBalancer: DOOR } });
  for (const budget of store.all('PodDisruptionBudget')) settleBudget(store, budget, pods);
  settleStory(store);
}

function settleClaim(store: Store, claim: Thing): void {
  const { name, namespace = '' } = claim.metadata;
  const isNew = claim['status']?.phase !== 'Bound';
  const isStuck = store.faults.has('claimPending') && (isNew || name === 'mysql-data-mariadb-server-2');
  const volume = `pvc-${claim.metadata.uid}`;
  const storageClassName = claim['spec'].storageClassName ?? 'general';
  const storageClass = store.find('StorageClass', storageClassName);
  if (isStuck || !storageClass) return store.set(claim, { status: { phase: 'Pending' } });
  const capacity = claim['spec'].resources?.requests ?? { storage: '1Gi' };
  const accessModes = claim['spec'].accessModes ?? ['ReadWriteOnce'];
  const claimRef = { namespace, name };
  const spec = {
    capacity,
    accessModes,
    claimRef,
    persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
    storageClassName,
  };
  if (!store.find('PersistentVolume', volume))
    store.put(
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: volume, labels: {} },
        spec,
        status: { phase: 'Bound' },
      },
      store.ageOf(claim),
    );
  store.set(claim, {
    spec: { ...claim['spec'], volumeName: volume },
    status: { phase: 'Bound', capacity, accessModes },
  });
}

/** What outlives its claim: kept if its class says so. */
function settleVolume(store: Store, volume: Thing): void {
  const { claimRef, persistentVolumeReclaimPolicy: policy } = volume['spec'];
  if (!claimRef || store.find('PersistentVolumeClaim', claimRef.name, claimRef.namespace)) return;
  if (policy === 'Delete') store.remove(volume);
  else store.set(volume, { status: { phase: 'Released' } });
}

/** As many pods as there should be: one a node of a DaemonSet, one a number of a StatefulSet. */
function settlePods(store: Store, workload: Thing): void {
  const { kind, metadata, spec } = workload;
  const own = podsOf(store, workload);
  const nodes = nodesFor(store, spec.template.spec, kind === 'DaemonSet');
  const newName = () => `${metadata.name}-${Math.random().toString(36).slice(2, 7)}`;
  const isOn = (node: Thing) => (pod: Thing) => pod['spec'].nodeName === node.metadata.name;
  if (kind === 'DaemonSet') {
    for (const pod of own) if (!nodes.some((node) => isOn(node)(pod))) end(store, pod);
    for (const node of nodes) if (!own.some(isOn(node))) addPod(store, workload, { name: newName(), node });
    return;
  }
  // Who is leaving still has his name, and with it his place in a StatefulSet.
  const there = own.filter((pod) => kind === 'StatefulSet' || !isLeaving(pod));
  const wanted = kind === 'Job' ? 1 : (spec.replicas ?? 1);
  for (const pod of there.slice(wanted)) end(store, pod);
  for (let count = there.length; count < wanted; count += 1) {
    const names = Array.from({ length: wanted }, (_, index) => `${metadata.name}-${index}`);
    const free = names.find((name) => !store.find('Pod', name, metadata.namespace)) ?? '';
    const crowd = (node: Thing) => podsOf(store, workload).filter(isOn(node)).length;
    const [node] = nodes.toSorted((a, b) => crowd(a) - crowd(b));
    addPod(store, workload, { name: kind === 'StatefulSet' ? free : newName(), node });
  }
}

function addPod(store: Store, workload: Thing, { name, node }: { name: string; node: Thing | undefined }): void {
  const { kind, metadata, spec, status } = workload;
  const { namespace, uid } = metadata;
  const owner = { kind: kind === 'Deployment' ? 'ReplicaSet' : kind, name: metadata.name, uid, controller: true };
  const claimName = `mysql-data-${name}`;
  const volumes = store.find('PersistentVolumeClaim', claimName, namespace)
    ? [{ name: 'mysql-data', persistentVolumeClaim: { claimName } }]
    : [];
  const at = { name, ...(namespace ? { namespace } : {}), labels: spec.template.metadata.labels };
  const place = node ? { nodeName: node.metadata.name } : {};
  // Its first pods are as old as it is, later ones are new.
  const isFirst = status?.observedGeneration === undefined && status?.startTime === undefined;
  store.put(
    {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { ...at, ownerReferences: [owner] } },
      ...{ spec: { volumes, ...spec.template.spec, ...place }, status: { phase: 'Pending' } },
    },
    isFirst ? store.ageOf(workload) : 0,
  );
}

function podsOf(store: Store, { metadata: { uid } }: Thing): Thing[] {
  return store.all('Pod', ({ metadata }) => metadata['ownerReferences']?.[0]?.uid === uid);
}

function settleCounts(store: Store, workload: Thing, pods: readonly Thing[]): void {
  const isOwn = ({ metadata }: Thing) => metadata['ownerReferences']?.[0]?.uid === workload.metadata.uid;
  const own = pods.filter((pod) => isOwn(pod) && !isLeaving(pod));
  const [all, ready] = [own.length, own.filter(readyOf).length];
  const observedGeneration = workload.metadata['generation'];
  const daemon = {
    desiredNumberScheduled: all,
    currentNumberScheduled: all,
    numberReady: ready,
    updatedNumberScheduled: all,
    numberAvailable: ready,
  };
  const replicated = { replicas: all, readyReplicas: ready, updatedReplicas: all, availableReplicas: ready };
  store.set(workload, { status: { observedGeneration, ...(workload.kind === 'DaemonSet' ? daemon : replicated) } });
}

function settleJob(store: Store, job: Thing, pods: readonly Thing[]): void {
  const pod = pods.find(({ metadata }) => metadata['ownerReferences']?.[0]?.uid === job.metadata.uid);
  const phase: string = pod?.['status'].phase ?? 'Pending';
  const startTime = job.metadata.creationTimestamp;
  const failed = isTrue('Failed', true, {
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  });
  const done = {
    Succeeded: { succeeded: 1, conditions: [isTrue('Complete', true)] },
    Failed: { failed: 7, conditions: [failed] },
  };
  store.set(job, { status: { startTime, ...(done[phase as keyof typeof done] ?? { active: 1 }) } });
}

function settlePorts(store: Store, service: Thing): void {
  const { type, ports } = service['spec'] ?? {};
  if (type !== 'NodePort' || ports[0].nodePort) return;
  const taken = store.all('Service', ({ spec }) => spec?.ports?.[0]?.nodePort > 0).length;
  store.set(service, { spec: { ...service['spec'], ports: [{ ...ports[0], nodePort: 30_000 + taken }] } });
}

function behind({ metadata, spec }: Thing, pods: readonly Thing[]): Thing[] {
  const wanted = Object.entries((spec?.selector?.matchLabels ?? spec?.selector ?? {}) as Record<string, string>);
  const fits = (pod: Thing) => wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
  return wanted.length === 0 ? [] : pods.filter((pod) => pod.metadata.namespace === metadata.namespace && fits(pod));
}

function settleSlice(store: Store, service: Thing, pods: readonly Thing[]): void {
  const { name, namespace } = service.metadata;
  // Who names no pods brings his own.
  if (service['spec']?.selector === undefined) return;
  const isEmpty = store.faults.has('noEndpoints') && name === 'keystone-api';
  const endpoints = (isEmpty ? [] : behind(service, pods)).map((pod) => ({
    addresses: [pod['status'].podIP ?? ''],
    conditions: { ready: readyOf(pod) },
  }));
  const slice = store.find('EndpointSlice', `${name}-1`, namespace);
  if (slice) return store.set(slice, { endpoints });
  const owner = { kind: 'Service', name, uid: service.metadata.uid, controller: true };
  const metadata = {
    name: `${name}-1`,
    ...(namespace ? { namespace } : {}),
    labels: { 'kubernetes.io/service-name': name },
    ownerReferences: [owner],
  };
  store.put(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints },
    store.ageOf(service),
  );
}

function settleBudget(store: Store, budget: Thing, pods: readonly Thing[]): void {
  const own = behind(budget, pods);
  const { minAvailable, maxUnavailable } = budget['spec'];
  const expectedPods = own.length;
  const currentHealthy = own.filter((pod) => readyOf(pod) && !isLeaving(pod)).length;
  const countOf = (value: string | number) =>
    String(value).endsWith('%') ? Math.ceil((expectedPods * Number.parseInt(String(value), 10)) / 100) : Number(value);
  const desiredHealthy =
    maxUnavailable === undefined ? countOf(minAvailable ?? 0) : Math.max(0, expectedPods - countOf(maxUnavailable));
  const disruptionsAllowed = Math.max(0, currentHealthy - desiredHealthy);
  store.set(budget, { status: { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } });
}

/** What the story's own parts say of themselves, and the ten thousand pods. */
function settleStory(store: Store): void {
  const { faults } = store;
  const health = faults.has('cephError') ? 'HEALTH_ERR' : faults.has('cephWarning') ? 'HEALTH_WARN' : 'HEALTH_OK';
  const details = {
    HEALTH_OK: {},
    HEALTH_WARN: { OSD_DOWN: { severity: health, message: '1 osds down' } },
    HEALTH_ERR: { OSD_FULL: { severity: health, message: '1 full osd(s)' } },
  }[health];
  const ceph = store.find('CephCluster', 'ceph', 'ceph');
  if (ceph)
    store.set(ceph, { status: { phase: 'Ready', message: 'Cluster created successfully', ceph: { health, details } } });
  const state = store.find('ConfigMap', 'mariadb-mariadb-state', 'openstack');
  const annotations = {
    ...state?.metadata['annotations'],
    [`${ANNOTATION}cluster.state`]: faults.has('galeraDown') ? 'reboot' : 'live',
  };
  if (state) store.set(state, { metadata: { ...state.metadata, annotations } });
  hangRelease(store);
  const namespace = store.find('Namespace', 'osh-infra');
  const going = faults.has('terminating');
  if (namespace) store.set(namespace, { status: { phase: going ? 'Terminating' : 'Active' } });
  const many = store.find('Namespace', 'many');
  if (faults.has('manyPods') && !many) addMany(store);
  if (!faults.has('manyPods') && many) store.remove(many);
}

/** The newest revision of neutron hangs while the fault is on, and is again what it was after it. */
function hangRelease(store: Store): void {
  const [release] = store
    .all('Secret', ({ metadata }) => metadata.labels?.['owner'] === 'helm' && metadata.labels['name'] === 'neutron')
    .toReversed();
  const { was, ...labels } = release?.metadata.labels ?? {};
  if (!release || store.faults.has('releasePending') === (was !== undefined)) return;
  const hung = { ...labels, was: labels['status'] ?? '', status: 'pending-upgrade' };
  store.set(release, {
    metadata: { ...release.metadata, labels: was === undefined ? hung : { ...labels, status: was } },
  });
}

function addMany(store: Store): void {
  store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'many' }, status: { phase: 'Active' } });
  const status = {
    phase: 'Running',
    conditions: [isTrue('Ready', true)],
    containerStatuses: [{ name: 'main', ready: true, restartCount: 0, state: { running: {} } }],
  };
  for (let index = 0; index < 10_000; index += 1) {
    const metadata = { name: `pod-${String(index).padStart(5, '0')}`, namespace: 'many', labels: { app: 'many' } };
    store.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { nodeName: `node-${2 + (index % 3)}`, containers: [{ name: 'main', image: 'registry.test/main:1' }] },
      status,
    });
  }
}
