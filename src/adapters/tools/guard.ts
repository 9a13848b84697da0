import { readFileSync } from 'node:fs';
import { setImmediate as pollPhase } from 'node:timers/promises';
import { z } from 'zod';
import { startCommand } from '../reach/spawn.ts';
import { behind } from '../shell.ts';

const SOURCE = readFileSync(new URL('guard.py', import.meta.url), 'utf8');
/** The first sign of the guard: a connection is made, Python is started. */
const GREETING_MS = 60_000;
/** Pings come each second, and each tick may have missed one. */
const LEAST_QUIET_MS = 5000;
/** How long the way back may take after all is over there, and what hangs between may be open. */
const CLOSING_MS = 5000;
const MAX_COMPLAINT = 10_000;

/** What the guard is asked to run. */
export type GuardCall = {
  readonly argv: readonly string[];
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
  /** Name of a file in the folder; the lines that are added to it are heard. */
  readonly progress: string | null;
  /** Processes with the same mark are of the same layer: never two programs of them. */
  readonly mark: string;
  readonly graceMs: number;
  readonly silenceMs: number;
};

const Ended = z.object({
  guard: z.literal('ended'),
  exit: z.number().optional(),
  signal: z.number().optional(),
  cause: z.enum(['stop', 'silence', 'hangup', 'told']).optional(),
  refused: z.enum(['tool', 'cwd', 'left', 'folder']).optional(),
  what: z.string().default(''),
});
const Event = z.discriminatedUnion('guard', [
  z.object({ guard: z.literal('ping'), n: z.number() }),
  z.object({ guard: z.literal('swept'), pids: z.array(z.number()) }),
  z.object({ guard: z.literal('started') }),
  z.object({ guard: z.literal('said'), line: z.string() }),
  Ended,
]);

/** How it went. `notReached`: no guard ever answered; `lost`: one did, and then the way to it was gone. */
export type GuardEnd =
  | { readonly kind: 'ended'; readonly end: z.infer<typeof Ended> }
  | { readonly kind: 'notReached'; readonly complaint: string; readonly code: number | undefined }
  | { readonly kind: 'lost'; readonly complaint: string };

export type Guarded = {
  /** Argument array in front; empty: this host. */
  readonly command: readonly string[];
  readonly call: GuardCall;
  /** The whole environment of what is started on this host. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ends it: TERM there, the grace, KILL; the way to it too, when it does not answer. */
  readonly signal: AbortSignal;
  onOutput(bytes: Uint8Array): void;
  onSaid(line: string): void;
};

/**
 * Runs the guard where the command leads and answers its pings while this process lives. Resolves when nothing of it is
 * left on this host. Throws nothing.
 */
export async function runGuard({ command, call, variables, signal, onOutput, onSaid }: Guarded): Promise<GuardEnd> {
  const cut = new AbortController();
  const child = startCommand(behind(command, ['python3', '-IS', '-c', SOURCE]), cut.signal, variables);
  const later = (ms: number) => setTimeout(() => cut.abort(), ms);
  let [complaint, code] = ['', undefined as number | undefined];
  let end: z.infer<typeof Ended> | undefined;
  let isGreeted = false;
  let quietTicks = 0;
  const timers: NodeJS.Timeout[] = [];

  function complain(text: string): void {
    complaint = (complaint + text).slice(-MAX_COMPLAINT);
  }

  function hear(line: string): void {
    const event = readEvent(line);
    if (!event) return complain(`${line}\n`);
    if (event.guard === 'said') onSaid(event.line);
    if (event.guard === 'ping') {
      quietTicks = 0;
      child.stdin.write(event.n === 0 ? `${JSON.stringify(call)}\n` : `${event.n}\n`);
      isGreeted = true;
    }
    if (event.guard === 'ended') {
      end = event;
      timers.push(later(CLOSING_MS));
    }
  }

  function stop(): void {
    if (isGreeted) child.stdin.write('stop\n');
    timers.push(later(isGreeted ? call.graceMs + CLOSING_MS : 0));
  }

  /** Ticks are not made up for after a standstill of this process, and what came meanwhile is read first. */
  async function tick(): Promise<void> {
    await pollPhase();
    quietTicks += 1;
    const most = isGreeted ? Math.max(2 * call.silenceMs, LEAST_QUIET_MS) : GREETING_MS;
    if (quietTicks * 1000 < most || cut.signal.aborted) return;
    complain(`no answer within ${most / 1000} s`);
    cut.abort();
  }

  child.stdin.on('error', () => undefined);
  child.stdout.on('data', onOutput);
  eachLine(child.stderr, hear);
  const ticking = setInterval(() => void tick(), 1000);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  // What the command left running may hold its streams open, as a master connection of ssh does.
  child.once('exit', () => {
    timers.push(setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream.destroy()), CLOSING_MS));
  });
  await new Promise<void>((resolve) => {
    child.once('error', (error) => {
      complain(error.message);
      resolve();
    });
    child.once('close', (exitCode) => {
      code = exitCode ?? undefined;
      resolve();
    });
  });
  clearInterval(ticking);
  timers.forEach(clearTimeout);
  signal.removeEventListener('abort', stop);
  if (end) return { kind: 'ended', end };
  if (isGreeted) return { kind: 'lost', complaint: complaint.trim() };
  return { kind: 'notReached', complaint: complaint.trim(), code };
}

function readEvent(line: string): z.infer<typeof Event> | undefined {
  if (!line.startsWith('{"guard":')) return undefined;
  try {
    return Event.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** A line without an end is cut, as nobody here writes such. */
function eachLine(stream: NodeJS.ReadableStream, hear: (line: string) => void): void {
  const MOST = 1024 * 1024;
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()?.slice(-MOST) ?? '';
    lines.forEach(hear);
  });
  stream.on('end', () => {
    if (rest !== '') hear(rest);
  });
}
