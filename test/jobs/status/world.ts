import type {
  Job,
  Meta,
  Node,
  PersistentVolumeClaim,
  Pod,
  Release,
  Route,
  Service,
  StorageClass,
  Workload,
} from '#domain/kubernetes.ts';
import type { Server } from '#domain/openstack.ts';
import type { Layer, LayerKind } from '#domain/stack.ts';
import type { Part } from '#jobs/status/part.ts';

/** When everything here is read, and long before it, when everything was made. */
export const NOW = '2026-11-23T12:00:00Z';
const BEFORE = '2026-11-22T12:00:00Z';

export function layerOf(name: string, kind: LayerKind, more: Partial<Layer> = {}): Layer {
  return { name, kind, reach: { kind: 'none' }, smokeTest: { user: 'cirros', metadata: {} }, ...more };
}

export function read<T>(value: T): Part<T> {
  return { kind: 'read', value };
}

/** What every object has; in namespace `openstack`, made yesterday. */
function metaOf(name: string): Meta {
  return { name, namespace: 'openstack', uid: name, labels: {}, createdAt: BEFORE };
}

/** A pod that runs and is ready, on node-2. */
export function pod(name: string, more: Partial<Pod> = {}): Pod {
  return {
    ...metaOf(name),
    ...{ node: 'node-2', phase: 'Running', status: 'Running', isReady: true, readyContainers: 1, containers: 1 },
    ...{ restarts: 0, ip: '10.233.64.9', reason: '', message: '', waiting: [] },
    ...{ claims: [], localVolumes: [], isMirror: false },
    ...more,
  };
}

/** A pod whose init container waits for these. */
export function waitingPod(
  name: string,
  dependencies: Partial<NonNullable<Pod['dependencies']>>,
  more: Partial<Pod> = {},
): Pod {
  return pod(name, {
    ...{ phase: 'Pending', status: 'Init:0/1', isReady: false, readyContainers: 0 },
    dependencies: { jobs: [], services: [], pods: [], ...dependencies },
    ...more,
  });
}

/** A pod that is not scheduled. */
export function pendingPod(name: string, more: Partial<Pod> = {}): Pod {
  return pod(name, { phase: 'Pending', status: 'Pending', isReady: false, readyContainers: 0, node: '', ...more });
}

export function workload(kind: Workload['kind'], name: string, more: Partial<Workload> = {}): Workload {
  return {
    ...metaOf(name),
    ...{ kind, desired: 1, current: 1, ready: 1, updated: 1, available: 1, isObserved: true },
    ...{ nodeSelector: {}, podLabels: { app: name } },
    ...more,
  };
}

export function job(name: string, state: Job['state'], more: Partial<Job> = {}): Job {
  const done = state === 'complete' ? 1 : 0;
  return {
    ...metaOf(name),
    ...{ completions: 1, active: 0, succeeded: done, failed: 0, state, reason: '', message: '', startedAt: BEFORE },
    ...more,
  };
}

export function service(name: string, more: Partial<Service> = {}): Service {
  return {
    ...metaOf(name),
    ...{ type: 'ClusterIP', clusterIp: '10.233.0.9', externalIps: [], selector: { app: name } },
    ports: [{ name: 'api', protocol: 'TCP', port: 80, targetPort: 'api' }],
    ...more,
  };
}

export function slice(serviceName: string, ready: number, notReady = 0) {
  return { ...metaOf(`${serviceName}-x`), service: serviceName, ready, notReady };
}

export function claim(name: string, more: Partial<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  const bound = {
    phase: 'Bound',
    volume: `pv-${name}`,
    capacity: '5Gi',
    accessModes: ['RWO'],
    storageClass: 'general',
  };
  return { ...metaOf(name), ...bound, ...more };
}

export function storageClass(name: string): StorageClass {
  return { ...metaOf(name), namespace: '', provisioner: 'rook-ceph.rbd.csi.ceph.com', isDefault: true };
}

export function release(name: string, status: string, more: Partial<Release> = {}): Release {
  return { ...metaOf(`sh.helm.release.v1.${name}.v1`), release: name, revision: 1, status, ...more };
}

export function route(name: string, kind: Route['kind'], more: Partial<Route> = {}): Route {
  return {
    ...metaOf(name),
    ...{ kind, classes: ['ingress-openstack'], hosts: [name], backends: [name], addresses: ['10.10.0.20'] },
    ...{ isAccepted: true, message: '' },
    ...more,
  };
}

export function warning(kind: string, name: string, message: string) {
  const event = { namespace: 'openstack', type: 'Warning', reason: 'Failed', count: 1, lastAt: NOW } as const;
  return { ...event, message, object: { kind, name } };
}

/** A node that is ready and has no taint. */
export function node(name: string, more: Partial<Node> = {}): Node {
  return {
    ...{ ...metaOf(name), namespace: '' },
    ...{ roles: [], ready: 'True', conditions: [], schedulable: true, taints: [], internalIp: '', externalIp: '' },
    ...{ providerId: '', version: 'v1.35.4', osImage: 'Debian 12', kernel: '6.1', runtime: 'containerd://2.1' },
    ...more,
  };
}

/** A node whose kubelet has fallen silent. */
export function deadNode(name: string, more: Partial<Node> = {}): Node {
  const message = 'Kubelet stopped posting node status.';
  const condition = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message } as const;
  return node(name, { ready: 'Unknown', conditions: [condition], ...more });
}

export function server(name: string, more: Partial<Server> = {}): Server {
  return {
    id: `id-of-${name}`,
    name,
    status: 'ACTIVE',
    powerState: 'running',
    imageId: 'cirros',
    hostId: 'h',
    addresses: [],
    volumes: [],
    metadata: {},
    createdAt: BEFORE,
    ...more,
  };
}
