import { Cluster } from 'ioredis';
import type { RedisClient } from './connect.ts';

/** How a Redis keeps what it is given. */
export type Policy = {
  /** Its eviction policy, when it has one other than `noeviction`. */
  readonly evicts: string | undefined;
  /** True when every write goes to an append-only file. */
  readonly isDurable: boolean;
  readonly version: string;
};

/** Reads it from each node's INFO, which also a managed Redis answers. @see https://redis.io/docs/latest/commands/info/ */
export async function readPolicy(redis: RedisClient): Promise<Policy> {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const policies = await Promise.all(nodes.map(async (node) => policyOf(await node.info())));
  return {
    evicts: policies.find(({ evicts }) => evicts !== undefined)?.evicts,
    isDurable: policies.every(({ isDurable }) => isDurable),
    version: [...new Set(policies.map(({ version }) => version))].join(', '),
  };
}

function policyOf(info: string): Policy {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const policy = field('maxmemory_policy');
  return {
    evicts: policy === 'noeviction' ? undefined : policy,
    isDurable: field('aof_enabled') === '1',
    version: field('redis_version') ?? '?',
  };
}
