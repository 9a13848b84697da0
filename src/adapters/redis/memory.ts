import { randomUUID } from 'node:crypto';
import type { Memory } from '#domain/ports.ts';
import type { RedisClient } from './connect.ts';
import { memoryKeyOf, threadKey, VISITORS } from './keys.ts';
import { evaluate, HOLD, RELEASE } from './scripts.ts';
import { inWords } from './trouble.ts';

const ROOT_MS = 90 * 86_400_000;
const VISIT_TTL_MS = 86_400_000;
/** Who looked longest ago is forgotten first. */
const MOST_VISITORS = 200;

/** Which messages show what, who publishes, who looks: hashes, expiring names and a sorted set in Redis. */
export function openMemory(redis: RedisClient): Memory {
  const owner = randomUUID();
  const keyOf = (name: string) => `strata:hold:${name}`;
  return {
    get: (of) => redis.hgetall(memoryKeyOf(of)),
    async set(of, values) {
      const key = memoryKeyOf(of);
      await inWords(key, redis.hset(key, values));
    },
    async drop(of, names) {
      if (names.length > 0) await redis.hdel(memoryKeyOf(of), ...names);
    },
    hold: async (name, ttlMs) => (await evaluate(redis, HOLD, { keys: [keyOf(name)], args: [owner, ttlMs] })) === 1,
    async release(name) {
      await evaluate(redis, RELEASE, { keys: [keyOf(name)], args: [owner] });
    },
    async root({ number }, at) {
      const key = threadKey(at);
      await inWords(key, redis.set(key, number, 'PX', ROOT_MS));
    },
    async runAt(at) {
      const number = Number(await redis.get(threadKey(at)));
      return Number.isSafeInteger(number) && number > 0 ? number : undefined;
    },
    async first(what, ttlMs) {
      const key = `strata:first:${what}`;
      return (await inWords(key, redis.set(key, '1', 'PX', ttlMs, 'NX'))) === 'OK';
    },
    async visit(person) {
      await inWords(VISITORS, redis.zadd(VISITORS, Date.now(), person));
      await redis.zremrangebyscore(VISITORS, '-inf', Date.now() - VISIT_TTL_MS);
      await redis.zremrangebyrank(VISITORS, 0, -MOST_VISITORS - 1);
    },
    async visitors(limit) {
      const range = [VISITORS, '+inf', Date.now() - VISIT_TTL_MS, 'WITHSCORES', 'LIMIT', 0, limit] as const;
      const found = await redis.zrevrangebyscore(...range);
      return Array.from({ length: found.length / 2 }, (_, index) => ({
        person: found[2 * index] ?? '',
        atMs: Number(found[2 * index + 1]),
      }));
    },
  };
}
