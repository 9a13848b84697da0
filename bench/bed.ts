import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { startRedis } from '../scripts/redis.ts';

const SCRIPT = new URL('../testbed/openstack/openstack', import.meta.url).pathname;
const MAIN = new URL('../src/cli/strata.ts', import.meta.url).pathname;
/** As package.json and the image start it. */
export const NODE = ['--max-semi-space-size=16'];
const PORT = 16_100;

export const OPERATOR = 'U0OPERATOR';

export type Auth = {
  readonly auth_url: string;
  readonly username: string;
  readonly project_name: string;
  readonly password: string;
};
export type Bed = {
  readonly auth: Auth;
  /** Changes where clouds.yaml says that Keystone is. */
  pointAt(authUrl: string): void;
  readonly env: Readonly<Record<string, string>>;
  /** A `strata` process; `start` waits for its `ready`. */
  start(name: 'up' | 'worker' | 'bot', more?: Readonly<Record<string, string>>): Promise<ChildProcess>;
  strata(...args: string[]): Promise<string>;
  /** The peer. */
  openstack(...args: string[]): Promise<string>;
  close(): Promise<void>;
};

export type BedOptions = {
  /** Default true, unless there is a cluster. */
  readonly cloud?: boolean;
  /** Of a cluster, which is then the layer `cluster`; its context is `admin`. */
  readonly kubeconfig?: string;
};

/** A real OpenStack without wires, a private Redis, and Strata installed for them as `lab` with the layer `cloud`. */
export async function openBed(options: BedOptions = {}): Promise<Bed> {
  const { kubeconfig, cloud = kubeconfig === undefined } = options;
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  const bed = { OPENSTACK_TESTBED_DIR: join(folder, 'bed'), OPENSTACK_TESTBED_PORT: String(PORT) };
  const script = (...args: string[]) =>
    execFileSync(SCRIPT, args, { env: { ...process.env, ...bed }, stdio: ['ignore', 'ignore', 'inherit'] });
  if (cloud) script('install');
  if (cloud) script('up');
  const redis = await startRedis({ dir: folder, appendOnly: true });
  const cloudsPath = join(folder, 'clouds.yaml');
  const original = cloud
    ? (parse(readFileSync(join(bed.OPENSTACK_TESTBED_DIR, 'clouds.yaml'), 'utf8')) as {
        clouds: { admin: { auth: Auth } };
      })
    : {
        clouds: {
          admin: { auth: { auth_url: 'http://127.0.0.1:1/v3', username: 'x', project_name: 'x', password: 'x' } },
        },
      };
  const { admin } = original.clouds;
  const pointAt = (authUrl: string) =>
    writeFileSync(
      cloudsPath,
      stringify({ clouds: { cloud: { ...admin, auth: { ...admin.auth, auth_url: authUrl } } } }),
    );
  pointAt(admin.auth.auth_url);
  const lab = {
    channels: ['#cloud-ops'],
    people: { view: ['*'], operate: [OPERATOR] },
    layers:
      kubeconfig === undefined
        ? [{ name: 'cloud', kind: 'openstack', cloud: 'cloud' }]
        : [{ name: 'cluster', kind: 'kubernetes', context: 'admin' }],
  };
  writeFileSync(
    join(folder, 'strata.yaml'),
    stringify({ environments: { lab }, terminal: { [userInfo().username]: OPERATOR } }),
  );
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    STRATA_CONFIG: join(folder, 'strata.yaml'),
    OS_CLIENT_CONFIG_FILE: cloudsPath,
    OS_CLOUD: 'cloud',
    ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }),
    REDIS_URL: redis.url,
    STRATA_LOG_LEVEL: 'error',
  };
  const children: ChildProcess[] = [];
  const exec = promisify(execFile);
  return {
    auth: admin.auth,
    pointAt,
    env,
    async start(name, more = {}) {
      const child = spawn(process.execPath, [...NODE, MAIN, name], {
        env: { ...env, ...more },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      children.push(child);
      await new Promise<void>((resolve, reject) => {
        child.stderr.on('data', (text: Buffer) => text.includes('ready') && resolve());
        child.once('exit', () => reject(new Error(`strata ${name} ended`)));
      });
      return child;
    },
    strata: async (...args) => (await exec(process.execPath, [...NODE, MAIN, ...args], { env, maxBuffer: 1e8 })).stdout,
    openstack: async (...args) => (await exec('openstack', args, { env, maxBuffer: 1e8 })).stdout,
    async close() {
      for (const child of children) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      if (cloud) script('clean');
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
