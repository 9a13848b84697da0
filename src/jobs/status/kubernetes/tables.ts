import type { Health } from '#domain/health.ts';
import type { Node } from '#domain/kubernetes.ts';
import type { Table } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { ageOf } from '#words/time.ts';
import { rowsOf } from '../part.ts';
import { tableOf } from '../table.ts';
import { matchServers } from '../../matches.ts';
import type { Reading } from './reading.ts';

const VOLUMES: Readonly<Record<string, Health>> = { Bound: 'ok', Available: 'ok', Released: 'off', Failed: 'failure' };

/** What a cluster is made of, in the manner of kubectl. */
export function tablesOf(layer: Layer, reading: Reading): readonly Table[] {
  const nodes = rowsOf(reading.nodes);
  const { at, below } = reading;
  const matches = matchServers(nodes, rowsOf(reading.servers)).nodes;
  const isMatched = matches.some(({ server }) => server !== undefined);
  return [
    ...tableOf(layer, nodes, {
      ...{ id: 'nodes', title: 'Nodes', command: 'kubectl get nodes -o wide' },
      columns: ['Name', 'Status', 'Roles', '#Age', 'Version', 'Internal IP', 'OS image', 'Kernel', 'Runtime'],
      cells: (node) => [
        ...[node.name, statusOf(node), node.roles.join(',') || '<none>', ageOf(node.createdAt, at), node.version],
        ...[node.internalIp, node.osImage, node.kernel, node.runtime],
      ],
      health: nodeHealth,
    }),
    ...tableOf(layer, isMatched ? matches : [], {
      ...{ id: 'servers', title: `Servers on ${below ?? ''}`, command: 'openstack server list' },
      columns: ['Node', 'Ready', 'Server', 'Status', 'Addresses', 'Flavor'],
      cells: ({ node, server }) => [
        ...[node.name, node.ready, server?.name ?? '', server?.status ?? ''],
        ...[server?.addresses.map(({ ip }) => ip).join(', ') ?? '', server?.flavor ?? ''],
      ],
      health: ({ server }) => (server?.status === 'ACTIVE' ? 'ok' : 'failure'),
    }),
    ...tableOf(layer, rowsOf(reading.volumes), {
      ...{ id: 'volumes', title: 'PersistentVolumes', command: 'kubectl get persistentvolumes' },
      columns: ['Name', '#Capacity', 'Access modes', 'Reclaim policy', 'Status', 'Claim', 'Storage class', '#Age'],
      cells: (each) => [
        ...[each.name, each.capacity, each.accessModes.join(','), each.reclaimPolicy, each.phase],
        ...[each.claim, each.storageClass, ageOf(each.createdAt, at)],
      ],
      health: ({ phase }) => VOLUMES[phase] ?? 'warning',
    }),
    ...tableOf(layer, rowsOf(reading.classes), {
      ...{ id: 'classes', title: 'StorageClasses', command: 'kubectl get storageclasses' },
      columns: ['Name', 'Provisioner', 'Default', '#Age'],
      cells: (each) => [each.name, each.provisioner, each.isDefault ? 'yes' : 'no', ageOf(each.createdAt, at)],
      health: () => 'ok',
    }),
  ];
}

/** As kubectl says it: `Ready`, `NotReady,SchedulingDisabled`. */
function statusOf({ ready, schedulable }: Node): string {
  return `${ready === 'True' ? 'Ready' : 'NotReady'}${schedulable ? '' : ',SchedulingDisabled'}`;
}

function nodeHealth({ ready, schedulable, conditions }: Node): Health {
  if (ready !== 'True') return 'failure';
  const isPressed = conditions.some(({ type, status }) => type.endsWith('Pressure') && status === 'True');
  return isPressed || !schedulable ? 'warning' : 'ok';
}
