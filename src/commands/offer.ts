import type { Click, Reply } from '#domain/command.ts';
import { InputError } from '#domain/errors.ts';
import type { Origin } from '#domain/run.ts';
import { words as say } from '#words/decisions.ts';
import { answer } from './answer.ts';
import { type Decider, look } from './decisions.ts';

/**
 * Gives the command that the end of a run offers, as whoever pressed the button: their own rights count. Each offer makes
 * one run, whoever presses it how often.
 * @throws InputError when the run offers nothing of the kind, or no longer
 */
export async function takeOffer(click: Click, origin: Origin, decider: Decider): Promise<Reply> {
  const { caller, deps, groupsUnknown } = decider;
  const { run, view } = await look(click, decider);
  const index = click.offer ?? -1;
  const offer = view.report?.offers?.[index];
  if (!offer) throw new InputError(say.noOffer(click.run));
  const once = `offer:${run.number}-${run.key}:${view.round}:${index}`;
  const { command, text } = offer;
  return answer({ command, text, caller, origin, once, groupsUnknown }, deps);
}
