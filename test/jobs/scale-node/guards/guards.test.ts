import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Lab, openLab } from './world.ts';

const OPEN: Lab[] = [];
afterEach(async () => {
  await Promise.all(OPEN.splice(0).map((lab) => lab.close()));
});

async function open(): Promise<Lab> {
  const lab = await openLab();
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

it('have a file each that is registered', async () => {
  const verdicts = await (await open()).all({ node: 'node-4', mode: 'replace' });
  const others = await (await open()).all();

  const files = globSync('src/jobs/scale-node/guards/*.ts').map((file) => basename(file, '.ts'));
  const known = new Set([...verdicts, ...others].map(({ guard }) => guard));

  expect(files.filter((file) => !known.has(file)).toSorted()).toEqual(['ceph-reading', 'cluster', 'guard', 'guards']);
});
