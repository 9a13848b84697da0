import { hostname } from 'node:os';
import { openRedis, type RedisClient, type Temper, untilReady } from '#adapters/redis/connect.ts';
import { openArtifacts } from '#adapters/artifacts/artifacts.ts';
import { openFolder } from '#adapters/artifacts/folder.ts';
import { openRedisShelf } from '#adapters/redis/artifacts.ts';
import { openAudit } from '#adapters/redis/audit.ts';
import { openGate } from '#adapters/redis/gate.ts';
import { openHabits } from '#adapters/redis/habits.ts';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { openSchedules } from '#adapters/redis/schedules.ts';
import type { CommandDeps } from '#commands/spec.ts';
import { type Env, readEnv } from '#config/env.ts';
import { readStack } from '#config/stack.ts';
import { InputError } from '#domain/errors.ts';
import type { Artifacts, Audit, Gate, Journal, Runs, Schedules } from '#domain/ports.ts';
import type { Stack } from '#domain/stack.ts';
import { openDispatcher, openQueue, type SegmentQueue } from '#engine/queue.ts';
import { openTicks, type Ticks } from '#engine/ticks.ts';
import { words } from '#words/cli.ts';
import { words as engineWords } from '#words/engine.ts';

/** How long a process waits for Redis when it starts. */
const REDIS_START_MS = { impatient: 3000, patient: 10_000 } as const;

export type Settings = { readonly env: Env; readonly stack: Stack };

/** @throws InputError on a wrong variable or stack file */
export function readSettings(): Settings {
  const env = readEnv();
  return { env, stack: readStack(env.configPath) };
}

/** What stands on one Redis connection. */
export type Store = {
  readonly redis: RedisClient;
  readonly runs: Runs;
  readonly journal: Journal;
  readonly gate: Gate;
  readonly audit: Audit;
  readonly artifacts: Artifacts;
  readonly schedules: Schedules;
  readonly queue: SegmentQueue;
  readonly ticks: Ticks;
  close(): Promise<void>;
};

/** @throws InputError when Redis cannot be used at the start */
export async function openStore({ env, stack }: Settings, temper: Temper): Promise<Store> {
  const redis = openRedis(env.redis, temper);
  const trouble = await untilReady(redis, REDIS_START_MS[temper]);
  if (trouble) {
    redis.disconnect();
    throw new InputError(`${words.noRedis[trouble.kind]}: ${trouble.why}`, {
      advice: words.noRedisAdvice[trouble.kind],
    });
  }
  const { folder, keepDays, key } = env.artifacts;
  const queue = openQueue(redis);
  const ticks = openTicks(redis);
  return {
    redis,
    queue,
    ticks,
    schedules: openSchedules(redis),
    runs: openRuns(redis, {
      environments: stack.environments.map(({ name }) => name),
      subscriber: () => openRedis(env.redis, 'patient'),
      advice: engineWords.queueSilent,
    }),
    journal: openJournal(redis),
    gate: openGate(redis),
    audit: openAudit(redis),
    artifacts: openArtifacts(folder === undefined ? openRedisShelf(redis, keepDays) : openFolder(folder), key),
    async close() {
      await Promise.all([queue.close(), ticks.close()]);
      redis.disconnect();
    },
  };
}

/** What commands work on, over a store. */
export function commandDeps(
  { env, stack }: Settings,
  { redis, runs, journal, gate, audit, artifacts, schedules, queue, ticks }: Store,
): CommandDeps {
  return {
    ...{ stack, runs, journal, gate, audit, artifacts, schedules },
    dispatcher: openDispatcher(runs, queue),
    wake: (run, seq) => queue.enqueue(run, seq),
    keepTicking: (schedule) => ticks.keep(schedule),
    habits: openHabits(redis),
    prefix: env.slack.prefix,
  };
}

/** Name of this process, for people. */
export function processName(): string {
  return `${hostname()}/${process.pid}`;
}
