import { afterEach, expect, it } from 'vitest';
import type { Result, Script } from '../../../../sandbox/kubernetes/exec.ts';
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

/** What `ceph` answers to the words that a key has, else as the story's. */
function answering(answers: Readonly<Record<string, Result | object>>): Script {
  return (_pod, [command, ...argv]) => {
    if (command !== 'ceph') return undefined;
    const answer = Object.entries(answers).find(([words]) => argv.join(' ').startsWith(words))?.[1];
    if (!answer || 'exitCode' in answer || 'stdout' in answer) return answer;
    return { stdout: `\n${JSON.stringify(answer)}` };
  };
}

function statusOf(states: Readonly<Record<string, number>>, quorum_names = ['a', 'b', 'c']): object {
  const pgs_by_state = Object.entries(states).map(([state_name, count]) => ({ state_name, count }));
  return { quorum_names, monmap: { num_mons: 3 }, pgmap: { num_pgs: 97, pgs_by_state } };
}

const DEAD = { node: 'node-4', mode: 'replace' } as const;
/** Of the quorum that node-3 leaves. */
const MONS = 'holds: Ceph in ceph: 2 of 3 mons stay in the quorum (a and c)';

it('lets a node go whose OSD Ceph can do without, while its other mons are a quorum', async () => {
  const { said } = await (await open()).ask('ceph');

  expect(said).toEqual([
    'holds: Ceph in ceph: osd.1 may be stopped and destroyed, all 97 placement groups are active+clean',
    MONS,
  ]);
});

it('counts a placement group that is scrubbed as clean', async () => {
  const lab = await open(answering({ status: statusOf({ 'active+clean': 96, 'active+clean+scrubbing+deep': 1 }) }));

  const { said } = await lab.ask('ceph');

  expect(said[0]).toMatch(/^holds: /);
});

it('has nothing to say of a node without OSD and mon, where nobody could be asked either', async () => {
  const lab = await open();
  lab.store.remove(lab.find('Deployment', 'rook-ceph-tools'));

  const { said } = await lab.ask('ceph', { node: 'node-1' });

  expect(said).toEqual([]);
});

it('refuses without a toolbox, and says what to install', async () => {
  const lab = await open();
  lab.store.remove(lab.find('Deployment', 'rook-ceph-tools'));

  const { said, advice } = await lab.ask('ceph');

  expect(said).toEqual(['refuses: Ceph in ceph has mon.b and osd.1 on this node, and no toolbox to ask in']);
  expect(advice[0]).toContain('deploy/examples/toolbox.yaml');
});

it('refuses while placement groups are not clean, as the panel makes it', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('cephWarning', true);

  const { said, advice } = await lab.ask('ceph', { moment: 'drain' });

  expect(said[0]).toBe(
    'refuses: Ceph in ceph: 33 of 97 placement groups are not active+clean (33 active+undersized+degraded); ' +
      'osd.1 may not be stopped: unsafe to stop osd(s) at this time (33 PGs are or would become offline); ' +
      'the data of osd.1 may still be needed',
  );
  expect(advice[0]).toMatch(/^Move the data away first: ceph osd out 1, wait/);
});

it('refuses an OSD whose data are not elsewhere, before the node is deleted', async () => {
  const active = { safe_to_destroy: [], active: [1], missing_stats: [], stored_pgs: [] };
  const lab = await open(answering({ 'osd safe-to-destroy': active }));

  const { said } = await lab.ask('ceph', { moment: 'delete' });

  expect(said).toEqual(['refuses: Ceph in ceph: the data of osd.1 may still be needed', MONS]);
});

it('asks of an OSD that takes its volume along only whether it may stop', async () => {
  const active = { safe_to_destroy: [], active: [1], missing_stats: [], stored_pgs: [] };
  const lab = await open(answering({ 'osd safe-to-destroy': active }));
  for (const kind of ['Deployment', 'Pod']) {
    const thing = lab.find(kind, 'rook-ceph-osd-1');
    thing.metadata.labels = { ...thing.metadata.labels, portable: 'true' };
  }

  const { said } = await lab.ask('ceph');

  expect(said[0]).toMatch(/^holds: /);
});

it('refuses when too few mons would stay', async () => {
  const lab = await open(answering({ status: statusOf({ 'active+clean': 97 }, ['a', 'b']) }));

  const { said, advice } = await lab.ask('ceph');

  expect(said[1]).toBe('refuses: Ceph in ceph: 1 of 3 mons stay in the quorum (a)');
  expect(advice[0]).toContain('Bring the other mons back first');
});

it('refuses an OSD that does not tell its number', async () => {
  const lab = await open();
  lab.put('Pod', 'ceph-osd-default-x', {
    metadata: { name: 'ceph-osd-default-x', namespace: 'ceph', labels: { application: 'ceph', component: 'osd' } },
    spec: { nodeName: 'node-3', containers: [{ name: 'osd', image: 'ceph' }] },
  });

  const { said } = await lab.ask('ceph');

  expect(said).toEqual(['refuses: Ceph in ceph has an OSD on this node that does not tell its number']);
});

it.each<[what: string, answer: Result, why: RegExp]>([
  [
    'an error',
    { exitCode: 1, stderr: '[errno 13] RADOS permission denied (error connecting to the cluster)\n' },
    /running "ceph status": it ended with 1: \[errno 13\] RADOS permission denied/,
  ],
  ['no JSON', { stdout: 'HEALTH_OK' }, /it ended with 0, and no answer that can be read/],
  ['other JSON', { stdout: '{"quorum_names":7}' }, /it ended with 0, and no answer that can be read/],
])('refuses when the answer is %s', async (_what, answer, why) => {
  const { said } = await (await open(answering({ status: answer }))).ask('ceph');

  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^refuses: the guard "ceph" could not be read/);
  expect(said[0]).toMatch(why);
});

it('lets a dead node be replaced once Ceph has healed without it', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('nodeNotReady', true);

  const [plan, gone] = [await lab.ask('ceph', DEAD), await lab.ask('ceph', { ...DEAD, moment: 'delete' })];

  expect(plan.said).toEqual([
    'holds: Ceph in ceph: all 97 placement groups are active+clean without osd.2',
    'holds: Ceph in ceph: 2 of 3 mons stay in the quorum (a and b)',
  ]);
  expect(gone.said[0]).toMatch(/^holds: Ceph in ceph: osd\.2 may be stopped and destroyed/);
});

it('warns of missing copies when a dead node is to be replaced, and keeps its machine until they are made', async () => {
  const script = answering({
    status: statusOf({ 'active+clean': 64, 'active+undersized+degraded': 33 }, ['a', 'b']),
    'osd safe-to-destroy': { safe_to_destroy: [], active: [], missing_stats: [2], stored_pgs: [] },
  });
  const lab = await open(script);
  lab.cluster.simulated.setFault('nodeNotReady', true);

  const [plan, gone] = [await lab.ask('ceph', DEAD), await lab.ask('ceph', { ...DEAD, moment: 'delete' })];

  expect(plan.said[0]).toMatch(/^warns: Ceph in ceph: 33 of 97 placement groups are not active\+clean/);
  expect(gone.said[0]).toMatch(/^refuses: .*the data of osd\.2 may still be needed$/);
});

it('refuses to replace a dead node whose disk may hold the last copy', async () => {
  const lab = await open(answering({ status: statusOf({ 'active+clean': 95, 'stale+down': 2 }, ['a', 'b']) }));
  lab.cluster.simulated.setFault('nodeNotReady', true);

  const { said, advice } = await lab.ask('ceph', DEAD);

  expect(said[0]).toBe(
    'refuses: Ceph in ceph: 2 of 97 placement groups are not active (2 stale+down) and may need osd.2',
  );
  expect(advice[0]).toContain('may hold the last copy');
});
