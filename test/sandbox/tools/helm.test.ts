import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';
import type { Kubernetes } from '#domain/kubernetes.ts';
import { type SimulatedKubernetes, startKubernetes } from '../../../sandbox/kubernetes/kubernetes.ts';
import { writeCharts } from '../../../sandbox/tools/charts.ts';
import { openTools, type SimulatedTools } from '../../../sandbox/tools/tools.ts';
import { openWorld, type World } from '../../adapters/tools/world.ts';

const NAMESPACE = { namespace: 'openstack' };

let world: World;
let cluster: SimulatedKubernetes;
let kubernetes: Kubernetes;
let folder: string;
let simulated: SimulatedTools;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  cluster = await startKubernetes({ timing: { start: 50, job: 50 } });
  folder = mkdtempSync(join(tmpdir(), 'strata-sandbox-helm-'));
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(cluster.kubeconfig('lab')));
  writeCharts(join(folder, 'charts'));
  simulated = openTools(join(folder, 'tools'), join(folder, 'kubeconfig'));
  kubernetes = openCluster(readContext('lab', [join(folder, 'kubeconfig')])).bind(AbortSignal.timeout(60_000));
  return async () => {
    await cluster.close();
    rmSync(folder, { recursive: true });
  };
});

function helm(...argv: readonly string[]) {
  const place = ['--namespace', 'openstack', '--kube-context', 'lab'];
  const call = { doing: 'trying', argv: ['helm', ...argv, ...place], cwd: join(folder, 'charts') };
  return world.tools({ command: simulated.command }).run(call);
}

async function revisions(release: string): Promise<readonly string[]> {
  const all = await kubernetes.revisions({ ...NAMESPACE, release });
  return all.map(({ revision, status }) => `${revision} ${status}`);
}

async function workloads(release: string): Promise<readonly string[]> {
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
  const all = await Promise.all(kinds.map((kind) => kubernetes.workloads(kind, NAMESPACE)));
  return all
    .flat()
    .filter(({ labels }) => labels['release_group'] === release)
    .map(({ name }) => name);
}

describe('the stand-in of helm', () => {
  it('uninstalls what the cluster came with, and installs it again, Jobs first run to their end', async () => {
    const before = await workloads('nova');

    const gone = await helm('uninstall', 'nova');
    const left = await workloads('nova');
    const { exitCode, output } = await helm('upgrade', '--install', 'nova', './nova', '--labels', 'strata/digest=abc');

    expect({ exitCode: gone.exitCode, output: gone.output, left }).toEqual({
      ...{ exitCode: 0, output: 'release "nova" uninstalled\n', left: [] },
    });
    expect({ exitCode, said: output.split('\n')[0] }).toEqual({
      ...{ exitCode: 0, said: 'Release "nova" does not exist. Installing it now.' },
    });
    expect(await workloads('nova')).toEqual(before);
    expect(await revisions('nova')).toEqual(['1 deployed']);
    const job = (await kubernetes.jobs(NAMESPACE)).find(({ name }) => name === 'nova-db-sync');
    expect(job?.state).toBe('complete');
  });

  it('keeps what a revision is made of, and its labels, as Helm does', async () => {
    await helm('upgrade', '--install', 'keystone', './keystone', '--labels', 'strata/digest=abc,strata/run=1-x');

    const newest = (await kubernetes.revisions({ ...NAMESPACE, release: 'keystone' })).at(-1);
    const content = newest && (await kubernetes.installed(newest));

    expect(newest?.labels).toMatchObject({ 'strata/digest': 'abc', 'strata/run': '1-x', owner: 'helm', version: '2' });
    expect(content).toMatchObject({ chart: 'keystone', version: '2026.1.0' });
    expect(content?.objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['Deployment keystone-api', 'Service keystone-api'],
    ]);
    expect(content?.hooks.map(({ name }) => name)).toEqual(['keystone-db-sync']);
  });

  it('fails where a Job does, and goes back to the revision before', async () => {
    simulated.setFault('fail-glance', true);
    const failed = await helm('upgrade', '--install', 'glance', './glance');
    simulated.setFault('fail-glance', false);

    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain('Error: UPGRADE FAILED: failed post-upgrade: 1 error occurred:');
    expect(failed.output).toContain('job glance-db-sync failed: BackoffLimitExceeded');
    expect(await revisions('glance')).toEqual(['1 deployed', '2 failed']);

    const { exitCode, output } = await helm('rollback', 'glance', '1');

    expect({ exitCode, output }).toEqual({ exitCode: 0, output: 'Rollback was a success! Happy Helming!\n' });
    expect((await revisions('glance')).at(-1)).toBe('3 deployed');
  });

  it('refuses a release that another helm has in hand', async () => {
    cluster.setFault('releasePending', true);

    const { exitCode, output } = await helm('upgrade', '--install', 'neutron', './neutron');

    expect(exitCode).toBe(1);
    expect(output).toContain('another operation (install/upgrade/rollback) is in progress');
    cluster.setFault('releasePending', false);
    expect(await revisions('neutron')).toEqual(['1 deployed']);
  });

  it('shows and renders charts, and has a version', async () => {
    const shown = await helm('show', 'chart', './horizon');
    const rendered = await helm('template', 'horizon', './horizon');
    const version = await helm('version', '--short');

    expect(shown.output).toContain('version: 2026.1.0');
    expect(rendered.output).toContain('"name":"horizon-int"');
    expect(version.output).toMatch(/^v3\.\d+/);
    expect((await helm('show', 'chart', './nothing')).exitCode).toBe(1);
  });
});
