import type { TestProject } from 'vitest/node';
import { readRedisUrl } from '#config/redis-url.ts';
import type { RedisAddress } from '#domain/redis.ts';
import { startRedis } from '../scripts/redis.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
  }
}

/** A real Redis for the tests: REDIS_URL when it is set, else a private one. */
export default async function provideRedis(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['REDIS_URL'];
  if (given) {
    console.log(`tests: Redis at REDIS_URL`);
    project.provide('redisUrl', given);
    return undefined;
  }
  const redis = await startRedis();
  console.log(`tests: a private Redis from ${redis.origin}`);
  project.provide('redisUrl', redis.url);
  return () => redis.stop();
}

export function addressOf(url: string): RedisAddress {
  const address = readRedisUrl(url);
  if (!address) throw new Error(`no address of a Redis: ${url}`);
  return address;
}
