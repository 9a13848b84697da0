import type { ActionsBlock, KnownBlock, ModalView } from '@slack/types';
import type { Considered } from '#domain/command.ts';
import { words } from '#words/chat.ts';
import { headlineOf } from '../run/blocks.ts';
import { buttonsOf, offerButtons, pictureButtons } from '../buttons.ts';
import { fitBlocks } from '../limits.ts';
import { answerSections, context, errorBlocks, section } from '../pieces.ts';

/** What a modal of ours is called that says what can be done about a run. */
export const ASK = 'ask';
/** What such a modal knows: where it was asked, and the run it is about. */
export type AskMemory = {
  readonly channel: { readonly id: string; readonly name: string };
  readonly thread: string;
  readonly run?: number | undefined;
};

const say = words.shortcut;

/** Shown at once, since the trigger does not live long enough for a read. */
export function askingView(memory: AskMemory): ModalView {
  return frame(memory, say.name, [context(words.forms.reading)]);
}

type Now = { readonly nowMs: number; readonly note?: string | undefined };

/** How the run stands, and the buttons that are this person's to press now. `note`: what the last one brought. */
export function askView(memory: AskMemory, { view, may }: Considered, { nowMs, note }: Now): ModalView {
  const { number } = view.request;
  const { what, state } = headlineOf(view, { nowMs });
  const all = [
    ...buttonsOf(view),
    ...(view.report ? [pictureButtons(view.request)] : []),
    ...(view.state === 'ended' ? offerButtons(view) : []),
  ];
  const rows = all.flatMap((row): ActionsBlock[] => {
    const elements = row.elements.filter(({ action_id: id }) => may.some((action) => action === id));
    return elements.length === 0 ? [] : [{ ...row, elements }];
  });
  return frame(memory, say.title(number), [
    ...(note === undefined ? [] : answerSections(note)),
    section(`*#${number} ${what}*\n${state}`),
    ...errorBlocks(view),
    ...(rows.length === 0 ? [context(say.nothing)] : rows),
    context(say.byWords),
  ]);
}

/** Where there is no run to show, or none for this person: the text says why, and what there is instead. */
export function toldView(memory: AskMemory, text: string): ModalView {
  return frame(memory, say.name, answerSections(text));
}

function frame(memory: AskMemory, title: string, blocks: KnownBlock[]): ModalView {
  const plain = (text: string) => ({ type: 'plain_text' as const, text });
  return {
    ...{ type: 'modal', callback_id: ASK, private_metadata: JSON.stringify(memory) },
    ...{ title: plain(title), close: plain(say.close), blocks: fitBlocks(blocks) },
  };
}
