import { ToolError } from '#domain/errors.ts';
import type { Artifacts } from '#domain/ports.ts';
import type { ToolCall, ToolResult, Tools } from '#domain/tools.ts';
import { words } from '#words/tools.ts';
import { followPlaybook, isAnsible, PROGRESS, withProgress } from './ansible.ts';
import { type GuardCall, type GuardEnd, runGuard } from './guard.ts';
import { openLog } from './log.ts';
import { openMask } from './mask.ts';
import { openTail } from './tail.ts';

const OUTPUT_CHARACTERS = 64 * 1024;

export type ToolsPlace = {
  /** Argument array in front of every program; empty: this host. */
  readonly command: readonly string[];
  /** `<installation>/<environment>/<layer>`: what a dead worker left of it is killed before anything else of it is run. */
  readonly mark: string;
  /** All that programs get to see of this process' environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where logs are kept; without it nowhere. */
  readonly artifacts?: Artifacts | undefined;
  /**
   * How long the worker may be silent before its programs are killed; less than two thirds of the lease, whose heartbeat is
   * a third: then nobody else can have the run before. Default 10 s.
   */
  readonly silenceMs?: number | undefined;
  /** Between TERM and KILL. Default 10 s. */
  readonly graceMs?: number | undefined;
};

/** Programs under a guard, where the command leads. */
export function openTools(place: ToolsPlace, signal: AbortSignal): Tools {
  return {
    async run(plain) {
      signal.throwIfAborted();
      const call = isAnsible(plain) ? withProgress(plain) : plain;
      const follower = followPlaybook(call.onProgress?.bind(call));
      const sink = await openSink(place.artifacts, call);
      const { command, variables } = place;
      const guarded = { command, variables, call: guardCall(place, call), signal };
      const end = await runGuard({ ...guarded, onOutput: sink.push, onSaid: follower.hear });
      const { output, log } = await sink.end();
      signal.throwIfAborted();
      return { exitCode: exitCodeOf(end, { call, command, tail: output }), output, playbook: follower.playbook(), log };
    },
  };
}

function guardCall({ mark, silenceMs = 10_000, graceMs = 10_000 }: ToolsPlace, call: ToolCall): GuardCall {
  const { argv, cwd = null, env = {}, files = {}, links = {} } = call;
  const progress = isAnsible(call) ? PROGRESS : null;
  return { argv, cwd, env, files, links, progress, mark, graceMs, silenceMs };
}

type Sink = { push(bytes: Uint8Array): void; end(): Promise<Pick<ToolResult, 'output' | 'log'>> };

/** Takes the output: whatever it is, as text without secrets. */
async function openSink(artifacts: Artifacts | undefined, { log: wanted, secrets = [] }: ToolCall): Promise<Sink> {
  const decoder = new TextDecoder();
  const mask = openMask(secrets);
  const tail = openTail(OUTPUT_CHARACTERS);
  const log = wanted && artifacts && (await openLog(artifacts, wanted, mask.peek));
  const take = (text: string) => {
    tail.push(text);
    log?.push(text);
  };
  return {
    push: (bytes) => take(mask.push(decoder.decode(bytes, { stream: true }))),
    async end() {
      take(mask.push(decoder.decode()));
      take(mask.end());
      await log?.end();
      return { output: tail.text(), log: log?.name };
    },
  };
}

type Told = { readonly call: ToolCall; readonly command: readonly string[]; readonly tail: string };

/** @throws ToolError when the program did not end by itself */
function exitCodeOf(result: GuardEnd, { call: { doing }, command, tail }: Told): number {
  const where = command.length === 0 ? words.here : words.behind(command);
  if (result.kind === 'notReached') {
    const { complaint, code } = result;
    const why = complaint.split('\n').at(-1) || words.ended(code ?? -1);
    throw new ToolError(words.notReached(doing, where, why), { tail, advice: words.obstacle(complaint) });
  }
  if (result.kind === 'lost') {
    const why = result.complaint.split('\n').at(-1) ?? '';
    throw new ToolError(words.lost(doing, where, why), { tail, advice: words.lostAdvice });
  }
  const { exit, signal, cause, refused, what } = result.end;
  if (refused) {
    throw new ToolError(words.refused[refused](doing, what, where), { tail, advice: words.refusedAdvice[refused] });
  }
  if (exit !== undefined) return exit;
  if (signal !== undefined) return 128 + signal;
  if (cause !== 'silence')
    throw new ToolError(words.lost(doing, where, words.told), { tail, advice: words.lostAdvice });
  throw new ToolError(words.stoodStill(doing), { tail, advice: words.stoodStillAdvice });
}
