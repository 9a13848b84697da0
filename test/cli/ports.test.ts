import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPorts } from '#cli/ports.ts';
import type { Settings } from '#cli/compose.ts';
import type { Environment } from '#domain/stack.ts';
import { type SimulatedKubernetes, startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import { layerOf } from '../jobs/status/world.ts';

let folder: string;
let cluster: SimulatedKubernetes;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'strata-ports-'));
  cluster = await startKubernetes();
});
afterEach(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true });
});

describe('the ports to the layers', () => {
  it('take a kubeconfig that was written anew, and keep what they have while it cannot be read', async () => {
    const file = join(folder, 'kubeconfig');
    const environment = { name: 'lab', layers: [layerOf('cluster', 'kubernetes', { context: 'lab' })] };
    const ports = openPorts({ env: { kubeconfigPaths: [file] } } as unknown as Settings)(
      environment as unknown as Environment,
    );
    const nodes = async () => ports.kubernetes('cluster', AbortSignal.timeout(60_000))?.nodes();
    const config = cluster.kubeconfig('lab');
    writeFileSync(file, JSON.stringify({ ...config, users: [{ name: 'lab', user: { token: 'old' } }] }));
    await expect(nodes()).rejects.toThrow('401');

    writeFileSync(file, JSON.stringify(config));

    await expect(nodes()).resolves.not.toHaveLength(0);
    writeFileSync(file, 'contexts: [');
    await expect(nodes()).resolves.not.toHaveLength(0);
  });
});
