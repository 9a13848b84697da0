import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What redis-server needs on Debian beyond libc: unpacked into a folder of ours, nothing is installed. */
const PACKAGES = [
  ...['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'liblua5.1-0', 'lua-bitop', 'lua-cjson'],
  ...['libatomic1', 'libssl3', 'libsystemd0'],
];
const CACHE = join(dirname(fileURLToPath(import.meta.url)), '../node_modules/.cache/strata/redis');

export type LocalRedis = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where it came from, one line for people. */
  readonly origin: string;
  stop(): Promise<void>;
};

export type RedisOptions = {
  /** Default: a free one. */
  readonly port?: number;
  /** Folder of its files; default: a temporary one. */
  readonly dir?: string;
  /** Keep every write on disk. Default false. */
  readonly appendOnly?: boolean;
  /** More of redis-server's arguments, as `['--requirepass', 'x']`. */
  readonly args?: readonly string[];
  /** A certificate for 127.0.0.1: then it speaks TLS only. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
  /** A Sentinel, whose configuration is this. */
  readonly sentinel?: string;
};

type Server = { readonly command: string; readonly libraries?: string; readonly origin: string };

/**
 * Starts a private Redis on loopback that ends with this process: from PATH, else from Debian's packages unpacked into
 * node_modules/.cache (no root needed, nothing installed).
 * @throws Error with the line to install one, where neither can be had
 */
export async function startRedis(options: RedisOptions = {}): Promise<LocalRedis> {
  const { port } = options;
  const server = onPath() ?? unpacked() ?? download();
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'strata-redis-'));
  mkdirSync(dir, { recursive: true });
  if (port !== undefined) return startOn(port, server, { ...options, dir });
  // Redis cannot choose a port itself: one that somebody took since it was found free is another's.
  for (;;) {
    try {
      return await startOn(await freePort(), server, { ...options, dir });
    } catch (error) {
      if (!(error as Error).message.includes('Address already in use')) throw error;
    }
  }
}

async function startOn(port: number, server: Server, options: RedisOptions & { readonly dir: string }) {
  const { tls, dir } = options;
  const env = server.libraries ? { ...process.env, LD_LIBRARY_PATH: server.libraries } : process.env;
  const child = spawn(server.command, argumentsOf(options, port, dir), { stdio: ['ignore', 'pipe', 'ignore'], env });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    await untilReady(port, child);
  } catch (error) {
    kill();
    process.off('exit', kill);
    throw error;
  }
  return {
    url: `redis${tls ? 's' : ''}://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    origin: server.origin,
    async stop() {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function argumentsOf({ appendOnly = false, args = [], tls, sentinel }: RedisOptions, port: number, dir: string) {
  const place = [...(tls ? ['--port', '0', '--tls-port'] : ['--port']), String(port), '--bind', '127.0.0.1'];
  const certificates = tls
    ? ['--tls-ca-cert-file', tls.ca, '--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-auth-clients', 'no']
    : [];
  if (sentinel !== undefined) {
    const file = join(dir, 'sentinel.conf');
    writeFileSync(file, sentinel);
    return [file, '--sentinel', ...place, '--dir', dir, ...certificates];
  }
  const keeping = ['--save', '', '--appendonly', appendOnly ? 'yes' : 'no', '--maxmemory-policy', 'noeviction'];
  return [...place, '--dir', dir, ...keeping, '--daemonize', 'no', ...certificates, ...args];
}

/** A certificate for 127.0.0.1 and localhost that signs itself, valid for a day: its files, made by openssl in `dir`. */
export function makeCertificate(dir: string): { readonly ca: string; readonly cert: string; readonly key: string } {
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const form = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', ...form, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { ca: cert, cert, key };
}

function onPath(): Server | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of ['redis-server', 'valkey-server']) {
      const command = join(folder, name);
      if (existsSync(command)) return { command, origin: command };
    }
  }
  return undefined;
}

function unpacked(): Server | undefined {
  const command = join(CACHE, 'root/usr/bin/redis-server');
  if (!existsSync(command)) return undefined;
  const libraries = globSync(join(CACHE, 'root/usr/lib/*-linux-gnu')).join(':');
  return { command, libraries, origin: "Debian's redis-server, unpacked in node_modules/.cache/strata" };
}

function download(): Server {
  const installLine = process.platform === 'darwin' ? 'brew install redis' : 'apt-get install redis-server';
  try {
    process.stderr.write("strata: no redis-server here; fetching Debian's into node_modules/.cache/strata\n");
    mkdirSync(join(CACHE, 'root'), { recursive: true });
    const quiet = { cwd: CACHE, stdio: 'ignore' as const };
    const fetchAll = () =>
      execFileSync('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', ...PACKAGES], quiet);
    try {
      fetchAll();
    } catch {
      execFileSync('apt-get', ['-q', 'update'], quiet);
      fetchAll();
    }
    for (const file of readdirSync(CACHE).filter((name) => name.endsWith('.deb'))) {
      execFileSync('dpkg-deb', ['-x', file, 'root'], quiet);
    }
  } catch (error) {
    throw new Error(`starting Redis: none on this machine and none could be fetched; install one: ${installLine}`, {
      cause: error,
    });
  }
  const server = unpacked();
  if (!server) throw new Error(`starting Redis: the fetched package has no redis-server; install one: ${installLine}`);
  return server;
}

/** Of Redis and Valkey; a Sentinel says who it is. */
const READY = /Ready to accept connections|Sentinel ID is/;
const READY_MS = 30_000;
const MOST_SAID = 4000;

const given = new Set<number>();
/** Neither `fetch` nor a browser calls these. https://fetch.spec.whatwg.org/#port-blocking */
const BLOCKED: ReadonlySet<number> = new Set([5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697]);

/**
 * A port that nobody listens on now, and none that the kernel gives to an outgoing connection: it stays free until it is
 * taken, and while whoever listens there is away for a moment.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 5000 + Math.floor(Math.random() * 5000);
    if (BLOCKED.has(port) || given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Until this server says that it is ready: whoever answers at its port may be another. */
async function untilReady(port: number, child: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  const fail = (what: string) => reject(new Error(`starting Redis on port ${port}: ${what}`));
  const late = setTimeout(() => fail(`it does not get ready: ${said}`), READY_MS);
  child.once('error', ({ message }) => fail(message));
  child.once('close', (code) => fail(`it ended with ${code}: ${said}`));
  child.stdout.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-MOST_SAID);
    if (READY.test(said)) resolve();
  });
  try {
    await promise;
  } finally {
    clearTimeout(late);
    child.stdout.removeAllListeners('data').resume();
  }
}
