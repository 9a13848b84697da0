import { isShared } from '#domain/approval.ts';
import type { Click, Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import type { RunView } from '#domain/fold.ts';
import { dateOf } from '#domain/mrkdwn.ts';
import { isLapsed, isUnapproved } from '#domain/rounds.ts';
import type { Environment } from '#domain/stack.ts';
import { closedBy } from '#domain/window.ts';
import { words as say } from '#words/decisions.ts';
import { decide, type Decider } from './decisions.ts';
import { freezeText } from './run-text.ts';
import { requireRight } from './target.ts';

/** Has an ended run go on from its first step that is not done, under the conditions of a new one. */
export async function retry(click: Click, decider: Decider): Promise<Reply> {
  const { caller, deps } = decider;
  let environment: Environment | undefined;
  const after = await decide(click, decider, async ({ view, environment: its }) => {
    environment = its;
    requireRight('operate', its, decider);
    if (view.state !== 'ended') throw new InputError(say.stillRuns(click.run));
    if (view.outcome === 'succeeded' || view.outcome === 'degraded') throw new InputError(say.nothingLeft(click.run));
    if (isUnapproved(view)) throw new InputError(say.wasNotApproved(click.run));
    return { type: 'retried', by: caller.person };
  });
  const before = environment ? await conditionsOf(after, environment, deps.gate) : [];
  return { kind: 'text', text: [say.retried(click.run), ...before].join(' ') };
}

/** What comes before its next step, a sentence each. */
async function conditionsOf(
  view: RunView,
  environment: Environment,
  gate: Decider['deps']['gate'],
): Promise<readonly string[]> {
  const { name, maintenanceWindows, approvalHours } = environment;
  if (view.risk === undefined || view.risk === 'read') return [];
  const [freeze, nowMs] = await Promise.all([gate.frozen(name), gate.nowMs(name)]);
  const closed = isShared(view.risk) ? undefined : closedBy(maintenanceWindows, nowMs, { who: '', reason: '' });
  return [
    ...(isLapsed(view, environment) ? [view.approval ? say.asksAgain(approvalHours) : say.asksAnew] : []),
    ...(freeze ? [say.isFrozen(freezeText(freeze))] : []),
    ...(closed?.until === undefined ? [] : [say.waitsForWindow(dateOf(closed.until))]),
  ];
}
