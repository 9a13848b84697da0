import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDelivery, type Answer, type Delivery } from './delivery.ts';
import { createFaults, type Faults } from './faults.ts';
import { fileMethods } from './files.ts';
import { Refusal } from './limits.ts';
import { messageMethods } from './methods.ts';
import { createHomes, type Homes } from './homes.ts';
import { createModals, type Modals, type Values } from './modals.ts';
import type { Command, WorkspaceOptions } from './options.ts';
import { channelOf, createPeople, type People } from './people.ts';
import { createHandler, type Call } from './server.ts';
import {
  createState,
  install,
  remove,
  type Home,
  type Message,
  type State,
  type StoredFile,
  type View,
} from './state.ts';

/** A Slack stand-in: what an app needs of Slack, a page for people, and this for tests. */
export type Workspace = {
  readonly url: string;
  /** For `clientOptions.slackApiUrl`. */
  readonly apiUrl: string;
  readonly faults: Faults;
  /** Every call of the Web API so far. */
  readonly calls: readonly Call[];
  /** Sockets that commands can go to. */
  connections(): number;
  /** See `Delivery.disconnect`. */
  disconnect: Delivery['disconnect'];
  /** @throws Refusal for a reserved name */
  install(commands: readonly Command[]): void;
  /** A member by id or name. */
  as(member: string): {
    type(text: string, where: { readonly channel: string; readonly thread?: string }): Promise<Answer>;
    click(message: Message, actionId: string): Promise<Answer>;
    /** Takes a message shortcut of the app. */
    shortcut(message: Message, id: string): Promise<Answer>;
    /** The modal that this member sees. */
    modal(): View | undefined;
    /** Sends it, with what was written by block id. */
    submit(values: Values): Promise<Answer>;
    /** Searches a menu of it whose options the app has, by block id. */
    suggest(blockId: string, query: string): ReturnType<Modals['suggest']>;
    /** Chooses from a menu of it, by block id. */
    choose(blockId: string, value: string): Promise<Answer>;
    /** Presses a button of it. */
    pressModal(actionId: string): Promise<Answer>;
    dismiss(): Promise<Answer | undefined>;
    /** What the app published for this member. */
    home(): Home | undefined;
    /** Comes to a tab of the app. Default `home`. */
    openHome(tab?: 'home' | 'messages'): Promise<Answer>;
    /** Presses a button of their App Home; of several the one in this block. */
    press(actionId: string, block?: string): Promise<Answer>;
  };
  /** A channel by id or name; its messages with replies and ephemeral ones, oldest first. */
  channel(name: string): { readonly id: string; readonly messages: readonly Message[] };
  /** The first message of a thread and its replies. */
  thread(ts: string): readonly Message[];
  /** Deletes a message, as a person who may. */
  delete(ts: string): void;
  file(id: string): StoredFile | undefined;
  /** Changes a modal behind the app's back: what the app saw of it is old then. */
  replaceView(id: string, change: Readonly<Record<string, unknown>>): void;
  /** Looks again at every change, until `look` finds something. Default 10 s. @throws Error with the last messages */
  waitFor<T>(look: () => T | undefined | false, timeoutMs?: number): Promise<T>;
  close(): Promise<void>;
};

/** Starts a workspace on 127.0.0.1. @throws Refusal when a command has a name that Slack keeps for itself */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const server = createServer();
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const state = createState(options, url);
    const faults = createFaults();
    const delivery = createDelivery(state, faults);
    const modals = createModals(state, delivery);
    const homes = createHomes(state, delivery);
    const people = createPeople(state, delivery);
    const calls: Call[] = [];
    const methods = { ...messageMethods(state, delivery, { modals, homes }), ...fileMethods(state) };
    const { disconnect } = delivery;
    const handle = createHandler({ state, faults, people, modals, homes, methods, calls, disconnect });
    server.on('request', (request, response) => void handle(request, response));
    server.on('upgrade', (request, socket) => delivery.connect(request, socket));
    return {
      url,
      apiUrl: `${url}/api/`,
      faults,
      calls,
      connections: () => delivery.connections(),
      disconnect,
      ...driver(state, { people, modals, homes }),
      async close() {
        delivery.close();
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      },
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

function driver(
  state: State,
  { people, modals, homes }: { readonly people: People; readonly modals: Modals; readonly homes: Homes },
): Pick<Workspace, 'install' | 'as' | 'channel' | 'thread' | 'delete' | 'file' | 'replaceView' | 'waitFor'> {
  return {
    install: (commands) => install(state, commands),
    as(idOrName) {
      const member = state.options.members.find(({ id, name }) => id === idOrName || name === idOrName);
      if (!member) throw new Refusal('user_not_found', idOrName);
      return {
        type: (text, { channel, thread }) =>
          people.type(member, { channel: channelNamed(state, channel), thread }, text),
        click: (message, id) => people.click(member, message, { id }),
        shortcut: (message, id) => people.shortcut(member, message, id),
        modal: () => modals.of(member),
        submit: (values) => modals.submit(member, values),
        suggest: (blockId, query) => modals.suggest(member, blockId, query),
        choose: (blockId, value) => modals.choose(member, blockId, value),
        pressModal: (id) => modals.press(member, id),
        dismiss: () => modals.close(member),
        home: () => homes.of(member),
        openHome: (tab) => homes.open(member, tab),
        press: (id, block) => homes.click(member, { id, block }),
      };
    },
    channel(name) {
      const { id } = channelNamed(state, name);
      return { id, messages: state.messages.filter((message) => message.channel === id) };
    },
    thread: (ts) => state.messages.filter((message) => message.ts === ts || message.thread_ts === ts),
    delete(ts) {
      const message = state.messages.find((one) => one.ts === ts);
      if (message) remove(state, message);
    },
    file: (id) => state.files.get(id),
    replaceView: (id, change) => {
      const view = state.views.find((one) => one.id === id);
      if (view) modals.update({ id }, { ...view.given, ...change });
    },
    waitFor: async (look, timeoutMs = 30_000) => waitFor(state, look, timeoutMs),
  };
}

function channelNamed(state: State, name: string): { readonly id: string; readonly name: string } {
  const channel = channelOf(state, name);
  if (!channel) throw new Refusal('channel_not_found', name);
  return channel;
}

async function waitFor<T>(state: State, look: () => T | undefined | false, timeoutMs: number): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    try {
      await once(state.changes, 'change', { signal });
    } catch {
      const last = state.messages
        .slice(-5)
        .map(({ text, blocks }) => `${text} ${JSON.stringify(blocks ?? [])}`.slice(0, 500));
      throw new Error(
        `waiting for a change in the workspace: none in ${timeoutMs} ms; last messages:\n${last.join('\n')}`,
      );
    }
  }
}
