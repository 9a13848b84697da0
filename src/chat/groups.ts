import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Stack } from '#domain/stack.ts';
import type { Log } from './log.ts';
import { troubleOf } from './trouble.ts';

/** Who is in the user groups of the stack file, as Slack said last. */
export type Groups = {
  /** Ids of the groups that the person is in; `isSure` is false while some group is unknown: it then counts as empty. */
  of(userId: string): { readonly groups: readonly string[]; readonly isSure: boolean };
  /** User ids; none while the group is unknown. */
  membersOf(group: string): readonly string[];
  stop(): void;
};

const Users = z.object({ users: z.array(z.string()) });
const REFRESH_MS = 60_000;
/** Longer than this nobody is let in on old news. */
const MOST_AGE_MS = 15 * 60_000;
/** How long the first reading may hold up the start. */
const FIRST_PATIENCE_MS = 3000;

type Members = { readonly users: ReadonlySet<string>; readonly readAt: number };

/** The groups `S...` that the stack file names. */
function groupIdsOf(stack: Stack): string[] {
  const entries = stack.environments.flatMap(({ people }) => Object.values(people).flatMap((some) => some ?? []));
  return [...new Set(entries.filter((entry) => /^S[A-Z0-9]+$/.test(entry)))];
}

/**
 * Reads the members of the stack's user groups now and every minute. A group that cannot be read keeps its members for a
 * quarter of an hour, then it is unknown, and nobody is in it.
 * @see https://docs.slack.dev/reference/methods/usergroups.users.list
 */
export async function watchGroups(
  { client, stack, log }: { readonly client: WebClient; readonly stack: Stack; readonly log: Log },
  refreshMs = REFRESH_MS,
): Promise<Groups> {
  const ids = groupIdsOf(stack);
  const known = new Map<string, Members>();
  const stopping = new AbortController();

  async function refresh(): Promise<void> {
    for (const usergroup of ids) {
      try {
        const { users } = Users.parse(await client.apiCall('usergroups.users.list', { usergroup }));
        known.set(usergroup, { users: new Set(users), readAt: performance.now() });
      } catch (error) {
        const { code } = troubleOf('usergroups.users.list', error);
        log.warn({ usergroup, code }, 'reading a user group came to nothing; trying on');
      }
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(refreshMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (!stopping.signal.aborted) await refresh();
    }
  }

  if (ids.length > 0) {
    const first = refresh();
    await Promise.race([first, sleep(FIRST_PATIENCE_MS, undefined, { ref: false })]);
    void first.then(loop);
  }
  return {
    of(userId) {
      const fresh = ids.filter((id) => performance.now() - (known.get(id)?.readAt ?? -Infinity) < MOST_AGE_MS);
      const groups = fresh.filter((id) => known.get(id)?.users.has(userId));
      return { groups, isSure: fresh.length === ids.length };
    },
    membersOf: (group) => [...(known.get(group)?.users ?? [])],
    stop: () => stopping.abort(),
  };
}
