import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';
import type { Kubernetes } from '#domain/kubernetes.ts';
import { type SimulatedKubernetes, startKubernetes } from '../../../sandbox/kubernetes/kubernetes.ts';

export type World = {
  readonly simulated: SimulatedKubernetes;
  /** The adapter as the context `lab`, or as one of this user (an entry of the kubeconfig). */
  open(options?: { readonly user?: object; readonly signal?: AbortSignal; readonly timeoutMs?: number }): Kubernetes;
  readonly folder: string;
  close(): Promise<void>;
};

/** No limit of time is tried with it, on whatever machine. */
const TIMEOUT_MS = 15_000;

/** A simulated cluster in a hurry, and the real adapter to talk to it. */
export async function openWorld(options: Parameters<typeof startKubernetes>[0] = {}): Promise<World> {
  const simulated = await startKubernetes({
    ...options,
    timing: { start: 40, job: 20, slow: 2000, ...options.timing },
  });
  const folder = mkdtempSync(join(tmpdir(), 'strata-kubernetes-'));
  const file = join(folder, 'kubeconfig');
  return {
    simulated,
    folder,
    open({ user, signal = new AbortController().signal, timeoutMs = TIMEOUT_MS } = {}) {
      const config = simulated.kubeconfig('lab');
      writeFileSync(file, stringify(user === undefined ? config : { ...config, users: [{ name: 'lab', user }] }));
      return openCluster(readContext('lab', [file]), { timeoutMs }).bind(signal);
    },
    async close() {
      await simulated.close();
      rmSync(folder, { recursive: true });
    },
  };
}
