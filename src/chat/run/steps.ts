import type { PlanBlock, RichTextBlock, TaskCardBlock } from '@slack/types';
import type { StepView } from '#domain/fold.ts';
import { oneLine } from '#domain/mrkdwn.ts';
import { words } from '#words/chat.ts';
import { STEP_MARKS } from '#words/marks.ts';
import { took } from '#words/time.ts';
import { line } from '../escape.ts';

const TITLE_CHARACTERS = 80;
const DETAIL_CHARACTERS = 160;

/** How many steps are told; `isBrief`: those that are done without what they brought. */
export type Telling = { readonly most: number; readonly isBrief: boolean };

/** What Slack can say of a task; the rest stands in words. */
const STATUS: Readonly<Record<StepView['status'], TaskCardBlock['status']>> = {
  pending: 'pending',
  running: 'in_progress',
  unknown: 'pending',
  done: 'complete',
  failed: 'error',
  skipped: 'complete',
};
/** Slack's own mark says these. */
const PLAIN = new Set<StepView['status']>(['pending', 'running', 'done']);

/** The steps that are shown: of a great many, done ones and those to come are left out first. */
function shownOf(steps: readonly StepView[], { most, isBrief }: Telling): readonly StepView[] {
  const surplus = Math.max(0, steps.length - most);
  const dull = new Set(steps.filter(({ status }) => status === 'done' || status === 'pending').slice(0, surplus));
  const shown = steps.filter((step) => !dull.has(step)).slice(0, most);
  return isBrief ? shown.map((step) => (step.status === 'done' ? { ...step, detail: undefined } : step)) : shown;
}

function hasLayers(steps: readonly StepView[]): boolean {
  return new Set(steps.map(({ layer }) => layer)).size > 1;
}

/**
 * The steps as a plan of tasks, which Slack draws with their state and folds by itself.
 * @see https://docs.slack.dev/reference/block-kit/blocks/plan-block
 * @see https://github.com/slackapi/node-slack-sdk/pull/2471 in a message of its own, outside of streams
 * @see https://github.com/slackapi/node-slack-sdk/issues/2701 with the same `block_id`, an edit leaves it unfolded
 */
export function planOf(steps: readonly StepView[], telling: Telling): PlanBlock {
  const shown = shownOf(steps, telling);
  const past = steps.filter(({ status }) => status === 'done' || status === 'skipped').length;
  const isLayered = hasLayers(steps);
  return {
    type: 'plan',
    block_id: 'steps',
    title: words.progress(past, steps.length, steps.length - shown.length),
    tasks: shown.map((step) => taskOf(step, isLayered)),
  };
}

function taskOf({ id, layer, title, status, tookMs, detail }: StepView, isLayered: boolean): TaskCardBlock {
  const name = oneLine(isLayered ? `${layer}: ${title}` : title, TITLE_CHARACTERS);
  const said = [
    ...(tookMs === undefined ? [] : [took(tookMs)]),
    ...(detail ? [oneLine(detail, DETAIL_CHARACTERS)] : []),
  ].join('  ·  ');
  return {
    type: 'task_card',
    task_id: id,
    title: PLAIN.has(status) ? name : words.taskThatIs(name, words.statuses[status]),
    status: STATUS[status],
    ...(said === '' ? {} : { details: richText(said) }),
  };
}

function richText(text: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
}

function stepLine({ status, title, tookMs, detail }: StepView): string {
  const time = tookMs === undefined ? '' : `  _${took(tookMs)}_`;
  const word = status === 'done' || status === 'pending' ? '' : `  ${words.statuses[status]}`;
  const name =
    status === 'running' || status === 'failed' ? `*${line(title, TITLE_CHARACTERS)}*` : line(title, TITLE_CHARACTERS);
  return `${STEP_MARKS[status]} ${name}${word}${time}${detail ? `  ·  ${line(detail, DETAIL_CHARACTERS)}` : ''}`;
}

/** The steps as lines of mrkdwn under their layers, for a Slack that does not take a plan. */
export function stepLines(steps: readonly StepView[], telling: Telling): string[] {
  const shown = shownOf(steps, telling);
  const isLayered = hasLayers(steps);
  const lines = shown.flatMap((step, index) => {
    const isNew = isLayered && step.layer !== shown[index - 1]?.layer;
    return isNew ? [`*${line(step.layer, 60)}*`, stepLine(step)] : [stepLine(step)];
  });
  return shown.length < steps.length ? [...lines, words.hiddenSteps(steps.length - shown.length)] : lines;
}
