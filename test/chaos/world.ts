import { type ChildProcess, spawn } from 'node:child_process';
import { once as emitted } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { openAudit } from '#adapters/redis/audit.ts';
import { openGate } from '#adapters/redis/gate.ts';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import type { Audit, Gate, Journal, Runs } from '#domain/ports.ts';
import type { JobName, RunRef } from '#domain/run.ts';
import { openQueue, type SegmentQueue } from '#engine/queue.ts';
import { type SimulatedOpenStack, startOpenStack } from '../../sandbox/openstack/openstack.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { freePort, type LocalRedis, startRedis } from '../../scripts/redis.ts';

const MAIN = new URL('../../src/cli/strata.ts', import.meta.url).pathname;
const TOKENS = { bot: 'xoxb-chaos', app: 'xapp-chaos' };
const OPERATOR = { id: 'U0OPERATOR', name: 'operator' };
export const LEAD = { id: 'U0LEAD', name: 'lead' };
/** Short, so that a dead worker is noticed soon. */
const SETTINGS = { STRATA_LOCK_MS: '1500', STRATA_STALLED_MS: '500', STRATA_LOG_LEVEL: 'warn' };
/** A cloud in a hurry. */
const TIMING_MS = { build: 60, boot: 40, remove: 40, volume: 40 };

export type Service = { readonly child: ChildProcess; readonly pid: number };
export type World = {
  readonly environments: readonly string[];
  readonly workspace: Workspace;
  readonly cloud: SimulatedOpenStack;
  readonly redis: Redis;
  readonly runs: Runs;
  readonly journal: Journal;
  readonly gate: Gate;
  readonly audit: Audit;
  readonly queue: SegmentQueue;
  /** The workers and bots that should be there. One that is gone is not in it. */
  readonly services: ReadonlySet<Service>;
  /** How often each object of a run was made, by kind and name. */
  readonly made: ReadonlyMap<string, number>;
  start(name: 'bot' | 'worker', env?: Readonly<Record<string, string>>): Promise<Service>;
  /** Asks for a run without Slack in between. */
  ask(job: JobName, input: object, environment?: string): Promise<RunRef>;
  /** Stops Redis in order and starts it again on what it wrote. */
  restartRedis(): Promise<void>;
  redisPid(): number;
  close(): Promise<void>;
};

/** Strata with everything around it on this machine: real processes, a real Redis, stand-ins for Slack and the cloud. */
export async function openWorld({ environments: count = 1 } = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-chaos-'));
  const port = await freePort();
  let server: LocalRedis = await startRedis({ port, dir: folder, appendOnly: true });
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const queueRedis = new Redis(server.url, { maxRetriesPerRequest: null });
  for (const client of [redis, queueRedis]) client.on('error', () => undefined);
  const names = Array.from({ length: count }, (_, index) => `lab-${index + 1}`);
  const cloud = await startOpenStack({
    timing: TIMING_MS,
    quotas: { instances: -1, cores: -1, ram: -1, volumes: -1, gigabytes: -1, floatingip: -1 },
  });
  const made = countMade(cloud);
  const workspace = await startWorkspace({
    members: [OPERATOR, LEAD],
    channels: names.map((name, index) => ({ id: `C0LAB0000${index}`, name })),
    tokens: TOKENS,
  });
  const lab = (name: string) => ({
    channels: [`#${name}`],
    people: { view: ['*'], operate: [OPERATOR.id], approve: [LEAD.id] },
    layers: [{ name: 'metal', kind: 'openstack', cloud: 'metal' }],
  });
  writeFileSync(join(folder, 'clouds.yaml'), stringify({ clouds: { metal: cloud.clouds } }));
  writeFileSync(
    join(folder, 'strata.yaml'),
    stringify({ environments: Object.fromEntries(names.map((name) => [name, lab(name)])) }),
  );
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', HOME: folder, REDIS_URL: server.url, ...SETTINGS },
    ...{ STRATA_CONFIG: join(folder, 'strata.yaml'), OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml') },
    ...{ SLACK_API_URL: workspace.apiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app },
  };
  const services = new Set<Service>();
  const runs = openRuns(redis, { environments: names, subscriber: () => redis.duplicate(), advice: '' });
  const queue = openQueue(queueRedis);

  async function start(name: 'bot' | 'worker', more: Readonly<Record<string, string>> = {}): Promise<Service> {
    const child = spawn(process.execPath, [MAIN, name], {
      env: { ...env, ...more },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const service = { child, pid: child.pid ?? 0 };
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (text: Buffer) => {
        log = (log + text.toString()).slice(-4000);
        if (log.includes(`${name} ready`)) resolve();
      });
      child.once('exit', () => {
        services.delete(service);
        reject(new Error(`strata ${name} ended:\n${log}`));
      });
    });
    services.add(service);
    return service;
  }

  return {
    ...{ environments: names, workspace, cloud, redis, runs, queue, services, made, start },
    ...{ journal: openJournal(redis), gate: openGate(redis), audit: openAudit(redis) },
    async ask(job, input, environment = names[0] ?? '') {
      const origin = { kind: 'slack', team: 'T0STANDIN', channel: `C0LAB0000${names.indexOf(environment)}` } as const;
      const once = `chaos ${Math.random()}`;
      const { request } = await runs.create({ environment, job, input, by: OPERATOR, origin, once });
      await queue.enqueue(request, 1);
      return request;
    },
    async restartRedis() {
      await server.stop();
      server = await startRedis({ port, dir: folder, appendOnly: true });
    },
    redisPid: () => server.pid,
    async close() {
      for (const { child } of services) {
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await emitted(child, 'exit');
      }
      await queue.close();
      redis.disconnect();
      queueRedis.disconnect();
      await Promise.all([workspace.close(), cloud.close(), server.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Counts what the cloud makes: things of one kind and name that differ in their ids. */
function countMade({ store }: SimulatedOpenStack): Map<string, number> {
  const made = new Map<string, number>();
  const kinds = [
    'servers',
    'keyPairs',
    'volumes',
    'networks',
    'subnets',
    'ports',
    'routers',
    'security_groups',
  ] as const;
  for (const kind of kinds) {
    const things = store[kind];
    const seen = new Set<string>();
    const set = things.set.bind(things);
    things.set = (id, thing) => {
      const name = String(thing['name'] ?? '');
      if (name.startsWith('strata-') && !seen.has(id))
        made.set(`${kind} ${name}`, (made.get(`${kind} ${name}`) ?? 0) + 1);
      seen.add(id);
      return set(id, thing);
    };
  }
  return made;
}
