import { inject } from 'vitest';
import type { RedisAddress } from '#domain/redis.ts';
import { addressOf } from './redis.ts';

/**
 * The Redis of this test file: a database of its own, since files run side by side, and who publishes, who looked and what
 * was chosen last belong to no environment.
 */
export function ownRedisUrl(): string {
  return `${inject('redisUrl')}/${process.env['VITEST_WORKER_ID']}`;
}

export function ownRedis(): RedisAddress {
  return addressOf(ownRedisUrl());
}
