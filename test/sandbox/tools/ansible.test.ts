import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlaybookProgress, ToolCall } from '#domain/tools.ts';
import { readPins } from '#jobs/pins.ts';
import { type SimulatedKubernetes, startKubernetes } from '../../../sandbox/kubernetes/kubernetes.ts';
import { openTools, type SimulatedTools } from '../../../sandbox/tools/tools.ts';
import { openWorld, type World } from '../../adapters/tools/world.ts';

const TREE = join(import.meta.dirname, '../../../testbed/kubespray');
const HOSTS = ['node-1', 'node-2', 'node-3', 'node-4', 'node-5'];
const INVENTORY = JSON.stringify({
  all: {
    hosts: Object.fromEntries(
      HOSTS.map((name, index) => [name, { ansible_host: `10.20.0.${11 + index}`, ip: `10.20.0.${11 + index}` }]),
    ),
    children: {
      kube_control_plane: { hosts: { 'node-1': {} } },
      kube_node: { hosts: Object.fromEntries(HOSTS.slice(1).map((name) => [name, {}])) },
    },
  },
});

let world: World;
let cluster: SimulatedKubernetes;
let folder: string;
let simulated: SimulatedTools;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  cluster = await startKubernetes();
  folder = mkdtempSync(join(tmpdir(), 'strata-sandbox-tools-'));
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(cluster.kubeconfig('lab')));
  simulated = openTools(join(folder, 'tools'), join(folder, 'kubeconfig'));
  return async () => {
    await cluster.close();
    rmSync(folder, { recursive: true });
  };
});

function tools() {
  return world.tools({ command: simulated.command });
}

function call(...argv: readonly string[]): ToolCall {
  return { doing: 'trying', argv: [...argv, '-i', '{folder}/hosts.yaml'], files: { 'hosts.yaml': INVENTORY } };
}

function nodes(): readonly string[] {
  return cluster.store.all('Node').map(({ metadata }) => metadata.name);
}

describe('the stand-in of ansible-playbook', () => {
  it('has a version that Kubespray takes', async () => {
    expect(await readPins(tools(), TREE)).toMatchObject({ ansible: '2.18.12' });
  });

  it('registers the workers that its limit names, with progress and a recap as Ansible gives them', async () => {
    const seen: PlaybookProgress[] = [];
    const scale = call('ansible-playbook', '--become', '--limit', 'node-5', 'scale.yml');
    const { exitCode, output, playbook } = await tools().run({ ...scale, onProgress: (at) => seen.push(at) });

    expect(exitCode).toBe(0);
    expect(nodes()).toEqual(HOSTS);
    expect(seen.at(-1)).toMatchObject({
      play: 5,
      plays: 5,
      taskName: 'network_plugin/calico : Start Calico resources',
    });
    expect(seen.some(({ retrying }) => retrying?.host === 'node-5')).toBe(true);
    expect(playbook?.recap).toEqual([expect.objectContaining({ host: 'node-5', changed: 1, failed: 0 })]);
    expect(output).toMatch(/^node-5 +: ok=\d+ +changed=1 +unreachable=0 +failed=0/m);
  });

  it('drains and removes a node, and a second time changes nothing', async () => {
    const variables = JSON.stringify({ node: 'node-4', skip_confirmation: true });
    const remove = call('ansible-playbook', '--extra-vars', variables, 'remove-node.yml');
    const first = await tools().run(remove);
    const second = await tools().run(remove);

    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(nodes()).toEqual(['node-1', 'node-2', 'node-3']);
    expect(second.playbook?.recap.every(({ changed }) => changed === 0)).toBe(true);
  });

  it('removes nothing that nobody confirmed', async () => {
    const { exitCode } = await tools().run(call('ansible-playbook', '-e', 'node=node-4', 'remove-node.yml'));

    expect(exitCode).toBe(2);
    expect(nodes()).toContain('node-4');
  });

  it('fails where it is told to, and does not reach a machine that is off', async () => {
    simulated.setFault('fail-Join to cluster', true);
    const failed = await tools().run(call('ansible-playbook', '--limit', 'node-5', 'scale.yml'));
    simulated.setFault('down-node-5', true);
    const unreachable = await tools().run(call('ansible-playbook', '--limit', 'node-5', 'scale.yml'));
    const ping = await tools().run(call('ansible', 'all', '--one-line', '-m', 'ansible.builtin.ping'));

    expect([failed.exitCode, unreachable.exitCode]).toEqual([2, 4]);
    expect(failed.playbook?.failures).toMatchObject([
      { host: 'node-5', kind: 'failed', message: 'it was told to fail' },
    ]);
    expect(unreachable.playbook?.failures).toMatchObject([{ host: 'node-5', kind: 'unreachable' }]);
    expect(nodes()).not.toContain('node-5');
    expect(ping.output).toMatch(/^node-4 \| SUCCESS/m);
    expect(ping.output).toMatch(/^node-5 \| UNREACHABLE/m);
  });
});
