import type { Asked, Reply } from '#domain/command.ts';
import type { FormValues } from '#domain/form.ts';
import { code } from '#domain/mrkdwn.ts';
import { words as say } from '#words/commands.ts';
import { type Call, type CommandForm, type CommandSpec, usage } from './spec.ts';
import { require, same } from './target.ts';

/** True when a form can ask for what was not said: in Slack, and nothing but the environment was. */
export function isUnsaid({ request, args }: Call): boolean {
  // A mention brings no trigger that could open anything.
  return (
    request.origin.kind === 'slack' &&
    !request.mention &&
    [...args.options.keys()].every((name) => name === 'environment')
  );
}

/** True when nothing was said at all, and a form can ask for it. */
export function isBare(call: Call): boolean {
  const { words, options } = call.args;
  return isUnsaid(call) && words.length + options.size === 0;
}

/** Has Slack show the form of a command; its text is for where that fails. */
export function ask(spec: CommandSpec, call: Call, values: FormValues = {}): Reply {
  const text = say.usageIs(code(usage(spec, call)));
  return { kind: 'text', text, error: true, form: { command: spec.name, values } };
}

/**
 * The form for what a mention left out, where it said nothing but the environment: the answer has a button that opens it.
 * undefined: nothing that a form of this command could ask for.
 */
export function offered({ name, form }: CommandSpec, call: Call): Asked | undefined {
  const { request, args } = call;
  const { environment: option, ...others } = Object.fromEntries(args.options);
  const [word = option, ...more] = args.words;
  const said = Object.keys(others).length + more.length;
  const environments = request.mention && form && said === 0 ? form.environments(call) : [];
  if (word === undefined) return environments.length === 0 ? undefined : { command: name, values: {} };
  const meant = environments.find((environment) => same(environment.name, word));
  return meant && { command: name, values: { environment: meant.name } };
}

/** For a form that has nothing to offer. @throws PolicyError to somebody who may do it nowhere, or nowhere any more */
export function refuse(
  { title, right = 'operate' }: CommandForm,
  call: Call,
  { environment: wanted }: FormValues,
): never {
  const all = call.deps.stack.environments;
  const about = all.find(({ name }) => name === wanted) ?? all[0];
  if (about) require(right, about, call);
  throw new Error(`drawing the form "${title}": there is nothing to choose from`);
}
