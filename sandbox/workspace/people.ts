import { word } from './args.ts';
import { checkMessage } from './check.ts';
import type { Answer, Delivery } from './delivery.ts';
import { Refusal, RESERVED } from './limits.ts';
import { mentionIn } from './events.ts';
import type { Channel, Member } from './options.ts';
import {
  directId,
  edit,
  findMessage,
  isReady,
  newTrigger,
  nextTs,
  post,
  postAsApp,
  randomId,
  remove,
} from './state.ts';
import type { Block, Message, State } from './state.ts';

type Json = Readonly<Record<string, unknown>>;
/** Where a person is: a channel, or a thread in it. */
type Place = { readonly channel: Channel; readonly thread?: string | undefined };
/** What an answer to a command or click goes back to. */
type Reply = {
  readonly member: Member;
  readonly place: Place;
  readonly message?: string;
  readonly at: number;
  uses: number;
};

/** What people do in the workspace, and what comes back to them. */
export type People = {
  /** Types a line: a command when it begins with a slash, else a message. */
  type(member: Member, place: Place, text: string): Promise<Answer>;
  click(member: Member, message: Message, action: { readonly id: string; readonly block?: string }): Promise<Answer>;
  /** Takes a message shortcut of the app. @throws Refusal for one that it has not, or a message that has no menu */
  shortcut(member: Member, message: Message, id: string): Promise<Answer>;
  /** A call of a response URL. @throws Refusal when it is used up, expired or unknown */
  respond(id: string, payload: Json): void;
};

export function createPeople(state: State, delivery: Delivery): People {
  const replies = new Map<string, Reply>();
  const { team, app } = state;

  return {
    async type(member, place, text) {
      if (text.startsWith('/')) return command(member, place, text.trim());
      const thread = place.thread === undefined ? {} : { thread_ts: place.thread };
      const draft = { channel: place.channel.id, user: member.id, text: asWritten(text, state), ...thread };
      const event = mentionIn(state, post(state, draft), member);
      return event ? delivery.announce(event) : { ok: true, payload: {}, tookMs: 0 };
    },
    async click(member, message, { id, block }) {
      const found = (message.blocks ?? []).flatMap((b) =>
        block && b.block_id !== block ? [] : buttons(b, b.block_id),
      );
      const button = found.find(({ element }) => element['action_id'] === id);
      if (!button) throw new Refusal('no_such_button', `"${id}" is not in the message "${message.text}"`);
      const { type, action_id, text, value, style } = button.element;
      const channel = channelOf(state, message.channel)!;
      const { channel: _, visible_to: ephemeral, ...shown } = message;
      const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
      const container = { type: 'message', message_ts: message.ts, channel_id: channel.id, ...thread };
      const place = { channel, thread: message.thread_ts };
      const payload = {
        type: 'block_actions',
        user: { id: member.id, username: member.name, name: member.name, team_id: member.teamId ?? team.id },
        api_app_id: app.id,
        token: 'standin',
        container: { ...container, is_ephemeral: ephemeral !== undefined },
        team: { id: team.id, domain: team.domain },
        enterprise: null,
        is_enterprise_install: false,
        channel: { id: channel.id, name: channel.name },
        message: shown,
        state: { values: {} },
        ...handles({ member, place, message: message.ts }),
        actions: [{ type, action_id, block_id: button.block, text, value, style, action_ts: nextTs(state) }],
      };
      return delivery.deliver({ type: 'interactive', payload });
    },
    async shortcut(member, message, id) {
      const isKnown = state.options.shortcuts?.some((shortcut) => shortcut.id === id) ?? false;
      // https://docs.slack.dev/interactivity/implementing-shortcuts#messages
      if (!isKnown || message.visible_to !== undefined) throw new Refusal('no_such_shortcut', id);
      const { id: channel, name } = channelOf(state, message.channel)!;
      const { channel: _, ...shown } = message;
      const hasReplies = state.messages.some(({ thread_ts: thread }) => thread === message.ts);
      const thread = hasReplies ? { thread_ts: message.ts } : {};
      const place = { channel: { id: channel, name }, thread: message.thread_ts };
      // https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
      const payload = {
        ...{ type: 'message_action', callback_id: id, token: 'standin', action_ts: nextTs(state) },
        team: { id: team.id, domain: team.domain },
        user: { id: member.id, username: member.name, name: member.name, team_id: member.teamId ?? team.id },
        channel: { id: channel, name },
        ...{ message_ts: message.ts, message: { ...thread, ...shown } },
        ...{ is_enterprise_install: false, enterprise: null },
        ...handles({ member, place, message: message.ts }),
      };
      return delivery.deliver({ type: 'interactive', payload });
    },
    respond(id, payload) {
      const reply = replies.get(id);
      if (!reply || Date.now() - reply.at > state.timings.responseUrlMs) throw new Refusal('expired_url');
      if (reply.uses >= state.timings.responseUrlUses) throw new Refusal('used_url');
      show(reply, payload);
      reply.uses += 1;
    },
  };

  async function command(member: Member, place: Place, line: string): Promise<Answer> {
    const [, name = '', text = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
    const no = refusal(name, place);
    if (no) {
      whisper(member, place, no.says);
      return { ok: false, error: no.error, tookMs: 0 };
    }
    const payload = {
      token: 'standin',
      team_id: member.teamId ?? team.id,
      team_domain: team.domain,
      channel_id: place.channel.id,
      channel_name: place.channel.name,
      user_id: member.id,
      user_name: member.name,
      command: name,
      text: escape(text, state),
      api_app_id: app.id,
      is_enterprise_install: 'false',
      ...handles({ member, place }),
    };
    const answer = await delivery.deliver({ type: 'slash_commands', payload });
    if (!answer.ok) whisper(member, place, `${name} failed with the error "${answer.error}"`);
    else if (answer.payload['text'] || answer.payload['blocks']) {
      try {
        show({ member, place, at: Date.now(), uses: 0 }, answer.payload);
      } catch (error) {
        whisper(member, place, `${name} failed with the error "${(error as Refusal).error}"`);
      }
    }
    return answer;
  }

  function refusal(name: string, place: Place): { error: string; says: string } | undefined {
    if (RESERVED.has(name))
      return { error: 'reserved', says: `\`${name}\` is Slack’s own command; no app can have it.` };
    if (state.commands && !state.commands.some((entry) => entry.command === name)) {
      return { error: 'unknown_command', says: `\`${name}\` is not a valid command.` };
    }
    if (place.thread === undefined) return undefined;
    // Its own words: https://github.com/slackapi/bolt-python/issues/873
    return { error: 'not_in_threads', says: `${name} is not supported in threads. Sorry!` };
  }

  /** A fresh trigger and response URL. */
  function handles(reply: Omit<Reply, 'at' | 'uses'>): { trigger_id: string; response_url: string } {
    const [trigger, id] = [newTrigger(state, reply.member), randomId('R')];
    replies.set(id, { ...reply, at: Date.now(), uses: 0 });
    return { trigger_id: trigger, response_url: `${state.url}/response/${id}` };
  }

  /** Shows what an acknowledgement or response URL brought. @throws Refusal when it breaks a limit */
  function show({ member, place, message }: Reply, payload: Json): void {
    const text = word(payload['text']);
    const blocks = payload['blocks'] as readonly Block[] | undefined;
    if (text === '' && !blocks && payload['delete_original'] !== true) throw new Refusal('no_text');
    const content = blocks ? { text, blocks } : { text };
    checkMessage(content, (id) => isReady(state, id));
    const original = message === undefined ? undefined : findMessage(state, place.channel.id, message);
    if (original && payload['delete_original'] === true) return remove(state, original);
    if (original && payload['replace_original'] === true) return void edit(state, original, content);
    const thread = payload['thread_ts'] ?? place.thread;
    const draft = {
      channel: place.channel.id,
      ...content,
      ...(thread === undefined ? {} : { thread_ts: word(thread) }),
    };
    postAsApp(state, payload['response_type'] === 'in_channel' ? draft : { ...draft, visible_to: member.id });
  }

  /** Slackbot tells one person. */
  function whisper(member: Member, place: Place, text: string): void {
    const thread = place.thread === undefined ? {} : { thread_ts: place.thread };
    post(state, { channel: place.channel.id, user: 'USLACKBOT', text, visible_to: member.id, ...thread });
  }
}

/** A channel by id or name; what the app and a member say to each other by the member's id too. */
export function channelOf(state: State, idOrName: string): Channel | undefined {
  const name = idOrName.replace(/^#/, '');
  const { channels, members } = state.options;
  const member = members.find(({ id }) => id === idOrName || directId(id) === idOrName);
  return (
    channels.find((channel) => channel.id === idOrName || channel.name === name) ?? (member && directOf(state, member))
  );
}

/** Where the app and one member speak alone. */
export function directOf({ app }: State, { id }: Member): Channel {
  return { id: directId(id), name: app.name, topic: 'Only you and the app' };
}

/** Everything in it that can be clicked, with the id of its block. */
export function buttons(value: unknown, block: string | undefined): { element: Json; block: string | undefined }[] {
  if (typeof value !== 'object' || value === null) return [];
  const element = value as Json;
  const own = typeof element['action_id'] === 'string' ? [{ element, block }] : [];
  return [...own, ...Object.values(value).flatMap((inner) => buttons(inner, block))];
}

/** As `should_escape` has it: `@operator` and `#general` become references, and `&<>` entities. */
function escape(text: string, { options, app }: State): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const people = [...options.members, { id: app.userId, name: app.name.toLowerCase() }];
  return safe.replaceAll(/(?<=^|\s)([@#])([\w.-]*\w)/g, (all, sign: string, name: string) => {
    const found = (sign === '@' ? people : options.channels).find((entry) => entry.name === name);
    return found ? `<${sign}${found.id}|${name}>` : all;
  });
}

/** In messages a reference is the bare id. @see https://docs.slack.dev/messaging/formatting-message-text */
function asWritten(text: string, state: State): string {
  return escape(text, state).replaceAll(/<([@#]\w+)\|[^<>]*>/g, '<$1>');
}
