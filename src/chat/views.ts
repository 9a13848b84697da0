import { setTimeout as sleep } from 'node:timers/promises';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Log } from './log.ts';
import { troubleOf } from './trouble.ts';

export type Call = (method: string, args: Record<string, unknown>) => Promise<unknown>;
/** A view as somebody saw it. `hash`: Slack's word for what it showed; empty where it has none. */
export type SeenView = { readonly id: string; readonly hash: string };
type Deps = { readonly call: Call; readonly log: Log };

const Answered = z.object({ view: z.object({ id: z.string(), hash: z.string().default('') }) });
/** Slack is asked so often to show a view; the person who waits would rather type by then. */
const TRIES = 3;
const PAUSE_MS = 500;
const MOST_PAUSE_MS = 10_000;
/** What Slack says of a view that was closed, or is another one by now: then that one stays. */
const OVER = new Set(['not_found', 'view_not_found', 'expired_trigger_id', 'hash_conflict']);

/** Opens a view by a trigger, which is used once and lives 3 s. @throws what `call` throws */
export async function openView(trigger: string, view: ModalView, call: Call): Promise<SeenView> {
  return Answered.parse(await call('views.open', { trigger_id: trigger, view })).view;
}

/**
 * Puts a view in place of the one that was seen; undefined when it did not come to that. One that changed meanwhile stays
 * as it is. `seen` and `isWanted` (default always) are asked before each try.
 * @see https://docs.slack.dev/reference/methods/views.update
 */
export async function replaceView(
  seen: () => SeenView,
  view: ModalView,
  { call, log, isWanted = () => true }: Deps & { readonly isWanted?: () => boolean },
): Promise<SeenView | undefined> {
  for (let left = TRIES; left > 0 && isWanted(); left--) {
    const { id, hash } = seen();
    try {
      const guarded = hash === '' ? {} : { hash };
      const answer = Answered.safeParse(await call('views.update', { view_id: id, ...guarded, view }));
      return answer.data?.view ?? { id, hash: '' };
    } catch (error) {
      const { code, afterMs } = troubleOf('views.update', error);
      if (OVER.has(code)) {
        log.info({ code }, 'a view was closed or changed before it could be filled');
        break;
      }
      log.warn({ code }, 'a view could not be filled');
      await sleep(Math.min(Math.max(PAUSE_MS, afterMs), MOST_PAUSE_MS));
    }
  }
  return undefined;
}
