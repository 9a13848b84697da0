import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { openArtifacts } from '#adapters/artifacts/artifacts.ts';
import { openRedisShelf } from '#adapters/redis/artifacts.ts';
import { openRedis } from '#adapters/redis/connect.ts';
import { openGate } from '#adapters/redis/gate.ts';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { openAllPorts } from '#cli/ports.ts';
import { readEnv } from '#config/env.ts';
import type { Job, Step } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { openQueue, QUEUE } from '#engine/queue.ts';
import { startWorker } from '#engine/worker.ts';

/**
 * A worker process for measurements: `raw` takes jobs from the queue and does nothing; `strata` carries runs of a job with
 * one step that does nothing; the step of `patient` takes an hour.
 */
const ENVIRONMENT = 'lab';
const HOUR_MS = 3_600_000;

function startRaw(): void {
  const { worker, redis } = readEnv();
  const connection = openRedis(redis, 'patient');
  const { concurrency, lockMs: lockDuration, stalledMs: stalledInterval } = worker;
  const raw = new Worker(QUEUE.name, async () => undefined, {
    ...{ connection, prefix: QUEUE.prefix, concurrency, lockDuration, stalledInterval },
    ...{ maxStalledCount: 20, drainDelay: 1 },
  });
  raw.on('ready', () => process.send?.('ready'));
}

const step: Step = {
  ...{ id: 'nothing', title: 'do nothing', layer: 'metal', timeoutMs: 2 * HOUR_MS },
  find: async () => undefined,
  act: async () => 'nothing',
  async settle(ctx, value) {
    if (process.argv[2] === 'patient') await sleep(HOUR_MS, undefined, { signal: ctx.signal });
    return { kind: 'ready', value };
  },
};
const job: Job = {
  name: 'drill',
  parse: (raw) => raw,
  survey: async () => ({}),
  plan: () => ({ summary: 'nothing', risk: 'read', steps: [step] }),
  report: (_input, _facts, { leftovers, endedAt }) => ({
    ...{ title: 'Nothing', subtitle: '', health: 'ok' as const, leftovers, at: endedAt },
    ...{ layers: [], troubles: [], checks: [], hops: [], tables: [] },
  }),
};

function startStrata(): void {
  const env = readEnv();
  const redis = openRedis(env.redis, 'patient');
  const environment: Environment = {
    ...{ name: ENVIRONMENT, channels: ['#cloud-ops'], people: { view: [], operate: [], approve: [] }, layers: [] },
    ...{ production: false, approvalMinutes: 30, maintenanceWindows: [], theme: 'dark' },
  };
  const stack = { environments: [environment], terminal: {}, keys: {} };
  const artifacts = openArtifacts(openRedisShelf(redis, 1));
  const subscriber = () => openRedis(env.redis, 'patient');
  startWorker({
    engine: {
      jobs: { 'smoke-test': job, status: job, drill: job },
      stack,
      ports: openAllPorts({ env, stack }, artifacts),
      runs: openRuns(redis, { environments: [ENVIRONMENT], subscriber, advice: '' }),
      ...{
        journal: openJournal(redis),
        gate: openGate(redis),
        leaseMs: env.worker.lockMs,
        worker: String(process.pid),
      },
    },
    ...{ queue: openQueue(redis), connection: openRedis(env.redis, 'patient'), settings: env.worker },
    log: { info: () => undefined, error: (fields) => console.error(fields) },
  });
  process.send?.('ready');
}

if (process.argv[2] === 'raw') startRaw();
else startStrata();
