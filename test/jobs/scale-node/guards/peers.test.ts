import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, openLab } from './world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

it('holds while the other pods of each StatefulSet on the node are ready', async () => {
  const { said } = await lab.ask('peers');

  expect(said).toEqual(['holds: all other pods of openstack/mariadb-server and openstack/rabbitmq-rabbitmq are ready']);
});

it('has nothing to say about a node without a pod of a StatefulSet', async () => {
  const { said } = await lab.ask('peers', { node: 'node-1' });

  expect(said).toEqual([]);
});

it('refuses when a pod of the same StatefulSet elsewhere is not ready', async () => {
  lab.breakPod('mariadb-server-0');

  const { said, advice } = await lab.ask('peers', { moment: 'drain' });

  expect(said).toEqual(['refuses: openstack/mariadb-server has a pod here, and mariadb-server-0 is not ready']);
  expect(advice[0]).toContain('Bring its other pods back first');
});

it('refuses to take a dead node away while a peer of its pods is down too', async () => {
  lab.cluster.simulated.setFault('nodeNotReady', true);
  lab.breakPod('mariadb-server-1');

  const { said } = await lab.ask('peers', { node: 'node-4', mode: 'replace' });

  expect(said).toEqual(['refuses: openstack/mariadb-server has a pod here, and mariadb-server-1 is not ready']);
});
