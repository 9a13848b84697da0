import { type Refusal, refusalOf } from '#domain/approval.ts';
import type { Click, Reply } from '#domain/command.ts';
import { InputError, PolicyError } from '#domain/errors.ts';
import { escapeName } from '#domain/mrkdwn.ts';
import { words as say } from '#words/decisions.ts';
import { decide, type Decider, look, type Seen } from './decisions.ts';
import { requireRight } from './target.ts';

/** What does not keep anybody from denying. */
const FREE_TO_DENY: ReadonlySet<Refusal> = new Set(['own-run', 'twice', 'wrong-name']);

function refused(refusal: Refusal, { view: { approval, request } }: Seen): PolicyError {
  const why = say.refusals[refusal](escapeName(approval?.needs.typed ?? ''));
  return new PolicyError(why, { environment: request.environment });
}

/** Counts the caller's approval of the plan they saw. */
export async function approve(click: Click, decider: Decider): Promise<Reply> {
  const after = await decide(click, decider, async (seen) => {
    await judge(click, decider, seen);
    return { type: 'approved', by: decider.caller.person, digest: click.digest ?? '' };
  });
  const { by, needs } = after.approval ?? { by: [], needs: { others: 1 } };
  return { kind: 'text', text: say.approved(click.run, by.length, needs.others) };
}

/** The name that the caller has to type to approve; undefined: none. @throws PolicyError when they may not approve */
export async function nameToType(click: Click, decider: Decider): Promise<string | undefined> {
  const seen = await look(click, decider);
  await judge(click, decider, { ...seen, isNameOpen: true });
  return seen.view.approval?.needs.typed;
}

/** Ends the asking: the run does not go on. The requester may take their own run back this way too. */
export async function deny(click: Click, decider: Decider): Promise<Reply> {
  const reason = click.reason?.trim() ?? '';
  if (reason === '') throw new InputError(say.noReason);
  await decide(click, decider, async (seen) => {
    await judgeDenial(click, decider, seen);
    return { type: 'denied', by: decider.caller.person, digest: click.digest ?? '', reason };
  });
  return { kind: 'text', text: say.denied(click.run) };
}

/** @throws PolicyError when the caller may not deny, so that nobody gives a reason in vain */
export async function mayDeny(click: Click, decider: Decider): Promise<void> {
  await judgeDenial(click, decider, await look(click, decider));
}

/** @throws PolicyError unless the caller's approval counts; `isNameOpen`: they have not typed the name yet */
async function judge(click: Click, decider: Decider, seen: Seen & { readonly isNameOpen?: boolean }): Promise<void> {
  requireRight('approve', seen.environment, decider);
  const refusal = await refusalNow(click, decider, seen);
  if (refusal && !(seen.isNameOpen && refusal === 'wrong-name')) throw refused(refusal, seen);
}

async function judgeDenial(click: Click, decider: Decider, seen: Seen): Promise<void> {
  const isOwn = decider.caller.person.id === seen.view.request.by.id;
  if (!isOwn) requireRight('approve', seen.environment, decider);
  const refusal = await refusalNow(click, decider, seen);
  if (refusal && !FREE_TO_DENY.has(refusal)) throw refused(refusal, seen);
}

async function refusalNow({ digest = '', typed }: Click, { caller, deps }: Decider, { view, environment }: Seen) {
  const decision = { by: caller.person, digest, typed, nowMs: await deps.gate.nowMs(environment.name) };
  return refusalOf(view.approval, view.request.by, decision);
}
