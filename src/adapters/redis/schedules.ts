import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { InputError } from '#domain/errors.ts';
import type { Schedules } from '#domain/ports.ts';
import { aimKeyOf, type Schedule, type ScheduleRef } from '#domain/schedule.ts';
import { words } from '#words/redis.ts';
import type { RedisClient } from './connect.ts';
import { environmentKeys, memoryKeyOf, SCHEDULE_COUNTER } from './keys.ts';
import { ADD, evaluate, readNowMs, SWAP } from './scripts.ts';
import { inWords, unreadable } from './trouble.ts';

/** Of an environment. Each costs a look at its clouds every few minutes. */
const MOST_SCHEDULES = 10;
/** Only what tells them apart; the rest was written by us, as `Schedule`. */
const Stored = z.looseObject({ schedule: z.number(), key: z.string(), environment: z.string(), tick: z.number() });

/** The schedules of each environment: a hash, one field an aim, so that there is never a second of the same. */
export function openSchedules(redis: RedisClient): Schedules {
  async function fieldsOf(
    environment: string,
  ): Promise<readonly { field: string; text: string; schedule: Schedule }[]> {
    const key = environmentKeys(environment).schedules;
    const all = await inWords(key, redis.hgetall(key));
    const read = Object.entries(all).flatMap(([field, text]) => {
      const schedule = scheduleOf(text);
      return schedule ? [{ field, text, schedule }] : [];
    });
    return read.toSorted((a, b) => a.schedule.schedule - b.schedule.schedule);
  }

  async function find(ref: ScheduleRef) {
    const all = await fieldsOf(ref.environment);
    return all.find(({ schedule }) => schedule.schedule === ref.schedule && schedule.key === ref.key);
  }

  return {
    list: async (environment) => (await fieldsOf(environment)).map(({ schedule }) => schedule),
    async add(wanted) {
      const { environment } = wanted;
      const key = environmentKeys(environment).schedules;
      const standing = await inWords(key, redis.hget(key, aimKeyOf(wanted)));
      const before = standing === null ? undefined : scheduleOf(standing);
      if (before) return { schedule: before, fresh: false };
      const [number, nowMs] = await Promise.all([redis.incr(SCHEDULE_COUNTER), readNowMs(redis, environment)]);
      const schedule: Schedule = {
        ...wanted,
        schedule: number,
        key: randomBytes(4).toString('hex'),
        madeAt: new Date(nowMs).toISOString(),
        ...{ tick: 0, wellInARow: 0, incidents: [] },
      };
      const args = [aimKeyOf(wanted), JSON.stringify(schedule), MOST_SCHEDULES];
      const answer = await evaluate(redis, ADD, { keys: [key], args });
      if (typeof answer !== 'string')
        throw new InputError(words.tooMany(environment, MOST_SCHEDULES), { advice: words.tooManyAdvice });
      const stands = scheduleOf(answer);
      if (!stands) throw unreadable(key, aimKeyOf(wanted));
      return { schedule: stands, fresh: stands.key === schedule.key };
    },
    async change(ref, change) {
      for (;;) {
        const found = await find(ref);
        const next = found && change(found.schedule);
        if (!next) return found?.schedule;
        const field = next.removed ? `removed ${next.schedule}` : found.field;
        const args = [found.field, found.text, field, JSON.stringify(next)];
        const keys = [environmentKeys(ref.environment).schedules];
        if ((await evaluate(redis, SWAP, { keys, args })) === 1) return next;
      }
    },
    async forget(ref) {
      const found = await find(ref);
      if (found) await redis.hdel(environmentKeys(ref.environment).schedules, found.field);
      await redis.del(memoryKeyOf(ref));
    },
  };
}

/** undefined for what we did not write: it is nobody's schedule, and keeps no other from being read. */
function scheduleOf(text: string): Schedule | undefined {
  try {
    const { data } = Stored.safeParse(JSON.parse(text));
    return data as unknown as Schedule | undefined;
  } catch {
    return undefined;
  }
}
