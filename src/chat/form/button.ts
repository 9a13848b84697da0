import { z } from 'zod';
import type { Asked } from '#domain/command.ts';
import { words } from '#words/chat.ts';
import { type FormDeps, openForm } from './form.ts';
import type { Message } from '../limits.ts';
import { answerSections } from '../pieces.ts';
import { callerOf, Team, Who } from '../press.ts';
import type { Call } from '../views.ts';

/** What a button of ours is called that opens a form: a click has the trigger that a mention lacks. */
const OPEN = 'open-form';

/** What Slack delivers for it. @see https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const Clicked = z.object({
  team: Team,
  user: Who,
  channel: z.object({ id: z.string(), name: z.string().default('') }),
  trigger_id: z.string(),
  actions: z.tuple([z.object({ action_id: z.literal(OPEN), value: z.string().max(2000) })]),
});
const Value = z.object({ command: z.string(), values: z.record(z.string(), z.string()) });

/** An answer with a button that opens the form for what was left out. */
export function formMessage(text: string, { command, values }: Asked): Message {
  const value = JSON.stringify({ command, values });
  const label = { type: 'plain_text', text: words.forms.open } as const;
  return {
    text,
    blocks: [
      ...answerSections(text),
      { type: 'actions', elements: [{ type: 'button', action_id: OPEN, value, text: label }] },
    ],
  };
}

/** True for a click on such a button. */
export function isFormButton(payload: unknown): boolean {
  const { actions } = payload as { readonly actions?: readonly { readonly action_id?: string }[] };
  return actions?.[0]?.action_id === OPEN;
}

/** Opens the form, whoever forged the click; what it offers is judged by the rights of whoever clicks. Never throws. */
export async function pressFormButton(payload: unknown, deps: FormDeps & { readonly call: Call }): Promise<void> {
  try {
    const { trigger_id: trigger, actions, ...sender } = Clicked.parse(payload);
    const { command, values } = Value.parse(JSON.parse(actions[0].value));
    const request = { ...(await callerOf(sender, deps)), once: `trigger:${trigger}` };
    // Where it cannot be opened the log says so: the button is still there.
    await openForm({ command, values, request, trigger }, deps);
  } catch (error) {
    deps.log.error({ error }, 'a button of a form could not be handled');
  }
}
