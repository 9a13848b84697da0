import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script: Redis runs it as one step, so nothing comes between its check and its write. */
export type Script = { readonly lua: string; readonly sha: string };

function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** @throws whatever the script answers as an error */
export async function evaluate(
  redis: Redis,
  { lua, sha }: Script,
  { keys, args }: { readonly keys: readonly string[]; readonly args: readonly (string | number)[] },
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(lua, keys.length, ...keys, ...args);
  }
}

const NOW = `local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/**
 * Records a run once. Keys: once, record, events, recent, open, unshown. Args: member, number, request event, last
 * moment (ms, Redis' clock) at which the caller still waits for it, channel, seconds the delivery is remembered.
 * Answers the member that stands: ours, or the one an earlier delivery made.
 */
export const CREATE = script(`
local prior = redis.call('GET', KEYS[1])
if prior then return prior end
${NOW}
if now > tonumber(ARGV[4]) then return redis.error_reply('LATE refused') end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[6])
redis.call('HSET', KEYS[2], 'fence', 0, 'seq', 1)
redis.call('XADD', KEYS[3], '1-0', 'at', string.format('%.0f', now), 'event', ARGV[3])
for i = 4, 6 do redis.call('ZADD', KEYS[i], ARGV[2], ARGV[1]) end
redis.call('PUBLISH', ARGV[5], ARGV[1])
return ARGV[1]`);

/**
 * Takes the lease of a run: gives its fence, or, while another holds it, the negative of the ms that are left of it.
 * Keys: record. Args: ms that a lease lasts.
 */
export const CLAIM = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return redis.error_reply('UNKNOWN refused') end
${NOW}
local left = tonumber(redis.call('HGET', KEYS[1], 'until') or 0) - now
if left > 0 then return -left end
redis.call('HSET', KEYS[1], 'lease', ARGV[1], 'until', string.format('%.0f', now + ARGV[1]))
return redis.call('HINCRBY', KEYS[1], 'fence', 1)`);

/** Makes the lease last anew. Keys: record. Args: fence. */
export const RENEW = script(`
local record = redis.call('HMGET', KEYS[1], 'fence', 'lease', 'ended')
if record[1] ~= ARGV[1] or record[3] then return redis.error_reply('FENCE refused') end
${NOW}
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + record[2]))
return 1`);

/**
 * Appends events and makes the lease last anew. Keys: record, events, open, unshown. Args: fence, seq before, member,
 * number, channel, what becomes of the run (`goes-on`, `handed-over`, `ended`), events. An append that stands already (same fence, seq just behind it) is answered as done:
 * the client sends it again when it lost the reply.
 */
export const APPEND = script(`
local record = redis.call('HMGET', KEYS[1], 'fence', 'seq', 'ended', 'lease')
local before, count = tonumber(ARGV[2]), #ARGV - 6
if record[1] ~= ARGV[1] then return redis.error_reply('FENCE refused') end
if tonumber(record[2]) == before + count then return before + count end
if record[3] or tonumber(record[2]) ~= before then return redis.error_reply('FENCE refused') end
${NOW}
for i = 1, count do
  redis.call('XADD', KEYS[2], (before + i) .. '-0', 'at', string.format('%.0f', now), 'event', ARGV[6 + i])
end
local last = ARGV[6] == 'goes-on' and now + record[4] or 0
redis.call('HSET', KEYS[1], 'seq', before + count, 'until', string.format('%.0f', last))
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[3])
if ARGV[6] == 'ended' then
  redis.call('HSET', KEYS[1], 'ended', 1)
  redis.call('ZREM', KEYS[3], ARGV[3])
end
redis.call('PUBLISH', ARGV[5], ARGV[3])
return before + count`);

/** Takes a run off the unshown ones unless events came since. Keys: record, unshown. Args: member, seq. */
export const SHOWN = script(`
if redis.call('HGET', KEYS[1], 'seq') == ARGV[2] then redis.call('ZREM', KEYS[2], ARGV[1]) end
return 1`);

/** Takes or keeps a name. Keys: name. Args: owner, ttl ms. */
export const HOLD = script(`
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

/** Lets go of a name that is ours. Keys: name. Args: owner. */
export const RELEASE = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`);
