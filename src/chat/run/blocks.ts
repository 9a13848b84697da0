import type { ImageBlock, KnownBlock } from '@slack/types';
import { aimOf } from '#domain/aim.ts';
import { estimateOf, timesOf } from '#domain/durations.ts';
import { type Approval, isLong } from '#domain/approval.ts';
import type { RunView } from '#domain/fold.ts';
import { worstFirst } from '#domain/health.ts';
import { dateOf, escapeName, escapeText, mention } from '#domain/mrkdwn.ts';
import { type Moment, progressOf } from '#domain/progress.ts';
import { askersOf, goingOnOf } from '#domain/rounds.ts';
import { words } from '#words/chat.ts';
import { words as decisions } from '#words/decisions.ts';
import { words as times } from '#words/durations.ts';
import { aimIn } from '#words/jobs.ts';
import { OUTCOME_MARKS, STEP_MARKS } from '#words/marks.ts';
import { took } from '#words/time.ts';
import { buttonsOf, pictureButtons } from '../buttons.ts';
import { line } from '../escape.ts';
import { cut, type Message } from '../limits.ts';
import { context, cutList, errorBlocks, foldable, glassLine, section, sections, withRoom } from '../pieces.ts';
import { planOf, stepLines, type Telling } from './steps.ts';

/** What a message shows of a long plan: lines, and characters of each. */
const MOST_SHOWN = { lines: 40, characters: 160 };
/** Of a line once it is escaped: with its mark it has room in a section. */
const MOST_ESCAPED = 2700;
type Shown = typeof MOST_SHOWN;
/** How much is told of a plan that people judged and of its steps: the first of these that has room beside the rest. */
const TELLINGS: readonly { readonly plan: Shown; readonly steps: Telling }[] = [
  { plan: MOST_SHOWN, steps: { most: 45, isBrief: false } },
  { plan: { lines: 8, characters: 160 }, steps: { most: 45, isBrief: false } },
  { plan: { lines: 8, characters: 160 }, steps: { most: 45, isBrief: true } },
  { plan: { lines: 3, characters: 80 }, steps: { most: 12, isBrief: true } },
];
/** All of a plan, but for the end of a line that nobody would read. */
export const WHOLE = { lines: Infinity, characters: 2000 };

/** `Smoke test of lab / metal, standard`, escaped. */
function whatOf({ request }: RunView): string {
  const { layer, ...rest } = aimOf(request.input);
  const target = words.target(escapeName(request.environment), escapeName(layer));
  const aim = aimIn(rest);
  return words.what(request.job, target, aim === undefined ? undefined : escapeName(aim));
}

function stateOf(view: RunView, { nowMs, ahead }: Moment): string {
  const { state, steps, request, outcome, approval } = view;
  if (outcome === 'cancelled' && (approval?.state === 'denied' || approval?.state === 'expired')) {
    return words.decidedAs[approval.state];
  }
  if (outcome !== undefined) return named(words.outcome(request.job, outcome, timeOf(view)), whyOf(view));
  if (state === 'queued' || state === 'ended') return words.queued;
  if (state === 'asking' && view.approval) {
    const { needs, by, expiresAt, state: decided } = view.approval;
    if (decided !== 'asking') return words.decidedAs[decided];
    return words.asking(needs.others, by.length, dateOf(expiresAt));
  }
  if (state === 'waiting' && view.queue) {
    const { place, behind, by } = view.queue;
    return words.waiting(place, words.ahead(behind, by ? escapeName(by.name) : ''), ahead ? stepOf(ahead, nowMs) : '');
  }
  if (state === 'doubt' && view.doubt) {
    const title = steps.find(({ id }) => id === view.doubt?.stepId)?.title ?? view.doubt.stepId;
    return words.doubt(line(title, 80));
  }
  if (state === 'held' && view.freeze) {
    const { by, reason, until } = view.freeze;
    return words.held(
      by.id === '' ? escapeName(by.name) : mention(by.id),
      line(reason, 120),
      until === undefined ? '' : dateOf(until),
    );
  }
  if (state === 'surveying') return words.surveying;
  if (state === 'cleaning') return words.cleaning(view.undone.length);
  return named(timedStep(view, nowMs), steps.find(({ status }) => status === 'running')?.title);
}

function named(state: string, title: string | undefined): string {
  return title === undefined ? state : words.named(state, line(title, 80));
}

/** What to think of first when a run ended badly: its steps are folded, and the rest stands in its thread. */
function whyOf({ steps, report, outcome }: RunView): string | undefined {
  if (outcome !== 'failed' && outcome !== 'degraded') return undefined;
  return steps.find(({ status }) => status === 'failed')?.title ?? worstFirst(report?.troubles ?? [])[0]?.what;
}

/** `step 3 of 9, 4 min, about 8 min left` */
function timedStep(view: RunView, nowMs?: number): string {
  const { number, all } = progressOf(view);
  const been = timesOf(view, nowMs);
  return words.step(number, all, been && times.underWay(been));
}

/** How far the run ahead is, in a word or two. */
function stepOf(view: RunView, nowMs?: number): string {
  if (view.state === 'cleaning') return words.cleaning(0);
  if (view.state === 'waiting') return words.waitsToo;
  return view.state === 'running' && view.steps.length > 0 ? timedStep(view, nowMs) : '';
}

/**
 * What people judge, of a long plan no more than has room in a message or than is asked for, and how they did. What is judged
 * no more is no longer than that either.
 */
export function approvalBlocks(view: RunView, ofLong: Shown = MOST_SHOWN): KnownBlock[] {
  const { approval, stop, glass: broken } = view;
  const glass = broken.map((one) => section(glassLine(one)));
  const stopped = stop ? [context(words.stoppedBy(mention(stop.by.id)))] : [];
  if (!approval) return stopped;
  const { judged, changes, needs, by, state, deniedBy, reason, approvedAt, digest } = approval;
  const most = isLong(approval) || state !== 'asking' ? ofLong : WHOLE;
  const goingOn = goingOnOf(view);
  const inSection = (text: string) => cut(line(text, most.characters), MOST_ESCAPED);
  const shown = cutList(
    judged.map((text) => `• ${inSection(text)}`),
    most.lines,
  );
  const changed = changes.length === 0 ? [] : [words.changed, ...cutList(changes.map(inSection), most.lines)];
  const approved =
    by.length === 0
      ? []
      : [words.approvedBy(by.map(({ id }) => mention(id)).join(', '), approvedAt ? dateOf(approvedAt) : '')];
  const denied = state === 'denied' && deniedBy ? [words.deniedBy(mention(deniedBy.id), line(reason ?? '', 300))] : [];
  const ends = [...approved, ...denied, ...(state === 'expired' ? [words.expired] : [])];
  return [
    ...sections(changed),
    ...(goingOn ? [context(decisions.goesOnFrom(mention(goingOn.by.id), goingOn.done, goingOn.all))] : []),
    // Whoever approves reads all of it; afterwards the steps tell it again.
    ...(state === 'asking' ? sections : foldable)([
      needs.typed === undefined ? words.plan : words.planDestroying(line(needs.typed, 80)),
      ...shown,
    ]),
    ...(state === 'asking' && most !== WHOLE ? [context(words.planToRead)] : []),
    ...glass,
    context([...ends, ...takes(view), words.planDigest(digest.slice(0, 12))].join('  ·  ')),
    ...stopped,
  ];
}

/** How long the plan takes, for those who judge it; nothing once it is carried out. */
function takes(view: RunView): string[] {
  const { steps, outcome, begunAt, approval } = view;
  const isRefused = approval?.state === 'denied' || approval?.state === 'expired';
  if (outcome !== undefined || begunAt !== undefined || steps.length === 0 || isRefused) return [];
  return [times.plan(estimateOf(view))];
}

function timeOf({ startedAt, endedAt }: RunView): string | undefined {
  if (startedAt === undefined || endedAt === undefined) return undefined;
  const ms = Date.parse(endedAt) - Date.parse(startedAt);
  return Number.isNaN(ms) ? undefined : took(Math.max(0, ms));
}

/** The mark that stands before a run. */
export function markOf({ outcome, state }: RunView): string {
  return outcome === undefined ? STEP_MARKS[state === 'queued' ? 'pending' : 'running'] : OUTCOME_MARKS[outcome];
}

/** What the run is and how far it is, escaped. */
export function headlineOf(view: RunView, moment: Moment = {}): { readonly what: string; readonly state: string } {
  return { what: whatOf(view), state: stateOf(view, moment) };
}

function isPlanOnly({ approval, steps }: RunView): boolean {
  return approval !== undefined && steps.every(({ status }) => status === 'pending');
}

/** The message of a run in its channel: what, who, where, how far, each step. Edited as the run goes on. */
export function rootMessage(view: RunView, moment: Moment = {}): Message {
  const { number, by, origin } = view.request;
  const asked =
    origin.kind === 'terminal'
      ? words.atTerminal(mention(by.id), escapeName(origin.host))
      : words.askedBy(mention(by.id));
  const { what, state } = headlineOf(view, moment);
  const attempt = view.takeovers > 0 ? [words.attempt(view.takeovers)] : [];
  const foreign = view.foreign.length > 0 ? [words.foreign(view.foreign.length)] : [];
  const around = (steps: readonly KnownBlock[], plan = MOST_SHOWN): KnownBlock[] => [
    section(`${markOf(view)} *#${number} ${what}*\n${state}`),
    ...approvalBlocks(view, plan),
    ...steps,
    ...(view.steps.every(({ status }) => status !== 'failed') ? errorBlocks(view) : []),
    context([asked, ...attempt, ...foreign].join('  ·  ')),
    ...buttonsOf(view),
  ];
  const text = `#${number} ${what}: ${state}`;
  // A plan that nothing was done of says it all.
  if (isPlanOnly(view) || view.steps.length === 0) return { text, blocks: around([]) };
  return {
    text,
    blocks: withRoom(TELLINGS, ({ plan, steps }) => around([planOf(view.steps, steps)], plan)),
    plain: withRoom(TELLINGS, ({ plan, steps }) => around(foldable(stepLines(view.steps, steps)), plan)),
  };
}

/** Names one asking among all that is shown of the run: the same plan may be asked for again in a later round. */
export function askingOf({ digest, round }: Approval): string {
  return `${digest.slice(0, 12)}${round === 0 ? '' : `-${round + 1}`}`;
}

/** Calls the approvers to the thread, once for each plan that asks. undefined when none does. */
export function askMessage(view: RunView, approvers: readonly string[]): Message | undefined {
  const { approval, request } = view;
  if (approval?.state !== 'asking') return undefined;
  const askers = new Set(askersOf(view).map(({ id }) => id));
  const others = approvers.filter((id) => !askers.has(id) && id !== '*');
  const what = whatOf(view);
  const text =
    others.length === 0
      ? words.askAnybody(request.number, what)
      : words.askApprovers(others.map(mention).join(', '), request.number, what);
  return { text, blocks: [section(text)] };
}

/** A picture that Slack holds as a file. */
export function pictureMessage(view: RunView, fileId: string, altText: string): Message {
  return { text: escapeText(altText), blocks: [imageBlock(view, fileId, altText), pictureButtons(view.request)] };
}

/** The same without buttons, for one who pressed one. */
export function imageBlock({ request }: RunView, fileId: string, altText: string): ImageBlock {
  return {
    type: 'image',
    slack_file: { id: fileId },
    alt_text: altText,
    title: { type: 'plain_text', text: words.pictureTitle(request.number) },
  };
}
