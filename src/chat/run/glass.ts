import type { RunView } from '#domain/fold.ts';
import { mention } from '#domain/mrkdwn.ts';
import { words } from '#words/chat.ts';
import { headlineOf } from './blocks.ts';
import { line } from '../escape.ts';
import type { Message } from '../limits.ts';
import { section, whereOf } from '../pieces.ts';

/** Said to the whole channel; `part` names it among all that is shown of the run. */
export type Alarm = { readonly part: string; readonly message: Message };

/** What the channel hears each time somebody lets the run go on without a second person: loud, and to the approvers. */
export function alarmsOf(view: RunView, approvers: readonly string[]): Alarm[] {
  const { number } = view.request;
  const { what } = headlineOf(view);
  const called = ['<!here>', ...approvers.filter((id) => id !== '*').map(mention)].join(' ');
  return view.glass.map((glass, index) => {
    // The same plan may be let through in more than one round.
    const again = view.glass.findIndex(({ digest }) => digest === glass.digest) === index ? '' : `-${index + 1}`;
    const why = `${words.glassWhy(line(glass.reason, 500))}${whereOf(glass)}`;
    const lines = [words.glassLoud(mention(glass.by.id), number, what), why, called];
    const text = lines.join('\n');
    return { part: `glass-${glass.digest.slice(0, 12)}${again}`, message: { text, blocks: [section(text)] } };
  });
}
