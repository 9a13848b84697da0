import type { Redis } from 'ioredis';

/** How a Redis keeps what it is given. */
export type Policy = {
  /** Its eviction policy, when it has one other than `noeviction`. */
  readonly evicts: string | undefined;
  /** True when every write goes to an append-only file. */
  readonly isDurable: boolean;
  readonly version: string;
};

/** Reads it from INFO, which also a managed Redis answers. @see https://redis.io/docs/latest/commands/info/ */
export async function readPolicy(redis: Redis): Promise<Policy> {
  const info = await redis.info();
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const policy = field('maxmemory_policy');
  return {
    evicts: policy === 'noeviction' ? undefined : policy,
    isDurable: field('aof_enabled') === '1',
    version: field('redis_version') ?? '?',
  };
}
