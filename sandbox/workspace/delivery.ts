import { createHmac, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import { randomId, type State } from './state.ts';
import { acceptWebSocket, type WebSocketEnd } from './websocket.ts';

type Json = Readonly<Record<string, unknown>>;
type Parcel = { readonly type: 'slash_commands' | 'interactive' | 'events_api'; readonly payload: Json };
/** How often an event was tried before, and what came of it. */
type Retry = { readonly attempt: number; readonly reason: string };
/** How the app answered: with a payload (often empty), or as Slack words it that it did not. */
export type Answer =
  | { readonly ok: true; readonly payload: Json; readonly tookMs: number }
  | { readonly ok: false; readonly error: string; readonly tookMs: number };

/** Brings commands and clicks to the app, over its sockets or by signed requests. */
export type Delivery = {
  deliver(parcel: Parcel): Promise<Answer>;
  /** Brings an event, and tries again at its times where the app does not take it. Gives what came of the first time. */
  announce(event: Json): Promise<Answer>;
  /** A URL that opens one socket. */
  ticket(): string;
  connect(request: IncomingMessage, socket: Duplex): void;
  /** Sockets that commands can go to. */
  connections(): number;
  /** Cuts every wire, those that said goodbye too. */
  close(): void;
  /** `refresh`: Slack's routine `disconnect` message. `drop`: the wire is cut. To all sockets, or to the oldest `count`. */
  disconnect(how?: 'refresh' | 'drop', count?: number): void;
};

export function createDelivery(state: State, faults: Faults): Delivery {
  const tickets = new Set<string>();
  /** Those that commands can go to, and all that still stand. */
  const open: WebSocketEnd[] = [];
  const standing = new Set<WebSocketEnd>();
  const waiting = new Map<string, (payload: Json) => void>();
  let turn = 0;

  async function deliver(parcel: Parcel, retry?: Retry): Promise<Answer> {
    const began = performance.now();
    if (faults.undelivered > 0) {
      faults.undelivered -= 1;
      return { ok: false, error: 'operation_timeout', tookMs: 0 };
    }
    const twice = faults.duplicates > 0;
    if (twice) faults.duplicates -= 1;
    const send = state.options.requestUrl ? () => overHttp(state, parcel, retry) : overSocket(parcel, retry);
    const [answer] = await Promise.all(twice ? [send(), send()] : [send()]);
    const tookMs = performance.now() - began;
    return typeof answer === 'string' ? { ok: false, error: answer, tookMs } : { ok: true, payload: answer, tookMs };
  }

  return {
    deliver: (parcel) => deliver(parcel),
    async announce(payload) {
      const parcel = { type: 'events_api', payload } as const;
      const first = await deliver(parcel);
      void again(first);
      return first;

      async function again(last: Answer, attempt = 1): Promise<void> {
        const waitMs = state.timings.eventRetriesMs[attempt - 1];
        if (last.ok || waitMs === undefined) return;
        await sleep(waitMs, undefined, { ref: false });
        await again(await deliver(parcel, { attempt, reason: last.error }), attempt + 1);
      }
    },
    ticket() {
      const ticket = randomId('');
      tickets.add(ticket);
      return `${state.url.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${state.app.id}`;
    },
    connect(request, socket) {
      const ticket = new URL(request.url ?? '', state.url).searchParams.get('ticket') ?? '';
      if (!tickets.delete(ticket)) return void socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
      const end = acceptWebSocket(request, socket, { onText: acknowledge, onClose: () => forget(end) });
      standing.add(end);
      if (open.length >= state.timings.maxConnections) return goodbye(end, 'too_many_websockets');
      open.push(end);
      const info = { num_connections: open.length, connection_info: { app_id: state.app.id } };
      end.send(JSON.stringify({ type: 'hello', ...info, debug_info: { host: 'standin' } }));
    },
    connections: () => open.length,
    close: () => standing.forEach((end) => end.drop()),
    disconnect(how = 'refresh', count = open.length) {
      for (const end of open.splice(0, count)) {
        if (how === 'drop') end.drop();
        else goodbye(end, 'refresh_requested');
      }
    },
  };

  /** Sends the same envelope each time it is called, to the next socket in turn. */
  function overSocket(parcel: Parcel, retry?: Retry): () => Promise<Json | string> {
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<Json | string>();
    const isEvent = parcel.type === 'events_api';
    const tried = isEvent ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' } : {};
    const envelope = { envelope_id: id, ...parcel, accepts_response_payload: !isEvent, ...tried };
    return async () => {
      turn += 1;
      const end = open[turn % open.length];
      if (!end) return 'dispatch_failed';
      waiting.set(id, resolve);
      const timer = setTimeout(() => resolve('operation_timeout'), state.timings.ackMs);
      end.send(JSON.stringify(envelope));
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(id);
      });
    };
  }

  function acknowledge(text: string): void {
    const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: Json };
    waiting.get(id ?? '')?.(payload ?? {});
  }

  function forget(end: WebSocketEnd): void {
    standing.delete(end);
    if (open.includes(end)) open.splice(open.indexOf(end), 1);
  }
}

function goodbye(end: WebSocketEnd, reason: string): void {
  end.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'standin' } }));
}

/** @see https://docs.slack.dev/authentication/verifying-requests-from-slack */
async function overHttp({ options, timings }: State, parcel: Parcel, retry?: Retry): Promise<Json | string> {
  const isEvent = parcel.type === 'events_api';
  const fields = parcel.type === 'interactive' ? { payload: JSON.stringify(parcel.payload) } : parcel.payload;
  const form = () => new URLSearchParams(fields as Record<string, string>).toString();
  const body = isEvent ? JSON.stringify(parcel.payload) : form();
  const at = String(Math.floor(Date.now() / 1000));
  const hash = createHmac('sha256', options.signingSecret ?? '')
    .update(`v0:${at}:${body}`)
    .digest('hex');
  const headers = {
    'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
    ...(retry ? { 'x-slack-retry-num': `${retry.attempt}`, 'x-slack-retry-reason': retry.reason } : {}),
    'x-slack-request-timestamp': at,
    'x-slack-signature': `v0=${hash}`,
  };
  try {
    const signal = AbortSignal.timeout(timings.ackMs);
    const response = await fetch(options.requestUrl ?? '', { method: 'POST', headers, body, signal });
    const text = await response.text();
    if (!response.ok) return 'http_service_error';
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return isJson ? (JSON.parse(text) as Json) : text === '' ? {} : { text };
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError' ? 'operation_timeout' : 'dispatch_failed';
  }
}
