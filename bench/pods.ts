import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';
import { NODE, openBed } from './bed.ts';
import { inTurn, ratio, row } from './figures.ts';

const SCRIPT = join(import.meta.dirname, '../testbed/kubernetes/kubernetes');
const READER = fileURLToPath(new URL('pods-reader.ts', import.meta.url));
const PODS = 10_000;
const ROUNDS = 3;
const AT_ONCE = 40;

/** Ten thousand pods of a real API server: listed by Strata and by kubectl, and in the status that a worker makes. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-pods-'));
  const env = { ...process.env, KUBERNETES_TESTBED_DIR: folder, KUBERNETES_TESTBED_PORT: '20443' };
  const script = (...args: string[]) => execFileSync(SCRIPT, args, { env, encoding: 'utf8' }).trim();
  const exec = promisify(execFile);
  try {
    script('install');
    const kubeconfig = script('up');
    const kubectl = script('program', 'kubectl');
    await makePods(kubeconfig);
    let peakKb = 0;
    const [strata = 0, peer = 0] = await inTurn(ROUNDS, [
      async () => {
        const { stderr } = await exec(process.execPath, [...NODE, READER, kubeconfig], { maxBuffer: 1e9 });
        peakKb = Math.max(peakKb, Number(stderr));
      },
      () => exec(kubectl, ['--kubeconfig', kubeconfig, 'get', 'pods', '-A', '-o', 'json'], { maxBuffer: 1e9 }),
    ]);
    console.log(`medians of ${ROUNDS} rounds, ${PODS} pods on a real API server`);
    row('all pods by Strata (whole process)', strata);
    row('kubectl get pods -A -o json', peer);
    ratio('kubectl / strata', peer / strata, { atLeast: 3 });
    ratio('peak memory of that process, MB', peakKb / 1000, { atMost: 300 });
    ratio('peak memory of a worker that makes a status, MB', (await workerPeakKb(kubeconfig)) / 1000, { atMost: 300 });
  } finally {
    script('clean');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pods of the size that OpenStack-Helm's have; a gate keeps the scheduler from them. */
async function makePods(kubeconfig: string): Promise<void> {
  const cluster = openCluster(readContext('admin', [kubeconfig])).bind(new AbortController().signal);
  const env = Array.from({ length: 12 }, (_, index) => ({
    name: `SETTING_${index}`,
    value: `a value, number ${index}`,
  }));
  const spec = {
    schedulingGates: [{ name: 'bench/never' }],
    initContainers: [{ name: 'init', image: 'registry.test/entrypoint:1', env }],
    containers: [{ name: 'main', image: 'registry.test/main:1', env }],
  };
  const labels = { release_group: 'nova', application: 'nova', component: 'compute' };
  let made = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (made < PODS) {
        made += 1;
        const metadata = { name: `pod-${made}`, namespace: 'default', labels };
        await cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
      }
    }),
  );
}

async function workerPeakKb(kubeconfig: string): Promise<number> {
  const bed = await openBed({ kubeconfig });
  try {
    const worker = await bed.start('worker');
    await bed.strata('run', 'cloud-status', 'lab', '--json');
    const [, peakKb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8')) ?? [];
    return Number(peakKb);
  } finally {
    await bed.close();
  }
}
