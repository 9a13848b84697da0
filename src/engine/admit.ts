import { changesBetween, digestOf, isShared, needsOf } from '#domain/approval.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { RunView } from '#domain/fold.ts';
import type { Gate } from '#domain/ports.ts';
import type { Plan } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { words } from '#words/engine.ts';

/**
 * What happens to a run now. `go`: carry it on. `park`: write these events, the last of which frees the worker; none:
 * nothing has changed. `cancel`: write these, then end it.
 */
export type Admission =
  | { readonly kind: 'go' }
  | { readonly kind: 'park'; readonly events: readonly RunEventBody[] }
  | { readonly kind: 'cancel'; readonly events: readonly RunEventBody[] };

const GO: Admission = { kind: 'go' };

/** True once a step was begun: from then on the stored facts and plan hold, because our own steps altered the world. */
export function hasBegun({ steps }: RunView): boolean {
  return steps.some(({ status }) => status !== 'pending');
}

/** Before a worker takes a planned run on: is it stopped, still judged, frozen out, or not its turn? */
export async function admit(view: RunView, gate: Gate): Promise<Admission> {
  const { request, approval, risk } = view;
  const { stop, freeze } = await gate.control(request);
  if (stop && !hasBegun(view)) return { kind: 'cancel', events: [{ type: 'stop-asked', ...stop }] };
  if (approval?.state === 'denied') return { kind: 'cancel', events: [] };
  if (approval?.state === 'asking') return overTime(view, await gate.nowMs());
  if (freeze && risk !== undefined && risk !== 'read') {
    return {
      kind: 'park',
      events: view.freeze?.at === freeze.at && view.state === 'held' ? [] : [{ type: 'held', freeze }],
    };
  }
  if (risk === undefined || isShared(risk)) return GO;
  const { place, behind } = await gate.enter(request, Date.parse(approval?.approvedAt ?? request.askedAt));
  if (behind === undefined) return GO;
  const isSame = view.state === 'waiting' && view.queue?.place === place && view.queue.behind === behind.number;
  return { kind: 'park', events: isSame ? [] : [{ type: 'waiting', place, behind: behind.number }] };
}

/** An approval that nobody gave in time: reminds at half of it, ends at its end. */
function overTime({ approval }: RunView, nowMs: number): Admission {
  if (!approval) return GO;
  const endsMs = Date.parse(approval.expiresAt);
  if (nowMs >= endsMs) return { kind: 'cancel', events: [{ type: 'expired' }] };
  const isHalf = nowMs >= (Date.parse(approval.askedAt) + endsMs) / 2;
  return { kind: 'park', events: isHalf && !approval.reminded ? [{ type: 'reminded' }] : [] };
}

/** The asking for approval of this plan; undefined when nobody needs to agree, or all have agreed to just this. */
export function askFor(
  view: RunView,
  plan: Plan,
  { environment, nowMs }: { readonly environment: Environment; readonly nowMs: number },
): RunEventBody | undefined {
  const needs = needsOf(plan, environment);
  if (!needs || hasBegun(view)) return undefined;
  const { digest, judged } = digestOf(plan);
  const before = view.approval;
  if (before?.state === 'approved' && before.digest === digest) return undefined;
  const expiresAt = new Date(nowMs + environment.approvalMinutes * 60_000).toISOString();
  const changes = before ? changesBetween(before.judged, judged, words.reordered) : [];
  return { type: 'asked', digest, needs, expiresAt, judged, changes };
}
