import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ToolCall, ToolResult } from '#domain/tools.ts';
import { checkPins, readPins } from '#jobs/pins.ts';
import { openWorld, type World } from '../adapters/tools/world.ts';
import { kubectl, testbed } from './kubernetes.ts';

const TREE = join(import.meta.dirname, '../../testbed/kubespray');
const NEW = 'tree-61';
const DEAD = 'tree-62';

let world: World;
const facts = mkdtempSync(join(tmpdir(), 'strata-facts-'));
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  await kubectl(['delete', 'node', NEW, DEAD, '--ignore-not-found']);
  world.close();
  rmSync(facts, { recursive: true });
});

/** Runs a playbook of the tree for the bed's control plane, its workers and those named. */
function play(names: readonly string[], ...words: readonly string[]): Promise<ToolResult> {
  const { kubeconfig, kubectl: program } = inject('cluster');
  const path = [inject('ansible'), dirname(program), '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':');
  const inventory = [
    ...['[kube_control_plane]', 'node-1', '[etcd]', 'node-1', '[kube_node]', 'node-2'],
    ...names.map((name) => `${name} ip=10.10.0.${name.slice(-2)}`),
    ...['[k8s_cluster:children]', 'kube_control_plane', 'kube_node', ''],
  ].join('\n');
  const call: ToolCall = {
    doing: `running ${words.join(' ')}`,
    argv: ['ansible-playbook', '--become', '-i', '{folder}/inventory/hosts.ini', ...words],
    cwd: TREE,
    files: { 'inventory/hosts.ini': inventory },
    links: { 'inventory/group_vars': join(TREE, 'inventory/sample/group_vars') },
    env: { ANSIBLE_CACHE_PLUGIN_CONNECTION: facts },
  };
  return world
    .tools({ command: ['env', `PATH=${path}`, `HOME=${userInfo().homedir}`, `KUBECONFIG=${kubeconfig}`] })
    .run(call);
}

async function nodes(): Promise<readonly string[]> {
  const { items } = JSON.parse(await kubectl(['get', 'nodes', '-o', 'json'])) as {
    items: readonly { metadata: { name: string } }[];
  };
  return items.map(({ metadata }) => metadata.name);
}

describe("the test bed's tree under Kubespray's names", () => {
  it('asks for a version of Ansible, which the bed has', async () => {
    const command = ['env', `PATH=${inject('ansible')}:${process.env['PATH']}`];
    const pins = await readPins(world.tools({ command }), TREE);

    expect(() => checkPins(pins)).not.toThrow();
    expect(pins).toMatchObject({ least: '2.18.0', below: '2.19.0' });
  });

  it('refuses a limit without the facts of the others', async () => {
    const { exitCode, playbook } = await play([NEW], 'scale.yml', '--limit', NEW);

    expect(exitCode).toBe(2);
    expect(playbook?.failures[0]?.message).toMatch(/does not support '--limit' without a populated facts cache/);
    expect(await nodes()).not.toContain(NEW);
  });

  it('registers a new worker, and changes nothing the second time', async () => {
    await play([NEW], 'playbooks/facts.yml');
    const first = await play([NEW], 'scale.yml', '--limit', NEW);
    const second = await play([NEW], 'scale.yml', '--limit', NEW);

    expect([first, second].map(({ playbook }) => playbook?.recap)).toEqual([
      [expect.objectContaining({ host: NEW, changed: 1, failed: 0 })],
      [expect.objectContaining({ host: NEW, changed: 0, failed: 0 })],
    ]);
    await kubectl(['wait', '--for=condition=Ready', `node/${NEW}`, '--timeout=60s']);
    expect(await kubectl(['get', 'node', NEW, '-o', 'jsonpath={.status.addresses[0].address}'])).toBe('10.10.0.61');
  });

  it('removes a node when somebody confirms, and not before its pods could leave', async () => {
    const asked = await play([NEW], 'remove-node.yml', '-e', `node=${NEW}`);
    expect(asked.exitCode).toBe(2);
    expect(await nodes()).toContain(NEW);

    const { exitCode, playbook } = await play(
      [NEW],
      'remove-node.yml',
      '-e',
      `node=${NEW}`,
      '-e',
      'skip_confirmation=true',
    );
    expect({ exitCode, failures: playbook?.failures }).toEqual({ exitCode: 0, failures: [] });
    expect(await nodes()).not.toContain(NEW);

    const again = await play([NEW], 'remove-node.yml', '-e', `node=${NEW}`, '-e', 'skip_confirmation=true');
    expect(again.playbook?.recap.every(({ changed }) => changed === 0)).toBe(true);
  });

  it('removes a dead node without a look at the machine', async () => {
    await testbed('node', 'add', DEAD);
    await testbed('node', 'fail', DEAD);
    const variables = { node: DEAD, skip_confirmation: true, reset_nodes: false, allow_ungraceful_removal: true };
    const { playbook } = await play([DEAD], 'remove-node.yml', '-e', JSON.stringify(variables));

    expect(playbook?.failures).toEqual([]);
    expect(await nodes()).not.toContain(DEAD);
  });
});
