import type { TestProject } from 'vitest/node';
import { readRedisUrl } from '#config/redis-url.ts';
import type { RedisAddress } from '#domain/redis.ts';
import { startRedis } from '../scripts/redis.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
  }
}

/** More than there are test files: each has one of its own. */
const DATABASES = 1024;

/** A real Redis, of the tests alone: the one that REDIS_URL names may be somebody's. */
export default async function provideRedis(project: TestProject): Promise<() => Promise<void>> {
  const redis = await startRedis({ args: ['--databases', String(DATABASES)] });
  console.log(`tests: a private Redis from ${redis.origin}`);
  project.provide('redisUrl', redis.url);
  return () => redis.stop();
}

export function addressOf(url: string): RedisAddress {
  const address = readRedisUrl(url);
  if (!address) throw new Error(`no address of a Redis: ${url}`);
  return address;
}
