import { z } from 'zod';
import type { RunView, StepView } from '#domain/fold.ts';
import { escapeName, mention } from '#domain/mrkdwn.ts';
import { words as say } from '#words/commands.ts';
import { sentencesOf } from '#words/jobs.ts';
import { OUTCOME_MARKS, STEP_MARKS } from '#words/marks.ts';
import { took } from '#words/time.ts';

/** What the inputs of our jobs have in common. */
const Input = z.object({ layer: z.string(), depth: z.string().optional() });
const MOST_LEFTOVERS = 20;
/** Long enough for a cause, short enough that a run of many steps stays one message. */
const MOST_CHARACTERS = 300;

/** One line of text from outside, escaped. */
export function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return escapeName(line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS).toWellFormed()}…`);
}

/** `23 Nov 14:50 UTC` of an ISO time. */
export function timeOf(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return escapeName(at);
  const [, day, month] = date.toUTCString().split(' ');
  return `${Number(day)} ${month} ${date.toISOString().slice(11, 16)} UTC`;
}

function targetOf(view: RunView): string {
  const { environment, input } = view.request;
  const { layer, depth } = Input.catch({ layer: 'all' }).parse(input);
  const target = say.target(escapeName(environment), escapeName(layer));
  return depth === undefined ? target : `${target}, ${escapeName(depth)}`;
}

function stateOf(view: RunView): string {
  if (view.outcome === undefined) {
    const past = view.steps.filter(({ status }) => status === 'done' || status === 'skipped').length;
    const far = view.state === 'running' && view.steps.length > 0 ? `, ${say.stepOf(past, view.steps.length)}` : '';
    return `${say.states[view.state]}${far}`;
  }
  const ms = view.endedAt ? Date.parse(view.endedAt) - Date.parse(view.startedAt ?? view.request.askedAt) : Number.NaN;
  return Number.isNaN(ms) ? say.outcome(view.outcome) : `${say.outcome(view.outcome)}, ${took(Math.max(0, ms))}`;
}

/** One run on one line, for the history. */
export function lineOf(view: RunView): string {
  const mark = view.outcome === undefined ? '▸' : OUTCOME_MARKS[view.outcome];
  const { number, job, by, askedAt } = view.request;
  const what = `${sentencesOf(job).title} ${targetOf(view)}`;
  return `${mark} *#${number}* ${what}: ${stateOf(view)} (${mention(by.id)}, ${timeOf(askedAt)})`;
}

function stepLines(step: StepView): string[] {
  const time = step.tookMs === undefined ? say.steps[step.status] : took(step.tookMs);
  const failed = step.status === 'failed' ? `${say.steps.failed}, ` : '';
  const line = `${STEP_MARKS[step.status]} ${short(step.title)} (${failed}${time})`;
  const detail = step.detail === undefined ? line : `${line}: ${short(step.detail)}`;
  return [detail, ...(step.advice === undefined ? [] : [`    ${say.advice(short(step.advice))}`])];
}

/** A run as mrkdwn: what, who, when, outcome, steps with their times, what failed and what was left over. */
export function textOfRun(view: RunView): string {
  const { number, job, by, askedAt } = view.request;
  const attempt = view.takeovers > 0 ? `, ${say.takeovers(view.takeovers)}` : '';
  const leftovers = view.leftovers.slice(0, MOST_LEFTOVERS).map((left) => `    ${short(left)}`);
  const hidden = view.leftovers.length - leftovers.length;
  const failed = view.steps.find(({ status }) => status === 'failed');
  const isNew = view.error !== undefined && view.error.message !== failed?.detail;
  return [
    `*#${number} ${sentencesOf(job).title}* ${targetOf(view)}`,
    `${stateOf(view)} · ${say.by(mention(by.id))} · ${say.asked(timeOf(askedAt))}${attempt}`,
    ...(view.summary ? [say.plan(short(view.summary), view.approval?.digest.slice(0, 12))] : []),
    ...view.steps.flatMap(stepLines),
    ...(isNew ? [`✗ ${short(view.error?.message ?? '')}`] : []),
    ...(isNew && view.error?.advice ? [`    ${say.advice(short(view.error.advice))}`] : []),
    ...(view.leftovers.length > 0 ? [say.leftovers(view.leftovers.length), ...leftovers] : []),
    ...(hidden > 0 ? [`    ${say.more(hidden)}`] : []),
  ].join('\n');
}
