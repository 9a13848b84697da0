import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pageIn } from '../pages.ts';
import { args, parseArgs, word, type Args, type Methods } from './args.ts';
import type { Delivery } from './delivery.ts';
import type { Faults } from './faults.ts';
import { kindOf, receiveUpload } from './files.ts';
import { createRates, Refusal } from './limits.ts';
import type { Homes } from './homes.ts';
import type { Modals, Values } from './modals.ts';
import { channelOf, directOf, type People } from './people.ts';
import { findMessage, type Change, type Message, type State } from './state.ts';

/** One call of the Web API as it came in, its token left out. */
export type Call = { readonly method: string; readonly args: Args; readonly atMs: number };
type Parts = {
  readonly state: State;
  readonly faults: Faults;
  readonly people: People;
  readonly modals: Modals;
  readonly homes: Homes;
  readonly methods: Methods;
  readonly calls: Call[];
  readonly disconnect: Delivery['disconnect'];
};
type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: Buffer;
};

const pageFile = pageIn(new URL('page/', import.meta.url));
/** The page shows what strangers wrote: nothing runs or loads that is not its own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-src ";

/** Answers every request: the Web API, uploads, response URLs, the page and its events. */
export function createHandler(parts: Parts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { state, faults, people, modals, homes } = parts;
  const callApi = createApi(parts);

  return async (request, response) => {
    const url = new URL(request.url ?? '/', state.url);
    const [, first = '', second = ''] = url.pathname.split('/');
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const exchange = { request, response, url, body: Buffer.concat(chunks) };
      if (first === 'api') await callApi(second, exchange);
      else if (first === 'upload') {
        await receiveUpload(state, second, { type: request.headers['content-type'] ?? '', body: exchange.body });
        response.end(`OK - ${exchange.body.length}`);
      } else if (first === 'response') {
        people.respond(second, JSON.parse(exchange.body.toString()) as Args);
        reply(response, 200, { ok: true });
      } else if (first === '_events') sendEvents(parts, exchange);
      else if (request.method === 'POST') reply(response, 200, await act(first, exchange));
      else sendFile(state, exchange, second);
    } catch (error) {
      const code = error instanceof Refusal ? error.error : String(error);
      reply(response, error instanceof Refusal && first !== '_faults' ? 404 : 400, { ok: false, error: code });
    }
  };

  /** What the page's buttons do. JSON only, so that no other site's form can do it. */
  async function act(what: string, { request, body }: Exchange): Promise<unknown> {
    if (!request.headers['content-type']?.includes('json')) throw new Refusal('not_json');
    const given = JSON.parse(body.toString()) as Record<string, string>;
    if (what === '_faults') {
      faults.set(given);
      return faults;
    }
    if (what === '_disconnect') {
      parts.disconnect(given['how'] === 'drop' ? 'drop' : 'refresh');
      return { ok: true };
    }
    const member = state.options.members.find(({ id }) => id === given['member']);
    if (member && what === '_submit') return modals.submit(member, JSON.parse(given['values'] ?? '{}') as Values);
    if (member && what === '_choose') return modals.choose(member, given['block'] ?? '', given['value'] ?? '');
    if (member && what === '_suggest')
      return { options: await modals.suggest(member, given['block'] ?? '', given['query'] ?? '') };
    if (member && what === '_pressModal') return modals.press(member, given['action'] ?? '');
    if (member && what === '_dismiss') return (await modals.close(member)) ?? { ok: true };
    if (member && what === '_open') return homes.open(member, given['tab'] === 'messages' ? 'messages' : 'home');
    if (member && what === '_press') return homes.click(member, { id: given['action'] ?? '', block: given['block'] });
    const channel = channelOf(state, given['channel'] ?? '');
    if (!member || !channel) throw new Refusal('not_found');
    if (what === '_type') return people.type(member, { channel, thread: given['thread'] }, given['text'] ?? '');
    const message = findMessage(state, channel.id, given['ts'] ?? '');
    if (!message) throw new Refusal('not_found');
    if (what === '_shortcut') return people.shortcut(member, message, given['shortcut'] ?? '');
    if (what !== '_click') throw new Refusal('not_found');
    return people.click(member, message, { id: given['action'] ?? '', block: given['block'] ?? '' });
  }
}

/** The Web API with its faults, tokens and rates in front. */
function createApi({ state, faults, methods, calls }: Parts): (method: string, exchange: Exchange) => Promise<void> {
  const rates = createRates(() => performance.now());
  const { tokens, rateLimits = true } = state.options;

  return async (method, { request, response, url, body }) => {
    const { token, ...given }: Args = {
      ...Object.fromEntries(url.searchParams),
      ...parseArgs(request.headers['content-type'] ?? '', body.toString()),
    };
    calls.push({ method, args: given, atMs: Date.now() });
    if (faults.slowMs > 0) await sleep(faults.slowMs);
    if (faults.silent) return;
    if (faults.down) return void response.writeHead(503).end('upstream connect error');
    const wait = faults.use('rateLimited', method)
      ? faults.retryAfterSeconds
      : rateLimits && rates.take(method, word(given['channel']));
    if (typeof wait === 'number') {
      response.setHeader('retry-after', wait);
      return reply(response, 429, { ok: false, error: 'ratelimited' });
    }
    const bearer = request.headers.authorization?.replace(/^Bearer /, '') ?? token;
    const answer = answerOf(method, given, bearer);
    if (faults.use('lost', method)) request.socket.destroy();
    else reply(response, 200, answer);
  };

  function answerOf(method: string, given: Args, bearer: unknown): Readonly<Record<string, unknown>> {
    const call = methods[method];
    if (!call) return { ok: false, error: 'unknown_method', req_method: method };
    if (!bearer) return { ok: false, error: 'not_authed' };
    if (bearer !== (method === 'apps.connections.open' ? tokens.app : tokens.bot))
      return { ok: false, error: 'invalid_auth' };
    const refused = faults.refused[method];
    if (refused !== undefined) return { ok: false, error: refused };
    try {
      refuseUnknown(args.json(given, 'blocks'));
      refuseClosed(method, channelOf(state, word(given['channel']))?.name);
      return { ok: true, ...call(given) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const messages = error.detail === undefined ? [] : [error.detail];
      return { ok: false, error: error.error, ...(messages.length > 0 ? { response_metadata: { messages } } : {}) };
    }
  }

  /** What the pages of the methods list for a channel that is archived, or that the app is not in. */
  function refuseClosed(method: string, channel = ''): void {
    if (!method.startsWith('chat.')) return;
    const isEdit = method === 'chat.update';
    if (faults.archived.includes(channel)) throw new Refusal(isEdit ? 'is_inactive' : 'is_archived');
    if (faults.withoutBot.includes(channel)) throw new Refusal(isEdit ? 'channel_not_found' : 'not_in_channel');
  }

  function refuseUnknown(blocks: unknown): void {
    const types = Array.isArray(blocks) ? blocks.map((block: { readonly type?: unknown }) => word(block?.type)) : [];
    const unknown = types.find((type) => faults.unknownBlocks.includes(type));
    if (unknown !== undefined) throw new Refusal('invalid_blocks', `[ERROR] unsupported type: ${unknown}`);
  }
}

/** Server-sent events for one member: everything they may see at first, then each change. */
function sendEvents({ state, faults }: Parts, { response, url }: Exchange): void {
  const member = url.searchParams.get('member');
  const { team, app, options, messages } = state;
  const me = options.members.find(({ id }) => id === member);
  const direct = me && directOf(state, me);
  const sees = ({ channel, visible_to: only }: Message): boolean =>
    (only === undefined || only === member) && (!channel.startsWith('D') || channel === direct?.id);
  const send = (event: object): unknown => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const isFor = (change: Change) => {
    if (change.type === 'home') return change.home.member === member;
    return change.type === 'view' ? change.view.member === member : sees(change.message);
  };
  const listener = (change: Change): unknown => isFor(change) && send(change);
  const { members } = options;
  const channels = [...options.channels, ...(direct ? [direct] : [])];
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const view = state.views.findLast((one) => one.member === member && one.isOpen);
  const { beside } = options;
  const all = {
    team,
    app,
    beside,
    members,
    channels,
    view,
    faults,
    home: state.homes.get(member ?? ''),
    commands: state.commands ?? [],
    shortcuts: options.shortcuts ?? [],
    messages: messages.filter(sees),
  };
  send({ type: 'all', ...all });
  state.changes.on('change', listener);
  response.on('close', () => state.changes.off('change', listener));
}

function sendFile(state: State, { response, url }: Exchange, fileId: string): void {
  response
    .setHeader('x-content-type-options', 'nosniff')
    .setHeader('content-security-policy', POLICY + (state.options.beside?.url ?? "'none'"));
  const [, channel, ts] = /^\/archives\/(\w+)\/p(\d+)$/.exec(url.pathname) ?? [];
  if (ts) return void response.writeHead(302, { location: `/#${channel}/${ts.slice(0, -6)}.${ts.slice(-6)}` }).end();
  const page = pageFile(url.pathname.slice(1));
  if (page)
    return void response.setHeader('content-type', page.type).setHeader('cache-control', 'no-cache').end(page.bytes);
  const file = url.pathname.startsWith('/files/') ? state.files.get(fileId) : undefined;
  if (!file) throw new Refusal('not_found');
  response.setHeader('content-type', kindOf(file.bytes)[0]).end(file.bytes);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
