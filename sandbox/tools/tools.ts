import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PACE } from './inventory.ts';

/** The stand-ins of Ansible's programs, for the stack file of a simulated cluster. */
export type SimulatedTools = {
  /** `tools.command` of the layer. */
  readonly command: readonly string[];
  /** `down-node-4`: that machine does not answer; `fail-Join`: tasks with this in their names fail; `slow`. */
  setFault(name: string, isOn: boolean): void;
  /** Their work takes so many times as long as usual. */
  setPace(factor: number): void;
};

/** @param folder for the files of the switches @param kubeconfig path of one whose cluster the playbooks change */
export function openTools(folder: string, kubeconfig: string): SimulatedTools {
  mkdirSync(folder, { recursive: true });
  const programs = join(import.meta.dirname, 'bin');
  const path = [programs, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  return {
    command: ['env', `PATH=${path}`, `KUBECONFIG=${kubeconfig}`, `SANDBOX_TOOLS=${folder}`],
    setFault(name, isOn) {
      if (isOn) writeFileSync(join(folder, name), '');
      else rmSync(join(folder, name), { force: true });
    },
    setPace: (factor) => writeFileSync(join(folder, PACE), String(factor)),
  };
}
