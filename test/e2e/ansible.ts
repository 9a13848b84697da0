import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of ansible-playbook, for the PATH. */
    ansible: string;
  }
}

const SCRIPT = join(import.meta.dirname, '../../testbed/kubespray/kubespray');

/** Ansible of the version that Kubespray asks for. Installed when it is missing. */
export default function provideAnsible(project: TestProject): void {
  execFileSync(SCRIPT, ['install'], { stdio: ['ignore', 'inherit', 'inherit'] });
  const path = execFileSync(SCRIPT, ['program', 'ansible-playbook'], { encoding: 'utf8' }).trim();
  project.provide('ansible', dirname(path));
}
