import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunEvent } from '#domain/events.ts';
import { kubectl } from './kubernetes.ts';
import { carryThroughDeaths } from './deaths.ts';
import { installStrata, type Running, type Strata } from './strata.ts';

const NUMBER_OF_STEPS = 12;

type Check = { readonly title: string; readonly health: string; readonly detail?: string };
type Json = {
  readonly run: number;
  readonly outcome: string;
  readonly leftovers: readonly string[];
  readonly report: {
    readonly checks: readonly Check[];
    readonly troubles: readonly { readonly what: string; readonly advice?: string }[];
  };
};

/** The bed provisions nothing: a class of our own, with a volume as an administrator would make it by hand. */
const CLASS = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'smoke' },
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const volume = (name: string, persistentVolumeReclaimPolicy: string, source: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    ...{ capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'smoke' },
    ...{ persistentVolumeReclaimPolicy, ...source },
  },
});

/** Of all volumes the control plane itself can delete these, below /tmp. */
async function makeDeletedVolume(): Promise<void> {
  const hostPath = { path: `/tmp/strata-smoke-${process.pid}` };
  await kubectl(['apply', '-f', '-'], JSON.stringify(volume('smoke-deleted', 'Delete', { hostPath })));
}

describe('smoke-test of a cluster, on a real control plane', () => {
  let strata: Strata;
  let worker: Running;

  beforeAll(async () => {
    console.log(
      'smoke-kubernetes: API, scheduler, controllers, volumes and namespaces are real; kubelets are simulated, so that ' +
        'what pods say of DNS, HTTP, disks and packets is no evidence here',
    );
    await kubectl(['apply', '-f', '-'], JSON.stringify(CLASS));
    // Named, because other tests leave a class of their own that is the default.
    const ours = { storageClass: 'smoke' };
    const layer = { name: 'cluster', kind: 'kubernetes', context: 'admin', smokeTest: ours };
    strata = await installStrata({ database: 5, layers: [layer], env: { KUBECONFIG: inject('cluster').kubeconfig } });
    worker = await strata.start('worker');
  });
  afterAll(async () => {
    await strata.close();
    await kubectl(['delete', 'storageclass', 'smoke']);
  });

  async function smokeTest(...args: string[]): Promise<Json & { code: number | null; stderr: string }> {
    const { code, stdout, stderr } = await strata.run('run', 'smoke-test', 'lab', 'cluster', ...args, '--json');
    return { ...(JSON.parse(stdout) as Json), code, stderr };
  }
  const namespaces = async () => (await kubectl(['get', 'namespaces', '-o', 'name'])).split('\n').sort();

  it('quick: a namespace, a pod that is scheduled and ends, nothing is left', async () => {
    const before = await namespaces();

    const { code, outcome, report, leftovers } = await smokeTest('quick');

    expect({ code, outcome, leftovers, troubles: report.troubles }).toEqual({
      ...{ code: 0, outcome: 'succeeded', leftovers: [], troubles: [] },
    });
    expect(report.checks.map(({ health }) => health)).toEqual(report.checks.map(() => 'ok'));
    expect(await namespaces()).toEqual(before);
  });

  it('standard: servers on two nodes, a Service with endpoints, a volume that goes with its claim', async () => {
    await makeDeletedVolume();
    const before = await namespaces();

    const { code, report, leftovers } = await smokeTest('standard');

    expect({ code, leftovers, troubles: report.troubles }).toEqual({ code: 0, leftovers: [], troubles: [] });
    expect(detailOf(report, 'Start two web servers')).toMatch(/^on node-\d, node-\d$/);
    expect(detailOf(report, 'Put a Service before them')).toBe('2 ready endpoints');
    expect(detailOf(report, 'Copy 512 KiB from node to node')).toMatch(/^node-\d to node-\d/);
    expect(detailOf(report, 'Read it on another node')).toContain('again: the volume');
    expect(await namespaces()).toEqual(before);
    expect(await kubectl(['get', 'persistentvolumes', '-o', 'name'])).not.toContain('smoke-deleted');
  });

  it('standard: reads on another node, and names the volume that its class retains', async () => {
    const nfs = { server: '192.0.2.1', path: '/smoke' };
    await kubectl(['apply', '-f', '-'], JSON.stringify(volume('smoke-retained', 'Retain', { nfs })));

    const { code, report, leftovers } = await smokeTest('standard');

    await kubectl(['delete', 'persistentvolume', 'smoke-retained']);
    expect(code).toBe(1);
    expect(leftovers).toEqual([
      expect.stringMatching(/persistent volume smoke-retained of strata-\d+-\w+\/data \(Retain\)/),
    ]);
    const [, from, to] = /^(node-\d) to (node-\d)$/.exec(detailOf(report, 'Read it on another node') ?? '') ?? [];
    expect(from).toMatch(/^node-/);
    expect(to).not.toBe(from);
  });

  it('kill -9 in every step: another worker finishes, every object was made once, nothing is left', async () => {
    const isStep = (event: RunEvent) => event.type === 'step-started';
    const before = await namespaces();
    await makeDeletedVolume();
    await worker.end('SIGTERM');
    const made = watchObjects();

    const command = ['smoke-test', 'lab', 'cluster', 'standard'];
    const { kills, code, events } = await carryThroughDeaths(strata, {
      command,
      isMoment: isStep,
      delayMs: (count) => (count % 3) * 150,
    });

    made.stop();
    worker = await strata.start('worker');
    expect({ code, kills }).toEqual({ code: 0, kills: NUMBER_OF_STEPS });
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: 'succeeded', leftovers: [] });
    expect(made.names()).toEqual(['bulk', 'dns', 'http', 'job', 'read', 'web', 'write']);
    expect(await namespaces()).toEqual(before);
  });

  it('full on one node: says what lies between no nodes, opens a port of every node and an Ingress', async () => {
    await kubectl(['cordon', 'node-3', 'node-4']);
    const command = ['sh', '-c', 'echo 200'];
    const layer = {
      name: 'cluster',
      kind: 'kubernetes',
      context: 'admin',
      reach: { command },
      smokeTest: { ingressClass: 'ingress-openstack', storageClass: 'none' },
    };
    const full = await installStrata({
      database: 6,
      layers: [layer],
      env: { KUBECONFIG: inject('cluster').kubeconfig },
    });
    try {
      await full.start('worker');
      const { stdout } = await full.run('run', 'smoke-test', 'lab', 'cluster', 'full', '--json');

      const { report, leftovers } = JSON.parse(stdout) as Json;
      expect(detailOf(report, 'Measure the largest packet from node to node')).toContain('all pods are on one node');
      expect(detailOf(report, 'Ask through that port of every node')).toMatch(/^port 3\d{4} of 4 nodes$/);
      expect(detailOf(report, 'Ask through the Ingress')).toMatch(/\.invalid, 10\.10\.0\.12$/);
      // The class that the stack file names is not there: that is told, and everything is cleaned up all the same.
      expect(report.troubles.map(({ what }) => what)).toEqual(['choosing the storage class: no "none"']);
      expect(leftovers).toEqual([]);
    } finally {
      await full.close();
      await kubectl(['uncordon', 'node-3', 'node-4']);
    }
  });
});

/** Names of the run's Jobs and Deployments as they come to be: one that was made twice stands there twice. */
function watchObjects() {
  const { kubeconfig, kubectl: program } = inject('cluster');
  const columns = 'jsonpath={.metadata.name} {.metadata.uid}{"\\n"}';
  const as = ['--kubeconfig', kubeconfig, '--context', 'admin'];
  const args = [...as, 'get', '-A', '-l', 'strata/run', '--watch-only', '-o', columns];
  const seen = new Set<string>();
  const children = ['jobs', 'deployments'].map((kind) =>
    spawn(program, [...args, kind], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  for (const { stdout } of children) createInterface({ input: stdout }).on('line', (line) => seen.add(line));
  return {
    stop: () => children.forEach((child) => child.kill()),
    names: () => [...seen].map((line) => line.split(' ')[0] ?? '').toSorted((a, b) => a.localeCompare(b)),
  };
}

function detailOf({ checks }: Json['report'], title: string): string | undefined {
  return checks.find((check) => check.title === title)?.detail;
}
