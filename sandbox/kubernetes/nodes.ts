import type { Store, Thing } from './store.ts';

const COMPUTE = 'openstack-compute-node';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

type Taint = { readonly key: string; readonly effect: string; readonly timeAdded?: string };
const taintsOf = ({ spec }: Thing): readonly Taint[] => spec?.taints ?? [];

/** True when its kubelet says nothing any more. */
export function isSilent({ silent, faults }: Store, name: string): boolean {
  return silent.has(name) || (faults.has('nodeNotReady') && name === 'node-4');
}

/** The node controller: what a node says of itself, and the taints of one that says nothing. */
export function settleNode(store: Store, node: Thing): void {
  const isDead = isSilent(store, node.metadata.name);
  const ready = isDead
    ? { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }
    : { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  const pressures = ['MemoryPressure', 'DiskPressure'].map((type) => ({ type, status: 'False' }));
  settleLabel(store, node);
  store.set(node, { status: { ...node['status'], conditions: [...pressures, { type: 'Ready', ...ready }] } });
  const known = taintsOf(node);
  if (known.some(({ key }) => key === UNREACHABLE) === isDead) return;
  const timeAdded = new Date().toISOString();
  const unreachable = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: UNREACHABLE, effect, timeAdded }));
  const others = known.filter(({ key }) => key !== UNREACHABLE);
  store.set(node, { spec: { ...node['spec'], taints: isDead ? [...others, ...unreachable] : others } });
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

/** Which nodes take a pod. DaemonSets do not mind what is wrong with a node, and those for all nodes mind no taint. */
export function nodesFor(store: Store, { nodeSelector = {}, affinity }: Thing['spec'], isDaemon: boolean): Thing[] {
  const wanted = Object.entries(nodeSelector);
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const away: readonly string[] = terms?.[0]?.matchFields?.[0]?.values ?? [];
  const isTolerated = (key: string) => isDaemon && (wanted.length === 0 || key.startsWith('node.kubernetes.io/'));
  const shuts = ({ key, effect }: Taint) =>
    effect !== 'PreferNoSchedule' && (key === OUT_OF_SERVICE || !isTolerated(key));
  return store.all('Node', (node) => {
    const isClosed = !isDaemon && (node['spec']?.unschedulable === true || away.includes(node.metadata.name));
    const fits = wanted.every(([key, value]) => node.metadata.labels?.[key] === value);
    return !taintsOf(node).some(shuts) && !isClosed && fits;
  });
}

/** A pod is told to end; a silent kubelet does not hear it. */
export function end(store: Store, pod: Thing): void {
  if (!isSilent(store, pod['spec'].nodeName)) return store.remove(pod);
  const deletionTimestamp = new Date().toISOString();
  store.set(pod, { metadata: { deletionTimestamp, ...pod.metadata } });
}

/** Pods whose node is gone or out of service go by force; those of a silent node are told to, in time. */
export function settleEviction(store: Store, pod: Thing): void {
  const { nodeName } = pod['spec'];
  if (nodeName === undefined) return;
  const node = store.find('Node', nodeName);
  if (!node) return store.remove(pod);
  const expelling = taintsOf(node).filter(({ effect }) => effect === 'NoExecute');
  const since = expelling.find(({ key }) => key === UNREACHABLE)?.timeAdded;
  const isOver = since !== undefined && Date.now() - Date.parse(since) >= store.timing.unreachable;
  const isDaemon = pod.metadata['ownerReferences']?.[0]?.kind === 'DaemonSet';
  if (expelling.some(({ key }) => key === OUT_OF_SERVICE)) store.remove(pod);
  else if (isOver && !isDaemon) end(store, pod);
  else if (pod.metadata['deletionTimestamp'] && !isSilent(store, nodeName)) store.remove(pod);
}
