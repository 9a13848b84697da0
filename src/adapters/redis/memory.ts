import { randomUUID } from 'node:crypto';
import type { Memory } from '#domain/ports.ts';
import type { RedisClient } from './connect.ts';
import { memoryKeyOf } from './keys.ts';
import { evaluate, HOLD, RELEASE } from './scripts.ts';
import { inWords } from './trouble.ts';

/** Which messages show what, and who publishes: hashes and expiring names in Redis. */
export function openMemory(redis: RedisClient): Memory {
  const owner = randomUUID();
  const keyOf = (name: string) => `strata:hold:${name}`;
  return {
    get: (of) => redis.hgetall(memoryKeyOf(of)),
    async set(of, values) {
      const key = memoryKeyOf(of);
      await inWords(key, redis.hset(key, values));
    },
    hold: async (name, ttlMs) => (await evaluate(redis, HOLD, { keys: [keyOf(name)], args: [owner, ttlMs] })) === 1,
    async release(name) {
      await evaluate(redis, RELEASE, { keys: [keyOf(name)], args: [owner] });
    },
  };
}
