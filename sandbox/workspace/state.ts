import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Command, WorkspaceOptions } from './options.ts';
import { TIMINGS, Refusal, RESERVED, type Timings } from './limits.ts';

export type Block = { readonly type: string; readonly block_id?: string; readonly [key: string]: unknown };

/** A message as Slack's API writes it; `channel` and `visible_to` are ours. */
export type Message = {
  readonly type: 'message';
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly bot_id?: string;
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly files?: readonly FileView[];
  readonly thread_ts?: string;
  readonly metadata?: unknown;
  /** The channels that it is pinned to. */
  readonly pinned_to?: readonly string[];
  readonly edited?: { readonly user: string; readonly ts: string };
  /** Ephemeral: the one member who sees it. */
  readonly visible_to?: string;
};

export type FileView = {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly filetype: string;
  readonly size: number;
  readonly url_private: string;
  readonly permalink: string;
  readonly original_w?: number;
  readonly original_h?: number;
  readonly shares: Readonly<Record<string, unknown>>;
};

/** An upload; it can be shown once `readyAt` (ms) has passed. */
export type StoredFile = {
  readonly id: string;
  name: string;
  title: string;
  bytes: Buffer;
  readyAt: number;
  shares: Message[];
};

/** A modal of one member. `errors` stand under its blocks, by block id; under none: above all. */
export type View = {
  readonly id: string;
  hash: string;
  readonly member: string;
  isOpen: boolean;
  errors: Readonly<Record<string, string>>;
  /** As the app gave it. */
  given: Readonly<Record<string, unknown>>;
  /** What the member chose or wrote in it so far, by block id. */
  filled: Readonly<Record<string, string>>;
  /** What the app offered last in menus that are searched, by block id. */
  suggested: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
};

/** What the app published for one member. */
export type Home = {
  readonly id: string;
  readonly hash: string;
  readonly member: string;
  readonly given: Readonly<Record<string, unknown>>;
};

export type Change =
  | { readonly type: 'home'; readonly home: Home }
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'deleted'; readonly message: Message };

/** All that the workspace knows. */
export type State = {
  readonly url: string;
  readonly options: WorkspaceOptions;
  readonly timings: Timings;
  readonly app: { readonly id: string; readonly name: string; readonly botId: string; readonly userId: string };
  readonly team: { readonly id: string; readonly domain: string; readonly name: string };
  readonly messages: Message[];
  readonly files: Map<string, StoredFile>;
  readonly views: View[];
  /** By member. */
  readonly homes: Map<string, Home>;
  /** Trigger id -> whose it is, when it was made, and whether it was used. */
  readonly triggers: Map<string, { readonly member: string; readonly at: number; used: boolean }>;
  readonly changes: EventEmitter<{ change: [Change] }>;
  commands: readonly Command[] | undefined;
  lastMicros: number;
};

export function createState(options: WorkspaceOptions, url: string): State {
  const state: State = {
    url,
    options,
    timings: { ...TIMINGS, ...options.timings },
    app: { id: 'A0STANDIN', name: options.appName ?? 'Strata', botId: 'B0STANDIN', userId: 'U0STANDIN' },
    team: { id: 'T0STANDIN', domain: 'standin', name: options.teamName ?? 'Cloud team' },
    messages: [],
    files: new Map(),
    views: [],
    homes: new Map(),
    triggers: new Map(),
    changes: new EventEmitter<{ change: [Change] }>().setMaxListeners(0),
    commands: undefined,
    lastMicros: 0,
  };
  if (options.commands) install(state, options.commands);
  return state;
}

/** Gives the app its commands, as its manifest does. @throws Refusal for a name that Slack keeps for itself */
export function install(state: State, commands: readonly Command[]): void {
  const bad = commands.find(({ command }) => RESERVED.has(command) || !/^\/[a-z0-9_-]{1,31}$/.test(command));
  if (bad) throw new Refusal('invalid_manifest', `the slash command "${bad.command}" has an invalid name`);
  state.commands = commands;
}

export function randomId(prefix: string): string {
  return prefix + randomBytes(5).toString('hex').toUpperCase();
}

/** The next time stamp: unique, growing, near the clock. */
export function nextTs(state: State): string {
  state.lastMicros = Math.max(state.lastMicros + 1, Date.now() * 1000);
  const text = String(state.lastMicros);
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

export type Draft = Omit<Message, 'type' | 'ts'>;

/** Puts a message where it belongs and tells everybody. */
export function post(state: State, draft: Draft): Message {
  const message: Message = { type: 'message', ts: nextTs(state), ...named(draft) };
  state.messages.push(message);
  state.changes.emit('change', { type: 'message', message });
  return message;
}

/** A message of the app's. */
export function postAsApp(state: State, draft: Omit<Draft, 'user' | 'bot_id'>): Message {
  return post(state, { ...draft, user: state.app.userId, bot_id: state.app.botId });
}

/** Replaces text, blocks and metadata: what is not given is gone, as with chat.update. */
export function edit(state: State, message: Message, patch: Pick<Message, 'text' | 'blocks' | 'metadata'>): Message {
  const { blocks: _, ...rest } = message;
  const edited = { user: state.app.userId, ts: nextTs(state) };
  const next: Message = named({ ...rest, ...patch, ...(message.visible_to ? {} : { edited }) });
  state.messages[state.messages.indexOf(message)] = next;
  state.changes.emit('change', { type: 'message', message: next });
  return next;
}

/** Changes something about it that is no edit. */
export function mark(state: State, message: Message, patch: Pick<Message, 'pinned_to'>): void {
  const next = { ...message, ...patch };
  state.messages[state.messages.indexOf(message)] = next;
  state.changes.emit('change', { type: 'message', message: next });
}

export function remove(state: State, message: Message): void {
  state.messages.splice(state.messages.indexOf(message), 1);
  state.changes.emit('change', { type: 'deleted', message });
}

export function findMessage(state: State, channel: string, ts: string): Message | undefined {
  return state.messages.find((message) => message.channel === channel && message.ts === ts);
}

/** The id of the direct messages of the app with a member. */
export function directId(member: string): string {
  return `D${member.slice(1)}`;
}

/** What opens one modal for this member. */
export function newTrigger({ triggers }: State, { id }: { readonly id: string }): string {
  const trigger = `${Date.now()}.${randomId('')}`;
  triggers.set(trigger, { member: id, at: Date.now(), used: false });
  return trigger;
}

/** Uses up a trigger, and says whose it is. @throws Refusal when that cannot be, as `views.open` answers it */
export function takeTrigger({ triggers, timings }: State, id: string): string {
  const trigger = triggers.get(id);
  if (!trigger) throw new Refusal('invalid_trigger_id');
  if (trigger.used) throw new Refusal('exchanged_trigger_id');
  if (Date.now() - trigger.at > timings.triggerMs) throw new Refusal('expired_trigger_id');
  trigger.used = true;
  return trigger.member;
}

export function isReady(state: State, fileId: string): boolean {
  return Date.now() >= (state.files.get(fileId)?.readyAt ?? Infinity);
}

type Element = { readonly type?: string; action_id?: string };

/** Slack gives every block an id, and every element an action id, where the app gave none. */
function named<T extends { readonly blocks?: readonly Block[] }>(message: T): T {
  return message.blocks ? { ...message, blocks: withIds(message.blocks) } : message;
}

export function withIds(given: readonly Block[]): readonly Block[] {
  const blocks = structuredClone(given).map((block) => ({ block_id: randomId('b'), ...block }));
  for (const { elements = [], accessory = {} } of blocks as { elements?: Element[]; accessory?: Element }[]) {
    for (const element of [...elements, accessory]) if (element.type === 'button') element.action_id ??= randomId('a');
  }
  return blocks;
}
