/** Words of Ansible's PLAY RECAP. */
export const words = {
  title: 'PLAY RECAP',
  state: { unreachable: 'unreachable', failed: 'failed', changed: 'changed', ok: 'ok' },
};
