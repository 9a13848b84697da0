import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCommand } from './spawn.ts';

/** A command whose standard streams are one connection. */
export type Tunnel = {
  readonly stream: Duplex;
  /** The last line it wrote on standard error, once it has ended or a moment later; empty when it wrote none. */
  complaint(): Promise<string>;
};

/** How long a command that is over may take to say why; what it left running may hold its standard error open. */
const LAST_WORDS_MS = 500;
const MAX_COMPLAINT = 10_000;

/** Starts the command; it ends with the stream, and with the signal. */
export function openTunnel(argv: readonly string[], signal: AbortSignal): Tunnel {
  const child = startCommand(argv, signal);
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_COMPLAINT);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      said = error.message;
      stream.destroy(error);
      resolve();
    });
  });
  stream.once('close', () => child.kill('SIGKILL'));
  // Whoever reads and writes it learns of it there; a late one must not end this process.
  stream.on('error', () => undefined);
  return {
    stream,
    async complaint() {
      await Promise.race([ended, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
      return said.trim().split('\n').at(-1)?.trim() ?? '';
    },
  };
}
