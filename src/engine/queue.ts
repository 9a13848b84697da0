import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, Queue } from 'bullmq';
import type { Dispatcher, NewRun, Runs } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';

/** The shared queue of reads and probes. Tagged, so that its keys stay together on a Redis Cluster. */
export const QUEUE = { name: 'reads', prefix: '{strata}' };

/** What a queued segment carries: which run, nothing else. The journal knows the rest. */
export type Segment = RunRef;

const RETENTION = {
  removeOnComplete: { age: 86_400, count: 500 },
  removeOnFail: { age: 86_400, count: 500 },
};

/** How long a caller waits for the queue; Slack gives three seconds in all. */
const PATIENCE_MS = 1500;

export type SegmentQueue = {
  /** Has a worker carry the run on from where its journal stands; twice at one place is once. */
  enqueue(run: RunRef, seq: number): Promise<void>;
  /** True while a segment from there waits or runs. */
  isAlive(run: RunRef, seq: number): Promise<boolean>;
  workers(): Promise<number>;
  close(): Promise<void>;
};

export function openQueue(connection: ConnectionOptions): SegmentQueue {
  const queue = new Queue<Segment>(QUEUE.name, { connection, prefix: QUEUE.prefix, defaultJobOptions: RETENTION });
  queue.on('error', () => undefined);
  const idOf = (run: RunRef, seq: number) => `run-${run.number}-${run.key}-${seq}`;
  return {
    async enqueue(run, seq) {
      const { environment, number, key } = run;
      const jobId = idOf(run, seq);
      // One that is over would stand in the way of its successor.
      const state = await queue.getJobState(jobId);
      if (state === 'completed' || state === 'failed') await queue.remove(jobId);
      await queue.add('carry', { environment, number, key }, { jobId });
    },
    async isAlive(run, seq) {
      const state = await queue.getJobState(idOf(run, seq));
      return state !== 'unknown' && state !== 'failed' && state !== 'completed';
    },
    workers: async () => queue.getWorkersCount(),
    close: () => queue.close(),
  };
}

/**
 * Records a run and queues its first segment. Once the record stands the run is accepted: should queueing fail, the
 * workers' sweep queues it as soon as Redis is back.
 */
export function openDispatcher(runs: Runs, queue: SegmentQueue): Dispatcher {
  return {
    async dispatch(wanted: NewRun) {
      const made = await runs.create(wanted, AbortSignal.timeout(PATIENCE_MS));
      if (made.fresh) {
        const late = sleep(PATIENCE_MS / 2, undefined, { ref: false });
        await Promise.race([queue.enqueue(made.request, 1).catch(() => undefined), late]);
      }
      return made;
    },
  };
}
