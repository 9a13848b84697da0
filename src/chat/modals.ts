import type { ModalView, PlainTextElement } from '@slack/types';
import type { ClickRequest } from '#domain/command.ts';
import { words } from '#words/chat.ts';
import { section } from './pieces.ts';

/** The one input of each modal: block and action. */
export const FIELD = { block: 'answer', action: 'text' };

/** Asks for the name of what is destroyed, so that nobody agrees to it by a slip. */
export function typeNameModal(request: ClickRequest, name: string): ModalView {
  return modalOf('approve', request, {
    title: words.modals.approve,
    submit: words.buttons.approve,
    label: words.modals.typeName(name),
    multiline: false,
  });
}

/** Asks why. */
export function denyModal(request: ClickRequest): ModalView {
  return modalOf('deny', request, {
    title: words.modals.deny,
    submit: words.buttons.deny,
    label: words.modals.reason,
    multiline: true,
  });
}

/** Says something, and asks for nothing. */
export function noticeModal(title: string, text: string): ModalView {
  return { type: 'modal', title: plain(title), close: plain(words.modals.done), blocks: [section(text)] };
}

type Shape = { readonly title: string; readonly submit: string; readonly label: string; readonly multiline: boolean };

function modalOf(
  callbackId: string,
  { click, caller }: ClickRequest,
  { title, submit, label, multiline }: Shape,
): ModalView {
  const { run, key, digest } = click;
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: JSON.stringify({ run, key, digest, channel: caller.channel }),
    title: plain(title),
    submit: plain(submit),
    close: plain(words.modals.close),
    blocks: [
      {
        type: 'input',
        block_id: FIELD.block,
        label: plain(label.slice(0, 2000)),
        element: { type: 'plain_text_input', action_id: FIELD.action, multiline, max_length: 500 },
      },
    ],
  };
}

function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text };
}
