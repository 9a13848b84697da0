import type { LayerKind } from '#domain/stack.ts';
import { ceph } from './ceph/ceph.ts';
import { containers } from './containers/containers.ts';
import { galera } from './galera/galera.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { mtu } from './mtu/mtu.ts';
import { namespace } from './namespace/namespace.ts';
import { openstack } from './openstack/openstack.ts';
import type { Reader } from './reader.ts';

/** What is read of a layer of each kind, where the layer has it. One line an entry. */
export const READERS: Readonly<Record<LayerKind, readonly Reader[]>> = {
  openstack: [containers, openstack, galera, namespace, mtu],
  kubernetes: [kubernetes, namespace, mtu],
  ceph: [ceph, namespace],
};
