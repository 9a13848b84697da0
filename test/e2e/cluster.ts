import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: {
      /** Contexts: admin, token, exec, limited (by RBAC) and expired. */
      readonly kubeconfig: string;
      /** Path of the kubectl of the cluster's own version: the peer that our numbers are held against. */
      readonly kubectl: string;
      /** Environment of the test bed's script, for `workload`, `node` and `helm`. */
      readonly bed: Readonly<Record<string, string>>;
      readonly script: string;
    };
  }
}

const SCRIPT = new URL('../../testbed/kubernetes/kubernetes', import.meta.url).pathname;

/** A real Kubernetes control plane with simulated kubelets. Built when it is missing. */
export default function provideCluster(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'strata-cluster-'));
  // Four ports below those that the kernel hands out, other ones for each run of the suite on this machine.
  const port = 20_000 + (process.pid % 2500) * 4;
  const bed = { KUBERNETES_TESTBED_DIR: folder, KUBERNETES_TESTBED_PORT: String(port) };
  const run = (...args: string[]) =>
    execFileSync(SCRIPT, args, {
      env: { ...process.env, ...bed },
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    });
  const clean = (): void => {
    run('clean');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run('install');
    const kubeconfig = run('up').trim();
    project.provide('cluster', { kubeconfig, kubectl: run('program', 'kubectl').trim(), bed, script: SCRIPT });
  } catch (error) {
    clean();
    throw error;
  }
  return clean;
}
