import { isShared } from './approval.ts';
import type { RunView } from './fold.ts';
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
