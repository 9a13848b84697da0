import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { startRedis } from '../scripts/redis.ts';

const SCRIPT = join(import.meta.dirname, '../testbed/openstack/openstack');
const MAIN = join(import.meta.dirname, '../src/cli/strata.ts');
/** As package.json and the image start it. */
export const NODE = ['--max-semi-space-size=16'];
/** Six from there for the first cloud, from ten further on for the next. */
const PORT = 16_100;
const UNHEALTHY = 3;

export const OPERATOR = 'U0OPERATOR';

export type Auth = {
  readonly auth_url: string;
  readonly username: string;
  readonly project_name: string;
  readonly password: string;
};
export type Bed = {
  /** Of the first cloud. */
  readonly auth: Auth;
  readonly env: Readonly<Record<string, string>>;
  /** A `strata` process; `start` waits for its `ready`. */
  start(name: 'up' | 'worker' | 'bot', more?: Readonly<Record<string, string>>): Promise<ChildProcess>;
  /** What it writes; also of one that ends with 3: done, something is unhealthy. */
  strata(...args: string[]): Promise<string>;
  /** The peer; it speaks to the first cloud unless told otherwise. */
  openstack(...args: string[]): Promise<string>;
  close(): Promise<void>;
};

export type BedOptions = {
  /** Names of real OpenStacks without wires in clouds.yaml. Default `cloud`; none where there is a cluster. */
  readonly clouds?: readonly string[];
  /** Of a cluster, whose context is `admin`. */
  readonly kubeconfig?: string;
  /** Of the stack file. Default the cluster, where there is one, else the first cloud, as `cloud`. */
  readonly layers?: readonly object[];
};

/** Nobody answers there. */
const NOWHERE: Auth = { auth_url: 'http://127.0.0.1:1/v3', username: 'x', project_name: 'x', password: 'x' };

/** Real OpenStacks, a private Redis, and Strata installed for them as `lab`. */
export async function openBed(options: BedOptions = {}): Promise<Bed> {
  const { kubeconfig, clouds = kubeconfig === undefined ? ['cloud'] : [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  const beds = clouds.map((name, index) => cloudIn(join(folder, name), PORT + index * 10));
  const admins = upAll(beds);
  const redis = await startRedis({ dir: folder, appendOnly: true });
  const cloudsPath = join(folder, 'clouds.yaml');
  const known = Object.fromEntries(clouds.map((name, index) => [name, admins[index]]));
  const first = clouds[0] ?? 'cloud';
  writeFileSync(cloudsPath, stringify({ clouds: { [first]: { auth: NOWHERE }, ...known } }));
  const layers =
    kubeconfig === undefined
      ? [{ name: 'cloud', kind: 'openstack', cloud: first }]
      : [{ name: 'cluster', kind: 'kubernetes', context: 'admin' }];
  const lab = {
    channels: ['#cloud-ops'],
    people: { view: ['*'], operate: [OPERATOR] },
    layers: options.layers ?? layers,
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
    OS_CLOUD: first,
    ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }),
    REDIS_URL: redis.url,
    STRATA_LOG_LEVEL: 'error',
  };
  const children: ChildProcess[] = [];
  const exec = promisify(execFile);
  return {
    auth: admins[0]?.auth ?? NOWHERE,
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
    strata: (...args) =>
      exec(process.execPath, [...NODE, MAIN, ...args], { env, maxBuffer: 1e8 }).then(
        ({ stdout }) => stdout,
        (error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === UNHEALTHY && 'stdout' in error)
            return String(error.stdout);
          throw error;
        },
      ),
    openstack: async (...args) => (await exec('openstack', args, { env, maxBuffer: 1e8 })).stdout,
    async close() {
      for (const child of children) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      for (const bed of beds) bed.clean();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Cloud = { readonly auth: Auth };

type CloudBed = { up(): Cloud; clean(): void };

/** A real OpenStack without wires in a folder of its own; `up` gives it as its admin sees it. */
function cloudIn(folder: string, port: number): CloudBed {
  const env = { ...process.env, OPENSTACK_TESTBED_DIR: folder, OPENSTACK_TESTBED_PORT: String(port) };
  const script = (name: string) => execFileSync(SCRIPT, [name], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return {
    up() {
      script('install');
      script('up');
      const { clouds } = parse(readFileSync(join(folder, 'clouds.yaml'), 'utf8')) as { clouds: { admin: Cloud } };
      return clouds.admin;
    },
    clean: () => void script('clean'),
  };
}

/** All of them, or none. */
function upAll(beds: readonly CloudBed[]): readonly Cloud[] {
  try {
    return beds.map((bed) => bed.up());
  } catch (error) {
    for (const bed of beds) bed.clean();
    throw error;
  }
}
