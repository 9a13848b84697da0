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
import { openQueue, QUEUE, type Segment } from '#engine/queue.ts';
import { startWorker } from '#engine/worker.ts';

/**
 * A worker process for measurements: `raw` takes jobs from the queue and does nothing; `scripts` writes what a run of one
 * step leaves in the journal, and does nothing else; `strata` carries such runs; the step of `patient` takes an hour.
 */
const ENVIRONMENT = 'lab';
const HOUR_MS = 3_600_000;
const NOTHING = { layers: [], troubles: [], checks: [], hops: [], tables: [] };

type Process = (job: { readonly data: Segment }) => Promise<void>;

function startRaw(carryOn: Process = async () => undefined): void {
  const { worker, redis } = readEnv();
  const connection = openRedis(redis, 'patient');
  const { concurrency, lockMs: lockDuration, stalledMs: stalledInterval } = worker;
  const raw = new Worker<Segment>(QUEUE.name, carryOn, {
    ...{ connection, prefix: QUEUE.prefix, concurrency, lockDuration, stalledInterval },
    ...{ maxStalledCount: 20, drainDelay: 1 },
  });
  raw.on('ready', () => process.send?.('ready'));
}

/** The two scripts without which no run is claimed once, fenced, and chained into the audit. */
function startScripts(): void {
  const env = readEnv();
  const redis = openRedis(env.redis, 'patient');
  const subscriber = () => openRedis(env.redis, 'patient');
  const runs = openRuns(redis, { environments: [ENVIRONMENT], subscriber, advice: '' });
  const journal = openJournal(redis);
  const starter = { worker: String(process.pid), jobs: ['drill'] };
  const { id: stepId, title, layer } = step;
  const report = {
    ...{ title: 'Nothing', subtitle: '', health: 'ok' as const, leftovers: [], at: new Date().toISOString() },
    ...NOTHING,
  };
  startRaw(async ({ data: run }) => {
    const claim = await runs.claim(run, env.worker.lockMs, starter);
    if (claim.kind !== 'held') throw new Error('somebody else has the run');
    await journal.append(run, { fence: claim.fence, seq: 2 }, [
      { type: 'planned', summary: 'nothing', risk: 'read', steps: [{ id: stepId, title, layer }], facts: {} },
      { type: 'step-started', stepId },
      { type: 'step-done', stepId, value: 'nothing', found: false, tookMs: 0 },
      { type: 'ended', outcome: 'succeeded', report, leftovers: [] },
    ]);
  });
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
    ...NOTHING,
  }),
};

function startStrata(): void {
  const env = readEnv();
  const redis = openRedis(env.redis, 'patient');
  const environment: Environment = {
    ...{ name: ENVIRONMENT, channels: ['#cloud-ops'], people: { view: [], operate: [], approve: [] }, layers: [] },
    ...{ production: false, approvalMinutes: 30, approvalHours: 12, maintenanceWindows: [], theme: 'dark' },
  };
  const stack = { environments: [environment], terminal: {}, keys: {} };
  const artifacts = openArtifacts(openRedisShelf(redis, 1));
  const subscriber = () => openRedis(env.redis, 'patient');
  startWorker({
    engine: {
      jobs: { 'smoke-test': job, status: job, 'scale-node': job, deploy: job, drill: job },
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
else if (process.argv[2] === 'scripts') startScripts();
else startStrata();
