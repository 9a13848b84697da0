import { Readable, Writable } from 'node:stream';
import type { Exec, V1Status } from '@kubernetes/client-node';
import { DeadlineError, RemoteError, StrataError } from '#domain/errors.ts';
import type { Kubernetes } from '#domain/kubernetes.ts';
import { words } from '#words/kubernetes.ts';
import { abortable } from '../abortable.ts';
import { adviceOn, sayNetworkError, SERVICE } from './errors.ts';
import type { Door } from './http.ts';

type Pod = Parameters<Kubernetes['exec']>[0];
type Result = Awaited<ReturnType<Kubernetes['exec']>>;
export type Command = {
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array | undefined;
  readonly signal: AbortSignal;
};
type Socket = Awaited<ReturnType<Exec['exec']>>;

/** Long enough to write a disk; what takes longer is better started, and asked for again. */
const EXEC_TIMEOUT_MS = 120_000;
/** More of a stream than this is dropped. */
const LIMIT_BYTES = 1_048_576;
/** The library keeps the words of the API server to itself. */
const SAID: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'forbidden', 404: 'no such pod' };

/**
 * Runs a command in a container over a WebSocket.
 * @throws RemoteError when it cannot be started, or loses its connection; DeadlineError after 120 s
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-connect-get-requests-to-exec-of-pod
 */
export async function execute(door: Door, pod: Pod, { argv, stdin, signal }: Command): Promise<Result> {
  const { namespace, name, container = '' } = pod;
  const doing = `running "${argv[0] ?? ''}" in pod "${namespace}/${name}"`;
  const url = `${door.context.cluster.server}/api/v1/namespaces/${namespace}/pods/${name}/exec`;
  const { Exec: Library } = await import('@kubernetes/client-node');
  const config = await door.login().config();
  const deadline = AbortSignal.timeout(EXEC_TIMEOUT_MS);
  const ends = AbortSignal.any([signal, deadline]);
  const [stdout, stderr] = [collector(), collector()];
  const input = stdin === undefined ? null : Readable.from([Buffer.from(stdin)]);
  const ended = Promise.withResolvers<V1Status>();
  const failed = (what: string, advice: string | undefined, status?: number) =>
    new RemoteError(`${doing}: ${what}`, {
      failure: { service: SERVICE, method: 'GET', url, ...(status === undefined ? {} : { status }) },
      ...(advice === undefined ? {} : { advice }),
    });
  const opening: Promise<Socket> = new Library(config).exec(
    ...[namespace, name, container, [...argv], stdout.stream, stderr.stream, input, false, ended.resolve],
  );
  try {
    const socket = await abortable(opening, ends);
    const cut = failed('the connection ended before the command did', words.noEnd);
    socket.addEventListener('close', () => ended.reject(cut));
    const status = await abortable(ended.promise, ends);
    const exitCode = exitCodeOf(status);
    if (exitCode === undefined)
      throw failed(status.message ?? status.reason ?? 'it did not start', words.noEnd, status.code);
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) {
      const message = `${doing}: it did not end within ${EXEC_TIMEOUT_MS / 1000} s`;
      throw new DeadlineError(message, { cause: error, advice: words.noEnd });
    }
    if (error instanceof StrataError) throw error;
    const { what, advice, status } = refusal(error);
    throw failed(what, advice, status);
  } finally {
    // Also one that opens only now.
    opening.then(
      (socket) => socket.close(),
      () => undefined,
    );
  }
}

/** undefined when the command was never run. */
function exitCodeOf({ status, reason, details }: V1Status): number | undefined {
  if (status === 'Success') return 0;
  const code = details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  return reason === 'NonZeroExitCode' && code !== undefined ? Number(code) : undefined;
}

/** Why there is no WebSocket: the answer of the API server, or no way to it. */
function refusal(error: unknown): { what: string; advice: string | undefined; status?: number } {
  const { message = '', error: cause } = error as { readonly message?: string; readonly error?: unknown };
  const status = Number(/Unexpected server response: (\d{3})/.exec(message)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return sayNetworkError(cause ?? error);
  const said = SAID[status] ?? 'the API server refused it';
  return { what: `${status} ${said}`, advice: adviceOn(status), status };
}

function collector() {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (bytes < LIMIT_BYTES) chunks.push(chunk);
      bytes += chunk.length;
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).subarray(0, LIMIT_BYTES).toString() };
}
