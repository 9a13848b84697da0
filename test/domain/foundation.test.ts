import { describe, expect, it } from 'vitest';
import { claimedNamespaces, foundationOf, standingOn } from '#domain/foundation.ts';
import type { Layer } from '#domain/stack.ts';
import { environment, layer } from '../commands/world.ts';

const cluster: Layer = { ...layer('cluster', 'kubernetes'), on: 'metal', namespace: 'own' };
const storage: Layer = { ...layer('storage', 'ceph'), on: 'cluster', namespace: 'ceph' };
const cloud: Layer = { ...layer('cloud'), on: 'cluster', namespace: 'openstack' };
const lab = environment('lab', { layers: [layer('metal'), cluster, storage, layer('other'), cloud] });
const named = (layers: readonly Layer[]) => layers.map(({ name }) => name);

describe('a layer and its like', () => {
  it('stands on all below it', () => {
    expect(named(foundationOf(lab, cloud))).toEqual(['metal', 'cluster', 'cloud']);
  });

  it('carries whatever stands on it, not what is only listed above it', () => {
    expect(named(standingOn(lab, cluster))).toEqual(['cluster', 'storage', 'cloud']);
    expect(named(standingOn(lab, cloud))).toEqual(['cloud']);
  });

  it('shares its namespaces with those, its own not counted', () => {
    expect(claimedNamespaces(lab, cluster)).toEqual(['ceph', 'openstack']);
  });
});
