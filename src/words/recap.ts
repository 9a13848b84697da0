/** Words of Ansible's PLAY RECAP. */
export const words = {
  command: (stepId: string) => `ansible-playbook (${stepId})`,
  title: 'PLAY RECAP',
  state: { unreachable: 'unreachable', failed: 'failed', changed: 'changed', ok: 'ok' },
};
