import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

const exec = promisify(execFile);
const SCRIPT = join(import.meta.dirname, '../../testbed/kubernetes/kubernetes');

/** A real Kubernetes control plane with simulated kubelets. Built when it is missing. */
export default async function provideCluster(project: TestProject): Promise<() => Promise<void>> {
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
  // As of the clouds: never synchronously.
  const clean = async () => {
    await exec(SCRIPT, ['clean'], { env: { ...process.env, ...bed } });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run('install');
    const kubeconfig = run('up').trim();
    project.provide('cluster', { kubeconfig, kubectl: run('program', 'kubectl').trim(), bed, script: SCRIPT });
  } catch (error) {
    await clean();
    throw error;
  }
  return clean;
}
