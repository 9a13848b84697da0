import { z } from 'zod';
import type { Freeze } from '#domain/events.ts';
import type { Gate, StopRequest } from '#domain/ports.ts';
import type { RedisClient } from './connect.ts';
import { environmentKeys, memberOf, refOf, runKeys } from './keys.ts';
import { ENTER, evaluate, readNowMs } from './scripts.ts';

const Person = z.object({ id: z.string(), name: z.string() });
const StoredFreeze = z.object({ by: Person, reason: z.string(), at: z.string(), until: z.string().optional() });
const StoredStop = z.object({ by: Person, stop: z.enum(['after-step', 'now']) });
const Entry = z.tuple([z.number()], z.string());

/**
 * The doors of environments, in Redis: a key says who is inside, a sorted set who waits. A freeze that cannot be read
 * blocks: the parse error goes to the caller.
 */
export function openGate(redis: RedisClient): Gate {
  async function frozen(environment: string): Promise<Freeze | undefined> {
    const stored = await redis.get(environmentKeys(environment).freeze);
    if (stored === null) return undefined;
    const freeze = StoredFreeze.parse(JSON.parse(stored));
    return freeze.until !== undefined && Date.parse(freeze.until) <= (await readNowMs(redis, environment))
      ? undefined
      : freeze;
  }

  return {
    nowMs: (environment) => readNowMs(redis, environment),
    frozen,
    async control(run) {
      const [stored, freeze] = await Promise.all([redis.hget(runKeys(run).record, 'stop'), frozen(run.environment)]);
      const stop: StopRequest | undefined = stored === null ? undefined : StoredStop.parse(JSON.parse(stored));
      return { stop, freeze };
    },
    async stop(run, request) {
      await redis.hset(runKeys(run).record, 'stop', JSON.stringify(request));
    },
    async freeze(environment, freeze) {
      await redis.set(environmentKeys(environment).freeze, JSON.stringify(freeze));
    },
    async unfreeze(environment) {
      const freeze = await frozen(environment);
      await redis.del(environmentKeys(environment).freeze);
      return freeze;
    },
    async enter(run, atMs) {
      const { inside, waiting } = environmentKeys(run.environment);
      const answer = await evaluate(redis, ENTER, { keys: [inside, waiting], args: [memberOf(run), atMs] });
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
