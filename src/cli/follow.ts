import { setTimeout as sleep } from 'node:timers/promises';
import { newsOf } from '#commands/run-log.ts';
import { estimateOf, timesOf } from '#domain/durations.ts';
import type { RunEvent } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import { plainOf } from '#domain/mrkdwn.ts';
import type { Journal, Runs } from '#domain/ports.ts';
import type { RunRequest } from '#domain/run.ts';
import type { SegmentQueue } from '#engine/queue.ts';
import { progressOf } from '#domain/progress.ts';
import { words } from '#words/cli.ts';
import { words as times } from '#words/durations.ts';
import { took } from '#words/time.ts';
import { printable, printableLine } from './terminal.ts';

type Deps = { readonly runs: Runs; readonly journal: Journal; readonly queue: SegmentQueue };

/** Events are announced; this is for announcements that were lost. */
const POLL_MS = 500;
const NO_WORKER_AFTER_MS = 2000;
/** Less than this is not announced. */
const LONG_MS = 20_000;

/** Writes a run's progress to standard error until it ends. undefined when the person left first (Ctrl-C). */
export async function follow(run: RunRequest, { runs, journal, queue }: Deps): Promise<RunView | undefined> {
  const leaving = new AbortController();
  const onInterrupt = () => leaving.abort();
  process.once('SIGINT', onInterrupt);
  let news = Promise.withResolvers<void>();
  const unwatch = await runs.watch((changed) => {
    if (changed.key === run.key) news.resolve();
  });
  const askedAt = performance.now();
  const events: RunEvent[] = [];
  let isWarned = false;
  try {
    for (;;) {
      // Made anew before reading, so that what comes while we read wakes us as well.
      news = Promise.withResolvers();
      for (const event of await readPatiently(journal, run, events.at(-1)?.seq ?? 0)) {
        events.push(event);
        tell(event, events);
      }
      const view = fold(events);
      if (view?.state === 'ended') return view;
      if (leaving.signal.aborted) break;
      if (!isWarned && events.length < 2 && performance.now() - askedAt > NO_WORKER_AFTER_MS) {
        isWarned = true;
        if ((await queue.workers().catch(() => 1)) === 0) write(words.noWorker);
      }
      const pause = sleep(POLL_MS, undefined, { signal: leaving.signal, ref: false }).catch(() => undefined);
      await Promise.race([news.promise, pause]);
    }
    write(words.goesOn(run.number));
    return undefined;
  } finally {
    process.off('SIGINT', onInterrupt);
    await unwatch();
  }
}

/** While Redis is away there is nothing new; the run goes on when it is back. */
async function readPatiently(journal: Journal, run: RunRequest, after: number): Promise<readonly RunEvent[]> {
  try {
    return await journal.read(run, after);
  } catch {
    return [];
  }
}

function write(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** How far the run is, where that is worth a word: what is left takes a while. */
function leftOf(view: RunView): string {
  const been = timesOf(view);
  if (!been || been.left.aboutMs < LONG_MS) return '';
  const { number, all } = progressOf(view);
  return words.left(number, all, times.underWay(been));
}

function tell(event: RunEvent, events: readonly RunEvent[]): void {
  switch (event.type) {
    case 'started':
      if ((fold(events)?.takeovers ?? 0) > (fold(events.slice(0, event.seq - 1))?.takeovers ?? 0))
        write(words.takenOver);
      break;
    case 'step-done':
    case 'step-failed':
    case 'step-skipped': {
      const view = fold(events);
      const step = view?.steps.find(({ id }) => id === event.stepId);
      if (!view || !step) break;
      const detail = step.detail && printableLine(step.detail);
      write(`${words.step(step.status, printableLine(step.title), detail)}${leftOf(view)}`);
      break;
    }
    case 'planned': {
      const view = fold(events);
      if (view?.steps.some(({ usuallyMs }) => usuallyMs !== undefined))
        write(words.takes(times.plan(estimateOf(view))));
      break;
    }
    case 'clean-up-started':
      write(words.cleaningUp);
      break;
    case 'ended': {
      const view = fold(events);
      const ms = Date.parse(event.at) - Date.parse(view?.startedAt ?? event.at);
      if (view) write(words.outcome(view.request.number, event.outcome, took(ms)));
      break;
    }
    default: {
      const news = newsOf(event);
      if (news !== undefined) write(`  ${plainOf(news)}`);
    }
  }
}
