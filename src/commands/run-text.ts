import { aimOf } from '#domain/aim.ts';
import { estimateOf, timesOf } from '#domain/durations.ts';
import type { Freeze } from '#domain/events.ts';
import type { RunView, StepView } from '#domain/fold.ts';
import { dateOf, escapeName, mention, oneLine } from '#domain/mrkdwn.ts';
import { type Moment, progressOf } from '#domain/progress.ts';
import { words as say } from '#words/commands.ts';
import { words as times } from '#words/durations.ts';
import { aimIn, sentencesOf } from '#words/jobs.ts';
import { OUTCOME_MARKS, STEP_MARKS } from '#words/marks.ts';
import { took } from '#words/time.ts';

const MOST_LEFTOVERS = 20;
/** Long enough for a cause, short enough that a run of many steps stays one message. */
const MOST_CHARACTERS = 300;

/** One line of text from outside, escaped. */
export function short(text: string): string {
  return escapeName(oneLine(text, MOST_CHARACTERS));
}

export function targetOf(view: RunView): string {
  const { environment, input } = view.request;
  const { layer, ...rest } = aimOf(input);
  const target = say.target(escapeName(environment), escapeName(layer));
  const aim = aimIn(rest);
  return aim === undefined ? target : `${target}, ${escapeName(aim)}`;
}

export function stateOf(view: RunView, { nowMs, ahead }: Moment): string {
  if (view.outcome === undefined) {
    const { number, all } = progressOf(view);
    const { queue, freeze } = view;
    if (view.state === 'waiting' && queue) {
      const place = say.waiting(queue.place, queue.behind, queue.by ? escapeName(queue.by.name) : '');
      return ahead?.request.number === queue.behind && ahead.state === 'running'
        ? `${place}, ${stateOf(ahead, { nowMs })}`
        : place;
    }
    if (view.state === 'held' && freeze) return say.log.held(freezeText(freeze));
    if (view.state !== 'running' || all === 0) return say.states[view.state];
    const been = timesOf(view, nowMs);
    return say.stepOf(number, all, been && times.underWay(been));
  }
  const ms = view.endedAt ? Date.parse(view.endedAt) - Date.parse(view.startedAt ?? view.request.askedAt) : Number.NaN;
  return Number.isNaN(ms) ? say.outcome(view.outcome) : `${say.outcome(view.outcome)}, ${took(Math.max(0, ms))}`;
}

/** One run on one line, for the history and the queue. */
export function lineOf(view: RunView, moment: Moment): string {
  const mark = view.outcome === undefined ? '▸' : OUTCOME_MARKS[view.outcome];
  const { number, job, by, askedAt } = view.request;
  const what = `${sentencesOf(job).title} ${targetOf(view)}`;
  const glass = view.glass.length > 0 ? ' ‼' : '';
  return `${mark} *#${number}*${glass} ${what}: ${stateOf(view, moment)} (${mention(by.id)}, ${dateOf(askedAt)})`;
}

/** Who closed an environment, why and until when. */
export function freezeText({ by, reason, until }: Freeze): string {
  const who = by.id === '' ? escapeName(by.name) : mention(by.id);
  return say.frozenBy(who, short(reason), until === undefined ? undefined : dateOf(until));
}

function stepLines(step: StepView, { isRemoved, hasEnded }: { isRemoved: boolean; hasEnded: boolean }): string[] {
  const usual = hasEnded || step.usuallyMs === undefined ? '' : `, ${times.usually(step.usuallyMs)}`;
  const time = step.tookMs === undefined ? `${say.steps[step.status]}${usual}` : took(step.tookMs);
  const failed = step.status === 'failed' ? `${say.steps.failed}, ` : '';
  const removed = isRemoved ? `, ${say.removed}` : '';
  const line = `${STEP_MARKS[step.status]} ${short(step.title)} (${failed}${time}${removed})`;
  const detail = step.detail === undefined ? line : `${line}: ${short(step.detail)}`;
  return [detail, ...(step.advice === undefined ? [] : [`    ${say.advice(short(step.advice))}`])];
}

function planLines(view: RunView): string[] {
  if (!view.summary) return [];
  const { approval, steps, outcome } = view;
  return [
    say.plan(short(view.summary), approval?.digest.slice(0, 12)),
    ...(outcome === undefined && steps.length > 0 ? [say.takes(times.plan(estimateOf(view)))] : []),
  ];
}

/** A run as mrkdwn: what, who, when, outcome, steps with their times, what failed and what was left over. */
export function textOfRun(view: RunView, moment: Pick<Moment, 'nowMs'> = {}): string {
  const { number, job, by, askedAt } = view.request;
  const attempt = view.takeovers > 0 ? `, ${say.takeovers(view.takeovers)}` : '';
  const leftovers = view.leftovers.slice(0, MOST_LEFTOVERS).map((left) => `    ${short(left)}`);
  const hidden = view.leftovers.length - leftovers.length;
  const failed = view.steps.find(({ status }) => status === 'failed');
  const isNew = view.error !== undefined && view.error.message !== failed?.detail;
  const { by: agreed = [] } = view.approval ?? {};
  const approvers = agreed.length === 0 ? [] : [say.approvedBy(agreed.map(({ id }) => mention(id)).join(', '))];
  return [
    `*#${number} ${sentencesOf(job).title}* ${targetOf(view)}`,
    `${stateOf(view, moment)} · ${say.by(mention(by.id))} · ${say.asked(dateOf(askedAt))}${attempt}`,
    ...planLines(view),
    ...approvers,
    ...view.steps.flatMap((step) =>
      stepLines(step, { isRemoved: view.undone.includes(step.id), hasEnded: view.outcome !== undefined }),
    ),
    ...(isNew ? [`✗ ${short(view.error?.message ?? '')}`] : []),
    ...(isNew && view.error?.advice ? [`    ${say.advice(short(view.error.advice))}`] : []),
    ...(view.leftovers.length > 0 ? [say.leftovers(view.leftovers.length), ...leftovers] : []),
    ...(hidden > 0 ? [`    ${say.more(hidden)}`] : []),
  ].join('\n');
}
