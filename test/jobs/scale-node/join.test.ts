import { expect, it, vi } from 'vitest';
import type { StepContext } from '#domain/run.ts';
import type { ToolCall } from '#domain/tools.ts';
import { hostsOf, workerOf } from '#jobs/kubespray/inventory.ts';
import type { KubesprayFacts } from '#jobs/scale-node/sources/kubespray/facts.ts';
import { kubespray } from '#jobs/scale-node/sources/kubespray/kubespray.ts';
import { deadOf } from '#jobs/scale-node/sources/kubespray/survey.ts';
import { deadNode, layerOf, node } from '../status/world.ts';
import { openLab } from './guards/world.ts';

const CLUSTER = layerOf('cluster', 'kubernetes', { kubespray: { path: '/opt/kubespray', user: 'debian' } });
const CONTROL = {
  roles: ['control-plane'],
  taints: [{ key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' }],
};

it('a new node joins without a look at dead workers, at whose silence Kubespray would end', async () => {
  const nodes = [node('node-1', CONTROL), node('node-2'), deadNode('node-3'), deadNode('node-4')];
  const hosts = hostsOf(nodes, new Set());
  const facts = {
    ...{ cloud: 'metal', names: ['node-5'], hosts, dead: deadOf(hosts, nodes) },
    pattern: { image: { id: 'i', name: 'i' }, flavor: { id: 'f', name: 'f' }, ports: [] },
  } as unknown as KubesprayFacts;
  const calls: ToolCall[] = [];
  const run = async (call: ToolCall) => {
    calls.push(call);
    return { exitCode: 0, output: '' };
  };
  const ctx = {
    ...{ environment: { name: 'lab', layers: [CLUSTER] }, run: { number: 1, key: 'k', environment: 'lab' } },
    ...{ ports: { tools: () => ({ run }) }, signal: new AbortController().signal },
    ...{ result: () => ({ id: 's', name: 'node-5', ip: '10.0.0.15' }), note: () => undefined },
  } as unknown as StepContext;

  await kubespray.add('cluster', facts).at(-1)?.act(ctx);

  const inventories = calls.map(({ files }) =>
    Object.keys(JSON.parse(files?.['inventory/hosts.yaml'] ?? '{}').all.hosts),
  );
  expect(inventories).toEqual(Array.from({ length: 2 }, () => ['node-1', 'node-2', 'node-5']));
  expect(calls.map(({ argv }) => argv.slice(-3))).toEqual([
    expect.arrayContaining(['playbooks/facts.yml']),
    ['--limit', 'node-5', 'scale.yml'],
  ]);
});

it('a dead member of etcd stays in the inventory: Kubespray stops at an even number of them', () => {
  const nodes = [node('node-1', CONTROL), deadNode('node-2', { internalIp: '10.0.0.12' })];
  const hosts = [...hostsOf(nodes, new Set(['10.0.0.12'])), workerOf('node-9', '10.0.0.19')];

  expect(deadOf(hosts, nodes)).toEqual([]);
});

it('no server is made under a name that a server or node has got since the plan was made', async () => {
  const lab = await openLab();
  const pattern = { image: { id: 'i', name: 'i' }, flavor: { id: 'f', name: 'f' }, ports: [] };
  const facts = { cloud: 'metal', names: ['node-4'], hosts: [], pattern } as unknown as KubesprayFacts;
  const make = kubespray.add('cluster', facts).find(({ id }) => id === 'metal/server-node-4');
  const ctx = { ...lab.source, run: { number: 1, key: 'k', environment: 'lab' } } as unknown as StepContext;
  const metal = lab.metal.open();

  await expect(make?.act(ctx)).rejects.toThrow('a server or node is called so since the plan was made');
  await metal.compute.deleteServer((await metal.compute.servers({ name: 'node-4' }))[0]?.id ?? '');
  await vi.waitFor(async () => expect(await metal.compute.servers({ name: 'node-4' })).toEqual([]));
  await expect(make?.act(ctx)).rejects.toThrow('a server or node is called so since the plan was made');

  await lab.close();
});
