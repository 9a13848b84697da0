import { fetch, type Response } from 'undici';
import type { z } from 'zod';
import { DeadlineError, RemoteError, StrataError } from '#domain/errors.ts';
import { words } from '#words/kubernetes.ts';
import { RetryableError, retrying } from '../http/retry.ts';
import { failureOf, sayNetworkError, SERVICE } from './errors.ts';
import type { KubeContext } from './kubeconfig.ts';
import { type Login, openLogin } from './login.ts';

/** One call: `doing` is how an error begins, as `listing pods of cluster "lab"`. Paths begin with a slash. */
export type Call = {
  readonly doing: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly body?: unknown;
  /** Of the body. Default `application/json`. */
  readonly type?: string;
  /** Statuses besides 2xx that are an answer, not an error. */
  readonly expected?: readonly number[] | 'any';
  /** Reads no more of the answer than this. */
  readonly limitBytes?: number;
};
export type Answer = {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly text: string;
  readonly call: Call;
  readonly url: string;
};

/** The one way to an API server; its login and connections are shared by all who use it. */
export type Door = {
  readonly context: KubeContext;
  login(): Login;
  /** Reads are done again on 429, 5xx and no answer. @throws RemoteError, DeadlineError, InputError */
  send(call: Call, signal: AbortSignal): Promise<Answer>;
  /** As `send`, but once, and the lines of the answer as they come, for so long at most. */
  lines(call: Call, options: { readonly signal: AbortSignal; readonly forMs: number }): AsyncIterable<string>;
};

/** Default time for one call. */
const CALL_TIMEOUT_MS = 30_000;

/** @param options.timeoutMs deadline of one call, default 30,000 */
export function openDoor(context: KubeContext, options: { readonly timeoutMs?: number } = {}): Door {
  const { timeoutMs = CALL_TIMEOUT_MS } = options;
  let current: Login | undefined;

  const login = () => (current ??= openLogin(context));

  /** A 401 is answered once by a new login: the credential was revoked, or expired by another clock. */
  async function answered(call: Call, signal: AbortSignal): Promise<Response> {
    const used = login();
    const response = await ask(call, used, signal);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    if (current === used) current = undefined;
    return ask(call, login(), signal);
  }

  async function ask(call: Call, { pass }: Login, signal: AbortSignal): Promise<Response> {
    const { headers, dispatcher } = await pass(signal);
    const { body } = call;
    return fetch(urlOf(context, call), {
      method: call.method ?? 'GET',
      signal,
      redirect: 'manual',
      headers: {
        ...headers,
        accept: call.accept ?? 'application/json',
        ...(body === undefined ? {} : { 'content-type': call.type ?? 'application/json' }),
      },
      ...(dispatcher === undefined ? {} : { dispatcher }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function once(call: Call, signal: AbortSignal): Promise<Answer> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await answered(call, AbortSignal.any([signal, deadline]));
      return await answerOf(response, call);
    } catch (error) {
      signal.throwIfAborted();
      throw explained(error, call, deadline);
    }
  }

  async function* lines(call: Call, limits: { signal: AbortSignal; forMs: number }): AsyncGenerator<string> {
    const { signal, forMs } = limits;
    const deadline = AbortSignal.timeout(forMs);
    try {
      const response = await answered(call, AbortSignal.any([signal, deadline]));
      if (!response.ok || response.body === null) await answerOf(response, call);
      else yield* linesOf(response.body);
    } catch (error) {
      signal.throwIfAborted();
      throw explained(error, call, deadline);
    }
  }

  /** @throws RemoteError when it is an error */
  async function answerOf(response: Response, call: Call): Promise<Answer> {
    const { status, headers } = response;
    const text = await textOf(response, call.limitBytes);
    const answer = { status, headers, text, call, url: urlOf(context, call) };
    if (response.ok || call.expected === 'any' || call.expected?.includes(status)) return answer;
    throw failureOf(answer);
  }

  /** What went wrong below HTTP, in words. */
  function explained(error: unknown, call: Call, deadline: AbortSignal): unknown {
    if (error instanceof StrataError) return error;
    const where = context.cluster.server;
    if (deadline.aborted) {
      const message = `${call.doing}: no answer from ${SERVICE} at ${where} within ${timeoutMs / 1000} s`;
      return new DeadlineError(message, { cause: error, advice: words.slow });
    }
    const { what, advice, network } = sayNetworkError(error);
    const failure = { service: SERVICE, method: call.method ?? 'GET', url: urlOf(context, call), network };
    return new RetryableError(`${call.doing}: ${what} (${SERVICE} at ${where})`, { cause: error, advice, failure });
  }

  const send = (call: Call, signal: AbortSignal) =>
    retrying((call.method ?? 'GET') === 'GET', signal, () => once(call, signal));
  return { context, login, send, lines };
}

function urlOf({ cluster }: KubeContext, { path, query }: Call): string {
  return `${cluster.server}${path}${query === undefined ? '' : `?${new URLSearchParams(query).toString()}`}`;
}

/** Decoded as it comes: a page of pods is megabytes, and its bytes need not be kept beside its text. */
async function textOf({ body }: Response, limitBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let leftBytes = limitBytes;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk.subarray(0, leftBytes), { stream: true });
    leftBytes -= chunk.length;
    // Leaving the loop ends the connection.
    if (leftBytes <= 0) break;
  }
  return text + decoder.decode();
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

/** The parsed body. @throws RemoteError when it is not JSON, or not of this shape */
export function parsed<T>(answer: Answer, shape: z.ZodType<T>): T {
  return shaped(answer, jsonOf(answer), shape);
}

function jsonOf(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch (error) {
    const page = answer.text.trimStart().startsWith('<') ? 'a web page' : 'no JSON';
    throw strange(answer, `answered with ${page}`, error);
  }
}

/** A part of an answer in its shape. @throws RemoteError when it is not of this shape */
export function shaped<T>(answer: Pick<Answer, 'call' | 'status' | 'url'>, value: unknown, shape: z.ZodType<T>): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') ?? '';
  throw strange(answer, `answered in an unknown shape (at "${where}")`, result.error);
}

function strange({ call, status, url }: Pick<Answer, 'call' | 'status' | 'url'>, what: string, cause: unknown) {
  const failure = { service: SERVICE, method: call.method ?? 'GET', url, status };
  return new RemoteError(`${call.doing}: ${SERVICE} ${what}`, { cause, advice: words.notAnApi, failure });
}
