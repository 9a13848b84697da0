import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { ToolError } from '#domain/errors.ts';
import type { CommandResult } from '#domain/ports.ts';

/** No probe says more than this; what comes after is dropped. */
const MAX_OUTPUT = 1_000_000;

/** How long a process group has to end by itself when it is told to. */
const GRACE_MS = 2000;

/**
 * Starts an argument array as a process group of its own, which ends with the signal: SIGTERM, and after two seconds
 * SIGKILL for what is left of it. Never a shell.
 * @param env default: the environment of this process
 */
export function startCommand(
  [command = '', ...args]: readonly string[],
  signal: AbortSignal,
  env?: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { detached: true, stdio: 'pipe', ...(env ? { env } : {}) });
  const end = () => {
    signalGroup(child.pid, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS);
    child.once('close', () => clearTimeout(timer));
  };
  signal.addEventListener('abort', end, { once: true });
  child.once('close', () => signal.removeEventListener('abort', end));
  return child;
}

function signalGroup(pid: number | undefined, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** @throws ToolError when it cannot be started; an exit code is a result, not an error */
export async function spawnCommand(argv: readonly string[], signal: AbortSignal): Promise<CommandResult> {
  signal.throwIfAborted();
  const child = startCommand(argv, signal);
  child.stdin.end();
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout.length < MAX_OUTPUT) stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < MAX_OUTPUT) stderr += text;
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new ToolError(`running "${argv[0] ?? ''}": ${cause.message}`, { cause, tail: '' })),
    );
    child.once('close', (code) => resolve(code ?? -1));
  });
  signal.throwIfAborted();
  return { exitCode, stdout, stderr };
}
