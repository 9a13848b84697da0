import type { InputBlock, KnownBlock, ModalView, PlainTextElement } from '@slack/types';
import type { Channel } from '#domain/access.ts';
import type { Click, ClickRequest } from '#domain/command.ts';
import type { RunView } from '#domain/fold.ts';
import { words } from '#words/chat.ts';
import { answerSections } from './pieces.ts';

/** The one input of each modal: block and action. */
export const FIELD = { block: 'answer', action: 'text' };

/** Asks for the name of what is destroyed, so that nobody agrees to it by a slip. */
export function typeNameModal(request: ClickRequest, name: string): ModalView {
  return decisionModal('approve', about(request), [inputOf(words.modals.typeName(name), false)]);
}

/** Asks why. */
export function denyModal(request: ClickRequest): ModalView {
  return decisionModal('deny', about(request), [inputOf(words.modals.reason, true)]);
}

/** Asks to agree to the plan that these blocks show. `channel`: where the button was; none in App Home. */
export function approveModal({ request, approval }: RunView, blocks: KnownBlock[], channel?: Channel): ModalView {
  const typed = approval?.needs.typed;
  const known = { run: request.number, key: request.key, digest: approval?.digest, channel };
  const asked = typed === undefined ? [] : [inputOf(words.modals.typeName(typed), false)];
  return decisionModal('approve', known, [...blocks, ...asked]);
}

/** Says something, and asks for nothing. */
export function noticeModal(title: string, text: string): ModalView {
  return { type: 'modal', title: plain(title), close: plain(words.modals.done), blocks: answerSections(text) };
}

/** What comes back with a modal; a channel only where the button had one. */
type Known = Omit<Click, 'typed' | 'reason' | 'offer'> & { readonly channel?: Channel | undefined };

function about({ click: { run, key, digest }, caller: { channel } }: ClickRequest): Known {
  return { run, key, digest, channel };
}

function decisionModal(decision: 'approve' | 'deny', known: Known, blocks: KnownBlock[]): ModalView {
  return {
    ...{ type: 'modal', callback_id: decision, private_metadata: JSON.stringify(known) },
    ...{
      title: plain(words.modals[decision]),
      submit: plain(words.buttons[decision]),
      close: plain(words.modals.close),
    },
    blocks,
  };
}

function inputOf(label: string, multiline: boolean): InputBlock {
  return {
    ...{ type: 'input', block_id: FIELD.block, label: plain(label.slice(0, 2000)) },
    element: { type: 'plain_text_input', action_id: FIELD.action, multiline, max_length: 500 },
  };
}

function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text };
}
