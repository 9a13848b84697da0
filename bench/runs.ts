import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { openRedis } from '#adapters/redis/connect.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { readRedisUrl } from '#config/redis-url.ts';
import { openQueue, QUEUE } from '#engine/queue.ts';
import { startWorkspace } from '../sandbox/workspace/workspace.ts';
import { type Bed, NODE, OPERATOR, openBed } from './bed.ts';
import { median, ratio } from './figures.ts';

const ROUNDS = 5;
const WORKERS = 2;
const COUNT = 10_000;
const AHEAD = 50;
const CARRIER = fileURLToPath(new URL('carrier.ts', import.meta.url));
const TOKENS = { bot: 'xoxb-bench', app: 'xapp-bench' };

const KINDS = ['raw', 'scripts', 'strata'] as const;
type Kind = (typeof KINDS)[number];
type Figures = { readonly perSecond: number; readonly cpuUs: number };

/**
 * Runs of a job that does nothing, with journal, lease and publisher, against bare BullMQ jobs on as many workers; and
 * against such jobs with the two scripts of a run and nothing else, which is what its guarantees cost at least.
 */
export async function run(): Promise<void> {
  const figures: Record<Kind, Figures[]> = { raw: [], scripts: [], strata: [] };
  for (let round = 0; round < ROUNDS; round++) {
    // Each on a fresh Redis, in turn, so that a change of load meets both alike.
    for (const kind of KINDS) {
      const bed = await openBed({ clouds: [] });
      try {
        figures[kind].push(await measure(bed, kind));
      } finally {
        await bed.close();
      }
    }
  }
  console.log(
    `medians of ${ROUNDS} rounds: ${COUNT} on ${WORKERS} workers with 20 slots each, Redis with AOF everysec`,
  );
  const NAMES = { raw: 'bare BullMQ jobs', scripts: 'with the two scripts of a run', strata: 'runs' };
  const [raw, scripts, strata] = KINDS.map((kind) => {
    const perSecond = median(figures[kind].map((one) => one.perSecond));
    const cpuUs = median(figures[kind].map((one) => one.cpuUs));
    console.log(
      `  ${NAMES[kind].padEnd(30)} ${perSecond.toFixed(0).padStart(7)} / s, ${cpuUs.toFixed(0).padStart(4)} µs of CPU each`,
    );
    return { perSecond, cpuUs };
  });
  if (!raw || !scripts || !strata) return;
  ratio('runs / bare jobs', strata.perSecond / raw.perSecond, { atLeast: 0.6 });
  ratio('with the two scripts / bare jobs', scripts.perSecond / raw.perSecond, { atLeast: 0.6 });
  ratio('runs / with the two scripts', strata.perSecond / scripts.perSecond, { atLeast: 0.6 });
}

/** How many a second, and the CPU time that each took of Redis, the workers and the publisher. */
async function measure(bed: Bed, kind: Kind): Promise<Figures> {
  const address = readRedisUrl(bed.env['REDIS_URL'] ?? '');
  if (!address) throw new Error('the bed has no Redis');
  const redis = openRedis(address, 'patient');
  const queue = new Queue(QUEUE.name, { connection: redis, prefix: QUEUE.prefix });
  await queue.pause();
  const publisher = kind === 'raw' ? undefined : await startPublishing(bed);
  if (kind === 'raw') await askRaw(queue);
  else await askRuns();
  const carriers = await Promise.all(Array.from({ length: WORKERS }, () => startCarrier(bed, kind)));
  const [, redisPid = ''] = /process_id:(\d+)/.exec(await redis.info('server')) ?? [];
  const pids = [Number(redisPid), publisher?.pid, ...carriers.map(({ pid }) => pid)].filter((pid) => pid !== undefined);
  const before = cpuMsOf(pids);
  const startedAt = performance.now();
  await queue.resume();
  await untilDone();
  const perSecond = COUNT / ((performance.now() - startedAt) / 1000);
  const cpuUs = ((cpuMsOf(pids) - before) * 1000) / COUNT;
  for (const carrier of carriers) {
    carrier.kill('SIGKILL');
    await once(carrier, 'exit');
  }
  await publisher?.close();
  await queue.close();
  redis.disconnect();
  return { perSecond, cpuUs };

  async function askRuns(): Promise<void> {
    const runs = openRuns(redis, { environments: ['lab'], subscriber: () => redis, advice: '' });
    const segments = openQueue(redis);
    const by = { id: OPERATOR, name: 'operator' };
    const origin = { kind: 'terminal', host: 'here' } as const;
    for (let done = 0; done < COUNT; done += AHEAD) {
      const asking = Array.from({ length: AHEAD }, async (_, index) => {
        const asked = {
          environment: 'lab',
          job: 'drill',
          input: {},
          by,
          origin,
          once: `bench ${done + index}`,
        } as const;
        const { request } = await runs.create(asked);
        await segments.enqueue(request, 1);
      });
      await Promise.all(asking);
    }
  }

  async function untilDone(): Promise<void> {
    for (;;) {
      const { waiting = 0, active = 0 } = await queue.getJobCounts('waiting', 'active');
      if (waiting + active === 0) break;
      await sleep(10);
    }
    const open = await redis.zcard('strata:{lab}:open');
    if (open > 0) throw new Error(`${open} runs have not ended`);
  }
}

async function askRaw(queue: Queue): Promise<void> {
  const retention = { removeOnComplete: { age: 86_400, count: 500 }, removeOnFail: { age: 86_400, count: 500 } };
  for (let done = 0; done < COUNT; done += AHEAD) {
    const job = (index: number) => ({
      name: 'carry',
      data: { environment: 'lab', number: done + index, key: 'abcdef12' },
      opts: { ...retention, jobId: `run-${done + index}-abcdef12-1` },
    });
    await queue.addBulk(Array.from({ length: AHEAD }, (_, index) => job(index)));
  }
}

/** A bot that shows the runs in a stand-in for Slack, as fast as Slack's limits let it. */
async function startPublishing(bed: Bed): Promise<{ readonly pid: number | undefined; close(): Promise<void> }> {
  const workspace = await startWorkspace({
    ...{ members: [{ id: OPERATOR, name: 'operator' }], channels: [{ id: 'C0CLOUDOPS', name: 'cloud-ops' }] },
    tokens: TOKENS,
  });
  const slack = { SLACK_API_URL: workspace.apiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app };
  const bot = await bed.start('bot', slack);
  return {
    pid: bot.pid,
    async close() {
      bot.kill('SIGKILL');
      await once(bot, 'exit');
      await workspace.close();
    },
  };
}

/** The CPU time of these processes so far, in the hundredths of a second that Linux counts in. */
function cpuMsOf(pids: readonly number[]): number {
  const all = pids.map((pid) => {
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13).map(Number);
    return ((user ?? 0) + (system ?? 0)) * 10;
  });
  return all.reduce((sum, ms) => sum + ms, 0);
}

async function startCarrier(bed: Bed, kind: Kind): Promise<ChildProcess> {
  const child = fork(CARRIER, [kind], { execArgv: [...NODE], env: { ...bed.env } });
  await once(child, 'message');
  return child;
}
