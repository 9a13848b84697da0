import type { ContextBlock, KnownBlock, SectionBlock } from '@slack/types';
import { z } from 'zod';
import type { RunView, StepView } from '#domain/fold.ts';
import { type Health, worstFirst } from '#domain/health.ts';
import { escapeName, escapeText, mention } from '#domain/mrkdwn.ts';
import type { Report, Trouble } from '#domain/report.ts';
import { words } from '#words/chat.ts';
import { OUTCOME_MARKS, STEP_MARKS } from '#words/marks.ts';
import { took } from '#words/time.ts';
import { buttonsOf } from './buttons.ts';
import { line } from './escape.ts';
import type { Message } from './limits.ts';

/** What the inputs of our jobs have in common. */
const Input = z.object({ layer: z.string(), depth: z.string().optional() });
const HEALTH_MARKS: Readonly<Record<Health, string>> = {
  failure: '✗',
  warning: '!',
  unknown: '?',
  running: '▸',
  waiting: '·',
  off: '–',
  ok: '✓',
};
const MOST_STEPS = 45;
const MOST_TROUBLES = 10;
const MOST_JUDGED = 15;
const MOST_LEFTOVERS = 20;
/** Leaves room below Slack's limit for a section. */
const SECTION_ROOM = 2800;
const STEP_CHARACTERS = 160;

function section(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

function context(text: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}

/** Lines in as few sections as Slack's limit allows. */
function sections(lines: readonly string[]): SectionBlock[] {
  const texts: string[] = [];
  for (const one of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + one.length < SECTION_ROOM) texts[texts.length - 1] = `${last}\n${one}`;
    else texts.push(one);
  }
  return texts.map(section);
}

/** `Smoke test of lab / metal, standard`, escaped. */
function whatOf({ request }: RunView): string {
  const { layer, depth } = Input.catch({ layer: 'all' }).parse(request.input);
  return words.what(
    request.job,
    words.target(escapeName(request.environment), escapeName(layer)),
    depth === undefined ? undefined : escapeName(depth),
  );
}

function stateOf(view: RunView): string {
  const { state, steps, request, outcome } = view;
  if (outcome !== undefined) return words.outcome(request.job, outcome, timeOf(view));
  if (state === 'queued' || state === 'ended') return words.queued;
  if (state === 'asking' && view.approval) {
    const { needs, by, expiresAt } = view.approval;
    return words.asking(needs.others, by.length, dateOf(expiresAt));
  }
  if (state === 'waiting' && view.queue) {
    const { place, behind, by } = view.queue;
    return words.waiting(place, behind, by ? escapeName(by.name) : '');
  }
  if (state === 'doubt' && view.doubt) {
    const title = steps.find(({ id }) => id === view.doubt?.stepId)?.title ?? view.doubt.stepId;
    return words.doubt(line(title, 80));
  }
  if (state === 'held' && view.freeze) {
    const { by, reason, until } = view.freeze;
    return words.held(
      by.id === '' ? by.name : mention(by.id),
      line(reason, 120),
      until === undefined ? '' : dateOf(until),
    );
  }
  if (state === 'surveying') return words.surveying;
  if (state === 'cleaning') return words.cleaning(view.undone.length);
  const running = steps.find(({ status }) => status === 'running');
  const past = steps.filter(({ status }) => status !== 'pending' && status !== 'running').length;
  const number = Math.min(steps.length, past + (running ? 1 : 0));
  return running ? words.stepNamed(number, steps.length, line(running.title, 80)) : words.step(number, steps.length);
}

/** A moment in the reader's own time zone; others read it in UTC. */
function dateOf(iso: string): string {
  const at = new Date(iso);
  const utc = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(at.getTime() / 1000)}^{date_short_pretty} {time}|${utc}>`;
}

/** What people judge, and how they did. */
function approvalBlocks({ approval, stop }: RunView): KnownBlock[] {
  const stopped = stop ? [context(words.stoppedBy(mention(stop.by.id)))] : [];
  if (!approval) return stopped;
  const { judged, changes, by, state, deniedBy, reason, approvedAt, digest } = approval;
  const shown = cutList(
    judged.map((text) => `• ${line(text, STEP_CHARACTERS)}`),
    MOST_JUDGED,
  );
  const changed =
    changes.length === 0
      ? []
      : [
          words.changed,
          ...cutList(
            changes.map((text) => line(text, STEP_CHARACTERS)),
            MOST_JUDGED,
          ),
        ];
  const approved =
    by.length === 0
      ? []
      : [words.approvedBy(by.map(({ id }) => mention(id)).join(', '), approvedAt ? dateOf(approvedAt) : '')];
  const denied = state === 'denied' && deniedBy ? [words.deniedBy(mention(deniedBy.id), line(reason ?? '', 300))] : [];
  const ends = [...approved, ...denied, ...(state === 'expired' ? [words.expired] : [])];
  return [
    ...(changed.length > 0 ? [section(changed.join('\n'))] : []),
    ...sections([words.plan, ...shown]),
    context([...ends, words.planDigest(digest.slice(0, 12))].join('  ·  ')),
    ...stopped,
  ];
}

function timeOf({ startedAt, endedAt }: RunView): string | undefined {
  if (startedAt === undefined || endedAt === undefined) return undefined;
  const ms = Date.parse(endedAt) - Date.parse(startedAt);
  return Number.isNaN(ms) ? undefined : took(Math.max(0, ms));
}

function markOf({ outcome, state }: RunView): string {
  return outcome === undefined ? STEP_MARKS[state === 'queued' ? 'pending' : 'running'] : OUTCOME_MARKS[outcome];
}

function stepLine({ status, title, tookMs, detail }: StepView): string {
  const time = tookMs === undefined ? '' : `  _${took(tookMs)}_`;
  const word = status === 'done' || status === 'pending' ? '' : `  ${words.statuses[status]}`;
  const name = status === 'running' || status === 'failed' ? `*${line(title, 80)}*` : line(title, 80);
  return `${STEP_MARKS[status]} ${name}${word}${time}${detail ? `  ${line(detail, STEP_CHARACTERS)}` : ''}`;
}

/** Steps under their layers; of a great many, done ones are left out first. */
function stepLines(steps: readonly StepView[]): string[] {
  const surplus = Math.max(0, steps.length - MOST_STEPS);
  const dull = new Set(steps.filter(({ status }) => status === 'done' || status === 'pending').slice(0, surplus));
  const shown = steps.filter((step) => !dull.has(step)).slice(0, MOST_STEPS);
  const layers = new Set(steps.map(({ layer }) => layer));
  const lines = shown.flatMap((step, index) => {
    const isNew = layers.size > 1 && step.layer !== shown[index - 1]?.layer;
    return isNew ? [`*${line(step.layer, 60)}*`, stepLine(step)] : [stepLine(step)];
  });
  return shown.length < steps.length ? [...lines, words.hiddenSteps(steps.length - shown.length)] : lines;
}

/** What the run is and how far it is, escaped. */
export function headlineOf(view: RunView): { readonly what: string; readonly state: string } {
  return { what: whatOf(view), state: stateOf(view) };
}

function isUntouched({ approval, steps }: RunView): boolean {
  return approval !== undefined && steps.every(({ status }) => status === 'pending');
}

/** The message of a run in its channel: what, who, where, how far, each step. Edited as the run goes on. */
export function rootMessage(view: RunView): Message {
  const { number, by, origin } = view.request;
  const asked =
    origin.kind === 'terminal'
      ? words.atTerminal(mention(by.id), escapeName(origin.host))
      : words.askedBy(mention(by.id));
  const what = whatOf(view);
  const state = stateOf(view);
  const attempt = view.takeovers > 0 ? [words.attempt(view.takeovers)] : [];
  const foreign = view.foreign.length > 0 ? [words.foreign(view.foreign.length)] : [];
  const blocks: KnownBlock[] = [
    section(`${markOf(view)} *#${number} ${what}*\n${state}`),
    ...approvalBlocks(view),
    // A plan that nothing was done of says it all.
    ...(isUntouched(view) ? [] : sections(stepLines(view.steps))),
    ...(view.steps.every(({ status }) => status !== 'failed') ? errorBlocks(view) : []),
    context([asked, ...attempt, ...foreign].join('  ·  ')),
    ...buttonsOf(view),
  ];
  return { text: `#${number} ${what}: ${state}`, blocks };
}

function errorBlocks({ error }: RunView): KnownBlock[] {
  if (!error) return [];
  const advice = error.advice ? `\n${words.advice(line(error.advice, 600))}` : '';
  return [section(`✗ ${line(error.message, 900)}${advice}`)];
}

/** Says at once that a step failed and what to do, while the clean-up still goes on. undefined when none did. */
export function failureMessage(view: RunView): Message | undefined {
  const failed = view.steps.find(({ status }) => status === 'failed');
  if (!failed) return undefined;
  const headline = words.stepFailed(line(failed.title, 80), line(failed.layer, 60));
  const lines = [
    `✗ ${headline}`,
    ...(failed.detail ? [line(failed.detail, 900)] : []),
    ...(failed.advice ? [words.advice(line(failed.advice, 600))] : []),
    ...(view.risk === 'read' ? [] : [words.cleaningNext]),
  ];
  return { text: `#${view.request.number}: ${headline.replaceAll('*', '')}`, blocks: sections(lines) };
}

function troubleLines({ layer, health, what, cause, advice }: Trouble): string[] {
  return [
    [
      `${HEALTH_MARKS[health]} *${line(layer, 60)}*: ${line(what, 600)}`,
      ...(cause ? [`      ${words.cause(line(cause, 500))}`] : []),
      ...(advice ? [`      ${words.advice(line(advice, 500))}`] : []),
    ].join('\n'),
  ];
}

function cutList(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), words.more(lines.length - most)];
}

function reportLines(report: Report): string[] {
  return cutList(worstFirst(report.troubles).flatMap(troubleLines), MOST_TROUBLES);
}

/** The end of a run in words: outcome, troubles with cause and advice, what was left over. Mentions who asked. */
export function summaryMessage(view: RunView): Message {
  const { report, leftovers, outcome, request } = view;
  const title = report ? line(report.title, 150) : `${whatOf(view)}: ${stateOf(view)}`;
  const headline = `${outcome ? OUTCOME_MARKS[outcome] : STEP_MARKS.running} *${title}*  ${mention(request.by.id)}`;
  const lines = [
    headline,
    ...(report?.subtitle ? [line(report.subtitle, 300)] : []),
    ...(report ? reportLines(report) : []),
    ...(leftovers.length > 0 ? [words.leftovers(leftovers.length)] : []),
    ...cutList(
      leftovers.map((left) => `• ${line(left, 200)}`),
      MOST_LEFTOVERS,
    ),
  ];
  const error = report && report.troubles.length > 0 ? [] : errorBlocks(view);
  return { text: `#${request.number} ${title}`, blocks: [...sections(lines), ...error] };
}

/** Calls the approvers to the thread, once for each plan that asks. undefined when none does. */
export function askMessage({ approval, request }: RunView, approvers: readonly string[]): Message | undefined {
  if (approval?.state !== 'asking') return undefined;
  const others = approvers.filter((id) => id !== request.by.id && id !== '*');
  const text = words.askApprovers(others.length === 0 ? mention(request.by.id) : others.map(mention).join(', '));
  return { text, blocks: [section(text)] };
}

/** A picture that Slack holds as a file. */
export function pictureMessage({ request }: RunView, fileId: string, altText: string): Message {
  return {
    text: escapeText(altText),
    blocks: [
      {
        type: 'image',
        slack_file: { id: fileId },
        alt_text: altText,
        title: { type: 'plain_text', text: words.pictureTitle(request.number) },
      },
    ],
  };
}
