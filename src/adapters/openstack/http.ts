import { Agent, fetch, type Dispatcher, type Response } from 'undici';
import type { z } from 'zod';
import { DeadlineError, RemoteError } from '#domain/errors.ts';
import { words } from '#words/openstack.ts';
import { retryAfterOf, RetryableError, retrying } from '../http/retry.ts';
import { adviceOn, messageOf, sayNetworkError } from './errors.ts';

/** One call: `doing` is how an error begins, as `creating server "worker-3"`. */
export type Call = {
  readonly doing: string;
  readonly service: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export type Transport = {
  /** @throws RemoteError on every answer that is not 2xx or 300; DeadlineError when it does not come in time */
  send(call: Call, signal: AbortSignal): Promise<Answer>;
};
export type Answer = {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly text: string;
  readonly call: Call;
};

/** Default time for one call; long listings included. */
const CALL_TIMEOUT_MS = 30_000;

export function openTransport(options: {
  readonly ca?: string | undefined;
  readonly verify: boolean;
  readonly timeoutMs?: number;
}): Transport {
  const { ca, verify, timeoutMs = CALL_TIMEOUT_MS } = options;
  // HTTP/1.1 with a bounded pool: many services are one process, and more connections only queue there.
  const connect = { rejectUnauthorized: verify, ...(ca === undefined ? {} : { ca }) };
  const dispatcher = new Agent({ connect, allowH2: false, connections: 16, keepAliveTimeout: 20_000 });

  const send = (call: Call, signal: AbortSignal) =>
    retrying((call.method ?? 'GET') === 'GET', signal, () => once({ call, dispatcher, signal, timeoutMs }));
  return { send };
}

type Attempt = {
  readonly call: Call;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
};

async function once({ call, dispatcher, signal, timeoutMs }: Attempt): Promise<Answer> {
  const { doing, service, url } = call;
  const method = call.method ?? 'GET';
  const deadline = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      dispatcher,
      signal: AbortSignal.any([signal, deadline]),
      headers: {
        accept: 'application/json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      redirect: 'manual',
    });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) {
      const message = `${doing}: no answer from ${service} at ${new URL(url).origin} within ${timeoutMs / 1000} s`;
      throw new DeadlineError(message, { cause: error, advice: words.slow });
    }
    const { what, advice, network } = sayNetworkError(error);
    const failure = { service, method, url, network };
    throw new RetryableError(`${doing}: ${what} (${service} at ${new URL(url).origin})`, {
      cause: error,
      advice,
      failure,
    });
  }
  if (response.status <= 300) return { status: response.status, headers: response.headers, text, call };
  throw failureOf(call, response, text);
}

function failureOf(call: Call, response: Response, text: string): RemoteError {
  const { doing, service, url } = call;
  const { status } = response;
  const requestId = requestIdOf(response.headers);
  const said = messageOf(text).replace(/\s+/g, ' ').trim();
  const message = `${doing}: ${status} ${said === '' ? response.statusText : said}${requestId ? ` (${requestId})` : ''}`;
  const failure = { service, method: call.method ?? 'GET', url, status, ...(requestId ? { requestId } : {}) };
  const advice = adviceOn(status, said);
  const options = { failure, ...(advice === undefined ? {} : { advice }) };
  if (status !== 429 && status < 500) return new RemoteError(message, options);
  const error = new RetryableError(message, options);
  error.retryAfterMs = retryAfterOf(response.headers.get('retry-after'));
  return error;
}

function requestIdOf(headers: Response['headers']): string | undefined {
  return headers.get('x-openstack-request-id') ?? headers.get('x-compute-request-id') ?? undefined;
}

/** The parsed body. @throws RemoteError when it is not JSON, or not of this shape */
export function parsed<T>({ call, text, status, headers }: Answer, shape: z.ZodType<T>): T {
  const requestId = requestIdOf(headers);
  const failure = {
    service: call.service,
    method: call.method ?? 'GET',
    url: call.url,
    status,
    ...(requestId ? { requestId } : {}),
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const page = text.trimStart().startsWith('<') ? 'a web page' : 'no JSON';
    throw new RemoteError(`${call.doing}: ${call.service} answered with ${page}`, {
      cause: error,
      advice: words.html,
      failure,
    });
  }
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') ?? '';
  throw new RemoteError(`${call.doing}: ${call.service} answered in an unknown shape (at "${where}")`, {
    cause: result.error,
    advice: words.notAnApi,
    failure,
  });
}
