import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { PlaybookProgress, ToolCall } from '#domain/tools.ts';
import { noteOf } from '#words/tools.ts';
import { marked, openWorld, type World } from '../adapters/tools/world.ts';

const INVENTORY = `
[all]
node-1 ansible_connection=local ansible_python_interpreter={{ansible_playbook_python}}
node-2 ansible_connection=local ansible_python_interpreter={{ansible_playbook_python}}
gone ansible_host=127.0.0.1 ansible_port=1 ansible_ssh_common_args="-o ConnectTimeout=2"
`;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Where ansible-playbook is the one of the test bed. */
function tools(signal?: AbortSignal) {
  return world.tools({ command: ['env', `PATH=${inject('ansible')}:${process.env['PATH']}`] }, signal);
}

function playbook(text: string, options: readonly string[] = []): ToolCall {
  return {
    doing: 'running site.yml',
    argv: ['ansible-playbook', '-i', 'inventory.ini', ...options, 'site.yml'],
    files: { 'inventory.ini': INVENTORY, 'site.yml': text },
  };
}

describe('ansible-playbook', () => {
  it('tells where it is and why a host is out; what is tried again, ignored or rescued is no failure', async () => {
    const seen: PlaybookProgress[] = [];
    const call = playbook(`
- name: Look
  hosts: node-1,node-2
  gather_facts: false
  tasks:
    - name: Try
      command: sh -c 'echo not yet >&2; exit 1'
      retries: 2
      delay: 0
      until: result.rc == 0
      register: result
      ignore_errors: true
    - name: Rescue
      block:
        - name: Fall
          fail: {msg: falling}
      rescue:
        - name: Stand up
          debug: {msg: standing}
- name: Change
  hosts: all
  gather_facts: false
  tasks:
    - name: Secret
      command: "false"
      no_log: true
      when: inventory_hostname == 'node-2'
    - name: Loop
      command: "sh -c 'echo {{ item }} >&2; exit {{ item }}'"
      loop: [0, 7]
`);
    const { exitCode, output, playbook: found } = await tools().run({ ...call, onProgress: (at) => seen.push(at) });

    expect(exitCode).toBe(4);
    expect(output).toContain('PLAY RECAP');
    expect(output).not.toContain('\u001B');
    expect(seen.map(({ play, task, taskName }) => [play, task, taskName])).toEqual(
      expect.arrayContaining([
        [1, 1, 'Try'],
        [1, 3, 'Stand up'],
        [2, 4, 'Secret'],
      ]),
    );
    expect(seen.every(({ plays }) => plays === 2)).toBe(true);
    expect(seen.map(noteOf)).toContain('play 1 of 2, task 1: Try; again on node-1, 1 try left');
    expect(found?.tasks).toBe(5);
    expect(found?.failures).toEqual(
      expect.arrayContaining([
        { host: 'node-1', kind: 'failed', task: 'Loop', message: 'non-zero return code: 7' },
        { host: 'node-2', kind: 'failed', task: 'Secret', message: 'hidden, as the task has no_log' },
        { host: 'gone', kind: 'unreachable', task: 'Loop', message: expect.stringMatching(/refused|UNREACHABLE|ssh/i) },
      ]),
    );
    expect(found?.failures).toHaveLength(3);
    expect(found?.recap).toEqual([
      { host: 'gone', ok: 0, changed: 0, unreachable: 1, failed: 0, skipped: 1, rescued: 0, ignored: 0 },
      expect.objectContaining({ host: 'node-1', failed: 1, rescued: 1, ignored: 1 }),
      expect.objectContaining({ host: 'node-2', failed: 1, rescued: 1, ignored: 1 }),
    ]);
  });

  it('that is stopped is gone with all that its tasks began', async () => {
    const stopping = new AbortController();
    const call = playbook(`
- hosts: node-1
  gather_facts: false
  tasks:
    - name: Drain
      command: sleep 300
      async: 300
      poll: 5
`);
    const ended = tools(stopping.signal).run({ ...call, onProgress: () => stopping.abort(new Error('by a person')) });

    await expect(ended).rejects.toThrow('by a person');
    expect(marked(world.mark)).toEqual([]);
  });

  it('that asks a person is not waited for', async () => {
    const call = playbook(`
- hosts: node-1
  gather_facts: false
  tasks:
    - pause: {prompt: "Type yes"}
      register: answer
    - fail: {msg: "nobody answered"}
      when: answer.user_input | default('') != 'yes'
`);
    const { playbook: found } = await tools().run(call);

    expect(found?.failures.map(({ message }) => message)).toEqual(['nobody answered']);
  });

  it('with a mistake in its playbook says what it says, and has no recap', async () => {
    const { exitCode, output, playbook: found } = await tools().run(playbook('- hosts: [\n'));

    expect(exitCode).toBe(4);
    expect(output).toContain('ERROR!');
    expect(found).toBeUndefined();
  });
});
