import type { Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import { fold } from '#domain/fold.ts';
import { escapeName } from '#domain/mrkdwn.ts';
import type { RunRef } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { words as say } from '#words/commands.ts';
import { ask, isBare } from './asking.ts';
import { type Decider, freeze, resolveDoubt, stop, unfreeze } from './decisions.ts';
import { freezeForm, unfreezeForm } from './freeze-forms.ts';
import { retry } from './retry.ts';
import { runForm } from './run-forms.ts';
import { freezeText, lineOf } from './run-text.ts';
import type { Call, CommandSpec } from './spec.ts';
import { defaultOf, endOfWords, findEnvironment, permitted, readRun, require } from './target.ts';
import { readUntil } from './moment.ts';

export function deciderOf({ request: { caller, groupsUnknown, origin, sign }, deps }: Call): Decider {
  return {
    caller,
    groupsUnknown,
    deps,
    ...(origin.kind === 'terminal' ? { terminal: { host: origin.host, sign } } : {}),
  };
}

export const stopRun: CommandSpec = {
  name: 'stop',
  aliases: ['cancel'],
  parameters: '<run> [now]',
  summary: say.stop,
  right: 'operate',
  form: runForm('stop', 'operate'),
  async answer(call) {
    if (isBare(call) && permitted('operate', call).length > 0) return ask(stopRun, call);
    const {
      number: run,
      rest: [how, extra],
    } = readRun(call);
    endOfWords(extra);
    if (how !== undefined && how.toLowerCase() !== 'now') throw new InputError(say.extraWord(how));
    return stop({ run }, how === undefined ? 'after-step' : 'now', deciderOf(call));
  },
};

export const retryRun: CommandSpec = {
  name: 'retry',
  aliases: ['resume'],
  parameters: '<run>',
  summary: say.retry,
  right: 'operate',
  form: runForm('retry', 'operate'),
  async answer(call) {
    if (isBare(call) && permitted('operate', call).length > 0) return ask(retryRun, call);
    const { number: run, rest } = readRun(call);
    endOfWords(rest[0]);
    return retry({ run }, deciderOf(call));
  },
};

export const resolveStep: CommandSpec = {
  name: 'resolve',
  aliases: [],
  parameters: '<run> done|again',
  summary: say.resolve,
  right: 'operate',
  async answer(call) {
    const {
      number: run,
      rest: [how = '', extra],
    } = readRun(call);
    endOfWords(extra);
    const as = how.toLowerCase();
    if (as !== 'done' && as !== 'again') throw new InputError(say.notHow(how));
    return resolveDoubt({ run }, as, deciderOf(call));
  },
};

/** The environments of `<environment|all>`, each of which the caller may operate. */
function meant(call: Call): { environments: readonly Environment[]; rest: readonly string[] } {
  const [first] = call.args.words;
  if (first?.toLowerCase() !== 'all') {
    const { environment, rest } = findEnvironment(call);
    require('operate', environment, call);
    return { environments: [environment], rest };
  }
  const { environments } = call.deps.stack;
  for (const environment of environments) require('operate', environment, call);
  return { environments, rest: call.args.words.slice(1) };
}

export const freezeEnvironment: CommandSpec = {
  name: 'freeze',
  aliases: [],
  parameters: '<environment|all> "reason" [until]',
  summary: say.freeze,
  right: 'operate',
  options: ['environment'],
  form: freezeForm,
  async answer(call) {
    if (isBare(call) && permitted('operate', call).length > 0) return ask(freezeEnvironment, call);
    const { environments, rest } = meant(call);
    const [reason = '', word, extra] = rest;
    endOfWords(extra);
    if (reason.trim() === '') throw new InputError(say.freezeWithoutReason);
    const until =
      word === undefined ? undefined : readUntil(word, await call.deps.gate.nowMs(environments[0]?.name ?? ''));
    return freeze(environments, { reason, until }, deciderOf(call));
  },
};

export const unfreezeEnvironment: CommandSpec = {
  name: 'unfreeze',
  aliases: ['thaw'],
  parameters: '<environment|all>',
  summary: say.unfreeze,
  right: 'operate',
  options: ['environment'],
  form: unfreezeForm,
  async answer(call) {
    const isOpen = isBare(call) && !defaultOf(call);
    if (isOpen && permitted('operate', call).length > 0) return ask(unfreezeEnvironment, call);
    const { environments, rest } = meant(call);
    endOfWords(rest[0]);
    return unfreeze(environments, deciderOf(call));
  },
};

export const queue: CommandSpec = {
  name: 'queue',
  aliases: [],
  parameters: '[environment]',
  summary: say.queue,
  right: 'view',
  options: ['environment'],
  async answer(call): Promise<Reply> {
    const { environment, rest } = findEnvironment(call);
    require('view', environment, call);
    endOfWords(rest[0]);
    const { gate, journal } = call.deps;
    const viewOf = async (run: RunRef) => fold(await journal.read(run));
    const [{ inside, waiting }, frozen, nowMs] = await Promise.all([
      gate.queue(environment.name),
      gate.frozen(environment.name),
      gate.nowMs(environment.name),
    ]);
    const [first, ...others] = await Promise.all([inside ? viewOf(inside) : undefined, ...waiting.map(viewOf)]);
    const name = escapeName(environment.name);
    const text = [
      first ? say.inside(name, lineOf(first, { nowMs })) : say.nobodyInside(name),
      ...others.flatMap((view) => (view ? [lineOf(view, { nowMs, ahead: first })] : [])),
      ...(frozen ? [say.frozen(freezeText(frozen))] : []),
    ];
    return { kind: 'text', text: text.join('\n') };
  },
};
