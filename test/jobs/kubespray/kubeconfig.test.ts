import { expect, it } from 'vitest';
import type { StepContext } from '#domain/run.ts';
import type { ToolCall } from '#domain/tools.ts';
import { workerOf } from '#jobs/kubespray/inventory.ts';
import { fetchKubeconfig } from '#jobs/kubespray/kubeconfig.ts';
import { layerOf } from '../status/world.ts';

const LAYER = layerOf('cluster', 'kubernetes', { kubespray: { path: '/opt/kubespray', user: 'debian' } });
const HOSTS = [
  workerOf('node-2', '10.0.0.12'),
  { name: 'node-1', ip: '10.0.0.11', groups: ['kube_control_plane'] as const },
];
const TEXT = 'apiVersion: v1\nkind: Config\ncurrent-context: kubernetes-admin@cluster.local\n';

/** A context whose tools give this output; what is run is kept in `calls`. */
function contextSaying(output: string, calls: ToolCall[] = []): StepContext {
  const run = async (call: ToolCall) => {
    calls.push(call);
    return { exitCode: 0, output };
  };
  return { ports: { tools: () => ({ run }) }, signal: new AbortController().signal } as unknown as StepContext;
}

it('is read from the first control-plane node, and its output is kept in no log', async () => {
  const calls: ToolCall[] = [];
  const said = `node-1 | SUCCESS => {"changed": false,"content": "${Buffer.from(TEXT).toString('base64')}","encoding": "base64"}`;

  const text = await fetchKubeconfig(contextSaying(said, calls), LAYER, HOSTS);

  expect(text).toBe(TEXT);
  expect(calls[0]?.argv).toEqual(
    expect.arrayContaining([
      'ansible',
      'node-1',
      '--become',
      'ansible.builtin.slurp',
      'src=/etc/kubernetes/admin.conf',
    ]),
  );
  expect(calls[0]?.log).toBeUndefined();
});

it('that is not there is a clear failure', async () => {
  const said = 'node-1 | FAILED! => {"changed": false,"msg": "file not found: /etc/kubernetes/admin.conf"}';

  await expect(fetchKubeconfig(contextSaying(said), LAYER, HOSTS)).rejects.toThrow(
    'reading the kubeconfig of "cluster" from node-1: there is none',
  );
});
