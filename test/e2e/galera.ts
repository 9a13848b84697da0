import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnCommand } from '#adapters/reach/spawn.ts';
import type { Members } from '#domain/galera.ts';
import type { GaleraSettings } from '#jobs/status/galera/reading.ts';

const SCRIPT = join(import.meta.dirname, '../../testbed/galera/galera');
const exec = promisify(execFile);

export type GaleraBed = {
  /** These nodes as pods: `exec` of the bed's script stands in for that of Kubernetes. */
  members(...numbers: readonly number[]): Members;
  readonly settings: GaleraSettings;
  /** A command of the bed's script; gives what it prints. */
  run(...args: string[]): Promise<string>;
  /** Starts a node and does not wait for it. */
  start(number: number): Promise<void>;
  /** The line of a node in the bed's own status. */
  statusOf(number: number): Promise<string>;
  stop(): Promise<void>;
};

/** A real Galera cluster of one node, over a wire of 1500 bytes; `mtu` is what the overlay takes it for. */
export async function upGalera(mtu: number): Promise<GaleraBed> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-galera-'));
  const variables = { GALERA_TESTBED_DIR: join(folder, 'bed'), GALERA_TESTBED_NAME: `strata-${process.pid}` };
  const env = { ...process.env, ...variables };
  const run = async (...args: string[]) => (await exec(SCRIPT, args, { env })).stdout.trim();
  const share = process.env['GALERA_TESTBED_SHARE'] ?? '/usr/local/share/galera-testbed';
  if (!existsSync(join(share, 'usr/sbin/mariadbd'))) {
    console.log('tests: fetching the packages of a real Galera cluster');
    await run('install');
  }
  await run('up', String(mtu));
  const prefix = ['env', ...Object.entries(variables).map(([name, value]) => `${name}=${value}`), SCRIPT, 'exec'];
  return {
    settings: { client: ['mysql', '--connect-timeout=2'], dataFolder: 'data' },
    members: (...numbers) => ({
      list: async () => numbers.map((number) => ({ name: `node-${number}`, address: `203.0.113.${number}` })),
      exec: (member, argv, signal) => spawnCommand([...prefix, member.replace('node-', ''), ...argv], signal),
    }),
    run,
    async start(number) {
      await exec(SCRIPT, ['join', String(number)], { env: { ...env, GALERA_TESTBED_WAIT: '0' } });
    },
    async statusOf(number) {
      // Its exit code says that not all is well.
      const said = await exec(SCRIPT, ['status'], { env }).catch((error: { readonly stdout: string }) => error);
      return said.stdout.split('\n').find((line) => line.startsWith(`node-${number} `)) ?? '';
    },
    async stop() {
      await run('down');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
