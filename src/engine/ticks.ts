import { type ConnectionOptions, Queue } from 'bullmq';
import { isActive, type Schedule, type ScheduleRef } from '#domain/schedule.ts';

/** What a tick carries: which schedule, nothing else. */
export type Tick = ScheduleRef;

/** A queue for each environment, so that only workers that know it take its ticks. */
export function queueOf(environment: string): { readonly name: string; readonly prefix: string } {
  return { name: `ticks-${environment}`, prefix: '{strata}' };
}

const TEMPLATE = { removeOnComplete: true, removeOnFail: true };
/** How much later than its time a tick may be taken before its scheduler counts as broken. */
const LATE_MS = 60_000;

export type Ticks = {
  /** Has the schedule tick as its record says, or no more. Safe to do again. */
  keep(schedule: Schedule): Promise<void>;
  /** Does so for all schedules of an environment, and ends what ticks without a record. */
  keepAll(environment: string, schedules: readonly Schedule[]): Promise<void>;
  close(): Promise<void>;
};

/** The job schedulers of schedules. @see https://docs.bullmq.io/guide/job-schedulers */
export function openTicks(connection: ConnectionOptions): Ticks {
  const queues = new Map<string, Queue<Tick>>();
  const open = (environment: string) => {
    const { name, prefix } = queueOf(environment);
    const queue = queues.get(environment) ?? new Queue<Tick>(name, { connection, prefix });
    if (!queues.has(environment)) queue.on('error', () => undefined);
    queues.set(environment, queue);
    return queue;
  };

  async function keep(schedule: Schedule): Promise<void> {
    const queue = open(schedule.environment);
    const id = idOf(schedule);
    if (!isActive(schedule)) return void (await queue.removeJobScheduler(id));
    const found = await queue.getJobScheduler(id);
    const isAlive = (found?.next ?? 0) > Date.now() - LATE_MS;
    // Done anew for nothing it would begin its rhythm anew.
    if (found?.every === schedule.everyMs && isAlive) return;
    const { schedule: number, key, environment } = schedule;
    await queue.upsertJobScheduler(
      id,
      { every: schedule.everyMs },
      { name: 'tick', data: { schedule: number, key, environment }, opts: TEMPLATE },
    );
  }

  return {
    keep,
    async keepAll(environment, schedules) {
      for (const schedule of schedules) await keep(schedule);
      const queue = open(environment);
      const known = new Set(schedules.map(idOf));
      for (const { key } of await queue.getJobSchedulers()) {
        if (!known.has(key)) await queue.removeJobScheduler(key);
      }
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

function idOf({ schedule, key }: ScheduleRef): string {
  return `schedule-${schedule}-${key}`;
}
