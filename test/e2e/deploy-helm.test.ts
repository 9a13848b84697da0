import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { openJournal } from '#adapters/redis/journal.ts';
import type { RunEvent } from '#domain/events.ts';
import type { RunRef } from '#domain/run.ts';
import { keyPair } from '../keys.ts';
import { nextMoment, theRun } from './deaths.ts';
import { type Bed, startBed } from './helm/bed.ts';
import { type Charts, makeCharts, RELEASES } from './helm/charts.ts';
import { openWebsite, type Website } from './helm/website.ts';
import { ADA, installStrata, type Running, type Strata } from './strata.ts';

type Step = { readonly id: string; readonly status: string; readonly detail?: string };
type Json = {
  readonly run: number;
  readonly outcome: string;
  readonly leftovers: readonly string[];
  readonly steps: readonly Step[];
  readonly report: {
    readonly title: string;
    readonly troubles: readonly { readonly what: string; readonly advice?: string }[];
    readonly tables: readonly { readonly rows: readonly { readonly cells: readonly string[] }[] }[];
  };
};
type Release = { readonly name: string; readonly revision: string; readonly status: string; readonly updated: string };

const LABELS = {
  'openstack-control-plane': 'enabled',
  'openstack-compute-node': 'enabled',
  openvswitch: 'enabled',
  'l3-agent': 'enabled',
};

describe('deploying a layer by Helm, on a real control plane with real helm', { timeout: 600_000 }, () => {
  let bed: Bed;
  let charts: Charts;
  let website: Website;
  let strata: Strata;
  let worker: Running;
  const key = keyPair();

  beforeAll(async () => {
    bed = await startBed();
    charts = makeCharts(mkdtempSync(join(tmpdir(), 'strata-charts-')));
    website = await openWebsite();
    charts.change('horizon', ({ endpoints }) => {
      endpoints['horizon-int'] = { ...endpoints['horizon-int'], target: website.port };
    });
    const helm = {
      ...{ charts: charts.folder, kubeconfig: bed.kubeconfig, timeoutMinutes: 5, labels: LABELS },
      releases: RELEASES.map((name) => ({ name, values: [`${name}.yaml`] })),
    };
    const tools = { command: ['env', `PATH=${bed.programs}:/usr/bin:/bin`] };
    strata = await installStrata({
      database: 11,
      layers: [
        { name: 'cluster', kind: 'kubernetes', context: 'admin' },
        {
          ...{ name: 'cloud', kind: 'openstack', cloud: 'cloud', on: 'cluster', namespace: 'openstack' },
          ...{ provisioner: 'openstack-helm', tools, helm, mtu: { physical: 1450 } },
        },
      ],
      // Not so short that a busy machine takes the worker for dead while it only waits for its turn.
      env: { KUBECONFIG: bed.kubeconfig, STRATA_LOCK_MS: '9000' },
      breakGlass: [ADA],
      keys: { [ADA]: [key.line] },
    });
    worker = await strata.start('worker');
  }, 300_000);
  afterAll(async () => {
    await strata?.close();
    website?.close();
    await bed?.clean();
    if (charts) rmSync(charts.folder, { recursive: true, force: true });
  });

  /** Asks for a change; whoever is asked says yes to just that plan. */
  async function deploy(args: readonly string[], typed?: string): Promise<Json> {
    const asked = ask(args);
    await agree(await asked.run, typed);
    return asked.end();
  }

  function ask(args: readonly string[]) {
    const asking = strata.spawn(['run', 'deploy', 'lab', 'cloud', ...args, '--json']);
    let [stdout, stderr] = ['', ''];
    asking.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
    asking.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
    const closed = once(asking, 'close');
    return {
      run: theRun(strata),
      async end(): Promise<Json> {
        await closed;
        if (stdout === '') throw new Error(`nothing was told:\n${stderr}`);
        return JSON.parse(stdout) as Json;
      },
    };
  }

  async function agree(run: RunRef, typed?: string): Promise<void> {
    const asked = await seen(run, ({ type }) => type === 'asked' || type === 'ended');
    if (asked.type !== 'asked') return;
    const name = typed === undefined ? [] : ['--typed', typed];
    const { code, stderr } = await strata.run(
      ...['run', 'break-glass', String(run.number), 'a test', '--plan', asked.digest, '--key', key.file, ...name],
    );
    if (code !== 0) throw new Error(`nobody agreed:\n${stderr}`);
  }

  async function seen(run: RunRef, is: (event: RunEvent) => boolean): Promise<RunEvent> {
    return nextMoment(async () => (await openJournal(strata.redis).read(run)).find(is));
  }

  const releases = async () => JSON.parse(await bed.helm('list', '-a', '-n', 'openstack', '-o', 'json')) as Release[];
  const revisions = async () =>
    Object.fromEntries((await releases()).map(({ name, revision, status }) => [name, `${revision} ${status}`]));

  it('installs the releases in order, labels the workers, and ends when all of it is well', async () => {
    const [{ outcome, steps, report }] = await Promise.all([deploy([]), website.standIn(bed)]);

    expect({ outcome, troubles: report.troubles }).toEqual({ outcome: 'succeeded', troubles: [] });
    const inOrder = (await releases()).toSorted((a, b) => a.updated.localeCompare(b.updated)).map(({ name }) => name);
    expect(inOrder).toEqual(RELEASES);
    expect(await revisions()).toEqual(Object.fromEntries(RELEASES.map((name) => [name, '1 deployed'])));
    const labelled = await bed.kubectl([
      'get',
      'nodes',
      '-l',
      'openstack-compute-node=enabled,l3-agent=enabled',
      '-o',
      'name',
    ]);
    expect(labelled.trim().split('\n')).toEqual(['node/node-2', 'node/node-3', 'node/node-4']);
    const daemons = await bed.kubectl([
      'get',
      'daemonset',
      'neutron-l3-agent-default',
      '-n',
      'openstack',
      '-o',
      'jsonpath={.status.numberReady}',
    ]);
    expect(daemons).toBe('3');
    expect(steps.find(({ id }) => id === 'cloud/verify')?.status).toBe('done');
  });

  it('run again it changes nothing, says so, and asks nobody', async () => {
    const before = await revisions();

    const { outcome, steps, report } = await deploy([]);

    expect(outcome).toBe('succeeded');
    expect(report.title).toContain('Nothing to change');
    expect(steps.filter(({ id }) => /release|labels|namespace-/.test(id))).toEqual([]);
    expect(await revisions()).toEqual(before);
  });

  it('a chart that does not render stops it before anybody is asked', async () => {
    const before = await revisions();
    charts.template('horizon', '{{ fail "no such backend" }}');

    const { outcome, report } = await deploy([]);

    charts.template('horizon', undefined);
    expect(outcome).toBe('failed');
    expect(report.troubles[0]?.what).toContain('no such backend');
    expect(report.troubles[0]?.advice).toContain('helm template');
    expect(await revisions()).toEqual(before);
  });

  it('a public name that does not resolve is told before anything is changed', async () => {
    const before = await revisions();
    charts.template(
      'keystone',
      stringify({
        ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'public' } },
        spec: { rules: [{ host: 'identity.example.invalid' }, { host: 'keystone.openstack' }] },
      }),
    );

    const { outcome, report } = await deploy(['--dry-run']);

    charts.template('keystone', undefined);
    expect(outcome).toBe('succeeded');
    const lines = report.tables.flatMap(({ rows }) => rows.map(({ cells }) => cells.join(' ')));
    expect(lines).toContainEqual(
      expect.stringMatching(/ dns identity\.example\.invalid does not resolve where the tools run: ./),
    );
    expect(await revisions()).toEqual(before);
  });

  it('a Job that never ends can be stopped; a rollback brings the release back', async () => {
    charts.change('keystone', ({ hooks }) => {
      hooks['keystone-db-init'] = { component: 'db-init', nodes: { no: 'where' } };
    });
    const asked = ask([]);
    const ref = await asked.run;
    await agree(ref);
    await seen(ref, (event) => event.type === 'note' && /keystone-db-init.*cannot be placed/.test(event.text));

    const stopped = await strata.run('run', 'stop', String(ref.number), 'now');

    expect(stopped.code).toBe(0);
    expect((await asked.end()).outcome).toBe('cancelled');
    expect(await revisions()).toMatchObject({ keystone: '2 failed' });

    const back = await deploy(['--rollback', 'keystone']);

    expect({ outcome: back.outcome, troubles: back.report.troubles.map(({ what }) => what) }).toEqual({
      outcome: 'succeeded',
      troubles: [],
    });
    expect(await revisions()).toMatchObject({ keystone: '3 deployed' });
    expect(back.steps.find(({ id }) => id === 'cloud/rollback-keystone')?.detail).toContain('keystone-db-init');
  });

  it('kill -9 of the worker while helm works: another one goes on, with one revision', async () => {
    charts.change('keystone', ({ hooks, deployments }) => {
      hooks['keystone-db-init'] = { component: 'db-init', nodes: { slow: 'enabled' } };
      deployments['keystone-api'] = { ...deployments['keystone-api'], replicas: 3 };
    });
    const asked = ask([]);
    const ref = await asked.run;
    await agree(ref);
    await seen(ref, (event) => event.type === 'note' && /keystone-db-init/.test(event.text));
    expect(await revisions()).toMatchObject({ keystone: '4 pending-upgrade' });

    await worker.end('SIGKILL');
    await bed.kubectl(['label', 'node', 'node-2', 'slow=enabled']);
    worker = await strata.start('worker');

    const { outcome, report } = await asked.end();
    expect({ outcome, troubles: report.troubles }).toEqual({ outcome: 'succeeded', troubles: [] });
    expect(await revisions()).toEqual({
      ...Object.fromEntries(RELEASES.map((name) => [name, '1 deployed'])),
      keystone: '4 deployed',
    });
    const replicas = await bed.kubectl([
      'get',
      'deployment',
      'keystone-api',
      '-n',
      'openstack',
      '-o',
      'jsonpath={.status.readyReplicas}',
    ]);
    expect(replicas).toBe('3');
  });

  it('--remove leaves nothing', async () => {
    const { outcome, report } = await deploy(['--remove'], 'cloud');

    expect({ outcome, troubles: report.troubles }).toEqual({ outcome: 'succeeded', troubles: [] });
    expect(await bed.kubectl(['get', 'namespaces', '-o', 'name'])).not.toContain('namespace/openstack');
    expect(await bed.kubectl(['get', 'nodes', '-l', 'openvswitch', '-o', 'name'])).toBe('');
    expect(
      await bed.kubectl(['get', 'persistentvolumes', '-o', 'jsonpath={.items[*].spec.claimRef.namespace}']),
    ).not.toContain('openstack');
  });
});
