import { Client, type Dispatcher } from 'undici';
import { z } from 'zod';
import { DeadlineError, RemoteError } from '#domain/errors.ts';
import type { HostSetting } from '#domain/stack.ts';
import { words } from '#words/docker.ts';
import { connectorOf } from './connector.ts';

/** The Engine API of one host, bound to the signal of whoever uses it. */
export type Engine = {
  /** GET of a path below the version, as `/containers/json`. @throws RemoteError on every answer but 200, DeadlineError */
  get(doing: string, path: string): Promise<Answer>;
  /** GET of `/version`, which every version answers. */
  version(): Promise<Version>;
};
export type Answer = { readonly call: Call; readonly status: number; readonly date: string; readonly text: string };
export type Version = z.infer<typeof VersionDocument> & { readonly apiVersion: string; readonly date: string };
type Call = { readonly doing: string; readonly path: string; readonly url: string };

/** Default time for one call, the way to the host included. */
const CALL_TIMEOUT_MS = 8000;
/** A connection without work is given up after this; behind it may stand an ssh process. */
const IDLE_MS = 1000;
/** A daemon may close a connection without work just when it is used again. */
const STALE: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);
/** The newest version whose answers we know. Daemons refuse versions that they do not speak. */
const NEWEST = '1.52';

const VersionDocument = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().optional(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});
const Refusal = z.object({ message: z.string() });

/** Opens a host. Nothing is sent before the first call. One connection carries all calls, one after the other. */
export function openEngine(host: HostSetting, signal: AbortSignal, timeoutMs = CALL_TIMEOUT_MS): Engine {
  const { connector, complaint } = connectorOf(host, signal);
  const client = new Client('http://docker', { connect: connector, keepAliveTimeout: IDLE_MS });
  let negotiated: Promise<Version> | undefined;

  async function send(doing: string, path: string): Promise<Answer> {
    const call = { doing: `${doing} of ${host.url}`, path, url: host.url };
    const deadline = AbortSignal.timeout(timeoutMs);
    let answer: Dispatcher.ResponseData;
    let text: string;
    try {
      const ask = () => client.request({ method: 'GET', path, signal: AbortSignal.any([signal, deadline]) });
      answer = await ask().catch((error: unknown) => {
        if (STALE.has((error as NodeJS.ErrnoException).code)) return ask();
        throw error;
      });
      text = await answer.body.text();
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted) {
        const message = `${call.doing}: no answer from the daemon within ${timeoutMs / 1000} s`;
        throw new DeadlineError(message, { cause: error, advice: words.slow });
      }
      const what = (await complaint()) || (error instanceof Error ? error.message : String(error));
      throw remoteError(call, what, { cause: error, advice: words.obstacle(what) });
    }
    const { statusCode: status, headers } = answer;
    if (status !== 200) throw remoteError(call, `${status} ${said(text)}`, { status, advice: words.broken });
    return { call, status, text, date: String(headers['date'] ?? '') };
  }

  async function version(): Promise<Version> {
    const answer = await send('asking for the version', '/version');
    const found = parsed(answer, answer.text, VersionDocument);
    const { ApiVersion, MinAPIVersion = '0.0' } = found;
    if (isOlder(NEWEST, MinAPIVersion)) {
      const what = `it speaks API ${MinAPIVersion} to ${ApiVersion}, and Strata speaks up to ${NEWEST}`;
      throw remoteError(answer.call, what, { advice: words.tooNew });
    }
    const apiVersion = isOlder(ApiVersion, NEWEST) ? ApiVersion : NEWEST;
    return { ...found, apiVersion, date: answer.date };
  }

  return {
    version,
    async get(doing, path) {
      negotiated ??= version();
      const { apiVersion } = await negotiated;
      return send(doing, `/v${apiVersion}${path}`);
    },
  };
}

/** @throws RemoteError when the text, a whole answer or a part of it, is not JSON of this shape */
export function parsed<T>({ call, status }: Answer, text: string, shape: z.ZodType<T>): T {
  const result = shape.safeParse(jsonOf(text));
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') ?? '';
  const what = `an answer in an unknown shape (at "${where}")`;
  throw remoteError(call, what, { cause: result.error, status, advice: words.notDocker });
}

type More = { readonly cause?: unknown; readonly status?: number; readonly advice: string };

function remoteError({ doing, path, url }: Call, what: string, { cause, status, advice }: More): RemoteError {
  const failure = { service: 'docker', method: 'GET', url: url + path, ...(status === undefined ? {} : { status }) };
  return new RemoteError(`${doing}: ${what}`, { cause, advice, failure });
}

/** The sentence in an error's body: JSON, or plain text from old daemons. */
function said(text: string): string {
  const refusal = Refusal.safeParse(jsonOf(text));
  return (refusal.success ? refusal.data.message : text).replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOlder(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA < majorB || (majorA === majorB && minorA < minorB);
}
