import { judge } from '#domain/access.ts';
import type { Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import { code } from '#domain/mrkdwn.ts';
import { nearest } from '#domain/nearest.ts';
import { words as say } from '#words/commands.ts';
import { type Call, type CommandSpec, usage } from './spec.ts';

const SELF: CommandSpec = {
  name: 'help',
  aliases: [],
  parameters: '[command]',
  summary: say.help,
  answer: async (call) => help(call, []),
};

/** Whether the caller may do this on any environment from here. */
function isOpen({ right }: CommandSpec, { request, deps }: Call): boolean {
  if (right === undefined) return true;
  return deps.stack.environments.some((environment) => judge(environment, right, request.caller).allowed);
}

/** What the caller may do from here, a line each. @throws InputError when help is asked for a command there is not */
export function help(call: Call, commands: readonly CommandSpec[]): Reply {
  const [word] = call.args.words;
  const known = commands.find(({ name, aliases }) => word !== undefined && [name, ...aliases].includes(word));
  if (word !== undefined && !known && word !== 'help') {
    const open = commands.filter((spec) => isOpen(spec, call)).map(({ name }) => name);
    const near = nearest(word, open);
    throw new InputError(say.noCommand(word), near === undefined ? {} : { advice: say.didYouMean(near) });
  }
  if (known) return { kind: 'text', text: lineOf(known, call) };
  const open = commands.filter((spec) => isOpen(spec, call));
  const lines = [...open, SELF].map((spec) => `• ${lineOf(spec, call)}`);
  const isEmpty = open.every(({ right }) => right === undefined);
  const { mention: { run } = {} } = call.request;
  const here = run === undefined ? [] : [say.helpInThread(run)];
  return { kind: 'text', text: [...here, say.helpTitle, ...lines, ...(isEmpty ? [say.nothingHere] : [])].join('\n') };
}

function lineOf(spec: CommandSpec, call: Call): string {
  return `${code(usage(spec, call))}  ${spec.summary}`;
}
