import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { stringify } from 'yaml';

const MAIN = join(import.meta.dirname, '../../src/cli/strata.ts');

/** Who the system user of the tests is in Slack. */
export const ADA = 'U0ADA00001';

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type Running = {
  readonly child: ChildProcess;
  /** What it wrote on standard error so far. */
  log(): string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
};
export type Strata = {
  readonly redis: Redis;
  readonly redisUrl: string;
  /** Starts `strata up`, `bot` or `worker` and waits until it is ready. */
  start(name: 'up' | 'bot' | 'worker', env?: Readonly<Record<string, string>>): Promise<Running>;
  /** Runs a `strata` command to its end. */
  run(...args: string[]): Promise<Ended>;
  /** Starts a `strata` command. */
  spawn(args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
  close(): Promise<void>;
};
export type Installation = {
  /** A number of its own for each file of tests: the Redis database. */
  readonly database: number;
  readonly layers: readonly object[];
  /** Who may approve. Default nobody. */
  readonly approve?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Who may do without approval. Default nobody. */
  readonly breakGlass?: readonly string[];
  /** With what people show at a terminal that it is they who decide. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
};

/** Strata as an operator installs it: a stack file, a clouds.yaml, an empty Redis, real processes. */
export async function installStrata(given: Installation): Promise<Strata> {
  const { database, layers, approve = [], breakGlass = [], keys = {}, env = {} } = given;
  const folder = mkdtempSync(join(tmpdir(), 'strata-e2e-'));
  const redisUrl = `${inject('redisUrl')}/${database}`;
  const redis = new Redis(redisUrl);
  await redis.flushdb();
  const people = { view: ['*'], operate: [ADA], approve, breakGlass };
  const lab = { channels: ['#cloud-ops'], people, layers };
  writeFileSync(
    join(folder, 'strata.yaml'),
    stringify({ environments: { lab }, terminal: { [userInfo().username]: ADA }, keys }),
  );
  const whole = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    STRATA_CONFIG: join(folder, 'strata.yaml'),
    OS_CLIENT_CONFIG_FILE: inject('clouds').file,
    REDIS_URL: redisUrl,
    // A dead worker is noticed after a second, so that the tests need not wait half a minute.
    STRATA_LOCK_MS: '1500',
    STRATA_STALLED_MS: '500',
    ...env,
  };
  const children = new Set<ChildProcess>();
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { ...whole, ...more }, stdio: 'pipe' });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  return {
    ...{ redis, redisUrl },
    spawn: start,
    async start(name, more) {
      const child = start([name], more);
      let log = '';
      child.stderr?.on('data', (text: Buffer) => (log += text.toString()));
      await new Promise<void>((resolve, reject) => {
        child.stderr?.on('data', () => log.includes(`${name} ready`) && resolve());
        child.once('exit', () => reject(new Error(`strata ${name} ended:\n${log}`)));
      });
      return {
        child,
        log: () => log,
        async end(signal) {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill(signal);
          await once(child, 'exit');
        },
      };
    },
    async run(...args) {
      const child = start(args);
      let [stdout, stderr] = ['', ''];
      child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
      child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
      await once(child, 'close');
      return { code: child.exitCode, stdout, stderr };
    },
    async close() {
      for (const child of children) child.kill('SIGKILL');
      redis.disconnect();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The `metal` layer: reached through the other side of the test bed's external network, as by a bastion. */
export function metalLayer(more: object = {}): object {
  const { metal, script } = inject('clouds');
  const variables = Object.entries(metal).map(([name, value]) => `${name}=${value}`);
  const command = ['env', ...variables, script, 'exec', 'outside'];
  return { name: 'metal', kind: 'openstack', cloud: 'metal', reach: { command }, ...more };
}

/** The `cloud` layer: nothing reaches its servers. */
export function cloudLayer(more: object = {}): object {
  return { name: 'cloud', kind: 'openstack', cloud: 'cloud', ...more };
}
