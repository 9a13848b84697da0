import type { Health } from '#domain/health.ts';
import type { ServicePort, Workload } from '#domain/kubernetes.ts';
import type { Table } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/cluster.ts';
import { ageOf } from '#words/time.ts';
import { rowsOf } from '../part.ts';
import { tableOf } from '../table.ts';
import { resolve } from './endpoints.ts';
import {
  claimHealth,
  cronJobHealth,
  jobHealth,
  podHealth,
  releaseHealth,
  serviceHealth,
  workloadHealth,
} from './healths.ts';
import { type LookUp, lookUpOf } from './look-up.ts';
import type { Reading } from './reading.ts';

/** What stands in a namespace, in the manner of kubectl and helm. */
export function tablesOf(layer: Layer, reading: Reading): readonly Table[] {
  if (reading.login.kind !== 'read') return [];
  const look = lookUpOf(reading);
  const where = layer.namespace === undefined ? '-A' : `-n ${layer.namespace}`;
  return [
    ...podTables(layer, reading, { look, where }),
    ...workloadTables(layer, reading, where),
    ...serviceTables(layer, reading, { look, where }),
    ...storageTables(layer, reading, where),
  ];
}

type View = { readonly look: LookUp; readonly where: string };

function podTables(layer: Layer, reading: Reading, { look, where }: View): Table[] {
  return tableOf(layer, look.pods, {
    ...{ id: 'pods', title: 'Pods', command: `kubectl get pods ${where} -o wide` },
    columns: ['Name', '#Ready', 'Status', '#Restarts', '#Age', 'IP', 'Node', 'Namespace'],
    cells: (pod) => [
      ...[pod.name, `${pod.readyContainers}/${pod.containers}`, pod.status, String(pod.restarts)],
      ...[ageOf(pod.createdAt, reading.at), pod.ip, pod.node, pod.namespace],
    ],
    health: (pod) => podHealth(pod, look),
  });
}

function workloadTables(layer: Layer, reading: Reading, where: string): Table[] {
  const age = ({ createdAt }: { readonly createdAt: string }) => ageOf(createdAt, reading.at);
  const counted = (kind: string, title: string, rows: readonly Workload[]) =>
    tableOf(layer, rows, {
      ...{ id: kind, title, command: `kubectl get ${kind} ${where}` },
      columns: ['Name', '#Ready', '#Up to date', '#Available', '#Age', 'Namespace'],
      cells: (each) => [
        ...[each.name, `${each.ready}/${each.desired}`, String(each.updated), String(each.available)],
        ...[age(each), each.namespace],
      ],
      health: workloadHealth,
    });
  return [
    ...counted('deployments', 'Deployments', rowsOf(reading.deployments)),
    ...counted('statefulsets', 'StatefulSets', rowsOf(reading.statefulSets)),
    ...tableOf(layer, rowsOf(reading.daemonSets), {
      ...{ id: 'daemonsets', title: 'DaemonSets', command: `kubectl get daemonsets ${where}` },
      columns: ['Name', '#Desired', '#Current', '#Ready', '#Up to date', '#Available', 'Node selector', '#Age'],
      cells: (each) => [
        ...[each.name, ...[each.desired, each.current, each.ready, each.updated, each.available].map(String)],
        ...[labelsOf(each.nodeSelector), age(each)],
      ],
      health: workloadHealth,
    }),
    ...tableOf(layer, rowsOf(reading.jobs), {
      ...{ id: 'jobs', title: 'Jobs', command: `kubectl get jobs ${where}` },
      columns: ['Name', 'Status', '#Completions', '#Failed', '#Age', 'Namespace'],
      cells: (job) => [
        ...[job.name, job.state, `${job.succeeded}/${job.completions}`, String(job.failed), age(job), job.namespace],
      ],
      health: jobHealth,
    }),
    ...tableOf(layer, rowsOf(reading.cronJobs), {
      ...{ id: 'cronjobs', title: 'CronJobs', command: `kubectl get cronjobs ${where}` },
      columns: ['Name', 'Schedule', 'Suspend', '#Active', '#Last schedule', '#Last success'],
      cells: (each) => [
        ...[each.name, each.schedule, each.isSuspended ? 'True' : 'False', String(each.active)],
        ...[ageOf(each.lastScheduledAt, reading.at), ageOf(each.lastSucceededAt, reading.at)],
      ],
      health: cronJobHealth,
    }),
  ];
}

function serviceTables(layer: Layer, reading: Reading, { look, where }: View): Table[] {
  const resolved = resolve(rowsOf(reading.endpoints), look);
  return [
    ...tableOf(layer, rowsOf(reading.services), {
      ...{ id: 'kube-services', title: 'Services', command: `kubectl get services ${where}` },
      columns: ['Name', 'Type', 'Cluster IP', 'External IP', 'Ports', '#Endpoints', '#Age', 'Namespace'],
      cells: (each) => [
        ...[each.name, each.type, each.clusterIp, each.externalIps.join(','), each.ports.map(portOf).join(',')],
        ...[String(look.readyBehind(each)), ageOf(each.createdAt, reading.at), each.namespace],
      ],
      health: (each) => serviceHealth(each, look),
    }),
    ...tableOf(layer, resolved, {
      ...{ id: 'addresses', title: 'Endpoints in the cluster', command: 'openstack endpoint list' },
      columns: ['Service', 'Interface', 'Host', '#Ready', 'State'],
      cells: ({ endpoint, host, ready, state }) => [
        ...[endpoint.service || endpoint.type, endpoint.interface, host, String(ready), state],
      ],
      health: ({ state }): Health => (state === 'ready' ? 'ok' : state === 'unknown' ? 'unknown' : 'failure'),
    }),
    ...tableOf(layer, rowsOf(reading.routes), {
      ...{ id: 'routes', title: 'Ingresses and HTTPRoutes', command: `kubectl get ingresses,httproutes ${where}` },
      columns: ['Name', 'Kind', 'Class', 'Hosts', 'Address', 'Namespace'],
      cells: (route) => [
        ...[route.name, route.kind, route.classes.join(','), route.hosts.join(',')],
        ...[route.addresses.join(','), route.namespace],
      ],
      health: ({ kind, addresses, isAccepted }) =>
        !isAccepted || (kind === 'Ingress' && addresses.length === 0) ? 'failure' : 'ok',
    }),
    ...tableOf(layer, reading.webs ?? [], {
      ...{ id: 'webs', title: 'Shown by HTTP', command: 'kubectl get --raw /api/v1/namespaces/.../proxy/' },
      columns: ['What', 'Service', 'State'],
      cells: ({ kind, namespace, service, found }) => [
        ...[kind, `${namespace}/${service}`],
        found.kind === 'read' ? found.value.detail : found.kind === 'unknown' ? found.error.message : words.webs.hidden,
      ],
      health: ({ found }) => (found.kind === 'read' ? found.value.health : 'unknown'),
    }),
  ];
}

function storageTables(layer: Layer, reading: Reading, where: string): Table[] {
  return [
    ...tableOf(layer, rowsOf(reading.claims), {
      ...{ id: 'claims', title: 'Claims', command: `kubectl get persistentvolumeclaims ${where}` },
      columns: ['Name', 'Status', 'Volume', '#Capacity', 'Access modes', 'Storage class', '#Age', 'Namespace'],
      cells: (each) => [
        ...[each.name, each.phase, each.volume, each.capacity, each.accessModes.join(','), each.storageClass],
        ...[ageOf(each.createdAt, reading.at), each.namespace],
      ],
      health: claimHealth,
    }),
    ...tableOf(layer, rowsOf(reading.releases), {
      ...{ id: 'releases', title: 'Helm releases', command: `helm list --all ${where}` },
      columns: ['Name', 'Namespace', '#Revision', '#Age', 'Status'],
      cells: (each) => [
        ...[each.release, each.namespace, String(each.revision), ageOf(each.createdAt, reading.at), each.status],
      ],
      health: releaseHealth,
    }),
  ];
}

/** `9696:30096/TCP` */
function portOf({ port, nodePort, protocol }: ServicePort): string {
  return `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`;
}

function labelsOf(labels: Workload['nodeSelector']): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
}
