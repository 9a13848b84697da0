import { randomBytes, randomUUID } from 'node:crypto';
import { openRedis, type RedisClient, untilReady } from '#adapters/redis/connect.ts';
import { openArtifacts } from '#adapters/artifacts/artifacts.ts';
import { openRedisShelf } from '#adapters/redis/artifacts.ts';
import { openAudit } from '#adapters/redis/audit.ts';
import { openGate } from '#adapters/redis/gate.ts';
import { openHabits } from '#adapters/redis/habits.ts';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { openSchedules } from '#adapters/redis/schedules.ts';
import { LeaseLostError } from '#domain/errors.ts';
import { type RunView, fold } from '#domain/fold.ts';
import type { Artifacts, Audit, Gate, Habits, Journal, JobPorts, NewRun, Runs, Schedules } from '#domain/ports.ts';
import type { RedisAddress } from '#domain/redis.ts';
import type { Job, RunRef } from '#domain/run.ts';
import type { Stack } from '#domain/stack.ts';
import type { Engine } from '#engine/engine.ts';
import { ownRedis } from '../database.ts';

export type World = {
  readonly redis: RedisClient;
  readonly runs: Runs;
  readonly journal: Journal;
  readonly gate: Gate;
  readonly audit: Audit;
  readonly artifacts: Artifacts;
  readonly schedules: Schedules;
  readonly habits: Habits;
  readonly environment: string;
  readonly stack: Stack;
  engine(job: Job): Engine;
  /** As a worker that dies after `dead` aborts: from then on it writes nothing. */
  mortal(job: Job, dead: AbortSignal): Engine;
  ask(change?: Partial<NewRun>): Promise<RunRef>;
  view(run: RunRef): Promise<RunView>;
  close(): void;
};

const noPorts: Omit<JobPorts, 'artifacts'> = {
  openstack: () => {
    throw new Error('these tests have no cloud');
  },
  kubernetes: () => undefined,
  containers: () => undefined,
  reach: () => undefined,
  tools: () => {
    throw new Error('these tests have no tools');
  },
};

/** Longer than a busy machine keeps a worker from its Redis. */
const LEASE_MS = 5000;
/** Short, so that the tests need not wait long for what a dead worker held. */
const MORTAL_LEASE_MS = 300;

/** A fresh environment on the real Redis, by default the one of all tests. */
export async function openWorld(address: RedisAddress = ownRedis()): Promise<World> {
  const redis = openRedis(address, 'patient');
  await untilReady(redis, 5000);
  const environment = `lab-${randomUUID().slice(0, 8)}`;
  const runs = openRuns(redis, {
    environments: [environment],
    subscriber: () => openRedis(address, 'patient'),
    advice: 'later',
  });
  const journal = openJournal(redis);
  const gate = openGate(redis);
  const audit = openAudit(redis);
  const habits = openHabits(redis);
  const schedules = openSchedules(redis);
  const artifacts = openArtifacts(openRedisShelf(redis, 1), randomBytes(32));
  const people = { view: ['*'], operate: ['*'], approve: [] };
  const stack: Stack = {
    environments: [
      {
        name: environment,
        channels: ['#ops'],
        people,
        production: false,
        theme: 'dark',
        maintenanceWindows: [],
        approvalMinutes: 30,
        approvalHours: 12,
        layers: [],
      },
    ],
    terminal: {},
  };
  const engine = (job: Job): Engine => ({
    jobs: { 'smoke-test': job, status: job, 'scale-node': job, deploy: job, drill: job },
    stack,
    ports: () => ({ ...noPorts, artifacts }),
    runs,
    journal,
    gate,
    leaseMs: LEASE_MS,
    worker: 'worker-1',
  });
  return {
    redis,
    runs,
    journal,
    gate,
    audit,
    habits,
    artifacts,
    schedules,
    environment,
    stack,
    engine,
    mortal(job, dead) {
      const whileAlive = <T>(work: () => Promise<T>) => (dead.aborted ? new Promise<T>(() => undefined) : work());
      return {
        ...engine(job),
        leaseMs: MORTAL_LEASE_MS,
        journal: {
          read: journal.read,
          append: (...args) => whileAlive(() => journal.append(...args)),
          end: (...args) => whileAlive(() => journal.end(...args)),
          renew: (...args) => whileAlive(() => journal.renew(...args)),
          secure: (...args) => whileAlive(() => journal.secure(...args)),
          release: (...args) => whileAlive(() => journal.release(...args)),
        },
      };
    },
    async ask(change = {}) {
      const { request } = await runs.create({
        environment,
        job: 'smoke-test',
        input: {},
        by: { id: 'U1', name: 'operator' },
        origin: { kind: 'terminal', host: 'here' },
        once: randomUUID(),
        ...change,
      });
      return request;
    },
    async view(run) {
      const view = fold(await journal.read(run));
      if (!view) throw new Error('the run has no journal');
      return view;
    },
    close: () => redis.disconnect(),
  };
}

/** Signals of a process that is in no hurry. */
export function calm(): { signal: AbortSignal; stopping: AbortSignal } {
  return { signal: new AbortController().signal, stopping: new AbortController().signal };
}

/** A mortal worker that lost its lease on a busy machine is as good as dead. @throws everything else */
export function unlessLost(error: unknown): void {
  if (!(error instanceof LeaseLostError)) throw error;
}
