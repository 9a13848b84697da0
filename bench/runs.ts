import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { openRedis } from '#adapters/redis/connect.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { readRedisUrl } from '#config/redis-url.ts';
import { openQueue, QUEUE } from '#engine/queue.ts';
import { startWorkspace } from '../sandbox/workspace/workspace.ts';
import { type Bed, OPERATOR, openBed } from './bed.ts';
import { median, ratio } from './figures.ts';

const ROUNDS = 5;
const WORKERS = 2;
const COUNT = 10_000;
const AHEAD = 50;
const CARRIER = new URL('./carrier.ts', import.meta.url).pathname;
const TOKENS = { bot: 'xoxb-bench', app: 'xapp-bench' };

type Kind = 'raw' | 'strata';

/** Runs of a job that does nothing, with journal, lease and publisher, against bare BullMQ jobs on as many workers. */
export async function run(): Promise<void> {
  const figures = { raw: [] as number[], strata: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    // Each on a fresh Redis, in turn, so that a change of load meets both alike.
    for (const kind of ['raw', 'strata'] as const) {
      const bed = await openBed({ cloud: false });
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
  console.log(`  bare BullMQ jobs    ${median(figures.raw).toFixed(0).padStart(7)} / s`);
  console.log(`  runs                ${median(figures.strata).toFixed(0).padStart(7)} / s`);
  ratio('runs / bare jobs', median(figures.strata) / median(figures.raw), { atLeast: 0.6 });
}

/** How many a second. */
async function measure(bed: Bed, kind: Kind): Promise<number> {
  const address = readRedisUrl(bed.env['REDIS_URL'] ?? '');
  if (!address) throw new Error('the bed has no Redis');
  const redis = openRedis(address, 'patient');
  const queue = new Queue(QUEUE.name, { connection: redis, prefix: QUEUE.prefix });
  await queue.pause();
  const close = kind === 'strata' ? await startPublishing(bed) : async () => undefined;
  if (kind === 'raw') await askRaw(queue);
  else await askRuns();
  const carriers = await Promise.all(Array.from({ length: WORKERS }, () => startCarrier(bed, kind)));
  const startedAt = performance.now();
  await queue.resume();
  await untilDone();
  const perSecond = COUNT / ((performance.now() - startedAt) / 1000);
  for (const carrier of carriers) {
    carrier.kill('SIGKILL');
    await once(carrier, 'exit');
  }
  await close();
  await queue.close();
  redis.disconnect();
  return perSecond;

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
async function startPublishing(bed: Bed): Promise<() => Promise<void>> {
  const workspace = await startWorkspace({
    ...{ members: [{ id: OPERATOR, name: 'operator' }], channels: [{ id: 'C0CLOUDOPS', name: 'cloud-ops' }] },
    tokens: TOKENS,
  });
  const slack = { SLACK_API_URL: workspace.apiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app };
  const bot = await bed.start('bot', slack);
  return async () => {
    bot.kill('SIGKILL');
    await once(bot, 'exit');
    await workspace.close();
  };
}

async function startCarrier(bed: Bed, kind: Kind): Promise<ChildProcess> {
  const child = fork(CARRIER, [kind], { env: { ...bed.env } });
  await once(child, 'message');
  return child;
}
