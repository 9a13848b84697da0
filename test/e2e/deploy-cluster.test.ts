import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, openDesk } from './desk.ts';
import { killAtEachStep } from './mortal.ts';
import { type NodeBed, openNodeBed } from './nodes.ts';
import { deletedServers, everything, openstack } from './openstack.ts';
import type { Running } from './strata.ts';

const SERVERS = { controlPlane: 1, workers: 2, prefix: 'pool-', cidr: '10.80.0.0/24', externalNetwork: 'public' };
const NAMES = ['pool-1', 'pool-2', 'pool-3'];

let bed: NodeBed;
let desk: Desk;
let before: Awaited<ReturnType<typeof everything>>;

beforeAll(async () => {
  bed = await openNodeBed({ flavor: 'm1.tiny', image: await imageName(), servers: SERVERS });
  // The bed's API server begins with nodes: these are to come by the playbook.
  await bed.kubectl(['delete', 'nodes', '--all']);
  before = await everything('cloud');
  desk = await openDesk({ database: 13, layers: bed.layers, kubeconfig: bed.kubeconfig });
});
afterAll(async () => {
  await desk?.close();
  await bed?.close();
});

async function imageName(): Promise<string> {
  const [image] = await openstack('cloud', 'image', 'list');
  return String(image?.['Name']);
}
async function nodes(): Promise<readonly string[]> {
  const names = await bed.kubectl(['get', 'nodes', '-o', 'name']);
  return names
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((name) => name.replace('node/', ''))
    .toSorted();
}
async function servers(): Promise<readonly string[]> {
  return (await openstack('cloud', 'server', 'list')).map(({ Name }) => String(Name)).toSorted();
}

describe('/deploy of a cluster on a real OpenStack, by real Ansible, into a real API server', () => {
  let worker: Running | undefined;
  afterAll(() => worker?.end('SIGTERM'));

  it('killed at every step: one network, one server a node, all of them Ready', { timeout: 600_000 }, async () => {
    const run = await desk.ask('/deploy lab cluster');
    await desk.planAndApprove(run);

    const amid = { 'cluster/cluster': 'cluster.yml: ' };
    const { met, all } = await killAtEachStep(desk.strata, run, { amid, tools: /^cluster\// });

    expect(await desk.troublesOf(run)).toEqual([]);
    expect(met).toEqual(all);
    expect(bed.overlaps()).toBe(0);
    expect(await nodes()).toEqual(NAMES);
    expect(await servers()).toEqual(NAMES);
    const gone = await deletedServers('cloud');
    expect(NAMES.filter((name) => gone.includes(name))).toEqual([]);
    expect(await openstack('cloud', 'network', 'list', '--name', 'strata-lab-cluster')).toHaveLength(1);
  });

  it('run again, changes nothing and says so, without asking anybody', async () => {
    worker = await desk.strata.start('worker');
    const made = await everything('cloud');

    const end = await desk.endOf(await desk.ask('/deploy lab cluster'));

    expect(end.report?.title).toBe('Nothing to change: all is as it is to be');
    expect(await everything('cloud')).toEqual(made);
  });

  it('leaves it alone in a dry run, and shows what would be done', async () => {
    const end = await desk.endOf(await desk.ask('/deploy lab cluster --remove --dry-run'));

    expect(end.report?.title).toBe('Dry run: this is what would be done');
    expect(end.report?.checks.map(({ title }) => title)).toContain('cloud: Delete the servers of the nodes');
    expect(await servers()).toEqual(NAMES);
  });

  it('--remove takes away what was made, nodes of /scale-node too, and nothing else', async () => {
    const more = await desk.ask('/scale-node lab cluster add');
    await desk.approve(more);
    expect(await desk.troublesOf(more)).toEqual([]);
    expect(await servers()).toEqual([...NAMES, 'pool-4']);
    const run = await desk.ask('/deploy lab cluster --remove');
    await desk.approve(run, 'cluster');

    expect(await desk.troublesOf(run)).toEqual([]);

    expect(await everything('cloud')).toEqual(before);
  });
});
