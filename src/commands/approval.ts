import { type Approval, isTooLong, type Refusal, refusalOf } from '#domain/approval.ts';
import type { Click, Reply } from '#domain/command.ts';
import { InputError, PolicyError } from '#domain/errors.ts';
import type { RunView } from '#domain/fold.ts';
import { escapeName } from '#domain/mrkdwn.ts';
import type { Statement } from '#domain/proof.ts';
import { redact } from '#domain/redact.ts';
import { askersOf } from '#domain/rounds.ts';
import { words as say } from '#words/decisions.ts';
import { decide, type Decider, look, type Seen } from './decisions.ts';
import { isInSlack, proverOf } from './prove.ts';
import { requireRight } from './target.ts';

/** What does not keep anybody from denying. */
const FREE_TO_DENY: ReadonlySet<Refusal> = new Set(['own-run', 'twice', 'wrong-name']);
/** What breaking the glass is for. */
const FREE_TO_BREAK: ReadonlySet<Refusal> = new Set(['own-run', 'twice']);

/** Counts the caller's approval of the plan they saw. */
export async function approve(click: Click, decider: Decider): Promise<Reply> {
  const prove = proverOf(decider);
  const after = await decide(click, decider, async (seen) => {
    requireRight('approve', seen.environment, decider);
    const approval = await judge(click, decider, seen);
    if (isInSlack(decider) && isTooLong(approval)) throw new InputError(say.planTooLong(click.run));
    const proof = await prove(statementOf('approve', click, { decider, seen, approval }));
    return { type: 'approved', by: decider.caller.person, digest: approval.digest, proof };
  });
  const { by, needs } = after.approval ?? { by: [], needs: { others: 1 } };
  return { kind: 'text', text: say.approved(click.run, by.length, needs.others) };
}

/** The name that the caller has to type first; undefined: none. @throws PolicyError when they may not decide so */
export async function nameToType(
  click: Click,
  decider: Decider,
  decision: 'approve' | 'break-glass' = 'approve',
): Promise<string | undefined> {
  const isGlass = decision === 'break-glass';
  const seen = await look(click, decider);
  requireRight(isGlass ? 'breakGlass' : 'approve', seen.environment, decider);
  const free = new Set<Refusal>(['wrong-name', ...(isGlass ? FREE_TO_BREAK : [])]);
  const { needs } = await judge(click, decider, { ...seen, free });
  return needs.typed;
}

/** Ends the asking: the run does not go on. The requester may take their own run back this way too. */
export async function deny(click: Click, decider: Decider): Promise<Reply> {
  const reason = reasonOf(click, say.noReason);
  const prove = proverOf(decider);
  await decide(click, decider, async (seen) => {
    const approval = await judgeDenial(click, decider, seen);
    const proof = await prove(statementOf('deny', { reason }, { decider, seen, approval }));
    return { type: 'denied', by: decider.caller.person, digest: approval.digest, reason, proof };
  });
  return { kind: 'text', text: say.denied(click.run) };
}

/** @throws PolicyError when the caller may not deny, so that nobody gives a reason in vain */
export async function mayDeny(click: Click, decider: Decider): Promise<void> {
  await judgeDenial(click, decider, await look(click, decider));
}

/** Has the run go on without those who would have to agree, for a reason that everybody reads. */
export async function breakGlass(click: Click, decider: Decider): Promise<Reply> {
  const reason = reasonOf(click, say.noGlassReason);
  const prove = proverOf(decider);
  await decide(click, decider, async (seen) => {
    requireRight('breakGlass', seen.environment, decider);
    const approval = await judge(click, decider, { ...seen, free: FREE_TO_BREAK });
    const proof = await prove(statementOf('break-glass', { ...click, reason }, { decider, seen, approval }));
    return { type: 'glass-broken', by: decider.caller.person, digest: approval.digest, reason, proof };
  });
  return { kind: 'text', text: say.glassBroken(click.run) };
}

type About = { readonly decider: Decider; readonly seen: Seen; readonly approval: Approval };

function statementOf(
  decision: Statement['decision'],
  { typed, reason }: Pick<Click, 'typed' | 'reason'>,
  { decider, seen, approval: { digest, askedAt } }: About,
): Statement {
  return { decision, run: seen.run, digest, askedAt, by: decider.caller.person, typed, reason };
}

/** @throws InputError when there is none */
function reasonOf({ reason = '' }: Click, none: string): string {
  if (reason.trim() === '') throw new InputError(none);
  return redact(reason.trim());
}

async function judgeDenial(click: Click, decider: Decider, seen: Seen): Promise<Approval> {
  const isOwn = decider.caller.person.id === seen.view.request.by.id;
  if (!isOwn) requireRight('approve', seen.environment, decider);
  return judge(click, decider, { ...seen, free: FREE_TO_DENY });
}

/** The asking that is decided about. @throws PolicyError when the decision does not count, but for what is `free` */
async function judge(
  { digest = '', typed }: Click,
  { caller, deps }: Decider,
  { view, environment, free }: Seen & { readonly free?: ReadonlySet<Refusal> },
): Promise<Approval> {
  const decision = { by: caller.person, digest, typed, nowMs: await deps.gate.nowMs(environment.name), free };
  const refusal = refusalOf(view.approval, askersOf(view), decision);
  if (!view.approval || refusal) throw refused(refusal ?? 'nothing-asked', view);
  return view.approval;
}

function refused(refusal: Refusal, { approval, request }: RunView): PolicyError {
  const why = say.refusals[refusal](escapeName(approval?.needs.typed ?? ''));
  return new PolicyError(why, { environment: request.environment });
}
