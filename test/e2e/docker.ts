import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(import.meta.dirname, '../../testbed/docker/docker');
const exec = promisify(execFile);

export type DockerBed = {
  readonly socket: string;
  /** A command of the bed's script; gives what it prints. */
  run(...args: string[]): Promise<string>;
  stop(): Promise<void>;
};

/** A real Docker host with the containers of a Kolla-Ansible all-in-one. Installed when it is missing. */
export async function upDocker(): Promise<DockerBed> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-docker-'));
  const env = { ...process.env, DOCKER_TESTBED_DIR: join(folder, 'bed'), DOCKER_TESTBED_INTERVAL: '3' };
  const run = async (...args: string[]) => (await exec(SCRIPT, args, { env })).stdout.trim();
  const share = process.env['DOCKER_TESTBED_SHARE'] ?? '/usr/local/share/docker-testbed';
  if (!existsSync(join(share, 'usr/sbin/dockerd'))) {
    console.log('tests: fetching the packages of a real Docker host');
    await run('install');
  }
  const socket = await run('up');
  return {
    socket,
    run,
    async stop() {
      await run('clean');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
