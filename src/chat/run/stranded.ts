import type { RunView } from '#domain/fold.ts';
import { mention } from '#domain/mrkdwn.ts';
import { words } from '#words/chat.ts';
import { headlineOf } from './blocks.ts';
import { summaryMessage } from './ending.ts';
import type { Message } from '../limits.ts';

/** Why a run can be shown no longer where it was: its message was deleted, or nothing can be written in the channel. */
export type Stranding = { readonly channel: string | undefined; readonly why: 'deleted' | 'closed' };

/** What the requester hears alone of such a run, each once: that it is so, and how it ends. */
export function strandedOf(
  view: RunView,
  { channel, why }: Stranding,
): readonly { readonly part: string; readonly message: Message }[] {
  const { number } = view.request;
  const { what } = headlineOf(view);
  const where = channel === undefined ? words.itsChannel : mention(channel);
  const text =
    why === 'deleted' ? words.strandedDeleted(number, what, where) : words.strandedClosed(number, what, where);
  const again = view.round === 0 ? '' : `-${view.round + 1}`;
  return [
    { part: 'stranded', message: { text, blocks: [] } },
    ...(view.outcome === undefined ? [] : [{ part: `stranded-end${again}`, message: summaryMessage(view) }]),
  ];
}
