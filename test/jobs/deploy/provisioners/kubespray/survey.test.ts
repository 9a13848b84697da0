import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';
import type { JobPorts } from '#domain/ports.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Environment, ServersSetting } from '#domain/stack.ts';
import type { Tools } from '#domain/tools.ts';
import type { Input } from '#jobs/deploy/input.ts';
import { plan } from '#jobs/deploy/plan.ts';
import { survey } from '#jobs/deploy/survey.ts';
import { where } from '../../../../../sandbox/openstack/store.ts';
import { openWorld as openCloudWorld, type World as CloudWorld } from '../../../../sandbox/openstack/world.ts';
import { layerOf } from '../../../status/world.ts';
import { type Doors, openDoors } from '../../doors.ts';

const SERVERS: ServersSetting = { controlPlane: 1, workers: 1, prefix: 'node-', cidr: '10.10.0.0/24' };
const APPLY: Input = { action: 'apply', layers: ['cluster'], isDryRun: false, isOverride: false };
const REMOVE: Input = { action: 'remove', layers: ['cluster'], isDryRun: false };

let doors: Doors;
let cloud: CloudWorld;
beforeEach(async () => {
  doors = openDoors();
  cloud = await openCloudWorld({ servers: [{ name: 'node-1' }, { name: 'node-2' }] });
});
afterEach(async () => {
  await Promise.all([doors.close(), cloud.close()]);
});

/** Where Kubespray is, without a Kubespray. */
const tools: Tools = {
  async run({ argv }) {
    const said = { python3: 'a'.repeat(64), 'ansible-playbook': 'ansible-playbook [core 2.17.3]' }[argv[0] ?? ''];
    const bounds = 'minimal_ansible_version: 2.17.3\nmaximal_ansible_version: 2.18.0';
    return { exitCode: 0, output: said ?? bounds };
  },
};

function environmentOf(servers: ServersSetting | undefined): Environment {
  const kubespray = { path: '/opt/kubespray', user: 'debian', flavor: 'm1.small', image: 'cirros', servers };
  const cluster = { on: 'metal', context: 'lab', provisioner: 'kubespray', kubespray };
  const layers = [
    layerOf('metal', 'openstack', { cloud: 'metal' }),
    layerOf('cluster', 'kubernetes', cluster),
    layerOf('cloud', 'openstack', { on: 'cluster', namespace: 'openstack', cloud: 'cloud' }),
  ];
  return { name: 'lab', layers } as unknown as Environment;
}

/** What a deploy makes of a cluster whose kubeconfig leads to this; without it there is none. */
async function surveyed(
  entry?: object,
  { hasServers = true, input = APPLY }: { readonly hasServers?: boolean; readonly input?: Input } = {},
) {
  const kubeconfig = join(doors.folder, 'kubeconfig');
  const named = (value: object) => [{ name: 'lab', ...value }];
  if (entry) {
    const context = named({ context: { cluster: 'lab', user: 'lab' } });
    writeFileSync(kubeconfig, JSON.stringify({ contexts: context, clusters: [], users: [], ...entry }));
  }
  const environment = environmentOf(hasServers ? SERVERS : undefined);
  const ports = {
    openstack: () => cloud.open(),
    kubernetes: (_layer: string, signal: AbortSignal) => openCluster(readContext('lab', [kubeconfig])).bind(signal),
    tools: () => tools,
  } as unknown as JobPorts;
  const context: SurveyContext = { environment, ports, signal: AbortSignal.timeout(60_000) };
  const facts = await survey(input, context);
  return { facts, plan: plan(input, facts, environment) };
}
const leadingTo = (server: string, user: object = {}) => ({
  clusters: [{ name: 'lab', cluster: { server } }],
  users: [{ name: 'lab', user }],
});

/** As if a deploy had made the servers. */
function own(): void {
  for (const server of where(cloud.simulated.store.servers)) server.metadata = { strata_layer: 'lab/cluster' };
}
function forgetServers(): void {
  for (const { id } of where(cloud.simulated.store.servers)) cloud.simulated.store.servers.delete(id);
}
const idsOf = ({ steps }: ReturnType<typeof plan>) => steps.map(({ id }) => id);

describe('a cluster that cannot be read', () => {
  it('is planned as new where no kubeconfig names it, and the cloud has no server of it', async () => {
    forgetServers();

    const { plan: made } = await surveyed();

    expect(idsOf(made)).toEqual(
      expect.arrayContaining(['metal/server-node-1', 'metal/server-node-2', 'cluster/cluster']),
    );
    expect(made.judged).toContainEqual(expect.stringMatching(/^cluster: Kubernetes by Kubespray: new /));
  });

  it('is planned with all that stands on it where no kubeconfig names it yet', async () => {
    forgetServers();

    const { facts } = await surveyed(undefined, { input: { ...APPLY, layers: ['cluster', 'cloud'] } });

    expect(facts.chain.map(({ layer }) => layer)).toContain('cloud');
  });

  it('is planned as new where nobody is at its address, and the cloud has no server of it', async () => {
    forgetServers();

    const { plan: made } = await surveyed(leadingTo(await doors.closed()));

    expect(idsOf(made)).toContain('cluster/cluster');
  });

  it.each([
    ['no kubeconfig names it', async () => undefined, /no such file/],
    ['nobody is at its address', async () => leadingTo(await doors.closed()), /connection refused/],
    ['a proxy has nobody behind it', async () => leadingTo(await doors.http(503)), /503/],
    ['the connection is broken', async () => leadingTo(await doors.net('reset')), /connection (reset|closed)/],
  ])('stops a deploy where the cloud has servers of it: %s', async (_why, entry, said) => {
    own();

    const { plan: made } = await surveyed(await entry());

    expect(idsOf(made)).toEqual(['preflight']);
    await expect(made.steps[0]?.settle({} as never, null)).rejects.toMatchObject({
      message: expect.stringMatching(said) as string,
      advice: expect.stringContaining('/strata retry') as string,
    });
    await expect(made.steps[0]?.settle({} as never, null)).rejects.toThrow('node-1 and node-2 of it are there');
  });

  it('is not taken for absent for want of servers while something answers', async () => {
    forgetServers();

    const { plan: made } = await surveyed(leadingTo(await doors.http(503)));

    expect(idsOf(made)).toEqual(['preflight']);
  });

  it('is not planned as new by an override either', async () => {
    own();
    const input: Input = { ...APPLY, isOverride: true, reason: 'half set up' };

    const { plan: made } = await surveyed(undefined, { input });

    expect(made).toMatchObject({ risk: 'destroy', target: 'cluster' });
    expect(made.judged).toContainEqual(
      expect.stringMatching(/^cluster: Kubernetes by Kubespray: changes, unknown to /),
    );
    expect(idsOf(made)).not.toContain('metal/server-node-1');
  });

  it('can still be taken away with its servers when it is dead', async () => {
    own();

    const { plan: made } = await surveyed(leadingTo(await doors.closed()), { input: REMOVE });

    expect(idsOf(made)).toEqual(['preflight', 'metal/unbuild-cluster', 'metal/unground-cluster']);
    expect(made.judged).toContainEqual(expect.stringMatching(/^cluster: answer blocks: node-1 and node-2 of it are/));
  });

  it('stops everything when our certificate has expired, servers or none', async () => {
    forgetServers();
    const { cert, key } = doors.pair('old', { days: -1 });
    const user = { 'client-certificate': cert, 'client-key': key };

    await expect(surveyed(leadingTo('https://127.0.0.1:1', user))).rejects.toMatchObject({
      message: expect.stringMatching(
        /^planning "cluster": whether it is there cannot be told: .* expired on/,
      ) as string,
      advice: expect.stringContaining('Get a new certificate') as string,
    });
  });

  it('stops everything when a real TLS server refuses our certificate', async () => {
    forgetServers();
    const [server, client] = [doors.pair('server'), doors.pair('client')];
    const url = await doors.alerting(server, doors.pair('another'));
    const entry = {
      clusters: [{ name: 'lab', cluster: { server: url, 'certificate-authority': server.cert } }],
      users: [{ name: 'lab', user: { 'client-certificate': client.cert, 'client-key': client.key } }],
    };

    await expect(surveyed(entry)).rejects.toMatchObject({
      message: expect.stringMatching(/cannot be told: .*TLS: .*alert/) as string,
      advice: expect.stringContaining('refuses our certificate') as string,
    });
  });

  it('stops where somebody else made the servers: only the cluster tells which they are', async () => {
    await expect(surveyed(leadingTo(await doors.closed()), { hasServers: false })).rejects.toThrow(
      /^planning "cluster": whether it is there cannot be told: .*connection refused/,
    );
  });
});
