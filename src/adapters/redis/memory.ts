import { randomUUID } from 'node:crypto';
import type { Memory } from '#domain/ports.ts';
import type { RedisClient } from './connect.ts';
import { runKeys } from './keys.ts';
import { evaluate, HOLD, RELEASE } from './scripts.ts';
import { inWords } from './trouble.ts';

/** Which messages show which run, and who publishes: hashes and expiring names in Redis. */
export function openMemory(redis: RedisClient): Memory {
  const owner = randomUUID();
  const keyOf = (name: string) => `strata:hold:${name}`;
  return {
    get: (run) => redis.hgetall(runKeys(run).memory),
    async set(run, values) {
      const { memory } = runKeys(run);
      await inWords(memory, redis.hset(memory, values));
    },
    hold: async (name, ttlMs) => (await evaluate(redis, HOLD, { keys: [keyOf(name)], args: [owner, ttlMs] })) === 1,
    async release(name) {
      await evaluate(redis, RELEASE, { keys: [keyOf(name)], args: [owner] });
    },
  };
}
