import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StepContext } from '#domain/run.ts';
import { drainStep } from '#jobs/scale-node/drain.ts';
import { type Lab, openLab } from './guards/world.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.close());

const MEMBERS = ['mariadb-server-0', 'mariadb-server-1', 'mariadb-server-2'];
const TWO_HERE = ['mariadb-server-1', 'mariadb-server-2'];

/** One look at node-3: what it waits for, and what it advises. */
async function look(): Promise<string> {
  const end = await drainStep({ layer: 'cluster', node: 'node-3', mode: 'remove' }, 60_000).settle(
    lab.source as unknown as StepContext,
    null,
  );
  if (end.kind !== 'wait') throw new Error(`it is ${end.kind}`);
  return `${end.why} ${end.advice}`;
}

function uidsOf(names: readonly string[]): readonly unknown[] {
  return names.map((name) => lab.find('Pod', name).metadata['uid']);
}

function moveHere(): void {
  lab.find('Pod', 'mariadb-server-2')['spec'].nodeName = 'node-3';
}

it('takes one pod of a StatefulSet at a time: no budget of OpenStack-Helm sees to that', async () => {
  moveHere();
  const before = uidsOf(TWO_HERE);

  const said = await look();

  const [first, second] = uidsOf(TWO_HERE);
  expect([first === before[0], second === before[1]].filter((isSame) => !isSame)).toHaveLength(1);
  expect(said).toMatch(
    /openstack\/mariadb-server-\d: its StatefulSet loses one at a time: it waits for mariadb-server-\d/,
  );
});

it('waits with a pod of a StatefulSet whose peer has failed since the guard looked', async () => {
  lab.breakPod('mariadb-server-0');
  const before = uidsOf(MEMBERS);

  const said = await look();

  expect(uidsOf(MEMBERS)).toEqual(before);
  expect(said).toContain(
    'openstack/mariadb-server-1: its StatefulSet loses one at a time: it waits for mariadb-server-0',
  );
});

it('lets a pod go that is not ready itself, so that two of them do not wait for one another', async () => {
  moveHere();
  lab.breakPod('mariadb-server-1');
  const before = uidsOf(TWO_HERE);

  await look();

  expect(uidsOf(TWO_HERE)[0]).not.toBe(before[0]);
  expect(uidsOf(TWO_HERE)[1]).toBe(before[1]);
});

it('names the pods that are told to go: one of them may never do so', async () => {
  const said = await look();

  expect(said).toMatch(/^\d pods leaving: ceph\/rook-ceph-mon-b-\w+, .*openstack\/mariadb-server-1/);
});
