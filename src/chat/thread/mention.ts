import { z } from 'zod';
import type { CommandRequest } from '#domain/command.ts';
import type { Memory } from '#domain/ports.ts';
import { words } from '#words/chat.ts';
import type { ChannelNames } from '../channel-names.ts';
import { formMessage } from '../form/button.ts';
import { answered, type HandleDeps } from '../handle.ts';
import { type Identity, isMember } from '../identity.ts';
import type { Message } from '../limits.ts';
import { troubleOf } from '../trouble.ts';

/** What Slack delivers when somebody mentions the app. @see https://docs.slack.dev/reference/events/app_mention */
const Mention = z.object({
  event_id: z.string().min(1),
  team_id: z.string(),
  is_ext_shared_channel: z.boolean().default(false),
  event: z.object({
    user: z.string().optional(),
    bot_id: z.string().optional(),
    text: z.string(),
    channel: z.string(),
    thread_ts: z.string().optional(),
    edited: z.unknown().optional(),
    team: z.string().optional(),
    user_team: z.string().optional(),
    source_team: z.string().optional(),
    user_profile: z
      .object({ name: z.string().optional(), display_name: z.string().optional(), team: z.string().optional() })
      .optional(),
  }),
});
type Delivery = z.infer<typeof Mention>;

export type MentionDeps = HandleDeps & {
  readonly recall: Pick<Memory, 'first' | 'runAt'>;
  readonly channelNames: ChannelNames;
  readonly call: (method: string, args: Record<string, unknown>) => Promise<unknown>;
};

/** Slack tries an event again at once, after one and after five minutes. @see https://docs.slack.dev/apis/events-api#retries */
const DELIVERED_MS = 3_600_000;
/** Speaks for nobody: reminders and the like. */
const SLACKBOT = 'USLACKBOT';

/**
 * Takes a mention as the command that stands behind it, and answers privately, in the thread where it was. Each mention
 * counts once, however often and to whichever bot it is delivered; those of bots not at all. Never throws.
 */
export async function mentioned(delivery: unknown, deps: MentionDeps): Promise<void> {
  const { log, call } = deps;
  const parsed = Mention.safeParse(delivery);
  if (!parsed.success) return log.error({ error: parsed.error }, 'a mention is none that Slack would send');
  const { event_id: id, event } = parsed.data;
  const { user, bot_id: botId, channel, thread_ts: thread } = event;
  if (user === undefined || botId !== undefined || user === SLACKBOT || user === deps.identity.botUserId) return;
  let message: Partial<Message> | undefined;
  try {
    const isNew = await deps.recall.first(`event:${id}`, DELIVERED_MS);
    message = isNew ? await answerTo(parsed.data, user, deps) : undefined;
  } catch (error) {
    log.error({ error }, 'whether a mention is new could not be told');
    message = { text: words.slow };
  }
  if (message === undefined) return;
  try {
    const place = thread === undefined ? {} : { thread_ts: thread };
    await call('chat.postEphemeral', { channel, user, ...message, ...place });
  } catch (error) {
    log.warn({ code: troubleOf('chat.postEphemeral', error).code }, 'a mention could not be answered');
  }
}

async function answerTo(delivery: Delivery, user: string, deps: MentionDeps): Promise<Partial<Message>> {
  const { event } = delivery;
  const command = commandIn(event.text, deps.identity);
  // Whoever only speaks of the app, or mends an old message, wants nothing done.
  if (command === undefined) return { text: words.mention.notFirst };
  if (event.edited !== undefined) return { text: words.mention.edited };
  const name = await deps.channelNames(event.channel).catch(() => undefined);
  if (name === undefined) return { text: words.mention.noChannel };
  const { answer, form } = await answered(() => requestOf({ delivery, user, name, text: command }, deps), deps);
  return form ? formMessage(answer.text, form) : { text: answer.text };
}

/** What stands behind a mention at the very beginning; undefined when there is none. */
function commandIn(text: string, { botUserId }: Identity): string | undefined {
  const [all, id] = /^\s*<@(\w+)(?:\|[^>]*)?>[:,]?/u.exec(text) ?? [];
  return all !== undefined && id === botUserId ? text.slice(all.length).trim() : undefined;
}

/** `name`: of the channel. */
type Asked = { readonly delivery: Delivery; readonly user: string; readonly name: string; readonly text: string };

async function requestOf(
  { delivery, user: id, name, text }: Asked,
  { groups, identity, recall }: MentionDeps,
): Promise<CommandRequest> {
  const { event_id: eventId, event } = delivery;
  const { channel, thread_ts: thread, user_profile: profile } = event;
  const { groups: memberOf, isSure } = groups.of(id);
  const run = thread === undefined ? undefined : await recall.runAt({ channel, ts: thread });
  const team = teamOf(delivery);
  return {
    ...{ command: 'strata', text, once: `event:${eventId}`, groupsUnknown: !isSure, mention: { run } },
    caller: {
      person: { id, name: profile?.display_name || profile?.name || id },
      groups: memberOf,
      channel: { id: channel, name },
      isOutsider: !isMember(identity, team ?? '', team),
    },
    origin: { kind: 'slack', team: identity.teamId, channel },
  };
}

/**
 * The workspace of the person. In a channel that is shared with another one only what names the person's own counts; in
 * others the event may name none. The event's `team_id` is the workspace that shares the channel.
 * @see https://github.com/slack-go/slack/issues/695, https://github.com/slackapi/java-slack-sdk/issues/629
 */
function teamOf({ team_id: here, is_ext_shared_channel: isShared, event }: Delivery): string | undefined {
  const own = event.user_team ?? event.source_team ?? event.user_profile?.team;
  return own ?? (isShared ? undefined : (event.team ?? here));
}
