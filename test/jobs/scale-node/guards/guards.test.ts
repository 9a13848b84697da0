import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Script } from '../../../../sandbox/kubernetes/exec.ts';
import { put } from '../../../../sandbox/openstack/store.ts';
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

it('let a worker of the healthy story go', async () => {
  const verdicts = await (await open()).all();

  expect(verdicts.filter(({ kind }) => kind !== 'holds')).toEqual([]);
  expect(new Set(verdicts.map(({ guard }) => guard)).size).toBe(9);
});

it('let the story’s dead node be replaced, whose server is on still and is stopped first', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('nodeNotReady', true);

  const verdicts = await lab.all({ node: 'node-4', mode: 'replace' });

  expect(verdicts.filter(({ kind }) => kind !== 'holds').map(({ guard, kind }) => `${guard} ${kind}`)).toEqual([
    'vm-off warns',
  ]);
});

it('refuse each by itself when nothing can be read, and say so', async () => {
  const lab = await open();
  lab.cluster.simulated.setFault('apiBroken', true);

  const verdicts = await lab.all({ moment: 'drain' });

  expect(verdicts.length).toBeGreaterThan(5);
  expect(verdicts.every(({ kind, advice }) => kind === 'refuses' && advice !== undefined)).toBe(true);
});

it('let a drain that was cut off go on while what it told to go still takes its leave', async () => {
  const shutDown = (name: string) => /^(?:mariadb-server|rabbitmq-rabbitmq)-1$/.test(name);
  const lab = await open(({ metadata: { name } }) => (shutDown(name) ? { exitCode: 1, stderr: 'gone' } : undefined));
  const refusing = async () => {
    const verdicts = await lab.all({ moment: 'drain' });
    return verdicts.filter(({ kind }) => kind === 'refuses').map(({ guard }) => guard);
  };
  const before = await refusing();
  for (const name of ['mariadb-server-1', 'rabbitmq-rabbitmq-1']) {
    const { metadata } = lab.find('Pod', name);
    Object.assign(metadata, { deletionTimestamp: new Date().toISOString(), finalizers: ['example.com/slow'] });
  }

  const after = await refusing();

  expect(before).toEqual(['galera', 'rabbitmq']);
  expect(after).toEqual([]);
});

it('have a file each that is registered', async () => {
  const verdicts = await (await open()).all({ node: 'node-4', mode: 'replace' });
  const lab = await open();
  const { agents } = lab.cloud.simulated.store;
  put(agents, {
    agent_type: 'L3 agent',
    binary: 'neutron-l3-agent',
    host: 'node-3',
    alive: true,
    admin_state_up: true,
  });
  const others = await lab.all();

  const files = globSync('src/jobs/scale-node/guards/*.ts').map((file) => basename(file, '.ts'));
  const known = new Set([...verdicts, ...others].map(({ guard }) => guard));

  expect(files.filter((file) => !known.has(file)).toSorted()).toEqual(['ceph-reading', 'cluster', 'guard', 'guards']);
});
