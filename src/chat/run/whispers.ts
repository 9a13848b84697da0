import type { RunView } from '#domain/fold.ts';
import { mention } from '#domain/mrkdwn.ts';
import { askersOf } from '#domain/rounds.ts';
import { words } from '#words/chat.ts';
import { askingOf, headlineOf } from './blocks.ts';
import type { Message } from '../limits.ts';

/** Something for one person alone; `part` names it among all that is shown of the run. */
export type Whisper = { readonly part: string; readonly to: string; readonly message: Message };

type Audience = {
  /** Entries of the stack file. */
  readonly approvers: readonly string[];
  /** Who is in a user group `S...`. */
  readonly membersOf: (group: string) => readonly string[];
  /** The channel that shows the run. */
  readonly channel: string;
};

/**
 * What single people should hear of a run: the approvers that half of the time for it is over, those who wanted to be told
 * that it goes on.
 */
export function whispersOf(view: RunView, { approvers, membersOf, channel }: Audience): Whisper[] {
  const { approval, request, tell, steps, state, outcome } = view;
  const where = mention(channel);
  const { what, state: how } = headlineOf(view);
  if (approval?.state === 'asking' && approval.reminded) {
    const people = approvers.flatMap((entry) =>
      entry.startsWith('S') ? membersOf(entry) : entry === '*' ? [] : [entry],
    );
    const decided = new Set([...askersOf(view), ...approval.by].map(({ id }) => id));
    const part = `remind-${askingOf(approval)}`;
    return [...new Set(people)]
      .filter((id) => !decided.has(id))
      .map((to) => whisper(part, to, words.remind(request.number, what, where)));
  }
  const isOn = state === 'ended' || steps.some(({ status }) => status !== 'pending');
  if (!isOn) return [];
  const text =
    outcome === undefined ? words.goesOn(request.number, what, where) : words.isOver(request.number, what, how);
  return tell.map(({ id }) => whisper('tell', id, text));
}

function whisper(part: string, to: string, text: string): Whisper {
  return { part: `${part}-${to}`, to, message: { text, blocks: [] } };
}
