import { afterEach, beforeEach, expect, it } from 'vitest';
import { put, type Thing, where } from '../../../../sandbox/openstack/store.ts';
import { type Lab, openLab } from './world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

function host(name: string): Thing {
  const [found] = where(lab.cloud.simulated.store.hosts, (each) => each.name === name);
  if (!found) throw new Error(`there is no host ${name}`);
  return found;
}

/** A server of another project on that host. */
function serverOn(name: string, more: object = {}): void {
  const { servers, flavors, users } = lab.cloud.simulated.store;
  const [flavor] = where(flavors);
  const project_id: string = where(users)[1]?.project_id;
  const state = {
    status: 'ACTIVE',
    task: null,
    metadata: {},
    created: new Date().toISOString(),
    image: { id: 'cirros' },
  };
  put(servers, { name: 'db-1', host: name, project_id, flavor, ...state, ...more });
}

it('lets a node go whose hypervisor is empty', async () => {
  const { said } = await lab.ask('nova');

  expect(said).toEqual(['holds: no server of layer "cloud" is on node-3']);
});

it('has nothing to say of a node without a hypervisor', async () => {
  serverOn('node-2');

  const { said } = await lab.ask('nova', { node: 'node-1' });

  expect(said).toEqual([]);
});

it.each<[mode: 'remove' | 'replace', what: RegExp]>([
  ['remove', /migrated while they run/],
  ['replace', /built anew on other hosts/],
])('tells of the servers that are moved first, of any project: %s', async (mode, what) => {
  serverOn('node-3');
  serverOn('node-3', { name: '<!channel>', status: 'SHUTOFF' });

  const { said, advice } = await lab.ask('nova', { mode, moment: 'drain' });

  expect(said).toEqual(['warns: 2 servers of layer "cloud" on node-3: <!channel> (SHUTOFF) and db-1 (ACTIVE)']);
  expect(advice[0]).toMatch(what);
});

it('knows a hypervisor that Nova calls by its full name', async () => {
  host('node-3').name = 'node-3.lab.example';
  serverOn('node-3.lab.example');

  const { said } = await lab.ask('nova');

  expect(said[0]).toMatch(/^warns: 1 server /);
});

it('does not delete a node with a server on it', async () => {
  host('node-3').disabled = 'goes';
  serverOn('node-3');

  const { said, advice } = await lab.ask('nova', { moment: 'delete' });

  expect(said).toEqual(['refuses: 1 server of layer "cloud" on node-3: db-1 (ACTIVE)']);
  expect(advice[0]).toContain('openstack server list --all-projects --host node-3');
});

it('does not delete a node that a server can still come to', async () => {
  const { said, advice } = await lab.ask('nova', { moment: 'delete' });

  expect(said).toEqual(['refuses: the compute service of layer "cloud" on node-3 is enabled: a server can still come']);
  expect(advice).toEqual(['openstack compute service set --disable node-3 nova-compute']);
});

it.each([{ disabled: 'goes' }, { forcedDown: true }])('deletes one that is empty and closed: %j', async (state) => {
  Object.assign(host('node-3'), state);

  const { said } = await lab.ask('nova', { moment: 'delete' });

  expect(said).toEqual(['holds: no server of layer "cloud" is on node-3']);
});

it('does not keep a node whose compute service is gone already', async () => {
  lab.cloud.simulated.store.hosts.delete(host('node-3').id);

  const [plan, gone] = [await lab.ask('nova'), await lab.ask('nova', { moment: 'delete' })];

  expect(plan.said[0]).toMatch(
    /^warns: node-3 has the label openstack-compute-node, and layer "cloud" knows no compute/,
  );
  expect(gone.said).toEqual([]);
});

it('refuses when the cloud above does not answer', async () => {
  await lab.cloud.simulated.faults.set('nova', { down: 'refused' });

  const { said } = await lab.ask('nova');

  expect(said[0]).toMatch(/^refuses: the guard "nova" could not be read/);
});
