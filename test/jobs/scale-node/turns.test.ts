import { expect, it } from 'vitest';
import type { Kubernetes, Pod } from '#domain/kubernetes.ts';
import { heldBack } from '#jobs/scale-node/turns.ts';
import { pod, workload } from '../status/world.ts';

const OWNER = { kind: 'StatefulSet', name: 'db' };

function member(name: string, more: Partial<Pod> = {}): Pod {
  return pod(name, { uid: name, owner: OWNER, ...more });
}

/** What each of these waits for while the cluster has these members; `desired` of them there should be. */
async function held(here: readonly Pod[], peers: readonly Pod[], desired: number): Promise<readonly string[]> {
  const cluster = { pods: async () => peers, workloads: async () => [workload('StatefulSet', 'db', { desired })] };
  const all = await heldBack(cluster as unknown as Kubernetes, here);
  return [...all].map(([{ name }, why]) => `${name}: ${why.split('waits for ')[1]}`);
}

it('holds back nothing but the pods of StatefulSets', async () => {
  const plain = pod('web', { owner: { kind: 'ReplicaSet', name: 'web' } });

  expect(await held([plain], [plain], 3)).toEqual([]);
});

it('lets one go while all its peers are there and ready', async () => {
  const [a, b, c] = [member('a'), member('b'), member('c')];

  expect(await held([a], [a, b, c], 3)).toEqual([]);
  expect(await held([a, b], [a, b, c], 3)).toEqual(['b: a']);
});

it('waits for a peer that is not ready, that is leaving, or that is not there', async () => {
  const a = member('a');

  expect(await held([a], [a, member('b', { isReady: false })], 2)).toEqual(['a: b']);
  expect(await held([a], [a, member('b', { deletingAt: '2026-11-26T09:00:00Z' })], 2)).toEqual(['a: b']);
  expect(await held([a], [a], 2)).toEqual(['a: 1 more pod']);
});

it('holds back none that is not ready itself, so that two on one node do not wait for one another', async () => {
  const [a, b] = [member('a', { isReady: false }), member('b')];

  expect(await held([a, b], [a, b], 2)).toEqual(['b: a']);
});
