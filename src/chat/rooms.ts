import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Channel } from '#domain/access.ts';
import type { Stack } from '#domain/stack.ts';
import type { Log } from './log.ts';
import { troubleOf } from './trouble.ts';

/** Which channels people are in. */
export type Rooms = {
  /** `isSure` is false when Slack does not tell: the person then counts as being in none. */
  of(person: string): Promise<{ readonly channels: readonly Channel[]; readonly isSure: boolean }>;
};

const Conversations = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().default('') })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const FRESH_MS = 5 * 60_000;
const MOST_PAGES = 10;
const MOST_KEPT = 1000;
const TYPES = 'public_channel,private_channel';

type Known = { readonly channels: readonly Channel[]; readonly readAt: number };

/**
 * Asks Slack for the channels of people, each at most once in five minutes, and only where the stack file means
 * "everybody in the channels" by `*`. Private channels are told where the bot is a member too.
 * @see https://docs.slack.dev/reference/methods/users.conversations
 */
export function openRooms({ client, stack, log }: { client: WebClient; stack: Stack; log: Log }): Rooms {
  const known = new Map<string, Known>();
  const isAsked = stack.environments.some(({ people }) => Object.values(people).some((some) => some?.includes('*')));

  async function read(user: string): Promise<Channel[]> {
    const channels: Channel[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const args = { user, types: TYPES, exclude_archived: true, limit: 999, ...(cursor ? { cursor } : {}) };
      const answer = Conversations.parse(await client.apiCall('users.conversations', args));
      channels.push(...answer.channels);
      cursor = answer.response_metadata?.next_cursor;
      if (!cursor) break;
    }
    return channels;
  }

  return {
    async of(person) {
      if (!isAsked) return { channels: [], isSure: true };
      const last = known.get(person);
      if (last && performance.now() - last.readAt < FRESH_MS) return { channels: last.channels, isSure: true };
      known.delete(person);
      try {
        const channels = await read(person);
        known.set(person, { channels, readAt: performance.now() });
        const [oldest] = known.keys();
        if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
        return { channels, isSure: true };
      } catch (error) {
        const { code } = troubleOf('users.conversations', error);
        log.warn({ person, code }, 'reading which channels a person is in came to nothing');
        return { channels: [], isSure: false };
      }
    },
  };
}
