import { statusOf } from './pods.ts';
import type { Store, Thing } from './store.ts';

const TICK_MS = 50;
const COMPUTE = 'openstack-compute-node';
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
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'])
    for (const workload of store.all(kind)) settlePods(store, workload);
  // Those of the ten thousand are what they are.
  const pods = store.all('Pod', ({ metadata }) => metadata.namespace !== 'many');
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

function settleNode(store: Store, node: Thing): void {
  const isDead = store.faults.has('nodeNotReady') && node.metadata.name === 'node-4';
  const ready = isDead
    ? { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }
    : isTrue('Ready', true, { reason: 'KubeletReady', message: 'kubelet is posting ready status' });
  settleLabel(store, node);
  store.set(node, {
    status: { ...node['status'], conditions: [isTrue('MemoryPressure', false), isTrue('DiskPressure', false), ready] },
  });
}

/** Takes the label of the compute nodes away, and remembers where it was. */
function settleLabel(store: Store, node: Thing): void {
  const { [COMPUTE]: mark, ...labels } = node.metadata.labels ?? {};
  const { [COMPUTE]: taken, ...annotations } = node.metadata['annotations'] ?? {};
  const isMissing = store.faults.has('labelMissing');
  if (isMissing && mark !== undefined)
    store.set(node, { metadata: { ...node.metadata, labels, annotations: { ...annotations, [COMPUTE]: mark } } });
  if (!isMissing && taken !== undefined)
    store.set(node, { metadata: { ...node.metadata, labels: { ...labels, [COMPUTE]: taken }, annotations } });
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

/** As many pods as there should be, each on a node that its selector allows. */
function settlePods(store: Store, workload: Thing): void {
  const { kind, metadata, spec } = workload;
  const own = podsOf(store, workload);
  const isDaemon = kind === 'DaemonSet';
  const nodes = nodesFor(store, spec.template.spec, isDaemon);
  const wanted = isDaemon ? nodes.length : kind === 'Job' ? 1 : (spec.replicas ?? 1);
  for (const pod of own.slice(wanted)) store.remove(pod);
  for (let index = own.length; index < wanted; index += 1) {
    const node = nodes[index % Math.max(1, nodes.length)];
    const name = `${metadata.name}-${kind === 'StatefulSet' ? index : Math.random().toString(36).slice(2, 7)}`;
    const owner = {
      kind: kind === 'Deployment' ? 'ReplicaSet' : kind,
      name: metadata.name,
      uid: metadata.uid,
      controller: true,
    };
    const { labels } = spec.template.metadata;
    const claimName = `mysql-data-${name}`;
    const volumes = store.find('PersistentVolumeClaim', claimName, metadata.namespace)
      ? [{ name: 'mysql-data', persistentVolumeClaim: { claimName } }]
      : [];
    store.put(
      {
        ...{ apiVersion: 'v1', kind: 'Pod' },
        metadata: {
          name,
          ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
          labels,
          ownerReferences: [owner],
        },
        spec: { volumes, ...spec.template.spec, ...(node ? { nodeName: node.metadata.name } : {}) },
        status: { phase: 'Pending' },
      },
      store.ageOf(workload),
    );
  }
}

function nodesFor(store: Store, { nodeSelector = {}, affinity }: Thing['spec'], isDaemon: boolean): Thing[] {
  const wanted = Object.entries(nodeSelector);
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const away: readonly string[] = terms?.[0]?.matchFields?.[0]?.values ?? [];
  return store.all('Node', ({ metadata, spec }) => {
    const isTainted = (wanted.length > 0 || !isDaemon) && spec?.taints?.length > 0;
    const isClosed = !isDaemon && (spec?.unschedulable === true || away.includes(metadata.name));
    const fits = wanted.every(([key, value]) => metadata.labels?.[key] === value);
    return !isTainted && !isClosed && fits;
  });
}

function podsOf(store: Store, { metadata: { uid } }: Thing): Thing[] {
  return store.all('Pod', ({ metadata }) => metadata['ownerReferences']?.[0]?.uid === uid);
}

function settleCounts(store: Store, workload: Thing, pods: readonly Thing[]): void {
  const own = pods.filter(({ metadata }) => metadata['ownerReferences']?.[0]?.uid === workload.metadata.uid);
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
  const [expectedPods, currentHealthy] = [own.length, own.filter(readyOf).length];
  const desiredHealthy = Number(budget['spec'].minAvailable ?? 0);
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
  const release = store.find('Secret', 'sh.helm.release.v1.neutron.v1', 'openstack');
  const labels = { ...release?.metadata.labels, status: faults.has('releasePending') ? 'pending-upgrade' : 'deployed' };
  if (release) store.set(release, { metadata: { ...release.metadata, labels } });
  for (const node of store.all('Node', ({ metadata }) => metadata.labels?.['l3-agent'] === 'enabled')) {
    const { 'openstack-compute-node': _, ...others } = node.metadata.labels ?? {};
    const compute = faults.has('labelMissing') ? {} : { 'openstack-compute-node': 'enabled' };
    store.set(node, { metadata: { ...node.metadata, labels: { ...others, ...compute } } });
  }
  const namespace = store.find('Namespace', 'osh-infra');
  const going = faults.has('terminating');
  if (namespace) store.set(namespace, { status: { phase: going ? 'Terminating' : 'Active' } });
  const many = store.find('Namespace', 'many');
  if (faults.has('manyPods') && !many) addMany(store);
  if (!faults.has('manyPods') && many) store.remove(many);
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
