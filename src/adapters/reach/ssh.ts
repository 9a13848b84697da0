import { Client, type ClientChannel } from 'ssh2';
import { RemoteError } from '#domain/errors.ts';
import type { CommandResult } from '#domain/ports.ts';
import { quoted } from '../shell.ts';
import { openTunnel } from './tunnel.ts';

type Login = {
  readonly address: string;
  readonly user: string;
  readonly privateKey: string;
  readonly timeoutMs: number;
};
type Work = {
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array | undefined;
  /** Argument array whose standard streams lead to port 22; undefined: a TCP connection from here. */
  readonly tunnel?: readonly string[] | undefined;
  readonly signal: AbortSignal;
};

/**
 * Runs one command on a guest. The key stays in memory. The host key is not checked: the guest was made a minute ago,
 * by us, and its key cannot be known; nothing secret is sent to it.
 * @throws RemoteError when there is no connection, no login, or no end within `timeoutMs`
 */
export async function runOverSsh(login: Login, work: Work): Promise<CommandResult> {
  work.signal.throwIfAborted();
  const stop = AbortSignal.any([work.signal, AbortSignal.timeout(login.timeoutMs)]);
  const client = new Client();
  try {
    return await new Promise<CommandResult>((resolve, reject) => {
      stop.addEventListener('abort', () => reject(new Error(`no end within ${login.timeoutMs / 1000} s`)), {
        once: true,
      });
      client.once('error', reject);
      client.once('close', () => reject(new Error('connection closed')));
      client.once('ready', () => {
        // ssh hands one string to the guest's shell.
        client.exec(work.argv.map(quoted).join(' '), (error, channel) => {
          if (error) return reject(error);
          collect(channel, work.stdin).then(resolve, reject);
        });
      });
      const { address: host, user: username, privateKey, timeoutMs: readyTimeout } = login;
      const sock = work.tunnel && openTunnel(work.tunnel, stop).stream;
      client.connect({ host, port: 22, username, privateKey, readyTimeout, ...(sock ? { sock } : {}) });
    });
  } catch (error) {
    work.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const failure = { service: 'ssh', method: 'exec', url: `ssh://${login.user}@${login.address}` };
    throw new RemoteError(`logging in to ${login.address} as ${login.user}: ${why}`, { cause: error, failure });
  } finally {
    client.end();
    client.destroy();
  }
}

function collect(channel: ClientChannel, stdin: Uint8Array | undefined): Promise<CommandResult> {
  let [stdout, stderr] = ['', ''];
  channel.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  channel.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    let exitCode = -1;
    channel.once('exit', (code: number | null) => {
      exitCode = code ?? -1;
    });
    channel.once('error', reject);
    channel.once('close', () => resolve({ exitCode, stdout, stderr }));
    channel.end(stdin);
  });
}
