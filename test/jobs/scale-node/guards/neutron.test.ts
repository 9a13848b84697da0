import { afterEach, beforeEach, expect, it } from 'vitest';
import { put, type Thing } from '../../../../sandbox/openstack/store.ts';
import { type Lab, openLab } from './world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

function agentOn(host: string, more: object = {}): Thing {
  const kind = { agent_type: 'L3 agent', binary: 'neutron-l3-agent' };
  return put(lab.cloud.simulated.store.agents, { ...kind, host, alive: true, admin_state_up: true, ...more });
}

function routerOn(name: string, ...agents: readonly Thing[]): void {
  const { routers, bindings } = lab.cloud.simulated.store;
  const { id } = put(routers, { name, status: 'ACTIVE', external_gateway_info: null, description: '' });
  for (const agent of agents) put(bindings, { router_id: id, agent_id: agent.id });
}

it('has nothing to say of a node without an L3 agent', async () => {
  routerOn('lab', agentOn('node-2'));

  expect((await lab.ask('neutron')).said).toEqual([]);
});

it('lets a node go whose agent has no router', async () => {
  agentOn('node-3.lab.example');

  expect((await lab.ask('neutron')).said).toEqual(['holds: no router of layer "cloud" is on node-3 alone']);
});

it('keeps a node that a router is on and nowhere else, and says how to move it', async () => {
  const agent = agentOn('node-3');
  routerOn('<!channel>', agent);
  routerOn('lab', agent);

  const { said, advice } = await lab.ask('neutron', { moment: 'drain' });

  expect(said).toEqual(['refuses: 2 routers of layer "cloud" on node-3 and nowhere else: <!channel> and lab']);
  expect(advice[0]).toContain(`openstack network agent remove router --l3 ${agent.id} ROUTER`);
});

it('lets a router of high availability go on elsewhere, on an agent that lives and takes part', async () => {
  const here = agentOn('node-3');
  const there = agentOn('node-2');
  routerOn('lab', here, there);
  const before = await lab.ask('neutron');
  Object.assign(there, { alive: false });
  const dead = await lab.ask('neutron');
  Object.assign(there, { alive: true, admin_state_up: false });
  const closed = await lab.ask('neutron');

  expect(before.said).toEqual(['holds: no router of layer "cloud" is on node-3 alone']);
  expect(dead.said[0]).toMatch(/^refuses: 1 router of layer "cloud" on node-3 and nowhere else: lab$/);
  expect(closed.said).toEqual(dead.said);
});

it('does not keep a dead node for them, but says who is cut off', async () => {
  const agent = agentOn('node-4', { alive: false });
  routerOn('lab', agent);

  const { said, advice } = await lab.ask('neutron', { node: 'node-4', mode: 'replace' });

  expect(said).toEqual(['warns: 1 router of layer "cloud" on node-4 and nowhere else: lab']);
  expect(advice[0]).toMatch(/^Servers behind them are cut off until each is on another agent/);
});

it('refuses when the network of the cloud above does not answer', async () => {
  await lab.cloud.simulated.faults.set('neutron', { down: 'refused' });

  expect((await lab.ask('neutron')).said[0]).toMatch(/^refuses: the guard "neutron" could not be read/);
});
