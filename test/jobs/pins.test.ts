import { describe, expect, it } from 'vitest';
import type { Tools } from '#domain/tools.ts';
import { checkPins, readPins } from '#jobs/pins.ts';

const VERSION = `[WARNING]: something first
ansible-playbook [core 2.18.12]
  config file = /opt/kubespray/ansible.cfg
  python version = 3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]
`;
const BOUNDS = `---
- name: Check Ansible version
  hosts: all
  vars:
    minimal_ansible_version: 2.18.0
    maximal_ansible_version: 2.19.0
`;
const PINS = {
  ansible: '2.18.12',
  least: '2.18.0',
  below: '2.19.0',
  source: '/opt/kubespray/playbooks/ansible_version.yml',
};

function toolsThatSay(answers: Readonly<Record<string, string>>): Tools {
  return { run: async ({ argv }) => ({ exitCode: 0, output: answers[argv[0] ?? ''] ?? '' }) };
}

describe('the versions of the tools', () => {
  it('are read where they run, with the bounds of the checkout there', async () => {
    const tools = toolsThatSay({ 'ansible-playbook': VERSION, cat: BOUNDS });

    expect(await readPins(tools, '/opt/kubespray')).toEqual(PINS);
  });

  it('that cannot be read say what was read instead', async () => {
    const tools = toolsThatSay({
      'ansible-playbook': VERSION,
      cat: 'cat: /opt/kubespray/...: No such file or directory\n',
    });

    await expect(readPins(tools, '/opt/kubespray')).rejects.toThrow('No such file or directory');
  });

  it.each(['2.18.0', '2.18', '2.18.99'])('may be %s', (ansible) => {
    expect(() => checkPins({ ...PINS, ansible })).not.toThrow();
  });

  it.each(['2.17.14', '2.19.0', '2.19.1', '2.9.27', '3.0.0'])(
    'may not be %s: the pin and its source are named',
    (ansible) => {
      expect(() => checkPins({ ...PINS, ansible })).toThrow(
        expect.objectContaining({
          message: `checking the tools: ansible-core is ${ansible}, and Kubespray wants 2.18.0 or newer, and older than 2.19.0`,
          advice: expect.stringContaining(PINS.source),
        }),
      );
    },
  );
});
