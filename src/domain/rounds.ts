import { isShared } from './approval.ts';
import type { RunView, StepView } from './fold.ts';
import type { Person } from './run.ts';
import type { Environment } from './stack.ts';

/** True once a step was begun, in this round or before: from then on our own steps have altered the world. */
export function hasBegun({ steps }: Pick<RunView, 'steps'>): boolean {
  return steps.some(({ status }) => status !== 'pending');
}

/** Those who had the run go on: whoever asked for it, and whoever retried it last. */
export function askersOf({ request, retried }: Pick<RunView, 'request' | 'retried'>): readonly Person[] {
  return retried ? [request.by, retried.by] : [request.by];
}

/** True for an ended run that is not retried: it was denied, or nobody agreed to it before its first step. */
export function isUnapproved({ approval, steps }: Pick<RunView, 'approval' | 'steps'>): boolean {
  if (!approval || approval.state === 'approved') return false;
  return approval.state === 'denied' || !hasBegun({ steps });
}

/**
 * True for a retried run that people have to agree to anew before its first step: they did longer ago than
 * `approvalHours` when it was retried, or the last time they were asked they did not.
 */
export function isLapsed(
  { approval, retried, round, begunAt, risk }: RunView,
  { approvalHours }: Pick<Environment, 'approvalHours'>,
): boolean {
  if (!retried || begunAt !== undefined || risk === undefined || isShared(risk)) return false;
  if (!approval) return true;
  if (approval.round === round || approval.approvedAt === undefined) return false;
  return Date.parse(retried.at) - Date.parse(approval.approvedAt) >= approvalHours * 3_600_000;
}

/** What whoever judges a retried run has to know besides its plan; undefined when its approval was asked for before. */
export function goingOnOf({
  approval,
  retried,
  round,
  steps,
}: RunView): { readonly by: Person; readonly done: number; readonly all: number } | undefined {
  if (approval?.state !== 'asking' || approval.round !== round || !retried) return undefined;
  const done = steps.filter(({ status }) => status === 'done' || status === 'skipped').length;
  return { by: retried.by, done, all: steps.length };
}

/** The run at the beginning of its next round: what was done and is still there stays done; what failed, or was removed by the clean-up, is to do again. */
export function reopened(view: RunView): RunView {
  const stays = ({ id, status }: StepView) => (status === 'done' && !view.undone.includes(id)) || status === 'skipped';
  return {
    ...view,
    state: view.facts === undefined ? 'queued' : 'running',
    round: view.round + 1,
    // An asking that nobody said yes to ended with the run.
    approval: view.approval?.state === 'approved' ? view.approval : undefined,
    steps: view.steps.map((step) => (stays(step) ? { ...step, isTimed: false } : anew(step))),
    begunAt: undefined,
    undone: [],
    stuck: {},
    worker: undefined,
    outcome: undefined,
    error: undefined,
    report: undefined,
    endedAt: undefined,
    stop: undefined,
  };
}

function anew({ id, title, layer, risk, skip, usuallyMs, status }: StepView): StepView {
  return { id, title, layer, risk, skip, usuallyMs, status: status === 'pending' ? 'pending' : 'unknown' };
}
