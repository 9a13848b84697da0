import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, openLab } from './world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

it('holds while all other nodes are ready, whether or not this one is cordoned', async () => {
  lab.find('Node', 'node-3')['spec'] = { unschedulable: true };

  const { said } = await lab.ask('other-nodes', { moment: 'delete' });

  expect(said).toEqual(['holds: all 3 other nodes are ready and take pods']);
});

it('refuses to remove a node while another one is away', async () => {
  lab.cluster.simulated.setFault('nodeNotReady', true);
  lab.find('Node', 'node-2')['spec'] = { unschedulable: true };

  const { said, advice } = await lab.ask('other-nodes');

  expect(said).toEqual(['refuses: node-2 is cordoned; node-4 is not ready']);
  expect(advice[0]).toContain('One node at a time');
});

it('leaves it to the approver whether a dead node is replaced before another one', async () => {
  lab.find('Node', 'node-2')['spec'] = { unschedulable: true };

  const { said } = await lab.ask('other-nodes', { node: 'node-4', mode: 'replace' });

  expect(said).toEqual(['warns: node-2 is cordoned']);
});
