import { z } from 'zod';
import type { Habits } from '#domain/ports.ts';
import type { RedisClient } from './connect.ts';
import { habitKey } from './keys.ts';
import { inWords } from './trouble.ts';

const KEPT_MS = 90 * 86_400_000;
const Values = z.record(z.string(), z.string());

/** What people chose last, as JSON under a name that expires. */
export function openHabits(redis: RedisClient): Habits {
  return {
    async get(person, command) {
      const kept = await redis.get(habitKey(person, command));
      try {
        return Values.parse(JSON.parse(kept ?? '{}'));
      } catch {
        // Not ours, or of another version: as good as none.
        return {};
      }
    },
    async keep(person, command, values) {
      const key = habitKey(person, command);
      await inWords(key, redis.set(key, JSON.stringify(values), 'PX', KEPT_MS));
    },
  };
}
