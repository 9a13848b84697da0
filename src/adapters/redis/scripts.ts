import { createHash } from 'node:crypto';
import type { RedisClient } from './connect.ts';
import { environmentKeys } from './keys.ts';
import { inWords, troubleOf } from './trouble.ts';

/** A Lua script: Redis runs it as one step, so nothing comes between its check and its write. */
export type Script = { readonly lua: string; readonly sha: string };

function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** @throws FullError, BusyError, and whatever else the script answers as an error */
export async function evaluate(
  redis: RedisClient,
  { lua, sha }: Script,
  { keys, args }: { readonly keys: readonly string[]; readonly args: readonly (string | number | Buffer)[] },
): Promise<unknown> {
  const [first = ''] = keys;
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw troubleOf(error, first);
    return inWords(first, redis.eval(lua, keys.length, ...keys, ...args));
  }
}

/** Epoch ms by the clock of the node that keeps the environment: in a cluster each has its own. */
export async function readNowMs(redis: RedisClient, environment: string): Promise<number> {
  return Number(await evaluate(redis, TIME, { keys: [environmentKeys(environment).log], args: [] }));
}

const NOW = `local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/** Tells the time. Keys: any of the node's. */
const TIME = script(`${NOW}
return string.format('%.0f', now)`);

/**
 * Writes records that carry their environment's chain on: each link is a hash of the record and of the link before it.
 * The first has the sequence number `seq`; without one, its number in the chain. `#domain/audit.ts` makes the same.
 */
const CHAINED = `
local function chained(chain, stream, source, seq, at, events)
  local head = redis.call('HMGET', chain, 'n', 'link')
  local n, link, time = tonumber(head[1]) or 0, head[2] or '', string.format('%.0f', at)
  for i, event in ipairs(events) do
    n = n + 1
    local id = seq and seq + i - 1 or n
    local text = string.format('%.0f', n) .. '\\n' .. time .. '\\n' .. source .. '\\n' .. id .. '\\n' .. event
    link = redis.sha1hex(link .. '\\n' .. text)
    redis.call('XADD', stream, id .. '-0', 'at', time, 'event', event, 'n', n, 'link', link)
  end
  redis.call('HSET', chain, 'n', n, 'link', link)
end`;

/** A record whose numbers are none is somebody else's: nothing is concluded from it. */
const NUMBERS = `
local function unreadable(record, names)
  for i, name in ipairs(names) do
    if record[i] and not tonumber(record[i]) then return redis.error_reply('UNREADABLE ' .. name) end
  end
end`;

/** A freeze that is no text counts as an unreadable one. */
const FROZEN = `
local function frozen(key)
  local stored = redis.pcall('GET', key)
  return type(stored) == 'table' and '' or stored
end`;

/** Writes a record of an environment. Keys: log, chain. Args: event. */
export const RECORD = script(`${CHAINED}
${NOW}
chained(KEYS[2], KEYS[1], '', nil, now, {ARGV[1]})
return 1`);

/**
 * Records a run once. Keys: once, record, events, recent, open, unshown, chain. Args: member, number, request event, last
 * moment (ms, Redis' clock) at which the caller still waits for it, channel, seconds the delivery is remembered, job.
 * Answers the member that stands: ours, or the one an earlier delivery made.
 */
export const CREATE = script(`${CHAINED}
local prior = redis.call('GET', KEYS[1])
if prior then return prior end
${NOW}
if now > tonumber(ARGV[4]) then return redis.error_reply('LATE refused') end
if redis.call('EXISTS', KEYS[2]) == 1 then return redis.error_reply('TAKEN refused') end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[6])
redis.call('HSET', KEYS[2], 'fence', 0, 'seq', 1, 'job', ARGV[7])
chained(KEYS[7], KEYS[3], ARGV[1], 1, now, {ARGV[3]})
for i = 4, 6 do redis.call('ZADD', KEYS[i], ARGV[2], ARGV[1]) end
redis.call('PUBLISH', ARGV[5], ARGV[1])
return ARGV[1]`);

/** A person's wish to stop the run, the freeze of its environment, and the time. Keys: record, freeze. */
export const CONTROL = script(`${FROZEN}
${NOW}
return {redis.call('HGET', KEYS[1], 'stop'), frozen(KEYS[2]), string.format('%.0f', now)}`);

/**
 * Takes the lease of a run: gives its fence, the time, what CONTROL gives, and its journal; 0 when it has ended; or, while
 * another holds it, the negative of the ms that are left of it. A run that nobody has taken yet, nor wants to stop, begins
 * by it, where its job is among those given; the journal is that of before.
 * Keys: record, freeze, events, unshown, chain. Args: ms that a lease lasts, how much the fence grows, event that begins it,
 * member, number, channel, jobs.
 */
export const CLAIM = script(`${CHAINED}${NUMBERS}${FROZEN}
if redis.call('EXISTS', KEYS[1]) == 0 then return redis.error_reply('UNKNOWN refused') end
if redis.call('HEXISTS', KEYS[1], 'ended') == 1 then return 0 end
${NOW}
local record = redis.call('HMGET', KEYS[1], 'until', 'fence', 'seq', 'stop', 'job')
local bad = unreadable(record, {'until', 'fence', 'seq'})
if bad then return bad end
local left = tonumber(record[1] or 0) - now
if left > 0 then return -left end
local freeze, journal, begins = frozen(KEYS[2]), redis.call('XRANGE', KEYS[3], '-', '+'), 0
for i = 7, #ARGV do
  if record[3] == '1' and not record[4] and record[5] == ARGV[i] then begins = 1 end
end
if begins == 1 then
  chained(KEYS[5], KEYS[3], ARGV[4], 2, now, {ARGV[3]})
  redis.call('HSET', KEYS[1], 'seq', 2)
  redis.call('ZADD', KEYS[4], ARGV[5], ARGV[4])
  redis.call('PUBLISH', ARGV[6], ARGV[4])
end
redis.call('HSET', KEYS[1], 'lease', ARGV[1], 'until', string.format('%.0f', now + ARGV[1]))
local fence = redis.call('HINCRBY', KEYS[1], 'fence', ARGV[2])
return {fence, string.format('%.0f', now), begins, record[4], freeze, journal}`);

/**
 * Makes the lease last anew, or ends it. Keys: record. Args: fence, `renew` or `release`, seq: a journal that lost its end
 * in a failover is another one.
 */
export const RENEW = script(`${NUMBERS}
local record = redis.call('HMGET', KEYS[1], 'fence', 'lease', 'ended', 'seq')
local bad = unreadable(record, {'fence', 'lease', 'ended', 'seq'})
if bad then return bad end
if record[1] ~= ARGV[1] or record[3] or record[4] ~= ARGV[3] then return redis.error_reply('FENCE refused') end
${NOW}
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', ARGV[2] == 'renew' and now + record[2] or 0))
return 1`);

/**
 * Appends events. Keys: record, events, open, unshown, inside, waiting, chain; where later runs learn from this one, their
 * list. Args: fence, seq before, member, number, channel, what becomes of the run (`goes-on`: the lease lasts anew;
 * `parked`: it ends; `asked`: and the run leaves its environment; `ended`: and the run ends too; `reopened`: an ended run
 * goes on), what is learnt, of how many runs, events. An append that stands already (same fence, seq just behind it) is
 * answered as done: the client sends it again when it lost the reply. Fence 0 has no lease and writes only while nobody has
 * one.
 */
export const APPEND = script(`${CHAINED}${NUMBERS}
local record = redis.call('HMGET', KEYS[1], 'fence', 'seq', 'ended', 'lease', 'until')
local bad = unreadable(record, {'fence', 'seq', 'ended', 'lease', 'until'})
if bad then return bad end
local before, count, fate = tonumber(ARGV[2]), #ARGV - 8, ARGV[6]
${NOW}
if ARGV[1] == '0' then
  if tonumber(record[5] or 0) > now or tonumber(record[2]) ~= before then return redis.error_reply('FENCE refused') end
elseif record[1] ~= ARGV[1] then return redis.error_reply('FENCE refused')
elseif tonumber(record[2]) == before + count then return before + count end
if (record[3] and fate ~= 'reopened') or tonumber(record[2]) ~= before then return redis.error_reply('FENCE refused') end
chained(KEYS[7], KEYS[2], ARGV[3], before + 1, now, {unpack(ARGV, 9)})
local last = fate == 'goes-on' and ARGV[1] ~= '0' and now + record[4] or 0
redis.call('HSET', KEYS[1], 'seq', before + count, 'until', string.format('%.0f', last))
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[3])
if fate == 'ended' then
  redis.call('HSET', KEYS[1], 'ended', 1)
  redis.call('HDEL', KEYS[1], 'stop')
  redis.call('ZREM', KEYS[3], ARGV[3])
elseif fate == 'reopened' then
  redis.call('HDEL', KEYS[1], 'ended', 'stop')
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
end
if fate == 'ended' or fate == 'asked' then
  redis.call('ZREM', KEYS[6], ARGV[3])
  if redis.call('GET', KEYS[5]) == ARGV[3] then redis.call('DEL', KEYS[5]) end
end
if KEYS[8] then
  -- What was written stands, whatever somebody else keeps there.
  redis.pcall('LPUSH', KEYS[8], ARGV[7])
  redis.pcall('LTRIM', KEYS[8], 0, ARGV[8] - 1)
end
redis.call('PUBLISH', ARGV[5], ARGV[3])
return before + count`);

/**
 * Lets a run into its environment when nobody is inside and it waits first; only for who has its lease: nobody would take
 * one out again that has ended. Keys: inside, waiting, record. Args: member, time of its approval, fence. Answers 0, or its
 * place and the member it waits for.
 */
export const ENTER = script(`
local record = redis.call('HMGET', KEYS[3], 'fence', 'ended')
if record[1] ~= ARGV[3] or record[2] then return redis.error_reply('FENCE refused') end
local inside = redis.call('GET', KEYS[1])
if inside == ARGV[1] then return {0} end
redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[1])
local rank = redis.call('ZRANK', KEYS[2], ARGV[1])
if not inside and rank == 0 then
  redis.call('SET', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  return {0}
end
local ahead = rank > 0 and redis.call('ZRANGE', KEYS[2], rank - 1, rank - 1)[1] or inside
return {rank + 1, ahead}`);

/** Takes a run off the unshown ones unless events came since. Keys: record, unshown. Args: member, seq. */
export const SHOWN = script(`
if redis.call('HGET', KEYS[1], 'seq') == ARGV[2] then redis.call('ZREM', KEYS[2], ARGV[1]) end
return 1`);

/** Keeps a file of a run. Keys: artifacts. Args: name, bytes, seconds to keep them all. */
export const STORE = script(`
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
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

/**
 * Keeps a field unless it stands, or there are too many. Keys: hash. Args: field, value, most. Answers the value that stands;
 * 0: too many.
 */
export const ADD = script(`
local standing = redis.call('HGET', KEYS[1], ARGV[1])
if standing then return standing end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]`);

/**
 * Puts a field in place of another, or of itself, unless it has changed since it was read. Keys: hash. Args: field, value
 * that was read, new field, new value. Answers 1 when it did.
 */
export const SWAP = script(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
return 1`);
