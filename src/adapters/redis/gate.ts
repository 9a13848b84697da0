import { z } from 'zod';
import type { Freeze } from '#domain/events.ts';
import type { Control, Gate, StopRequest } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import { words } from '#words/redis.ts';
import type { RedisClient } from './connect.ts';
import { fenced } from './journal.ts';
import { environmentKeys, memberOf, refOf, runKeys } from './keys.ts';
import { CONTROL, ENTER, evaluate, readNowMs } from './scripts.ts';
import { inWords } from './trouble.ts';

const Person = z.object({ id: z.string(), name: z.string() });
const StoredFreeze = z.object({ by: Person, reason: z.string(), at: z.string(), until: z.string().optional() });
const StoredStop = z.object({ by: Person, stop: z.enum(['after-step', 'now']) });
const Controls = z.tuple([z.string().nullable(), z.string().nullable(), z.string()]);
const Entry = z.tuple([z.number()], z.string());

/** What blocks when the real word cannot be read; its moment is none, so that it is told once. */
function blocked(reason: string): Freeze {
  return { by: { id: '', name: words.keeper }, reason, at: new Date(0).toISOString() };
}

/** As Redis keeps it, at `nowMs` of its clock. */
type Kept = { readonly stop: string | null; readonly freeze: string | null; readonly nowMs: number };

/** What keeps the run from going on. */
export function controlOf(run: RunRef, kept: Kept): Control {
  const freeze = kept.freeze === null ? undefined : freezeOf(run.environment, kept.freeze, kept.nowMs);
  if (kept.stop === null) return { freeze };
  const stop: StopRequest | undefined = readAs(StoredStop, kept.stop);
  return stop ? { stop, freeze } : { freeze: blocked(words.unreadableStop(run.number, runKeys(run).record)) };
}

function freezeOf(environment: string, stored: string, nowMs: number): Freeze | undefined {
  const freeze = readAs(StoredFreeze, stored);
  if (!freeze) return blocked(words.unreadableFreeze(environment, environmentKeys(environment).freeze));
  return freeze.until !== undefined && Date.parse(freeze.until) <= nowMs ? undefined : freeze;
}

/**
 * The doors of environments, in Redis: a key says who is inside, a sorted set who waits. What cannot be read blocks as a
 * freeze does, and says how it is written anew.
 */
export function openGate(redis: RedisClient): Gate {
  async function frozen(environment: string): Promise<Freeze | undefined> {
    const stored = await redis.get(environmentKeys(environment).freeze).catch(unlessOfAnotherType);
    return stored === null ? undefined : freezeOf(environment, stored, await readNowMs(redis, environment));
  }

  return {
    nowMs: (environment) => readNowMs(redis, environment),
    frozen,
    async control(run) {
      const keys = [runKeys(run).record, environmentKeys(run.environment).freeze];
      const [stop, freeze, nowMs] = Controls.parse(await evaluate(redis, CONTROL, { keys, args: [] }));
      return controlOf(run, { stop, freeze, nowMs: Number(nowMs) });
    },
    async stop(run, request) {
      const { record } = runKeys(run);
      await inWords(record, redis.hset(record, 'stop', JSON.stringify(request)));
    },
    async freeze(environment, freeze) {
      const key = environmentKeys(environment).freeze;
      await inWords(key, redis.set(key, JSON.stringify(freeze)));
    },
    async unfreeze(environment) {
      const freeze = await frozen(environment);
      await redis.del(environmentKeys(environment).freeze);
      return freeze;
    },
    async enter(run, { fence, atMs }) {
      const { inside, waiting } = environmentKeys(run.environment);
      const call = { keys: [inside, waiting, runKeys(run).record], args: [memberOf(run), atMs, fence] };
      const answer = await fenced(run, evaluate(redis, ENTER, call));
      const [place, ahead] = Entry.parse(answer);
      return ahead === undefined ? { place: 0 } : { place, behind: refOf(run.environment, ahead) };
    },
    async queue(environment) {
      const keys = environmentKeys(environment);
      const [inside, waiting] = await Promise.all([redis.get(keys.inside), redis.zrange(keys.waiting, 0, '-1')]);
      const refs = waiting.map((member) => refOf(environment, member));
      return { inside: inside === null ? undefined : refOf(environment, inside), waiting: refs };
    },
  };
}

function readAs<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** As an unreadable text. @throws the error unless it says that the key holds no text at all */
function unlessOfAnotherType(error: unknown): string {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return '';
  throw error;
}
