import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const exec = promisify(execFile);

/** What `kubectl ARGS` prints, as the user of a context of the bed's kubeconfig; stdin when `input` is given. */
export async function kubectl(args: readonly string[], input?: string, context = 'admin'): Promise<string> {
  const { kubeconfig, kubectl: program } = inject('cluster');
  const running = exec(program, ['--kubeconfig', kubeconfig, '--context', context, ...args], {
    maxBuffer: 256 * 1024 ** 2,
  });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** Runs a verb of the test bed's script: `workload`, `node fail node-4`, `helm list -A -o json`, ... */
export async function testbed(...args: string[]): Promise<string> {
  const { script, bed } = inject('cluster');
  return (await exec(script, args, { env: { ...process.env, ...bed } })).stdout;
}
