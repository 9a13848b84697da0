import { afterEach, beforeEach, expect, it } from 'vitest';
import { put, type Thing, where } from '../../../../sandbox/openstack/store.ts';
import { type Lab, openLab } from './world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

const DEAD = { node: 'node-4', mode: 'replace', moment: 'drain' } as const;

function server(name: string): Thing {
  const [found] = where(lab.metal.simulated.store.servers, (each) => each.name === name);
  if (!found) throw new Error(`there is no server ${name}`);
  return found;
}

function die(state: object = { status: 'SHUTOFF' }): void {
  lab.cluster.simulated.setFault('nodeNotReady', true);
  Object.assign(server('node-4'), state);
}

it.each(['plan', 'drain', 'delete'] as const)('holds when the cloud below says SHUTOFF: %s', async (moment) => {
  die();

  const { said } = await lab.ask('vm-off', { ...DEAD, moment });

  expect(said).toEqual([`holds: the server of node-4, node-4 (${server('node-4').id}), is SHUTOFF`]);
});

it('finds the server by what the cloud provider wrote, whatever it is called', async () => {
  die();
  const node = lab.find('Node', 'node-4');
  node['spec'] = { ...node['spec'], providerID: `openstack:///${server('node-2').id}` };

  const { said } = await lab.ask('vm-off', DEAD);

  expect(said).toEqual([`refuses: the server of node-4, node-2 (${server('node-2').id}), is ACTIVE`]);
});

it('proves nothing for the plan: the approver sees that a server is to be stopped', async () => {
  die({ status: 'ACTIVE' });

  const { said, advice } = await lab.ask('vm-off', { ...DEAD, moment: 'plan' });

  expect(said[0]).toMatch(/^warns: the server of node-4, .* is ACTIVE$/);
  expect(advice[0]).toContain('must be seen SHUTOFF');
});

it.each<[what: string, state: object, seen: RegExp]>([
  ['runs', { status: 'ACTIVE' }, /is ACTIVE$/],
  ['is in error', { status: 'ERROR' }, /is ERROR$/],
  ['is started again', { status: 'SHUTOFF', task: 'powering-on' }, /is SHUTOFF \(powering-on\)$/],
])('refuses before anything is forced while the server %s', async (_what, state, seen) => {
  die(state);

  const { said } = await lab.ask('vm-off', DEAD);

  expect(said[0]).toMatch(/^refuses: the server of node-4/);
  expect(said[0]).toMatch(seen);
});

it('refuses a node that came back to life, though its server was seen off', async () => {
  die();
  lab.cluster.simulated.setFault('nodeNotReady', false);

  const { said, advice } = await lab.ask('vm-off', { ...DEAD, moment: 'delete' });

  expect(said).toEqual(['refuses: node-4 is Ready: it lives']);
  expect(advice[0]).toContain('Nothing is forced on a node that lives');
});

it('refuses when no server is the node’s', async () => {
  die();
  server('node-4').name = 'other';

  const { said } = await lab.ask('vm-off', DEAD);

  expect(said).toEqual(['refuses: layer "metal" has no one server that is node-4']);
});

it('refuses when two servers have its name', async () => {
  die();
  put(lab.metal.simulated.store.servers, { ...server('node-4'), id: 'twin' });

  const { said } = await lab.ask('vm-off', DEAD);

  expect(said).toEqual(['refuses: layer "metal" has no one server that is node-4']);
});

it.each([{ down: 'refused' }, { down: 'unavailable' }, { slowMs: Infinity }] as const)(
  'takes silence of the API for no proof: %j',
  async (fault) => {
    await lab.close();
    lab = await openLab(undefined, 1000);
    die();
    await lab.metal.simulated.faults.set('nova', fault);

    const { said } = await lab.ask('vm-off', DEAD);

    expect(said[0]).toMatch(/^refuses: the guard "vm-off" could not be read, so it refuses: /);
  },
);

it('still finds the server when the node object is gone already', async () => {
  die();
  lab.store.remove(lab.find('Node', 'node-4'));

  const { said } = await lab.ask('vm-off', { ...DEAD, moment: 'delete' });

  expect(said[0]).toMatch(/^holds: the server of node-4, .* is SHUTOFF$/);
});

it('looks at the server that was approved, whatever it is called, when the node object is gone', async () => {
  die();
  lab.store.remove(lab.find('Node', 'node-4'));
  Object.assign(server('node-4'), { name: 'vm-of-node-4' });
  const { id: serverId } = server('vm-of-node-4');

  const { said } = await lab.ask('vm-off', { ...DEAD, moment: 'delete', serverId });

  expect(said).toEqual([`holds: the server of node-4, vm-of-node-4 (${serverId}), is SHUTOFF`]);
});

it('lets a machine go that a worker before has deleted: node and server are gone', async () => {
  die();
  lab.store.remove(lab.find('Node', 'node-4'));
  const { id: serverId } = server('node-4');
  lab.metal.simulated.store.servers.delete(serverId);

  const { said } = await lab.ask('vm-off', { ...DEAD, moment: 'delete', serverId });

  expect(said).toEqual([`holds: node-4 and its server ${serverId} are gone`]);
});

it('refuses when the node stands on another server by now than was approved to go', async () => {
  die();

  const { said, advice } = await lab.ask('vm-off', { ...DEAD, serverId: 'approved' });

  expect(said).toEqual([
    `refuses: the server of node-4 is node-4 (${server('node-4').id}) by now, and approved was approved to go`,
  ]);
  expect(advice[0]).toContain('anew');
});

it('has nothing to say of a node that is removed alive', async () => {
  const { said } = await lab.ask('vm-off');

  expect(said).toEqual([]);
});
