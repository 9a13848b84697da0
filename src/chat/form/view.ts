import type { InputBlock, KnownBlock, ModalView, PlainTextElement, PlainTextOption } from '@slack/types';
import type { Channel } from '#domain/access.ts';
import type { Choice, Field, Form, FormErrors, FormValues } from '#domain/form.ts';
import { words } from '#words/chat.ts';
import { HEALTH_MARKS } from '#words/marks.ts';
import { cut, LIMITS } from '../limits.ts';
import { context } from '../pieces.ts';

/** What a modal of ours is called that is a command's form. */
export const FORM = 'form';
/** Between the name of a field and what its choices follow from, in the id of its block. */
const BESIDE = ':';
/** The one action of every block: its field says which it is. */
const ACTION = 'value';
/** What Slack takes. @see https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const MOST = { options: 100, option: 75, hint: 2000, blockId: 255 };

/** What a form knows besides its fields: it comes back with it. `channel`: where the command was given; App Home is none. */
export type FormMemory = { readonly command: string; readonly channel?: Channel | undefined };

/** Shown at once, since the fields take a read. */
export function waitingView(memory: FormMemory): ModalView {
  return frame(memory, words.forms.title, [context(words.forms.reading)]);
}

/** What is asked for. Fields keep what was written in them as long as what they follow from stays. */
export function formView(memory: FormMemory, { title, submit = words.forms.submit, fields }: Form): ModalView {
  const blocks = fields.map((field, index) => {
    const above = fields.slice(0, index).flatMap((each) => (isDeciding(each) ? [each.value ?? ''] : []));
    return blockOf(field, [field.name, ...above].join(BESIDE).slice(0, MOST.blockId));
  });
  return { ...frame(memory, title, blocks), submit: plain(submit) };
}

/** What can be chosen in a menu that is searched. @see https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
export function optionsOf(choices: readonly Choice[]): PlainTextOption[] {
  return choices.slice(0, MOST.options).map(optionOf);
}

/** Why there is nothing to ask: mrkdwn, in which every name is escaped. */
export function refusalView(memory: FormMemory, { errors }: FormErrors): ModalView {
  return frame(memory, words.forms.title, [context(cut(Object.values(errors).join('\n'), LIMITS.contextText))]);
}

function frame(memory: FormMemory, title: string, blocks: KnownBlock[]): ModalView {
  return {
    ...{ type: 'modal', callback_id: FORM, private_metadata: JSON.stringify(memory) },
    ...{ title: plain(title), close: plain(words.forms.close), blocks },
  };
}

function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text };
}

function isDeciding(field: Field): boolean {
  return field.kind === 'search' || (field.kind === 'menu' && field.decides === true);
}

function blockOf(field: Field, blockId: string): InputBlock {
  const { label, hint, isOptional: optional = false } = field;
  return {
    ...{ type: 'input', block_id: blockId, label: plain(label), optional, element: elementOf(field) },
    ...(isDeciding(field) ? { dispatch_action: true } : {}),
    ...(hint === undefined ? {} : { hint: plain(hint.slice(0, MOST.hint)) }),
  };
}

function elementOf(field: Field): InputBlock['element'] {
  const { value } = field;
  const initial = value === undefined ? {} : { initial_value: value };
  switch (field.kind) {
    case 'text':
      return { type: 'plain_text_input', action_id: ACTION, max_length: 255, ...initial };
    case 'number': {
      const { least, most } = field;
      const range = { is_decimal_allowed: false, min_value: String(least), max_value: String(most) };
      return { type: 'number_input', action_id: ACTION, ...range, ...initial };
    }
    case 'search':
      return {
        ...{ type: 'external_select', action_id: ACTION, initial_option: optionOf(field.chosen) },
        // Whoever opens it sees the first hundred.
        min_query_length: 0,
      };
    case 'menu': {
      const options = field.choices.map(optionOf);
      const chosen = options.find((option) => option.value === value);
      const groups = Array.from({ length: Math.ceil(options.length / MOST.options) }, (_, index) =>
        options.slice(index * MOST.options, (index + 1) * MOST.options),
      );
      const menu =
        groups.length < 2 ? { options } : { option_groups: groups.map((each, index) => groupOf(each, index)) };
      return { type: 'static_select', action_id: ACTION, ...menu, ...(chosen ? { initial_option: chosen } : {}) };
    }
  }
}

function groupOf(options: PlainTextOption[], index: number) {
  const first = index * MOST.options + 1;
  return { label: plain(words.forms.group(first, first + options.length - 1)), options };
}

function optionOf({ value, title, health }: Choice): PlainTextOption {
  const shown = health === undefined ? title : `${HEALTH_MARKS[health]} ${title}`;
  const text = shown.length <= MOST.option ? shown : `${shown.slice(0, MOST.option - 1).toWellFormed()}…`;
  return { text: plain(text), value };
}

/** The inputs of a modal as Slack delivers them, by block and action. */
export type FormState = Readonly<
  Record<
    string,
    Readonly<
      Record<string, { value?: string | null | undefined; selected_option?: { value: string } | null | undefined }>
    >
  >
>;

/** The field that stands in a block. */
export function fieldOf(blockId: string): string {
  const [field = ''] = blockId.split(BESIDE);
  return field;
}

/** What was filled in, by field, and the block in which each field stood. */
export function readState(values: FormState): { readonly values: FormValues; readonly blocks: FormValues } {
  const entries = Object.entries(values).map(([block, { [ACTION]: given }]) => {
    return { field: fieldOf(block), block, value: given?.selected_option?.value ?? given?.value ?? '' };
  });
  return {
    values: Object.fromEntries(entries.map(({ field, value }) => [field, value])),
    blocks: Object.fromEntries(entries.map(({ field, block }) => [field, block])),
  };
}
