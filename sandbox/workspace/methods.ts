import { args, word, type Args, type Methods } from './args.ts';
import { checkMessage } from './check.ts';
import type { Delivery } from './delivery.ts';
import { pinMethods } from './pins.ts';
import { LIMITS, Refusal, type Limit } from './limits.ts';
import type { Homes } from './homes.ts';
import type { Modals } from './modals.ts';
import type { Channel, Member } from './options.ts';
import { channelOf } from './people.ts';
import type { ErrorName } from './sources.ts';
import { edit, findMessage, isReady, postAsApp, remove, type Block, type Message, type State } from './state.ts';

type Views = { readonly modals: Modals; readonly homes: Homes };

/** Longer texts are cut. @see https://docs.slack.dev/reference/methods/chat.postMessage */
const MOST_TEXT = 40_000;

/** The methods that send and read messages, those about channels and people, and those of views. */
export function messageMethods(state: State, delivery: Delivery, { modals, homes }: Views): Methods {
  const { app, team, options } = state;
  return {
    ...pinMethods(state),
    'auth.test': () => {
      const who = { user: app.name.toLowerCase(), user_id: app.userId, bot_id: app.botId };
      return { url: `${state.url}/`, team: team.name, team_id: team.id, ...who, is_enterprise_install: false };
    },
    'apps.connections.open': () => ({ url: delivery.ticket() }),
    'chat.postMessage': (given) => {
      const channel = channelOf(state, args.text(given, 'channel'));
      if (!channel) throw new Refusal('channel_not_found');
      if (channel.withoutBot) throw new Refusal('not_in_channel');
      const metadata = args.json(given, 'metadata');
      const draft = { channel: channel.id, ...content(given), ...threadOf(given, channel) };
      const message = postAsApp(state, metadata === undefined ? draft : { ...draft, metadata });
      return { channel: channel.id, ts: message.ts, message: wire(message, true) };
    },
    'chat.update': (given) => {
      const message = own(given);
      const metadata = args.json(given, 'metadata');
      const next = edit(state, message, {
        ...content(given, LIMITS.editText),
        ...(metadata === undefined ? {} : { metadata }),
      });
      return { channel: message.channel, ts: message.ts, text: next.text, message: wire(next, true) };
    },
    'chat.delete': (given) => {
      const message = own(given, 'cant_delete_message');
      remove(state, message);
      return { channel: message.channel, ts: message.ts };
    },
    'chat.postEphemeral': (given) => {
      const channel = strictly(given);
      if (channel.withoutBot) throw new Refusal('not_in_channel');
      const member = memberOf(args.text(given, 'user'));
      const draft = { channel: channel.id, ...content(given), ...threadOf(given, channel), visible_to: member.id };
      return { message_ts: postAsApp(state, draft).ts };
    },
    'conversations.history': (given) => {
      const { id } = strictly(given);
      const all = visible().filter((m) => m.channel === id && (m.thread_ts === undefined || m.thread_ts === m.ts));
      return page(all.toReversed(), given);
    },
    'conversations.replies': (given) => {
      const { id } = strictly(given);
      const ts = args.text(given, 'ts');
      const all = visible().filter((m) => m.channel === id && (m.ts === ts || m.thread_ts === ts));
      if (all.length === 0) throw new Refusal('thread_not_found');
      return page(all, given);
    },
    'conversations.info': (given) => ({ channel: channelView(strictly(given)) }),
    'conversations.list': () => ({
      channels: options.channels.map(channelView),
      response_metadata: { next_cursor: '' },
    }),
    'usergroups.users.list': (given) => {
      const group = options.userGroups?.find(({ id }) => id === given['usergroup']);
      if (!group) throw new Refusal('no_such_subteam');
      return { users: group.users };
    },
    /** https://docs.slack.dev/reference/methods/users.conversations */
    'users.conversations': (given) => {
      const { id } = memberOf(args.text(given, 'user'));
      const channels = options.channels.filter(({ members }) => members?.includes(id) ?? true);
      return { channels: channels.map(channelView), response_metadata: { next_cursor: '' } };
    },
    'views.publish': (given) => {
      const hash = word(given['hash']);
      return { view: homes.publish(args.text(given, 'user_id'), viewOf(given), hash === '' ? undefined : hash) };
    },
    'views.open': (given) => {
      const { id, hash, given: shown } = modals.open(args.text(given, 'trigger_id'), viewOf(given));
      return { view: { ...shown, id, hash, team_id: team.id, app_id: app.id, bot_id: app.botId } };
    },
    'views.update': (given) => {
      const view = args.json(given, 'view');
      const {
        id,
        hash,
        given: shown,
      } = modals.update(
        { id: args.text(given, 'view_id'), ...(given['hash'] === undefined ? {} : { hash: word(given['hash']) }) },
        view as Args,
      );
      return { view: { ...shown, id, hash, team_id: team.id, app_id: app.id, bot_id: app.botId } };
    },
  };

  function viewOf(given: Args): Args {
    const view = args.json(given, 'view');
    if (typeof view === 'object' && view !== null) return view as Args;
    throw new Refusal('invalid_arguments', '[ERROR] missing required field: view');
  }

  /** Text and blocks of a call, held to the limits. */
  function content(given: Args, limit?: Limit): { text: string; blocks?: readonly Block[] } {
    const text = word(given['text']).slice(0, MOST_TEXT);
    const blocks = args.json(given, 'blocks') as readonly Block[] | undefined;
    if (blocks !== undefined && !Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
    if (text === '' && !blocks?.length) throw new Refusal('no_text');
    const message = blocks?.length ? { text, blocks } : { text };
    checkMessage(message, (id) => isReady(state, id), limit);
    return message;
  }

  function threadOf(given: Args, channel: Channel): { thread_ts?: string } {
    if (given['thread_ts'] === undefined) return {};
    const parent = findMessage(state, channel.id, word(given['thread_ts']));
    // Slack does not refuse: the reply comes out of its thread. https://github.com/slack-go/slack/issues/1571
    if (!parent) return {};
    if (parent.thread_ts !== undefined && parent.thread_ts !== parent.ts) throw new Refusal('cannot_reply_to_message');
    return { thread_ts: parent.ts };
  }

  function own(given: Args, otherwise: ErrorName = 'cant_update_message'): Message {
    const message = findMessage(state, strictly(given).id, args.text(given, 'ts'));
    if (!message || message.visible_to !== undefined) throw new Refusal('message_not_found');
    if (message.bot_id !== app.botId) throw new Refusal(otherwise);
    return message;
  }

  /** By id only: chat.postMessage alone takes names. */
  function strictly(given: Args): Channel {
    const channel = channelOf(state, args.text(given, 'channel'));
    if (!channel || channel.id !== given['channel']) throw new Refusal('channel_not_found');
    return channel;
  }

  function memberOf(id: string): Member {
    const member = options.members.find((entry) => entry.id === id);
    if (!member) throw new Refusal('user_not_in_channel');
    return member;
  }

  function visible(): Message[] {
    return state.messages.filter((message) => message.visible_to === undefined);
  }

  function page(all: readonly Message[], given: Args): Readonly<Record<string, unknown>> {
    const [oldest, latest] = [word(given['oldest']), word(given['latest']) || '9999999999'];
    const inclusive = args.flag(given, 'inclusive');
    const wanted = all.filter(({ ts }) => (inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest));
    const [start, limit] = [Number(given['cursor'] ?? 0), Number(given['limit'] ?? 100)];
    const messages = wanted.slice(start, start + limit).map((m) => wire(m, args.flag(given, 'include_all_metadata')));
    const more = start + limit < wanted.length;
    return { messages, has_more: more, response_metadata: { next_cursor: more ? String(start + limit) : '' } };
  }

  /** As Slack writes it, with the counts of its thread. */
  function wire({ channel, metadata, ...message }: Message, withMetadata: boolean): Readonly<Record<string, unknown>> {
    const replies = visible().filter((m) => m.channel === channel && m.thread_ts === message.ts && m.ts !== message.ts);
    const latest = replies.at(-1)?.ts;
    const thread = latest ? { thread_ts: message.ts, reply_count: replies.length, latest_reply: latest } : {};
    const bot = message.bot_id ? { team: team.id, app_id: app.id } : {};
    return { ...message, ...bot, ...thread, ...(withMetadata && metadata !== undefined ? { metadata } : {}) };
  }

  function channelView({ id, name, withoutBot, topic }: Channel): Readonly<Record<string, unknown>> {
    return { id, name, topic: { value: topic ?? '' }, is_channel: true, is_member: !withoutBot, is_archived: false };
  }
}
