import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, openLab } from './world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

function podOn(node: string, name: string, more: object = {}): void {
  const spec = { nodeName: node, containers: [{ name: 'main', image: 'main' }], ...more };
  lab.put('Pod', name, { metadata: { name, namespace: 'openstack' }, spec });
}

it('holds where no pod keeps anything here alone', async () => {
  podOn('node-2', 'elsewhere');

  const { said } = await lab.ask('local-data');

  expect(said).toEqual(['holds: no pod of this node keeps data here alone']);
});

it('warns of pods that nobody makes again, and not of the kubelet’s own', async () => {
  podOn('node-3', 'by-hand');
  podOn('node-3', 'kube-proxy-node-3');
  lab.find('Pod', 'kube-proxy-node-3').metadata['annotations'] = { 'kubernetes.io/config.mirror': 'static' };

  const { said, advice } = await lab.ask('local-data');

  expect(said).toEqual(['warns: pods that nobody makes again: openstack/by-hand']);
  expect(advice[0]).toContain('move them by hand');
});

it('warns of local volumes that pods of the node are bound to', async () => {
  const claimRef = { namespace: 'openstack', name: 'mysql-data-mariadb-server-1' };
  const [volume] = lab.store.all('PersistentVolume', ({ spec }) => spec.claimRef.name === claimRef.name);
  if (volume) volume['spec'] = { ...volume['spec'], local: { path: '/mnt/disk' } };

  const [here, there] = [await lab.ask('local-data'), await lab.ask('local-data', { node: 'node-2' })];

  expect(here.said).toEqual([
    `warns: local volumes that go with the node: ${volume?.metadata.name} (openstack/mysql-data-mariadb-server-1)`,
  ]);
  expect(there.said[0]).toMatch(/^holds: /);
});

it('warns of pods with an emptyDir, and not of those of a DaemonSet, which every node has', async () => {
  const volumes = [{ name: 'scratch', emptyDir: {} }];
  for (const name of ['glance-api', 'libvirt']) {
    const pod = lab.store.all('Pod', ({ metadata }) => metadata.name.startsWith(name))[0];
    if (pod) lab.store.set(pod, { spec: { ...pod['spec'], nodeName: 'node-3', volumes } });
  }

  const { said, advice } = await lab.ask('local-data');

  expect(said).toEqual([
    `warns: pods with data in an emptyDir that goes with them: openstack/${lab.find('Pod', 'glance-api').metadata.name}`,
  ]);
  expect(advice).toEqual([]);
});

it('names a few of many', async () => {
  for (let index = 0; index < 12; index += 1) podOn('node-3', `by-hand-${String(index).padStart(2, '0')}`);

  const { said } = await lab.ask('local-data');

  expect(said[0]).toMatch(/openstack\/by-hand-07 and 4 more$/);
});
