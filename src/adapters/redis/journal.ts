import { z } from 'zod';
import { LeaseLostError } from '#domain/errors.ts';
import type { RunEvent, RunEventBody } from '#domain/events.ts';
import type { Journal, Last, Position } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import type { RedisClient } from './connect.ts';
import { environmentKeys, memberOf, runKeys } from './keys.ts';
import { replicated } from './replicas.ts';
import { APPEND, evaluate, RENEW } from './scripts.ts';

/** Of a job in an environment, so many runs tell what its steps usually take. */
export const MOST_PAST = 10;
/** Only what every record must have; the rest was written by us, through `RunEventBody`. */
const Body = z.looseObject({ type: z.string() });

/** The journal as one Redis stream a run; an entry's id is `<seq>-0`. */
export function openJournal(redis: RedisClient): Journal {
  async function write(run: RunRef, at: Position, { events, learnt }: Last): Promise<Position> {
    const own = runKeys(run);
    const shared = environmentKeys(run.environment);
    await fenced(
      run,
      evaluate(redis, APPEND, {
        keys: [
          ...[own.record, own.events, shared.open, shared.unshown, shared.inside, shared.waiting, shared.chain],
          ...(learnt ? [shared.took(learnt.job)] : []),
        ],
        args: [
          at.fence,
          at.seq,
          memberOf(run),
          run.number,
          shared.changed,
          fateAfter(events),
          learnt ? JSON.stringify(learnt.took) : '',
          MOST_PAST,
          ...events.map((event) => JSON.stringify(event)),
        ],
      }),
    );
    return { fence: at.fence, seq: at.seq + events.length };
  }

  async function read(run: RunRef, after = 0): Promise<readonly RunEvent[]> {
    const entries = await redis.xrange(runKeys(run).events, `${after + 1}-0`, '+');
    return entries.map(eventOf);
  }

  async function renew(run: RunRef, { fence, seq }: Position): Promise<void> {
    await fenced(run, evaluate(redis, RENEW, { keys: [runKeys(run).record], args: [fence, 'renew', seq] }));
  }

  async function secure(run: RunRef, at: Position): Promise<void> {
    const call = { script: RENEW, key: runKeys(run).record, args: [at.fence, 'renew', at.seq] };
    await fenced(run, replicated(redis, call));
  }

  async function release(run: RunRef, { fence, seq }: Position): Promise<void> {
    await fenced(run, evaluate(redis, RENEW, { keys: [runKeys(run).record], args: [fence, 'release', seq] }));
  }

  return {
    append: (run, at, events) => write(run, at, { events, learnt: undefined }),
    end: write,
    ...{ read, renew, secure, release },
  };
}

/** @throws LeaseLostError when the script refused the fence */
export async function fenced<T>(run: RunRef, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('FENCE')) throw error;
    throw new LeaseLostError(`carrying run #${run.number}: another worker has it now`);
  }
}

type Fate = 'goes-on' | 'parked' | 'asked' | 'ended' | 'reopened';
/** Events after which no worker carries the run, or one does again. */
const FATES: Readonly<Partial<Record<RunEventBody['type'], Fate>>> = {
  ended: 'ended',
  retried: 'reopened',
  'handed-over': 'parked',
  asked: 'asked',
  reminded: 'parked',
  waiting: 'parked',
  held: 'parked',
  doubted: 'parked',
};

/** What becomes of the run with these events. */
function fateAfter(events: readonly RunEventBody[]): Fate {
  return FATES[events.at(-1)?.type ?? 'note'] ?? 'goes-on';
}

/** An event as its stream keeps it: `<seq>-0`, and the fields `at` and `event` first. */
export function eventOf([id, [, atMs = '', , text = '']]: readonly [id: string, fields: readonly string[]]): RunEvent {
  return { seq: Number.parseInt(id, 10), at: new Date(Number(atMs)).toISOString(), ...bodyOf(text) };
}

/** What is no event at all becomes one that nobody understands. */
function bodyOf(text: string): RunEventBody {
  try {
    return Body.parse(JSON.parse(text)) as unknown as RunEventBody;
  } catch {
    return { type: 'unreadable' } as unknown as RunEventBody;
  }
}
