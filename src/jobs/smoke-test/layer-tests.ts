import type { LayerKind } from '#domain/stack.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import type { LayerTest } from './layer-test.ts';
import { openstack } from './openstack/openstack.ts';

/** The test of each kind of layer that has one. One line an entry. */
export const LAYER_TESTS: Readonly<Partial<Record<LayerKind, LayerTest>>> = {
  openstack,
  kubernetes,
};
