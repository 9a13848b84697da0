import type { CommandRequest, Reply } from '#domain/command.ts';
import { isListed } from '#domain/access.ts';
import { InputError, PolicyError, StrataError } from '#domain/errors.ts';
import { code, escapeText } from '#domain/mrkdwn.ts';
import { nearest } from '#domain/nearest.ts';
import { redact } from '#domain/redact.ts';
import type { Person } from '#domain/run.ts';
import { words as say } from '#words/commands.ts';
import { offered } from './asking.ts';
import { parseArguments } from './grammar.ts';
import { help } from './help.ts';
import { COMMANDS } from './registry.ts';
import { type Call, type CommandDeps, type CommandSpec, usage } from './spec.ts';

const UMBRELLA = 'strata';

/**
 * Answers a command, from Slack or a terminal: understands it, checks the caller's rights, and asks for a run or looks
 * something up. What the caller did wrong, may not do, or must wait for comes back as a text with `error`.
 * @param options.tellsUsage whether a wrong input is answered with how the command is typed; default true
 * @throws whatever is a fault of ours or of what we stand on, never InputError, PolicyError or BusyError
 */
export async function answer(
  request: CommandRequest,
  deps: CommandDeps,
  { tellsUsage = true }: { readonly tellsUsage?: boolean } = {},
): Promise<Reply> {
  let spec: CommandSpec | undefined;
  let call: Call | undefined;
  try {
    refuseOutsider(request, deps);
    const args = parseArguments(request.text);
    const given: Call = { request, deps, args };
    const isUmbrella = request.command.toLowerCase() === UMBRELLA;
    const name = isUmbrella ? (args.words[0] ?? 'help') : request.command;
    call = isUmbrella ? { ...given, args: { ...args, words: args.words.slice(1) } } : given;
    if (name.toLowerCase() === 'help') return help(call, COMMANDS);
    spec = find(name);
    checkOptions(spec, call);
    return await spec.answer(call);
  } catch (error) {
    await keepRefusal(error, { by: request.caller.person, what: asWritten(request), deps });
    const isWrong = tellsUsage && error instanceof InputError;
    const usageIs = spec && isWrong ? [say.usageIs(code(usage(spec, { request, deps })))] : [];
    const form = spec && call && isWrong ? offered(spec, call) : undefined;
    return { kind: 'text', error: true, text: [refusedText(error), ...usageIs].join('\n'), ...(form ? { form } : {}) };
  }
}

/** What somebody asked for, as the audit keeps it; of a mention with the run that the thread means. */
function asWritten({ command, text, mention }: CommandRequest): string {
  if (!mention) return `/${command} ${text}`;
  return `@strata ${text}${mention.run === undefined ? '' : ` (#${mention.run})`}`;
}

/** @throws PolicyError for somebody of another workspace, whatever they ask; kept where their channel belongs */
function refuseOutsider({ caller: { isOutsider, channel } }: CommandRequest, { stack }: CommandDeps): void {
  if (!isOutsider) return;
  const here = stack.environments.find(({ channels }) => channel && isListed(channel, channels));
  throw new PolicyError(say.outsider, { environment: here?.name });
}

const MOST_KEPT = 200;

type Refused = { readonly by: Person; readonly what: string; readonly deps: CommandDeps };

/** Keeps a refusal by policy in the journal of its environment; one that cannot be kept is a refusal all the same. */
export async function keepRefusal(error: unknown, { by, what, deps }: Refused): Promise<void> {
  if (!(error instanceof PolicyError) || error.environment === undefined) return;
  const event = { type: 'refused', by, what: redact(what.trim()).slice(0, MOST_KEPT), why: error.message } as const;
  await deps.audit.record(error.environment, event).catch(() => undefined);
}

/** @throws InputError with the nearest name */
function find(name: string): CommandSpec {
  const wanted = name.toLowerCase();
  const spec = COMMANDS.find((known) => known.name === wanted || known.aliases.includes(wanted));
  if (spec) return spec;
  const near = nearest(wanted, [...COMMANDS.map((known) => known.name), 'help']);
  throw new InputError(say.noCommand(name), near === undefined ? {} : { advice: say.didYouMean(near) });
}

/** @throws InputError on an option the command does not have */
function checkOptions(spec: CommandSpec, { args }: Call): void {
  for (const name of args.options.keys()) {
    if (spec.options?.includes(name)) continue;
    const near = nearest(name, spec.options ?? []);
    throw new InputError(say.unknownOption(name), near === undefined ? {} : { advice: say.didYouMean(`--${near}`) });
  }
}

/**
 * What a person reads of a refusal. One by policy is ours, with mentions in it; every other error may hold words of the
 * caller or of a machine.
 * @throws the error itself when it is a fault of ours or of what we stand on
 */
export function refusedText(error: unknown): string {
  if (!(error instanceof StrataError) || !['INPUT', 'POLICY', 'BUSY'].includes(error.code)) throw error;
  const shown = (text: string) => (error instanceof PolicyError ? text : escapeText(text));
  return [capital(shown(error.message)), shown(error.advice ?? '')].filter((part) => part !== '').join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
