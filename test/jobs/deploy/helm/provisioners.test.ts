import { afterEach, describe, expect, it } from 'vitest';
import { openstackHelm } from '#jobs/deploy/provisioners/openstack-helm/openstack-helm.ts';
import { rook } from '#jobs/deploy/provisioners/rook/rook.ts';
import { openWorld, type World } from './world.ts';

let world: World;
afterEach(() => world.close());

describe('the provisioners that use Helm', { timeout: 120_000 }, () => {
  it('openstack-helm: when all is there, only its being well is looked at', async () => {
    world = await openWorld(['keystone']);
    const facts = await openstackHelm.survey(world.layer, world.survey);
    const kept = { ...facts, releases: facts.releases.map((each) => ({ ...each, now: asWanted(each) })) };

    const ids = (of: typeof facts) => openstackHelm.steps(world.layer, of, world.environment).map(({ id }) => id);

    expect(ids(facts)).toEqual(['cloud/release-keystone', 'cloud/verify']);
    expect(ids(kept)).toEqual(['cloud/verify']);
  });

  it('rook: Ceph is healthy, its class is there, a claim gets a volume, and goes again', async () => {
    world = await openWorld(['rook-ceph-cluster'], { kind: 'ceph' });
    await world.cluster.remove({ apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster', name: 'ceph', namespace: 'ceph' });
    const facts = await rook.survey(world.layer, world.survey);
    const steps = rook.steps(world.layer, facts, world.environment);

    const ends = await world.carry(steps);
    const claims = await world.cluster.persistentVolumeClaims({ namespace: 'ceph' });
    await world.undo(steps);

    expect(ends.map(({ id, error }) => [id, error?.message])).toEqual([
      ...[
        ['cloud/release-rook-ceph-cluster', undefined],
        ['cloud/verify', undefined],
      ],
      ...[
        ['cloud/class', undefined],
        ['cloud/claim', undefined],
      ],
    ]);
    expect(ends[1]?.detail).toContain('HEALTH_OK');
    expect(claims.map(({ phase, storageClass }) => [phase, storageClass])).toEqual([['Bound', 'general']]);
    expect(await world.cluster.persistentVolumeClaims({ namespace: 'ceph' })).toEqual([]);
  });

  it('rook: waits while Ceph is ill, and says with what', async () => {
    world = await openWorld(['rook-ceph-cluster'], { kind: 'ceph' });
    world.simulated.setFault('cephError', true);
    const facts = await rook.survey(world.layer, world.survey);
    const verify = rook.steps(world.layer, facts, world.environment).filter(({ id }) => id === 'cloud/verify');

    const carrying = world.carry(verify);
    while (world.notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    world.simulated.setFault('cephError', false);
    const [end] = await carrying;

    expect(world.notes[0]).toContain('HEALTH_ERR');
    expect(end?.error).toBeUndefined();
  });
});

function asWanted({ wanted }: { readonly wanted?: { readonly digest: string } | undefined }) {
  return { revision: 1, status: 'deployed', digest: wanted?.digest, workloads: [], hooks: [] };
}
