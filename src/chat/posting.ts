import { createHash } from 'node:crypto';
import type { Memory, Subject } from '#domain/ports.ts';
import type { Place, Posted, Render, SlackApi } from './api.ts';
import type { Message } from './limits.ts';
import type { Log } from './log.ts';
import { SlackTrouble } from './trouble.ts';

export type PostDeps = { readonly api: SlackApi; readonly memory: Memory; readonly log: Log };

/** What is shown, and what is known of its messages: `facts` mirrors the durable memory. */
export type Noted = { readonly of: Subject; facts: Record<string, string> | undefined };

/** What Slack says of a message that a person deleted. */
const GONE = new Set(['message_not_found', 'thread_not_found', 'cannot_reply_to_message', 'cant_update_message']);

/** A message that is posted once: `part` names it among all that is shown of its subject. `askedAt`: not posted before then. */
type Part = { readonly part: string; readonly place: Place; readonly render: Render; readonly askedAt: string };

/** Posts a part unless it stands already; after a crash or a lost answer Slack is asked first. True: it was posted now. */
export async function postOnce(noted: Noted, deps: PostDeps, { part, place, render, askedAt }: Part): Promise<boolean> {
  const { facts = {}, of } = noted;
  if (facts[`${part}.ts`] !== undefined) return false;
  const mark = { of, part };
  const tried = facts[`${part}.tried`] === 'yes';
  let posted: Posted | undefined;
  if (tried) posted = await findAgain(noted, deps, { part, place, askedAt });
  const isNew = !posted;
  if (!posted) {
    await remember(noted, deps, { [`${part}.tried`]: 'yes' });
    try {
      posted = await deps.api.post(place, render, mark);
    } catch (error) {
      // Not done for sure: the next attempt need not look for it.
      if (error instanceof SlackTrouble && error.kind !== 'unclear')
        await remember(noted, deps, { [`${part}.tried`]: '' });
      throw error;
    }
  }
  await remember(noted, deps, { [`${part}.channel`]: posted.channel, [`${part}.ts`]: posted.ts });
  return isNew;
}

/** A bot that may not read the channel cannot look; then a second message is better than none. */
async function findAgain(
  { of }: Noted,
  { api, log }: PostDeps,
  { part, place, askedAt }: Omit<Part, 'render'>,
): Promise<Posted | undefined> {
  try {
    return await api.find(place, { of, part }, Date.parse(askedAt));
  } catch (error) {
    if (!(error instanceof SlackTrouble) || error.kind !== 'refused') throw error;
    log.warn({ of, part, code: error.code }, 'may not look for an earlier message');
    return undefined;
  }
}

/** Tells two messages apart. */
export function drawnOf(message: Message): string {
  return createHash('sha256').update(JSON.stringify(message)).digest('base64url').slice(0, 16);
}

/** True when a person deleted the message. */
export function isGone(error: unknown): boolean {
  return error instanceof SlackTrouble && GONE.has(error.code);
}

/** Slack's words for a channel in which nothing can be written: archived, left, or not there at all. */
const CLOSED = new Set(['is_archived', 'is_inactive', 'not_in_channel', 'channel_not_found']);

/** True when nothing can be written in the channel any more. */
export function isClosed(error: unknown): error is SlackTrouble {
  return error instanceof SlackTrouble && error.kind === 'refused' && CLOSED.has(error.code);
}

/** Keeps facts, here and durably. */
export async function remember(
  noted: Noted,
  { memory }: Pick<PostDeps, 'memory'>,
  values: Record<string, string>,
): Promise<void> {
  await memory.set(noted.of, values);
  noted.facts = { ...noted.facts, ...values };
}
