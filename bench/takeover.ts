import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openRedis, type RedisClient } from '#adapters/redis/connect.ts';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { readNowMs } from '#adapters/redis/scripts.ts';
import { readRedisUrl } from '#config/redis-url.ts';
import type { Journal } from '#domain/ports.ts';
import type { RunRequest } from '#domain/run.ts';
import { openQueue } from '#engine/queue.ts';
import { type Bed, OPERATOR, openBed } from './bed.ts';
import { median, ratio } from './figures.ts';

const VICTIMS = 8;
const CARRIER = fileURLToPath(new URL('carrier.ts', import.meta.url));

type Settings = { readonly lockMs: number; readonly stalledMs: number };

/** From `kill -9` of a worker to the next one's first word in the journal of the run that it carried. */
export async function run(): Promise<void> {
  await measure('the settings of production', { lockMs: 30_000, stalledMs: 15_000 }, { median: 60, most: 75 });
  await measure('the settings of the tests', { lockMs: 1500, stalledMs: 500 }, { median: 8, most: 8 });
}

type Aims = { readonly median: number; readonly most: number };

async function measure(what: string, settings: Settings, aims: Aims): Promise<void> {
  const bed = await openBed({ clouds: [] });
  const address = readRedisUrl(bed.env['REDIS_URL'] ?? '');
  if (!address) throw new Error('the bed has no Redis');
  const redis = openRedis(address, 'patient');
  const journal = openJournal(redis);
  const carriers: ChildProcess[] = [];
  const start = async (concurrency: number) => {
    const carrier = await startCarrier(bed, settings, concurrency);
    carriers.push(carrier);
    return carrier;
  };
  try {
    const victims = await Promise.all(Array.from({ length: VICTIMS }, () => start(1)));
    const requests = await ask(redis);
    const carried = await Promise.all(requests.map((request) => carrierOf(request, journal, 1)));
    for (let count = 0; count < 2; count++) await start(20);
    const tookMs = await Promise.all(
      requests.map(async (request, index) => {
        // At any moment between two heartbeats.
        await sleep(Math.random() * settings.lockMs);
        const victim = victims.find(({ pid }) => String(pid) === carried[index]?.worker);
        const killedAt = await readNowMs(redis, 'lab');
        victim?.kill('SIGKILL');
        return (await carrierOf(request, journal, 2)).atMs - killedAt;
      }),
    );
    const seconds = tookMs.map((ms) => ms / 1000);
    console.log(
      `${what}: STRATA_LOCK_MS ${settings.lockMs}, STRATA_STALLED_MS ${settings.stalledMs}; ${VICTIMS} kills`,
    );
    ratio('seconds to takeover, median', median(seconds), { atMost: aims.median });
    ratio('seconds to takeover, longest', Math.max(...seconds), { atMost: aims.most });
  } finally {
    for (const carrier of carriers) carrier.kill('SIGKILL');
    redis.disconnect();
    await bed.close();
  }
}

async function ask(redis: RedisClient): Promise<RunRequest[]> {
  const runs = openRuns(redis, { environments: ['lab'], subscriber: () => redis, advice: '' });
  const queue = openQueue(redis);
  const by = { id: OPERATOR, name: 'operator' };
  const asked = {
    environment: 'lab',
    job: 'drill',
    input: {},
    by,
    origin: { kind: 'terminal', host: 'here' },
  } as const;
  const requests: RunRequest[] = [];
  for (let count = 0; count < VICTIMS; count++) {
    const { request } = await runs.create({ ...asked, once: `takeover ${count}` });
    await queue.enqueue(request, 1);
    requests.push(request);
  }
  return requests;
}

/** Who took the run the nth time, once it has begun its step. */
async function carrierOf(request: RunRequest, journal: Journal, nth: number) {
  for (;;) {
    const events = await journal.read(request);
    const started = events.filter((event) => event.type === 'started')[nth - 1];
    const isAtWork = events.filter((event) => event.type === 'step-started').length >= nth;
    if (started && isAtWork) return { worker: started.worker, atMs: Date.parse(started.at) };
    await sleep(50);
  }
}

async function startCarrier(bed: Bed, { lockMs, stalledMs }: Settings, concurrency: number): Promise<ChildProcess> {
  const settings = {
    ...{ STRATA_LOCK_MS: String(lockMs), STRATA_STALLED_MS: String(stalledMs) },
    STRATA_CONCURRENCY: String(concurrency),
  };
  const child = fork(CARRIER, ['patient'], { env: { ...bed.env, ...settings } });
  await once(child, 'message');
  return child;
}
