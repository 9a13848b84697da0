import { afterEach, expect, it } from 'vitest';
import type { Script } from '../../../../sandbox/kubernetes/exec.ts';
import { type Lab, openLab } from './world.ts';

const OPEN: Lab[] = [];
afterEach(async () => {
  await Promise.all(OPEN.splice(0).map((lab) => lab.close()));
});

async function open(script?: Script): Promise<Lab> {
  const lab = await openLab(script);
  OPEN.push(lab);
  return lab;
}

const SYNCED = { wsrep_ready: 'ON', wsrep_connected: 'ON', wsrep_cluster_status: 'Primary', wsrep_cluster_size: '3' };

/** What the named members say instead of the story's; undefined: nobody can log in. */
function saying(members: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>): Script {
  return ({ metadata: { name } }, argv) => {
    if (!Object.hasOwn(members, name) || !argv.join(' ').includes('wsrep')) return undefined;
    const status = members[name];
    if (!status) return { exitCode: 1, stderr: 'ERROR 2002 (HY000)' };
    const values = Object.entries({ ...SYNCED, wsrep_local_state_comment: 'Synced', ...status });
    return { stdout: values.map(([key, value]) => `${key}\t${value}\n`).join('') };
  };
}

const DEAD = { node: 'node-4', mode: 'replace' } as const;

it('lets a node go while every member is synced', async () => {
  const { said } = await (await open()).ask('galera');

  expect(said).toEqual(['holds: Galera in openstack: 3 of 3 members synced']);
});

it.each<[what: string, members: Parameters<typeof saying>[0], evidence: RegExp]>([
  [
    'lets nobody log in',
    { 'mariadb-server-0': undefined },
    /2 of 3 members synced; mariadb-server-0 of Galera lets nobody log in$/,
  ],
  ['is joining', { 'mariadb-server-2': { wsrep_local_state_comment: 'Joined' } }, /2 of 3 members synced$/],
  ['is a donor', { 'mariadb-server-1': { wsrep_local_state_comment: 'Donor/Desynced' } }, /2 of 3 members synced$/],
  [
    'is apart',
    { 'mariadb-server-1': { wsrep_cluster_status: 'non-Primary', wsrep_cluster_size: '1' } },
    /2 of 3 members synced; Galera is split: mariadb-server-1 and the rest/,
  ],
  [
    'sees fewer than there are',
    { 'mariadb-server-1': { wsrep_cluster_size: '1' } },
    /3 of 3 members synced; Galera is split/,
  ],
])('refuses to remove a node while a member %s', async (_what, members, evidence) => {
  const { said, advice } = await (await open(saying(members))).ask('galera', { moment: 'drain' });

  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^refuses: Galera in openstack: /);
  expect(said[0]).toMatch(evidence);
  expect(advice).toHaveLength(1);
});

it('refuses to remove a node while there are fewer members than there should be', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('claimPending', true);

  const { said } = await lab.ask('galera');

  expect(said[0]).toMatch(/^refuses: Galera in openstack: /);
});

it('refuses with no quorum, as the panel’s button makes it', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('galeraDown', true);

  const { said, advice } = await lab.ask('galera');

  expect(said[0]).toMatch(/^refuses: Galera in openstack: 0 of 3 members synced; Galera has lost its quorum/);
  expect(advice[0]).toContain('A new bootstrap is the last resort');
});

it('lets a dead node be replaced when its member is the only one away', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('nodeNotReady', true);

  const { said } = await lab.ask('galera', DEAD);

  expect(said).toEqual([
    'holds: Galera in openstack: 2 of 3 members synced, apart from mariadb-server-2 on the dead node',
  ]);
});

it('refuses to replace a dead node while another member is away too', async () => {
  const lab = await open(saying({ 'mariadb-server-0': undefined }));
  lab.cluster.simulated.setFault('nodeNotReady', true);

  const { said } = await lab.ask('galera', DEAD);

  expect(said[0]).toMatch(/^refuses: Galera in openstack: 1 of 3 members synced, apart from mariadb-server-2/);
});

it('refuses to replace a dead node where what stays is no majority', async () => {
  const lab = await open(saying({ 'mariadb-server-0': { wsrep_cluster_size: '1' } }));
  const set = lab.find('StatefulSet', 'mariadb-server');
  set['spec'] = { ...set['spec'], replicas: 2 };
  lab.find('Pod', 'mariadb-server-1')['spec'].nodeName = 'node-4';
  lab.settle();
  lab.cluster.simulated.setFault('nodeNotReady', true);

  const { said, advice } = await lab.ask('galera', DEAD);

  expect(said).toEqual([
    'refuses: Galera in openstack: 1 of 2 members synced, apart from mariadb-server-1 on the dead node; ' +
      'mariadb-server-1 is on this node: too few would stay',
  ]);
  expect(advice[0]).toContain('Bring the dead node back if that can be');
});

it('warns when the only member is on the node', async () => {
  const lab = await open(saying({ 'mariadb-server-0': { wsrep_cluster_size: '1' } }));
  const set = lab.find('StatefulSet', 'mariadb-server');
  set['spec'] = { ...set['spec'], replicas: 1 };
  lab.settle();

  const { said, advice } = await lab.ask('galera', { node: 'node-2' });

  expect(said).toEqual(['warns: Galera in openstack: 1 of 1 members synced']);
  expect(advice[0]).toContain('the database is down until');
});

it('lets a drained machine go while a member joins elsewhere, and not while there is no primary component', async () => {
  const joining = await open(saying({ 'mariadb-server-1': { wsrep_local_state_comment: 'Joined' } }));
  const down = await open();
  down.cluster.simulated.setFault('galeraDown', true);

  const [first, second] = await Promise.all([joining, down].map((lab) => lab.ask('galera', { moment: 'delete' })));

  expect(first?.said).toEqual(['holds: Galera in openstack: 2 of 3 members synced']);
  expect(second?.said[0]).toMatch(/^refuses: /);
});

it('refuses to take two of three members away at once', async () => {
  const lab = await open();
  lab.find('Pod', 'mariadb-server-2')['spec'].nodeName = 'node-3';

  const { said, advice } = await lab.ask('galera', { moment: 'drain' });

  expect(said).toEqual([
    'refuses: Galera in openstack: 3 of 3 members synced; ' +
      'mariadb-server-1 and mariadb-server-2 are on this node: too few would stay',
  ]);
  expect(advice[0]).toContain('one at a time');
});

it('lets a drain that was cut off go on, whose member joins elsewhere by now', async () => {
  const lab = await open(saying({ 'mariadb-server-1': undefined }));
  lab.find('Pod', 'mariadb-server-1')['spec'].nodeName = 'node-2';

  const [plan, drain] = [await lab.ask('galera'), await lab.ask('galera', { moment: 'drain' })];

  expect(plan.said[0]).toMatch(/^refuses: /);
  expect(drain.said).toEqual(['holds: Galera in openstack: 2 of 3 members synced']);
});

it('refuses when it may not look', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('apiBroken', true);

  const { said, advice } = await lab.ask('galera');

  expect(said[0]).toMatch(/^refuses: the guard "galera" could not be read, so it refuses: listing pods/);
  expect(advice).toHaveLength(1);
});
