import { join } from 'node:path';
import { FAULTS, type FaultName } from '../kubernetes/faults.ts';
import { type SimulatedKubernetes, startKubernetes } from '../kubernetes/kubernetes.ts';
import type { Part } from './part.ts';

/** A tree of playbooks under Kubespray's names; what they do, the stand-in of Ansible knows. */
const KUBESPRAY = join(import.meta.dirname, '../../testbed/kubespray');

/** Entry of the kubeconfig. */
export const CONTEXT = 'lab';

/** Kubernetes on the virtual machines; `power` is what becomes of node-4's, `command` what its tools are run by. */
export async function startCluster(power: (isOn: boolean) => void, command: readonly string[]) {
  const cluster = await startKubernetes();
  const node = faultOf(cluster, 'nodeNotReady', 'node-4 dies');
  const part: Part = {
    layer: {
      ...{ name: 'cluster', kind: 'kubernetes', on: 'metal', context: CONTEXT, provisioner: 'kubespray' },
      ...{ kubespray: { path: KUBESPRAY, user: 'debian' }, tools: { command } },
    },
    about: 'Kubernetes on virtual machines',
    troubles: [
      {
        ...node,
        about: 'Its machine is off, and its kubelet silent.',
        set(on) {
          power(!on);
          return node.set(on);
        },
        isOver: () => cluster.store.find('Node', 'node-4') === undefined,
      },
      faultOf(cluster, 'labelMissing', 'Label missing'),
      faultOf(cluster, 'apiBroken', 'API server broken'),
    ],
    close: () => cluster.close(),
  };
  return { part, cluster };
}

/** Where helm runs, and its folder of charts. */
export type HelmPlace = { readonly command: readonly string[]; readonly charts: string };

/** Ceph in the cluster, by Rook. */
export function storageOf(cluster: SimulatedKubernetes, { command, charts }: HelmPlace): Part {
  return {
    layer: {
      ...{ name: 'storage', kind: 'ceph', on: 'cluster', namespace: 'ceph', provisioner: 'rook', tools: { command } },
      helm: { charts, releases: [{ name: 'rook-ceph-cluster' }] },
    },
    about: 'Ceph in the cluster',
    troubles: [
      faultOf(cluster, 'cephError', 'Ceph is full'),
      faultOf(cluster, 'cephWarning', 'Ceph warns'),
      faultOf(cluster, 'claimPending', 'No new volumes'),
    ],
    close: async () => undefined,
  };
}

export function faultOf(cluster: SimulatedKubernetes, id: FaultName, title: string): Part['troubles'][number] {
  return {
    ...{ id, title, about: `${FAULTS[id]}.` },
    set: (on) => cluster.setFault(id, on),
  };
}
