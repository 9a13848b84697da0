import type { HostFailure } from '#domain/tools.ts';

/** Sentences of what Ansible runs. */
export const words = {
  running: (playbook: string, layer: string) => `running ${playbook} for "${layer}"`,
  failures: (failures: readonly HostFailure[]) =>
    failures
      .slice(0, 3)
      .map(({ host, kind, task, message }) =>
        kind === 'unreachable'
          ? `${host} cannot be reached: ${message}`
          : `task "${task}" failed on ${host}: ${message}`,
      )
      .join('; '),
  exit: (code: number, tail: string) => `it ended with ${code}: ${tail.split('\n').at(-1) ?? ''}`,
  advice: {
    unreachable: (run: number, log: string) =>
      `See that the host is up and lets the login in, then let the run go on from where it ended. The log: strata artifact ${run} ${log}`,
    playbook: (run: number, log: string) =>
      `Mend what it says, then let the run go on from where it ended: the playbook may be run again. The log: strata artifact ${run} ${log}`,
  },
};
