import type { Shelf } from '../artifacts/shelf.ts';
import type { RedisClient } from './connect.ts';
import { runKeys } from './keys.ts';
import { evaluate, STORE } from './scripts.ts';

/** Redis keeps all of it in memory. */
const MOST_BYTES = 2 ** 20;

/** Files as fields of a hash a run, which Redis drops `keepDays` after the last one came. */
export function openRedisShelf(redis: RedisClient, keepDays: number): Shelf {
  return {
    mostBytes: MOST_BYTES,
    async put(run, name, bytes) {
      await evaluate(redis, STORE, { keys: [runKeys(run).artifacts], args: [name, bytes, keepDays * 86_400] });
    },
    get: async (run, name) => (await redis.hgetBuffer(runKeys(run).artifacts, name)) ?? undefined,
    async list(run) {
      const { artifacts } = runKeys(run);
      const names = await redis.hkeys(artifacts);
      return Promise.all(names.map(async (name) => ({ name, bytes: await redis.hstrlen(artifacts, name) })));
    },
    async remove(run, name) {
      await redis.hdel(runKeys(run).artifacts, name);
    },
  };
}
