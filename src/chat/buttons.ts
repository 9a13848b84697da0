import type { ActionsBlock, Button } from '@slack/types';
import { z } from 'zod';
import type { Click } from '#domain/command.ts';
import type { RunView } from '#domain/fold.ts';
import { isUnapproved } from '#domain/rounds.ts';
import type { RunRef } from '#domain/run.ts';
import { oneLine } from '#domain/mrkdwn.ts';
import type { Schedule } from '#domain/schedule.ts';
import { words } from '#words/chat.ts';
import { words as schedules } from '#words/schedules.ts';

/** What people can press under a run. */
export const ACTIONS = [
  'approve',
  'deny',
  'stop-step',
  'stop-now',
  'retry',
  'step-done',
  'step-again',
  'tell',
  'as-text',
  'full-picture',
  'offer',
  'unschedule',
] as const;
export type Action = (typeof ACTIONS)[number];
/** Those of a run that are called the same everywhere. */
type RunAction = Exclude<Action, 'offer' | 'unschedule'>;

/** What a button carries. It comes back from outside and is believed in nothing but which run and plan are meant. */
const Value = z.object({
  run: z.int().positive(),
  key: z.string(),
  digest: z.string().optional(),
  offer: z.int().nonnegative().optional(),
});
/** A modal knows besides where the button was that opened it; in App Home that is no channel. */
const ModalValue = Value.extend({ channel: z.object({ id: z.string(), name: z.string() }).optional() });

/** Characters that Slack takes on a button, and in the question behind it. */
const [MOST_LABEL, MOST_QUESTION] = [75, 300];

/** @throws ZodError, SyntaxError for anything that no button of ours carries */
export function readValue(value: string): Click {
  return Value.parse(JSON.parse(value));
}

/** @throws ZodError, SyntaxError for anything that no modal of ours carries */
export function readModalValue(value: string): z.infer<typeof ModalValue> {
  return ModalValue.parse(JSON.parse(value));
}

/** What can be pressed under the run as it stands; nothing: no block. */
export function buttonsOf(view: RunView): ActionsBlock[] {
  const elements = actionsOf(view).map((action) => button(action, view));
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: `run-${view.request.number}`, elements }];
}

function actionsOf({ state, outcome, approval, stop, steps, risk, doubt }: RunView): RunAction[] {
  if (state === 'asking') return approval?.state === 'asking' ? ['approve', 'deny', 'tell', 'stop-step'] : [];
  if (state === 'doubt') return [...(doubt?.canBeDone ? (['step-done'] as const) : []), 'step-again', 'stop-step'];
  if (state === 'ended') {
    const isOpen = outcome === 'failed' || outcome === 'cancelled';
    return isOpen && !isUnapproved({ approval, steps }) && steps.length > 0 && risk !== 'read' ? ['retry'] : [];
  }
  if (stop || risk === 'read' || state === 'cleaning') return [];
  if (state === 'waiting' || state === 'held') return ['tell', 'stop-step'];
  return state === 'running' ? ['stop-step', 'stop-now'] : ['stop-step'];
}

/** What can be pressed under the picture of a run; the answer is private. */
export function pictureButtons({ number, key }: Pick<RunRef, 'number' | 'key'>): ActionsBlock {
  const value = JSON.stringify({ run: number, key });
  const elements = (['as-text', 'full-picture'] as const).map((action): Button => ({
    ...{ type: 'button', action_id: action, value },
    text: { type: 'plain_text', text: words.buttons[action] },
  }));
  return { type: 'actions', block_id: `picture-${number}`, elements };
}

/** What mends the state in which the run left things; each in a row of its own. */
export function offerButtons({ request, report, round }: RunView): ActionsBlock[] {
  return (report?.offers ?? []).map(({ label }, offer) => ({
    ...{ type: 'actions', block_id: `offer-${request.number}-${round}-${offer}` },
    elements: [
      {
        ...{ type: 'button', action_id: 'offer' },
        value: JSON.stringify({ run: request.number, key: request.key, offer }),
        text: { type: 'plain_text', text: oneLine(label, MOST_LABEL) },
      },
    ],
  }));
}

/** What ends a schedule. */
export function unscheduleButton({ schedule, key, job }: Schedule): ActionsBlock {
  const label = schedules.end[job];
  const plain = (text: string) => ({ type: 'plain_text', text }) as const;
  const ending: Button = {
    ...{ type: 'button', action_id: 'unschedule', value: JSON.stringify({ run: schedule, key }), text: plain(label) },
    confirm: {
      ...{ title: plain(schedules.endTitle), text: plain(schedules.endText) },
      ...{ confirm: plain(label), deny: plain(schedules.endNo) },
    },
  };
  return { type: 'actions', block_id: `schedule-${schedule}`, elements: [ending] };
}

/** What stopping is called depends on how far the run is. */
function labelOf(action: RunAction, state: RunView['state']): keyof typeof words.buttons {
  if (action !== 'stop-step' || state === 'running') return action;
  return state === 'doubt' ? 'stop-here' : 'withdraw';
}

/** One of them alone, for a run that is shown elsewhere than in its thread. */
export function button(action: RunAction, view: RunView): Button {
  const { request, approval, state, steps } = view;
  const value = JSON.stringify({ run: request.number, key: request.key, digest: approval?.digest });
  const text = words.buttons[labelOf(action, state)];
  const base: Button = { type: 'button', action_id: action, value, text: { type: 'plain_text', text } };
  if (action === 'approve') return { ...base, style: 'primary' };
  if (action !== 'stop-now') return base;
  const running = steps.find(({ status }) => status === 'running');
  const leaves = running
    ? words.stopNowIn(oneLine(running.title, 60), oneLine(running.risk ?? '', 140))
    : words.stopNowBetween;
  return {
    ...base,
    style: 'danger',
    confirm: {
      title: { type: 'plain_text', text: words.stopNowTitle },
      text: { type: 'plain_text', text: oneLine(leaves, MOST_QUESTION) },
      confirm: { type: 'plain_text', text: words.buttons['stop-now'] },
      deny: { type: 'plain_text', text: words.stopNowNo },
      style: 'danger',
    },
  };
}
