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
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { freePort, type LocalRedis, startRedis } from '../../scripts/redis.ts';
import { type CountedCloud, startCountedCloud } from './cloud.ts';
import { openServices, type Services } from './services.ts';

const TOKENS = { bot: 'xoxb-chaos', app: 'xapp-chaos' };
const OPERATOR = { id: 'U0OPERATOR', name: 'operator' };
const LEAD = { id: 'U0LEAD', name: 'lead' };
/** The lease of the services' runs: short, so that a dead worker is noticed soon. */
export const LEASE_MS = 1500;
const SETTINGS = {
  STRATA_LOCK_MS: String(LEASE_MS),
  STRATA_STALLED_MS: '500',
  STRATA_CONFIRM_MS: '300',
  STRATA_LOG_LEVEL: 'info',
};

export type World = {
  readonly environments: readonly string[];
  readonly workspace: Workspace;
  readonly cloud: CountedCloud;
  readonly services: Services;
  readonly redis: Redis;
  readonly redisUrl: string;
  readonly runs: Runs;
  readonly journal: Journal;
  readonly gate: Gate;
  readonly audit: Audit;
  readonly queue: SegmentQueue;
  /** Records a run without Slack in between; nobody is told. */
  record(job: JobName, input: object, environment?: string): Promise<RunRef>;
  /** Records a run and puts it on the queue. */
  ask(job: JobName, input: object, environment?: string): Promise<RunRef>;
  /** Ends Redis, in order (SIGTERM) or not, and starts it again on what it wrote. */
  restartRedis(how: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  signalRedis(signal: 'SIGSTOP' | 'SIGCONT'): void;
  close(): Promise<void>;
};

type Wanted = {
  /** How many, each with a channel of its own. Default 1. */
  readonly environments?: number;
  /** Whether Slack refuses what comes too fast. Default true. */
  readonly rateLimits?: boolean;
};

/** Strata with everything around it on this machine: real processes, a real Redis, stand-ins for Slack and the cloud. */
export async function openWorld({ environments: count = 1, rateLimits = true }: Wanted = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-chaos-'));
  const port = await freePort();
  let server: LocalRedis = await startRedis({ port, dir: folder, appendOnly: true });
  const { url: redisUrl } = server;
  const [redis, queueRedis] = [redisUrl, redisUrl].map((url) => new Redis(url, { maxRetriesPerRequest: null })) as [
    Redis,
    Redis,
  ];
  for (const client of [redis, queueRedis]) client.on('error', () => undefined);
  const environments = Array.from({ length: count }, (_, index) => `lab-${index + 1}`);
  const channelOf = (name: string) => `C0LAB${String(environments.indexOf(name)).padStart(5, '0')}`;
  const cloud = await startCountedCloud();
  const workspace = await startWorkspace({
    ...{ members: [OPERATOR, LEAD], tokens: TOKENS, rateLimits },
    channels: environments.map((name) => ({ id: channelOf(name), name })),
  });
  const services = openServices({
    ...{ PATH: process.env['PATH'] ?? '', HOME: folder, REDIS_URL: redisUrl, ...SETTINGS },
    ...writeConfig(folder, environments, cloud),
    ...{ SLACK_API_URL: workspace.apiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app },
  });
  const runs = openRuns(redis, { environments, subscriber: () => redis.duplicate(), advice: '' });
  const queue = openQueue(queueRedis);
  let asked = 0;

  async function record(job: JobName, input: object, environment = environments[0] ?? ''): Promise<RunRef> {
    const origin = { kind: 'slack', team: 'T0STANDIN', channel: channelOf(environment) } as const;
    const once = `chaos ${(asked += 1)}`;
    return (await runs.create({ environment, job, input, by: OPERATOR, origin, once })).request;
  }

  return {
    ...{ environments, workspace, cloud, services, redis, redisUrl, runs, queue, record },
    ...{ journal: openJournal(redis), gate: openGate(redis), audit: openAudit(redis) },
    async ask(job, input, environment) {
      const run = await record(job, input, environment);
      await queue.enqueue(run, 1);
      return run;
    },
    async restartRedis(how) {
      process.kill(server.pid, how);
      await server.stop();
      server = await startRedis({ port, dir: folder, appendOnly: true });
    },
    signalRedis: (signal) => void process.kill(server.pid, signal),
    async close() {
      await services.close();
      await queue.close();
      redis.disconnect();
      queueRedis.disconnect();
      await Promise.all([workspace.close(), cloud.close(), server.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The files that an operator writes; gives the variables that name them. */
function writeConfig(folder: string, environments: readonly string[], { clouds }: CountedCloud) {
  const [stack, cloudsFile] = [join(folder, 'strata.yaml'), join(folder, 'clouds.yaml')];
  const lab = (name: string) => ({
    channels: [`#${name}`],
    people: { view: ['*'], operate: [OPERATOR.id], approve: [LEAD.id] },
    layers: [{ name: 'metal', kind: 'openstack', cloud: 'metal' }],
  });
  writeFileSync(cloudsFile, stringify({ clouds: { metal: clouds } }));
  writeFileSync(stack, stringify({ environments: Object.fromEntries(environments.map((name) => [name, lab(name)])) }));
  return { STRATA_CONFIG: stack, OS_CLIENT_CONFIG_FILE: cloudsFile };
}
