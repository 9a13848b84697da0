import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, openLab } from './world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

/** One for Galera's members that keeps so many of them. */
function budget(minAvailable: number): void {
  const matchLabels = { application: 'mariadb', component: 'server' };
  const metadata = { name: 'mariadb-server', namespace: 'openstack' };
  lab.put('PodDisruptionBudget', 'mariadb-server', {
    ...{ apiVersion: 'policy/v1', metadata },
    ...{ spec: { minAvailable, selector: { matchLabels } }, status: {} },
  });
  lab.settle();
}

it('holds while every budget lets a pod go', async () => {
  budget(2);

  const { said } = await lab.ask('disruption-budgets');

  expect(said).toEqual(['holds: no disruption budget forbids an eviction from this node now']);
});

it('warns of a budget that lets no pod of this node go, and names the pods that it waits for', async () => {
  budget(3);
  lab.breakPod('mariadb-server-0');

  const { said, advice } = await lab.ask('disruption-budgets', { moment: 'drain' });

  expect(said).toEqual([
    'warns: the disruption budget openstack/mariadb-server lets nobody take mariadb-server-1 away now: ' +
      '2 pods are healthy, 3 must be; mariadb-server-0 is not ready',
  ]);
  expect(advice[0]).toContain('The drain waits for it');
});

it('does not count a budget of pods on other nodes', async () => {
  budget(3);

  const { said } = await lab.ask('disruption-budgets', { node: 'node-1' });

  expect(said[0]).toMatch(/^holds: /);
});

it('has nothing to say of a dead node: nobody asks budgets about it', async () => {
  budget(3);

  const { said } = await lab.ask('disruption-budgets', { mode: 'replace' });

  expect(said).toEqual([]);
});
