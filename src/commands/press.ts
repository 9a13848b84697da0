import { isLong } from '#domain/approval.ts';
import type { Click, ClickRequest, Reply, Showing } from '#domain/command.ts';
import type { RunView } from '#domain/fold.ts';
import { keepRefusal, refusedText } from './answer.ts';
import { approve, deny, mayDeny, nameToType } from './approval.ts';
import { type Decider, look, resolveDoubt, stop, tell } from './decisions.ts';
import { takeOffer } from './offer.ts';
import { retry } from './retry.ts';
import { unschedule } from './schedule.ts';
import { showing } from './showing.ts';
import type { CommandDeps } from './spec.ts';

/** What comes first: the name of what the plan destroys, the whole of a long plan (and such a name), or why it is denied. */
export type Asking =
  | { readonly kind: 'ask-name'; readonly name: string }
  | { readonly kind: 'ask-plan'; readonly view: RunView }
  | { readonly kind: 'ask-reason' };

/**
 * Decides about a run by a click; every right is looked at anew. What the caller may not do, or not now, comes back as a
 * text with `error`.
 * @throws whatever is a fault of ours or of what we stand on, never InputError, PolicyError or BusyError
 */
export async function press(
  { action, click, caller, origin, groupsUnknown }: ClickRequest,
  deps: CommandDeps,
): Promise<Reply | Asking | Showing> {
  const decider: Decider = { caller, groupsUnknown, deps };
  try {
    switch (action) {
      case 'approve':
        return (await questionFor(click, decider)) ?? (await approve(click, decider));
      case 'deny':
        if (click.reason !== undefined) return await deny(click, decider);
        await mayDeny(click, decider);
        return { kind: 'ask-reason' };
      case 'stop-step':
        return await stop(click, 'after-step', decider);
      case 'stop-now':
        return await stop(click, 'now', decider);
      case 'step-done':
        return await resolveDoubt(click, 'done', decider);
      case 'step-again':
        return await resolveDoubt(click, 'again', decider);
      case 'tell':
        return await tell(click, decider);
      case 'as-text':
        return await showing(click, 'text', decider);
      case 'full-picture':
        return await showing(click, 'picture', decider);
      case 'retry':
        return await retry(click, decider);
      case 'offer':
        return await takeOffer(click, origin, decider);
      case 'unschedule':
        return await unschedule({ schedule: click.run, key: click.key }, decider);
    }
  } catch (error) {
    await keepRefusal(error, { by: caller.person, what: `${action} #${click.run}`, deps });
    return { kind: 'text', error: true, text: refusedText(error) };
  }
}

/** What is asked before a click counts as agreement; undefined once that was answered, or when there is nothing to ask. */
async function questionFor(click: Click, decider: Decider): Promise<Asking | undefined> {
  if (click.typed !== undefined) return undefined;
  const name = await nameToType(click, decider);
  const { view } = await look(click, decider);
  if (view.approval && isLong(view.approval)) return { kind: 'ask-plan', view };
  return name === undefined ? undefined : { kind: 'ask-name', name };
}
