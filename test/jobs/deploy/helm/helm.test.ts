import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ToolError } from '#domain/errors.ts';
import { installSteps, rollbackSteps } from '#jobs/deploy/helm/helm.ts';
import { removeSteps } from '#jobs/deploy/helm/remove.ts';
import { survey } from '#jobs/deploy/helm/survey.ts';
import { openWorld, type World } from './world.ts';

const RELEASES = ['mariadb', 'keystone'];
let world: World;
afterEach(() => world.close());

const look = () => survey(world.layer, world.survey);
async function install() {
  return world.carry(installSteps(world.layer, await look(), world.environment));
}
async function revisions(release: string) {
  const all = await world.cluster.revisions({ namespace: 'openstack', release });
  return all.map(({ revision, status }) => `${revision} ${status}`);
}

describe('what Helm installs for a layer', { timeout: 120_000 }, () => {
  it('is installed in order, known again by chart and values, and then left alone', async () => {
    world = await openWorld(RELEASES, { labels: { 'openvswitch-new': 'enabled' } });
    await world.forget(...RELEASES);

    const before = await look();
    const ends = await install();
    const after = await look();

    expect(before.parts.map(({ what, from }) => [what, from])).toEqual([
      ...[
        ['release openstack/mariadb', undefined],
        ['release openstack/keystone', undefined],
      ],
      ...['node-2', 'node-3', 'node-4'].map((node) => [`labels of ${node}`, undefined]),
    ]);
    expect(before.findings.map(({ check, health }) => `${check} ${health}`)).toEqual([
      ...['helm ok', 'charts ok', 'storage ok', 'labels ok'],
    ]);
    expect(ends).toEqual([
      { id: 'cloud/labels', detail: '3 nodes labelled' },
      { id: 'cloud/release-mariadb', detail: expect.stringMatching(/^revision 1, 1 workload with 3 pods ready/) },
      { id: 'cloud/release-keystone', detail: expect.stringMatching(/^revision 1, 1 workload/) },
    ]);
    expect(after.parts.every(({ from, to }) => from === to)).toBe(true);
    expect(installSteps(world.layer, after, world.environment)).toEqual([]);
    expect(after.hashes[0]).toMatch(/^chart of mariadb sha256 [0-9a-f]{16}, values [0-9a-f]{16}$/);
  });

  it('looks up no names that only the cluster itself resolves', async () => {
    world = await openWorld(['nova']);

    const { findings } = await look();

    expect(findings.filter(({ check }) => check === 'dns')).toEqual([]);
  });

  it('is upgraded where a value file has changed, and nothing else is', async () => {
    world = await openWorld(RELEASES);
    await install();
    writeFileSync(join(world.folder, 'keystone/values.yaml'), 'replicas: 2\n');

    const facts = await look();
    const ends = await install();

    expect(facts.parts.filter(({ from, to }) => from !== to).map(({ what }) => what)).toEqual([
      'release openstack/keystone',
    ]);
    expect(ends.map(({ id }) => id)).toEqual(['cloud/release-keystone']);
    expect(await revisions('keystone')).toEqual(['1 superseded', '2 superseded', '3 deployed']);
  });

  it('goes on where a helm of this run was killed: its record goes, one revision comes', async () => {
    world = await openWorld(['keystone']);
    const [step] = installSteps(world.layer, await look(), world.environment);
    await leavePending(`${world.run.number}-${world.run.key}`);

    const ends = await world.carry(step ? [step] : []);

    expect(ends.map(({ error }) => error)).toEqual([undefined]);
    expect(await revisions('keystone')).toEqual(['1 superseded', '2 deployed']);
  });

  it('touches nothing that another helm has in hand, and says how to go on', async () => {
    world = await openWorld(['keystone']);
    const [step] = installSteps(world.layer, await look(), world.environment);
    await leavePending('7-other');

    const { findings } = await look();
    const [end] = await world.carry(step ? [step] : []);

    const found = findings.find(({ check }) => check === 'releases');
    expect(found).toMatchObject({
      health: 'failure',
      advice: expect.stringContaining('helm rollback keystone 1 -n openstack'),
    });
    expect(end?.error?.message).toContain('release keystone is pending-upgrade (revision 2)');
    expect(await revisions('keystone')).toEqual(['1 deployed', '2 pending-upgrade']);
  });

  /** As a helm leaves it that was killed in the middle of an upgrade. */
  async function leavePending(run: string): Promise<void> {
    const labels = { owner: 'helm', name: 'keystone', version: '2', status: 'pending-upgrade', 'strata/run': run };
    await world.cluster.apply({
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'helm.sh/release.v1' },
      metadata: { name: 'sh.helm.release.v1.keystone.v2', namespace: 'openstack', labels },
    });
  }

  it('names the Job that failed, its log, and the way back; the way back leads there', async () => {
    world = await openWorld(['keystone']);
    world.tools.setFault('fail-keystone', true);

    const [end] = await install();
    const facts = await look();
    const back = await world.carry(rollbackSteps(world.layer, facts, 'keystone'));

    const failure = end?.error as ToolError | undefined;
    expect(failure).toBeInstanceOf(ToolError);
    expect(failure?.message).toMatch(
      /^installing release "keystone": UPGRADE FAILED: failed post-upgrade: .*job keystone-db-sync failed: BackoffLimitExceeded/,
    );
    expect(failure?.advice).toContain(`strata artifact ${world.run.number} cloud-release-keystone.log`);
    expect(failure?.advice).toContain('/deploy lab cloud --rollback keystone');
    expect(back.map(({ id, error }) => [id, error])).toEqual([['cloud/rollback-keystone', undefined]]);
    expect(await revisions('keystone')).toEqual(['1 superseded', '2 failed', '3 deployed']);
  });

  it('has no way back where nothing was well before', async () => {
    world = await openWorld(['keystone']);

    expect(rollbackSteps(world.layer, await look(), 'keystone')).toEqual([]);
    expect(rollbackSteps(world.layer, await look(), 'nothing')).toEqual([]);
  });

  it('tells beforehand of a chart that is not there, of a file that is not there, and of a class', async () => {
    world = await openWorld(RELEASES);
    rmSync(join(world.folder, 'keystone/values.yaml'));
    rmSync(join(world.folder, 'mariadb'), { recursive: true });
    await world.cluster.remove({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name: 'general' });

    const { findings, parts } = await look();

    const failures = findings.filter(({ health }) => health === 'failure').map(({ what }) => what);
    expect(failures).toEqual([
      expect.stringMatching(/^chart of mariadb: .*not found/),
      expect.stringMatching(/^chart of keystone: no such file or folder: .*keystone\/values.yaml/),
    ]);
    expect(parts[0]).toMatchObject({ to: 'not known: its chart cannot be read' });
  });

  it('where the cluster is still to come, plans everything, and reads the charts alone', async () => {
    world = await openWorld(RELEASES, { labels: { openvswitch: 'enabled' } });

    const facts = await survey(world.layer, { ...world.survey, isBelowPlanned: true });

    expect(facts.parts.every(({ from }) => from === undefined)).toBe(true);
    expect(installSteps(world.layer, facts, world.environment).map(({ id }) => id)).toEqual([
      ...['cloud/namespace-openstack', 'cloud/labels', 'cloud/release-mariadb', 'cloud/release-keystone'],
    ]);
  });

  it('is taken away last first, with its Jobs; the namespace only if Strata made it', async () => {
    world = await openWorld(RELEASES);
    await install();
    const steps = removeSteps(world.layer, await look(), world.environment);
    const claims = steps.find(({ id }) => id === 'cloud/claims-openstack');

    const ends = await world.carry(steps);

    expect(ends.map(({ id, error }) => [id, error])).toEqual([
      ...[
        ['cloud/uninstall-keystone', undefined],
        ['cloud/uninstall-mariadb', undefined],
        ['cloud/claims-openstack', undefined],
      ],
    ]);
    expect(claims?.title).toContain(
      'mysql-data-mariadb-server-0, mysql-data-mariadb-server-1 and mysql-data-mariadb-server-2',
    );
    expect(await revisions('keystone')).toEqual([]);
    const jobs = await world.cluster.jobs({ namespace: 'openstack' });
    expect(jobs.map(({ name }) => name)).not.toContain('keystone-db-sync');
    expect(await world.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'openstack' })).toBeDefined();
  });

  it('takes no claim with it that only ends as those of its StatefulSets do', async () => {
    world = await openWorld(RELEASES);
    await install();
    await world.cluster.apply({
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
      metadata: { name: 'data-other-mariadb-server-0', namespace: 'openstack' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });

    const { claims } = await look();

    expect(claims.map(({ name }) => name)).toEqual([0, 1, 2].map((index) => `mysql-data-mariadb-server-${index}`));
  });

  it('takes no data away that a hook brought: nobody was told of them', async () => {
    world = await openWorld(['keystone']);
    await install();
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'backup', namespace: 'openstack' };
    await world.cluster.apply({
      ...{ apiVersion: claim.apiVersion, kind: claim.kind },
      metadata: { name: claim.name, namespace: claim.namespace },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    const facts = await look();
    const releases = facts.releases.map((each) => ({
      ...each,
      now: each.now && { ...each.now, hooks: [...each.now.hooks, claim] },
    }));

    await world.carry(removeSteps(world.layer, { ...facts, releases }, world.environment));

    expect(await world.cluster.get(claim)).toBeDefined();
    const jobs = await world.cluster.jobs({ namespace: 'openstack' });
    expect(jobs.map(({ name }) => name)).not.toContain('keystone-db-sync');
  });

  it('leaves a namespace, though Strata made it, where the release of another layer is still at home', async () => {
    world = await openWorld(['keystone', 'mariadb']);
    await world.cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: 'openstack' });
    await install();
    const facts = await look();
    const own = { ...facts, releases: facts.releases.filter(({ name }) => name === 'keystone'), claims: [] };

    const ends = await world.carry(removeSteps(world.layer, own, world.environment));

    expect(ends.at(-1)).toEqual({
      id: 'cloud/remove-namespace-openstack',
      detail: expect.stringContaining('mariadb') as string,
    });
    expect(await revisions('mariadb')).toEqual(['1 deployed']);
  });

  it('is taken away with its namespace where Strata made that', async () => {
    world = await openWorld(['keystone']);
    await world.cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: 'openstack' });
    await install();

    const facts = await look();
    const ends = await world.carry(removeSteps(world.layer, facts, world.environment));

    expect(facts.ownNamespaces).toEqual(['openstack']);
    expect(ends.at(-1)).toEqual({ id: 'cloud/remove-namespace-openstack', detail: undefined });
    expect(await world.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'openstack' })).toBeUndefined();
  });
});
