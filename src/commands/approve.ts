import { isLong, isTooLong } from '#domain/approval.ts';
import type { Click, Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import { code, codeBlock, mention } from '#domain/mrkdwn.ts';
import { goingOnOf } from '#domain/rounds.ts';
import { words } from '#words/commands.ts';
import { words as say } from '#words/decisions.ts';
import { approve, breakGlass, deny, nameToType } from './approval.ts';
import { deciderOf } from './control.ts';
import { look } from './decisions.ts';
import { isInSlack } from './prove.ts';
import { type Call, type CommandSpec, typed } from './spec.ts';
import { endOfWords, readRun } from './target.ts';

const LEAST_DIGEST = 12;
const OPTIONS = ['plan', 'typed'];

/** What a command decides about, as a button would: the run by its key, the plan by its digest. */
async function clickOf(call: Call, number: number, reason?: string): Promise<Click> {
  const { run, view } = await look({ run: number }, deciderOf(call));
  const plan = call.args.options.get('plan')?.toLowerCase();
  if (plan !== undefined && (plan.length < LEAST_DIGEST || !/^[0-9a-f]+$/.test(plan)))
    throw new InputError(words.badPlan);
  const asked = view.approval?.digest;
  const digest = plan !== undefined && asked?.startsWith(plan) ? asked : plan;
  return { run: number, key: run.key, digest, typed: call.args.options.get('typed'), reason };
}

/** Shows the plan, and the command that decides about just this one, to somebody who may. */
async function plainly(call: Call, spec: CommandSpec, click: Click): Promise<Reply> {
  const decider = deciderOf(call);
  const { view } = await look(click, decider);
  const { approval } = view;
  if (approval?.state !== 'asking') throw new InputError(say.nothingAsked(click.run));
  const { judged, changes, digest } = approval;
  const name = await nameToType({ ...click, digest }, decider, spec.right === 'breakGlass' ? 'break-glass' : 'approve');
  const isHere = isInSlack(decider);
  if (isHere && spec.right === 'approve' && isTooLong(approval)) throw new InputError(say.planTooLong(click.run));
  const command = [
    ...[typed(spec, call), click.run],
    ...(click.reason === undefined ? [] : [`"${click.reason.replaceAll('"', "'")}"`]),
    `--plan ${digest.slice(0, LEAST_DIGEST)}`,
    ...(name === undefined ? [] : ['--typed ...']),
  ].join(' ');
  const changed = changes.length === 0 ? [] : ['', say.changed, ...changes];
  const plan = codeBlock([...judged, ...changed].join('\n'));
  const typing = name === undefined ? [] : [say.typeName(code(name))];
  const doing = [say.whichPlan(click.run, code(command)), ...typing];
  const goingOn = goingOnOf(view);
  const rest = goingOn ? [say.goesOnFrom(mention(goingOn.by.id), goingOn.done, goingOn.all)] : [];
  // Slack cuts a long answer at its end, where a terminal shows it.
  const lines = isHere && isLong(approval) ? [...doing, say.seenWhole, plan] : [plan, ...doing];
  return { kind: 'text', error: true, text: [...rest, ...lines].join('\n') };
}

export const approveRun: CommandSpec = {
  name: 'approve',
  aliases: [],
  parameters: '<run> [--plan digest] [--typed name]',
  summary: words.approve,
  right: 'approve',
  options: OPTIONS,
  async answer(call) {
    const { number, rest } = readRun(call);
    endOfWords(rest[0]);
    const click = await clickOf(call, number);
    return click.digest === undefined ? plainly(call, approveRun, click) : approve(click, deciderOf(call));
  },
};

export const denyRun: CommandSpec = {
  name: 'deny',
  aliases: [],
  parameters: '<run> "reason"',
  summary: words.deny,
  right: 'approve',
  async answer(call) {
    const {
      number,
      rest: [reason, extra],
    } = readRun(call);
    endOfWords(extra);
    // Whatever plan it is: nothing is done of it.
    const { run, view } = await look({ run: number }, deciderOf(call));
    return deny({ run: number, key: run.key, digest: view.approval?.digest, reason }, deciderOf(call));
  },
};

export const breakGlassOf: CommandSpec = {
  name: 'break-glass',
  aliases: [],
  parameters: '<run> "reason" [--plan digest] [--typed name]',
  summary: words.breakGlass,
  right: 'breakGlass',
  options: OPTIONS,
  async answer(call) {
    const {
      number,
      rest: [reason, extra],
    } = readRun(call);
    endOfWords(extra);
    if (reason === undefined) throw new InputError(say.noGlassReason);
    const click = await clickOf(call, number, reason);
    return click.digest === undefined ? plainly(call, breakGlassOf, click) : breakGlass(click, deciderOf(call));
  },
};
