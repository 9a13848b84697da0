import { type ConnectionOptions, type Job, WaitingError, Worker } from 'bullmq';
import { ShutdownError } from '#domain/errors.ts';
import type { Log } from './log.ts';
import { carryTick } from './tick.ts';
import type { TickDeps } from './tick-record.ts';
import { queueOf, type Tick, type Ticks } from './ticks.ts';
import type { WorkerSettings } from './worker.ts';

export type TickerDeps = TickDeps & {
  readonly ticks: Ticks;
  readonly connection: ConnectionOptions;
  readonly settings: WorkerSettings;
  readonly log: Log;
};

/** Ticks of an environment that a worker carries at once; each only waits for most of its time. */
const CONCURRENCY = 10;

/**
 * Carries the ticks of every environment of the stack, and holds the job schedulers against the records. `stop` hands what
 * is under way to another worker.
 */
export function startTicker(deps: TickerDeps): { stop(): Promise<void> } {
  const { engine, schedules, ticks, connection, settings, log } = deps;
  const stopping = new AbortController();

  async function process(job: Job<Tick>, token: string | undefined, signal?: AbortSignal): Promise<void> {
    const of = job.data;
    // The id that a job scheduler gives ends with the time that it was planned for.
    const atMs = Number(job.id?.split(':').at(-1));
    try {
      await carryTick({ of, atMs }, deps, AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])]));
    } catch (error) {
      if (stopping.signal.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      log.error(
        { schedule: of.schedule, environment: of.environment, error },
        'a tick came to nothing; the next one comes',
      );
      throw error;
    }
  }

  const workers = engine.stack.environments.map(({ name }) => {
    const worker = new Worker<Tick>(queueOf(name).name, process, {
      connection,
      prefix: queueOf(name).prefix,
      concurrency: CONCURRENCY,
      lockDuration: settings.lockMs,
      stalledInterval: settings.stalledMs,
      maxStalledCount: 20,
      drainDelay: 1,
    });
    worker.on('error', (error) => log.error({ error }, 'trouble with the queue of ticks'));
    return worker;
  });

  async function keepAll(): Promise<void> {
    for (const { name } of engine.stack.environments) await ticks.keepAll(name, await schedules.list(name));
  }
  const keeper = setInterval(() => {
    keepAll().catch((error: unknown) => log.error({ error }, 'holding schedules against their records failed'));
  }, settings.stalledMs);

  return {
    async stop() {
      clearInterval(keeper);
      stopping.abort(new ShutdownError('stopping this worker'));
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
