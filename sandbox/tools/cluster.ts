import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call } from './api.ts';
import type { Host } from './inventory.ts';
import type { Deed } from './playbooks.ts';

type Pod = {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly ownerReferences?: readonly { readonly kind: string }[];
  };
};

/** What was done: whether it changed anything, and why it did not work. */
type Done = { readonly changed: boolean; readonly failed?: string };

const DRAIN_TRIES = 100;

/** Does to the cluster of KUBECONFIG what kubeadm and kubectl would. */
export async function doDeed(deed: Deed, { name, ip, groups }: Host): Promise<Done> {
  const found = await call('GET', `/api/v1/nodes/${name}`);
  const isThere = found.status === 200;
  if (deed === 'join') {
    if (isThere) return { changed: false };
    return made(await call('POST', '/api/v1/nodes', nodeOf(name, ip, groups.includes('kube_control_plane'))));
  }
  if (!isThere) return { changed: false };
  return deed === 'delete' ? made(await call('DELETE', `/api/v1/nodes/${name}`, {})) : drain(name);
}

function made({ status, text }: Answer): Done {
  return status < 300 ? { changed: true } : { changed: false, failed: text };
}

/** As kubectl: cordon, evict, and wait until all but DaemonSets have left. */
async function drain(name: string): Promise<Done> {
  const cordon = { spec: { unschedulable: true } };
  await call('PATCH', `/api/v1/nodes/${name}`, cordon);
  for (let turn = 0; turn < DRAIN_TRIES; turn++) {
    const { text } = await call('GET', `/api/v1/pods?fieldSelector=spec.nodeName=${name}`);
    const pods = (JSON.parse(text) as { items: readonly Pod[] }).items.filter(
      ({ metadata }) => metadata.ownerReferences?.[0]?.kind !== 'DaemonSet',
    );
    if (pods.length === 0) return { changed: true };
    for (const { metadata } of pods) {
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata };
      await call('POST', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/eviction`, eviction);
    }
    await sleep(100);
  }
  return { changed: false, failed: `error when evicting pods of ${name}: timed out` };
}

function nodeOf(name: string, ip: string, isControlPlane: boolean): object {
  const role = isControlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {};
  return {
    ...{ apiVersion: 'v1', kind: 'Node', spec: {} },
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...role } },
    status: {
      addresses: [
        { type: 'InternalIP', address: ip },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '8', memory: '16Gi', pods: '110' },
      nodeInfo: {
        ...{ kubeletVersion: 'v1.35.4', osImage: 'Ubuntu 24.04.3 LTS' },
        ...{ kernelVersion: '6.8.0-87-generic', containerRuntimeVersion: 'containerd://2.2.1' },
      },
    },
  };
}
