import { changesBetween, digestOf, isShared, needsOf } from '#domain/approval.ts';
import type { Freeze, RunEventBody } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { Control, Gate, Journal } from '#domain/ports.ts';
import { hasBegun, isLapsed } from '#domain/rounds.ts';
import type { Plan } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { closedBy } from '#domain/window.ts';
import { words } from '#words/engine.ts';

/**
 * What happens to a run now. `go`: carry it on. `park`: write these events, the last of which frees the worker; none:
 * nothing has changed. `cancel`: write these, then end it.
 */
export type Admission =
  | { readonly kind: 'go' }
  | { readonly kind: 'park'; readonly events: readonly RunEventBody[] }
  | { readonly kind: 'cancel'; readonly events: readonly RunEventBody[] };

/**
 * What says whether a run may go on; `control`: as it was just now. `fence`: of who carries it; undefined for one who only
 * looks, and lets nobody in.
 */
type Doors = {
  readonly gate: Gate;
  readonly journal: Journal;
  readonly control: Control;
  readonly fence?: number | undefined;
};

const GO: Admission = { kind: 'go' };

/** Before a worker takes a planned run on: is it stopped, still judged, in doubt, frozen out, or not its turn? */
export async function admit(
  view: RunView,
  environment: Environment,
  { gate, journal, control, fence }: Doors,
): Promise<Admission> {
  const { request, approval, risk, retried } = view;
  const { stop, freeze: byPeople } = control;
  const isToAsk = isLapsed(view, environment);
  const isOut = !hasBegun(view) || view.state === 'waiting' || view.state === 'asking' || isToAsk;
  if (stop && isOut) return { kind: 'cancel', events: [{ type: 'stop-asked', ...stop }] };
  if (approval?.state === 'denied') return { kind: 'cancel', events: [] };
  if (approval?.state === 'asking') return overTime(view, await gate.nowMs(request.environment));
  if (view.state === 'doubt') return stop ? GO : { kind: 'park', events: [] };
  // It is asked for at any time, and waits inside of nothing meanwhile.
  if (isToAsk) return GO;
  const freeze = byPeople ?? (await outsideWindows(view, environment, gate));
  if (freeze && !stop && risk !== undefined && risk !== 'read') {
    const isTold = view.freeze?.at === freeze.at && view.state === 'held';
    return { kind: 'park', events: isTold ? [] : [{ type: 'held', freeze }] };
  }
  if (risk === undefined || isShared(risk) || fence === undefined) return GO;
  const readyAt = approval?.approvedAt ?? request.askedAt;
  const atMs = Math.max(Date.parse(readyAt), Date.parse(retried?.at ?? readyAt));
  const { place, behind } = await gate.enter(request, { fence, atMs });
  if (behind === undefined) return GO;
  const isSame = view.state === 'waiting' && view.queue?.place === place && view.queue.behind === behind.number;
  if (isSame) return { kind: 'park', events: [] };
  const by = fold(await journal.read(behind))?.request.by;
  return { kind: 'park', events: [{ type: 'waiting', place, behind: behind.number, by }] };
}

/** Changes begin in the windows of the stack file only, a retry too; one that has begun goes on to its end. */
export async function outsideWindows(
  { risk, begunAt }: Pick<RunView, 'risk' | 'begunAt'>,
  { name, maintenanceWindows }: Environment,
  gate: Gate,
): Promise<Freeze | undefined> {
  if (risk === undefined || isShared(risk) || begunAt !== undefined) return undefined;
  return closedBy(maintenanceWindows, await gate.nowMs(name), {
    who: words.stackFile,
    reason: words.outsideWindows,
  });
}

/** An approval that nobody gave in time: reminds at half of it, ends at its end. */
function overTime({ approval }: RunView, nowMs: number): Admission {
  if (!approval) return GO;
  const endsMs = Date.parse(approval.expiresAt);
  if (nowMs >= endsMs) return { kind: 'cancel', events: [{ type: 'expired' }] };
  const isHalf = nowMs >= (Date.parse(approval.askedAt) + endsMs) / 2;
  return { kind: 'park', events: isHalf && !approval.reminded ? [{ type: 'reminded' }] : [] };
}

/**
 * The asking for approval of this plan; undefined when nobody needs to agree, all have agreed to just this and not too long
 * ago, or it has begun.
 */
export function askFor(
  view: RunView,
  plan: Plan,
  { environment, nowMs }: { readonly environment: Environment; readonly nowMs: number },
): RunEventBody | undefined {
  const needs = needsOf(plan, environment);
  if (!needs || view.begunAt !== undefined) return undefined;
  const { digest, judged } = digestOf(plan);
  const before = view.approval;
  const isSame = before?.digest === digest;
  if (isSame && before.state === 'approved' && !isLapsed(view, environment)) return undefined;
  const expiresAt = new Date(nowMs + environment.approvalMinutes * 60_000).toISOString();
  const changes = before && !isSame ? changesBetween(before.judged, judged, words.reordered) : [];
  return { type: 'asked', digest, needs, expiresAt, judged, changes };
}
