import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainableCommander } from 'ioredis';
import type { RedisClient } from './connect.ts';
import type { Script } from './scripts.ts';
import { troubleOf } from './trouble.ts';

/** How long one wait for a replica lasts before we look whether there still is one. */
const WAIT_MS = 1000;
const PAUSE_MS = 200;

type Call = { readonly script: Script; readonly key: string; readonly args: readonly (string | number)[] };

/**
 * Runs a script that asserts what a key holds, and resolves when a replica, where there is one, holds it too: from then
 * on a failover does not lose it. What runs in one pipeline runs on one connection, which is what WAIT is about.
 * @throws what the script answers as an error @see https://redis.io/docs/latest/commands/wait/
 */
export async function replicated(redis: RedisClient, call: Call): Promise<void> {
  for (;;) {
    const info = await together(redis, call, (pipeline) => pipeline.info('replication'));
    if (typeof info === 'string' && !/^connected_slaves:[1-9]/m.test(info)) return;
    const reached = await together(redis, call, (pipeline) => pipeline.wait(1, WAIT_MS));
    if (Number(reached ?? 0) > 0) return;
    await sleep(PAUSE_MS);
  }
}

/** The answer of what follows the script; undefined when the connection was lost in between. */
async function together(
  redis: RedisClient,
  { script, key, args }: Call,
  then: (pipeline: ChainableCommander) => ChainableCommander,
): Promise<unknown> {
  const pipeline = redis.pipeline().eval(script.lua, 1, key, ...args);
  const [first, second] = (await then(pipeline).exec()) ?? [];
  const isLost = [first, second].some((answer) => answer?.[0]?.message.includes('onnection'));
  if (isLost && redis.status !== 'end') return undefined;
  const error = first?.[0] ?? second?.[0];
  if (error) throw troubleOf(error, key);
  return second?.[1];
}
