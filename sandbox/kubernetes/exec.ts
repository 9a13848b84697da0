import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { acceptWebSocket } from '../workspace/websocket.ts';
import type { Thing } from './store.ts';

export type Result = { readonly exitCode?: number; readonly stdout?: string; readonly stderr?: string };
/** What a command answers in a container; undefined: as an unknown one. */
export type Script = (pod: Thing, argv: readonly string[], stdin: string) => Result | undefined;

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;

/** Lets a scripted command run over a WebSocket, as a kubelet does. @see v5.channel.k8s.io */
export function runCommand(
  upgrade: { request: IncomingMessage; socket: Duplex },
  pod: Thing,
  options: { argv: readonly string[]; hasStdin: boolean; script: Script },
): void {
  const { argv, hasStdin, script } = options;
  let stdin = '';
  const end = acceptWebSocket(upgrade.request, upgrade.socket, {
    protocol: 'v5.channel.k8s.io',
    onBytes(bytes) {
      if (bytes[0] === CHANNEL.stdin) stdin += bytes.subarray(1).toString();
      if (bytes[0] === CHANNEL.close) run();
    },
    onClose: () => undefined,
  });
  const send = (channel: number, text: string) =>
    end.sendBytes(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  if (!hasStdin) run();

  function run(): void {
    const result = script(pod, argv, stdin);
    if (result?.stdout) send(CHANNEL.stdout, result.stdout);
    if (result?.stderr) send(CHANNEL.stderr, result.stderr);
    send(CHANNEL.status, JSON.stringify(endOf(result, argv)));
    end.end();
  }
}

function endOf(result: Result | undefined, [command = '']: readonly string[]): object {
  if (!result) {
    const message = `exec: "${command}": executable file not found in $PATH`;
    return { status: 'Failure', message, reason: 'InternalError', code: 500 };
  }
  const { exitCode = 0 } = result;
  if (exitCode === 0) return { status: 'Success' };
  const causes = [{ reason: 'ExitCode', message: String(exitCode) }];
  return {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: ${exitCode}`,
    details: { causes },
  };
}
