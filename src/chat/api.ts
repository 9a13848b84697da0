import type { WebAPICallResult, WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Subject } from '#domain/ports.ts';
import { fit, type Message } from './limits.ts';
import type { Log } from './log.ts';
import type { Pace } from './pace.ts';
import { SlackTrouble, troubleOf } from './trouble.ts';

/** Which part of what a message shows; kept with the message at Slack. */
export type Mark = { readonly of: Subject; readonly part: string };
export type Place = { readonly channel: string; readonly thread?: string | undefined };
export type Posted = { readonly channel: string; readonly ts: string };

export type Render = () => Message | Promise<Message>;

/** What the publisher needs of Slack. Every method throws SlackTrouble. */
export type SlackApi = {
  /** Renders when the channel's turn has come, so that the newest view goes out. */
  post(place: Place, render: Render, mark: Mark): Promise<Posted>;
  edit(at: Posted, message: Message): Promise<void>;
  /** Waits for the turn of the next edit; render after it, so that the newest view goes out. */
  editTurn(): Promise<void>;
  /** The message of this mark, if it was posted since `sinceMs` (epoch). */
  find(place: Place, mark: Mark, sinceMs: number): Promise<Posted | undefined>;
  /** The id of `#name`; an id stays itself. */
  channelId(channel: string): Promise<string>;
  call(method: string, args: Record<string, unknown>): Promise<unknown>;
};

export type ApiDeps = {
  readonly client: WebClient;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** False when another bot publishes now: nothing is sent then. */
  readonly isOurs: () => boolean;
  /** Our own messages come from this bot. */
  readonly botId: string | undefined;
  /** `plain`: no blocks that some Slack may not take yet. */
  readonly blocks: 'native' | 'plain';
  readonly log: Pick<Log, 'warn' | 'error'>;
  readonly postGapMs: number;
  readonly editGapMs: number;
};

const EVENT_TYPE = 'strata_run';
const MOST_PAGES = 10;
/** The clocks of Slack and Redis may differ. */
const CLOCK_SLACK_MS = 120_000;
/** Codes that blame the blocks; the text alone still goes. */
const BLOCK_FAULTS = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);

function isBlockFault(error: unknown): error is SlackTrouble {
  return error instanceof SlackTrouble && BLOCK_FAULTS.has(error.code);
}

function bodyOf(args: Record<string, unknown>, message: Message): Record<string, unknown> {
  return { ...args, ...fit(message), unfurl_links: false, unfurl_media: false };
}

const PostedMessage = z.object({
  channel: z.string(),
  ts: z.string(),
  message: z.object({ thread_ts: z.string().optional() }).optional(),
});
const Cursor = z.object({ response_metadata: z.object({ next_cursor: z.string().optional() }).optional() });
const Messages = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      bot_id: z.string().optional(),
      metadata: z
        .object({ event_type: z.string().optional(), event_payload: z.record(z.string(), z.unknown()).optional() })
        .optional(),
    }),
  ),
});
const Channels = z.object({ channels: z.array(z.object({ id: z.string(), name: z.string().optional() })) });

function numberOf(of: Subject) {
  return 'schedule' in of ? { schedule: of.schedule } : { run: of.number };
}

export function openApi(deps: ApiDeps): SlackApi {
  const { client, pace, signal, isOurs } = deps;
  const ids = new Map<string, string>();
  let takesNative = deps.blocks === 'native';
  let takesToken = true;

  async function call(method: string, args: Record<string, unknown>): Promise<WebAPICallResult> {
    await pace.turn(method, 0, signal);
    if (!isOurs()) throw new SlackTrouble(method, { kind: 'away', code: 'another bot publishes now' });
    try {
      const answer = await client.apiCall(method, args);
      takesToken = true;
      return answer;
    } catch (error) {
      const trouble = troubleOf(method, error);
      if (trouble.kind === 'limited') pace.pause(method, trouble.afterMs);
      if (trouble.kind === 'token') noteToken(trouble);
      throw trouble;
    }
  }

  /** Said once while it lasts: everything that waits for Slack meets it. */
  function noteToken({ code }: SlackTrouble): void {
    if (takesToken) deps.log.error({ code }, 'Slack refuses the bot token; nothing is shown until it takes it again');
    takesToken = false;
  }

  /** Waits out a pause that Slack asked for, then for a turn of its own: those who waited do not go all at once. */
  async function turn(method: string, kind: string, gapMs: number): Promise<void> {
    await pace.turn(method, 0, signal);
    await pace.turn(kind, gapMs, signal);
  }

  /** With the blocks, else with plain ones where the message has them, else the text alone. */
  async function send(method: string, args: Record<string, unknown>, message: Message): Promise<WebAPICallResult> {
    const { text, blocks, plain } = message;
    const isImage = blocks.some(({ type }) => type === 'image');
    const forms = [...(plain && !takesNative ? [] : [blocks]), ...(plain ? [plain] : []), ...(isImage ? [] : [[]])];
    let fault: SlackTrouble | undefined;
    for (const form of forms) {
      try {
        const answer = await call(method, bodyOf(args, { text, blocks: form }));
        if (form === plain && fault) noteRefused(fault);
        return answer;
      } catch (error) {
        if (!isBlockFault(error)) throw error;
        fault = error;
      }
    }
    throw fault ?? new Error('a message has no form');
  }

  /** Slack took the plain blocks for the others. That those were too long says nothing about what it knows. */
  function noteRefused({ code }: SlackTrouble): void {
    if (!takesNative || !code.startsWith('invalid_blocks')) return;
    takesNative = false;
    deps.log.warn({ code }, 'Slack does not take plans here; steps are text from now on');
  }

  /**
   * Where the message that it answers was deleted, Slack puts a reply into the channel, in the middle of everything: it is
   * taken back. Where that message stands, all is well: another server only did not name the thread.
   * @throws SlackTrouble `thread_not_found`
   * @see https://github.com/slack-go/slack/issues/1571
   */
  async function mindThread({ channel, ts }: Posted, thread: string): Promise<void> {
    try {
      await call('conversations.replies', { channel, ts: thread, limit: 1 });
    } catch (error) {
      if (!(error instanceof SlackTrouble) || error.code !== 'thread_not_found') throw error;
      await call('chat.delete', { channel, ts });
      throw error;
    }
  }

  async function* pages(method: string, args: Record<string, unknown>): AsyncGenerator {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await call(method, { ...args, ...(cursor ? { cursor } : {}) });
      yield answer;
      cursor = Cursor.safeParse(answer).data?.response_metadata?.next_cursor;
      if (!cursor) return;
    }
  }

  function isMarked(message: z.infer<typeof Messages>['messages'][number], { of, part }: Mark): boolean {
    const { event_type: type, event_payload: payload } = message.metadata ?? {};
    if (deps.botId !== undefined && message.bot_id !== undefined && message.bot_id !== deps.botId) return false;
    return type === EVENT_TYPE && payload?.['key'] === of.key && payload['part'] === part;
  }

  return {
    call,
    editTurn: () => turn('chat.update', 'edit', deps.editGapMs),
    async post({ channel, thread }, render, { of, part }) {
      await turn('chat.postMessage', `post ${channel}`, deps.postGapMs);
      const message = await render();
      const metadata = { event_type: EVENT_TYPE, event_payload: { ...numberOf(of), key: of.key, part } };
      const args = { channel, metadata, ...(thread === undefined ? {} : { thread_ts: thread }) };
      const { message: said, ...posted } = PostedMessage.parse(await send('chat.postMessage', args, message));
      if (thread !== undefined && said && said.thread_ts === undefined) await mindThread(posted, thread);
      return posted;
    },
    async edit({ channel, ts }, message) {
      await send('chat.update', { channel, ts }, message);
    },
    async find({ channel, thread }, mark, sinceMs) {
      const oldest = String(Math.max(0, Math.floor((sinceMs - CLOCK_SLACK_MS) / 1000)));
      const method = thread === undefined ? 'conversations.history' : 'conversations.replies';
      const args = { channel, oldest, include_all_metadata: true, limit: 200, ...(thread ? { ts: thread } : {}) };
      for await (const page of pages(method, args)) {
        const found = Messages.parse(page).messages.find((message) => isMarked(message, mark));
        if (found) return { channel, ts: found.ts };
      }
      return undefined;
    },
    async channelId(channel) {
      if (!channel.startsWith('#')) return channel;
      const args = { types: 'public_channel,private_channel', exclude_archived: true, limit: 1000 };
      if (!ids.has(channel)) {
        for await (const page of pages('conversations.list', args)) {
          for (const { id, name } of Channels.parse(page).channels) if (name) ids.set(`#${name}`, id);
          if (ids.has(channel)) break;
        }
      }
      const id = ids.get(channel);
      if (id === undefined)
        throw new SlackTrouble('conversations.list', { kind: 'refused', code: 'channel_not_found' });
      return id;
    },
  };
}
