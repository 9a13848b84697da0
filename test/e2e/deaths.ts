import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import type { RunEvent } from '#domain/events.ts';
import type { RunRef } from '#domain/run.ts';
import type { Strata } from './strata.ts';

type Deaths = {
  /** What is asked for, as `['smoke-test', 'lab', 'cloud', 'standard']`. */
  readonly command: readonly string[];
  readonly isMoment: (event: RunEvent) => boolean;
  /** How long after its moment a worker dies, by the number of those that died before it. */
  readonly delayMs: (kills: number) => number;
};

/** Carries one run with worker after worker; each is killed at the next moment of a kind that none was killed at. */
export async function carryThroughDeaths(strata: Strata, { command, isMoment, delayMs }: Deaths) {
  const asking = strata.spawn(['run', ...command, '--json']);
  const journal = openJournal(strata.redis);
  const run = await theRun(strata);
  const killedAt = new Set<string>();
  for (;;) {
    const worker = await strata.start('worker');
    const moment = await nextMoment(async () => {
      const events = await journal.read(run);
      if (events.at(-1)?.type === 'ended') return 'ended';
      return events
        .filter(isMoment)
        .map(nameOf)
        .find((name) => !killedAt.has(name));
    });
    if (moment !== 'ended') await sleep(delayMs(killedAt.size));
    await worker.end('SIGKILL');
    if (moment === 'ended') break;
    killedAt.add(moment);
  }
  if (asking.exitCode === null) await once(asking, 'exit');
  return { run, kills: killedAt.size, code: asking.exitCode, events: await journal.read(run) };
}

/** The run that is open, once there is one. */
export async function theRun({ redis }: Strata): Promise<RunRef> {
  const runs = openRuns(redis, { environments: ['lab'], subscriber: () => redis, advice: '' });
  return nextMoment(async () => (await runs.open('lab'))[0]);
}

/** Looks every few milliseconds until there is something. */
export async function nextMoment<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(10);
  }
}

function nameOf(event: RunEvent): string {
  return 'stepId' in event ? `${event.type} ${event.stepId}` : event.type;
}
