import { type ConnectionOptions, type Job, WaitingError, Worker } from 'bullmq';
import { isShared } from '#domain/approval.ts';
import { LeaseLostError, ShutdownError } from '#domain/errors.ts';
import type { RunRef } from '#domain/run.ts';
import { carry } from './carry.ts';
import type { Engine } from './engine.ts';
import type { Log } from './log.ts';
import { nextOf, openSweep } from './sweep.ts';
import { QUEUE, type Segment, type SegmentQueue } from './queue.ts';

export type WorkerSettings = {
  /** Runs carried at once. Default 20. */
  readonly concurrency: number;
  /** After this long without a sign of life a worker's runs are taken over. */
  readonly lockMs: number;
  /** How often workers look for such runs, and for runs that nobody carries. */
  readonly stalledMs: number;
  /** How long `stop` waits for step boundaries before it aborts what still runs. */
  readonly graceMs: number;
};

export type WorkerDeps = {
  readonly engine: Engine;
  readonly queue: SegmentQueue;
  readonly connection: ConnectionOptions;
  readonly settings: WorkerSettings;
  readonly log: Log;
};

/** Starts taking runs from the queue. `stop` hands every run over at a step boundary, for another worker to go on. */
export function startWorker({ engine, queue, connection, settings, log }: WorkerDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ending = new AbortController();

  // BullMQ passes the signal only to a processor that declares all three parameters.
  async function process(job: Job<Segment>, token: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    const run: RunRef = job.data;
    const fields = { run: run.number, environment: run.environment, worker: engine.worker };
    const signals = [ending.signal, ...(signal ? [signal] : [])];
    log.info(fields, 'carrying run');
    try {
      const risk = await carry(engine, run, { signal: AbortSignal.any(signals), stopping: stopping.signal });
      log.info(fields, 'run carried');
      if (risk !== undefined && isShared(risk)) return;
      // Whoever waited for this run's environment may go on now.
      const next = await nextOf(engine, run.environment);
      if (next) await queue.enqueue(next.run, next.seq);
    } catch (error) {
      if (error instanceof LeaseLostError) return log.info(fields, 'run taken over by another worker');
      if (error instanceof ShutdownError) {
        log.info(fields, 'handing run over');
        await job.moveToWait(token);
        throw new WaitingError();
      }
      log.error({ ...fields, error }, 'run dropped by this worker; the sweep queues it again');
      throw error;
    }
  }

  const worker = new Worker<Segment>(QUEUE.name, process, {
    connection,
    prefix: QUEUE.prefix,
    concurrency: settings.concurrency,
    lockDuration: settings.lockMs,
    stalledInterval: settings.stalledMs,
    // Our journal, not this counter, decides whether a run goes on.
    maxStalledCount: 20,
    drainDelay: 1,
  });
  worker.on('error', (error) => log.error({ error }, 'queue trouble'));
  const sweep = openSweep(engine, queue, log);
  const sweeper = setInterval(() => {
    sweep().catch((error: unknown) => log.error({ error }, 'sweep failed'));
  }, settings.stalledMs);

  return {
    async stop() {
      clearInterval(sweeper);
      stopping.abort(new ShutdownError('stopping this worker'));
      const timer = setTimeout(() => ending.abort(new ShutdownError('stopping this worker now')), settings.graceMs);
      const forced = setTimeout(() => void worker.close(true), settings.graceMs + 5000);
      await worker.close();
      clearTimeout(timer);
      clearTimeout(forced);
    },
  };
}
