import type { RunView } from '#domain/fold.ts';
import { worstFirst } from '#domain/health.ts';
import { mention } from '#domain/mrkdwn.ts';
import { type Remains, remainsOf } from '#domain/remains.ts';
import type { Report, Trouble } from '#domain/report.ts';
import { askersOf } from '#domain/rounds.ts';
import { words } from '#words/chat.ts';
import { HEALTH_MARKS, OUTCOME_MARKS, STEP_MARKS } from '#words/marks.ts';
import { REMAINS } from '#words/remains.ts';
import { headlineOf } from './blocks.ts';
import { offerButtons } from '../buttons.ts';
import { line } from '../escape.ts';
import type { Message } from '../limits.ts';
import { cutList, errorBlocks, isUntouched, sections, withRoom } from '../pieces.ts';

/** How many of each are listed: the first of these that has room. */
const LISTINGS = [
  { troubles: 10, leftovers: 20, remains: 30 },
  { troubles: 5, leftovers: 10, remains: 12 },
  { troubles: 2, leftovers: 5, remains: 5 },
];
const SETTLED = new Set<Remains>(['done', 'removed']);

/**
 * Says at once that a step failed and what to do, while the clean-up still goes on. undefined when none did, and for one
 * that a person stopped.
 */
export function failureMessage(view: RunView): Message | undefined {
  const failed = view.steps.find(({ status }) => status === 'failed');
  if (!failed || view.stop) return undefined;
  const headline = words.stepFailed(line(failed.title, 80), line(failed.layer, 60));
  const lines = [
    `✗ ${headline}`,
    ...(failed.detail ? [line(failed.detail, 900)] : []),
    ...(failed.advice ? [words.advice(line(failed.advice, 600))] : []),
    ...(view.risk === 'probe' || view.state === 'cleaning' ? [words.cleaningNext] : []),
  ];
  return { text: `#${view.request.number}: ${headline.replaceAll('*', '')}`, blocks: sections(lines) };
}

/** A trouble with its cause and what to do. */
export function troubleLines({ layer, health, what, cause, advice }: Trouble): string[] {
  return [
    [
      `${HEALTH_MARKS[health]} *${line(layer, 60)}*: ${line(what, 600)}`,
      ...(cause ? [`      ${words.cause(line(cause, 500))}`] : []),
      ...(advice ? [`      ${words.advice(line(advice, 500))}`] : []),
    ].join('\n'),
  ];
}

function reportLines(report: Report, most: number): string[] {
  return cutList(worstFirst(report.troubles).flatMap(troubleLines), most);
}

/** Why a run that did not come to its end has ended. */
function reasonLines({ approval, stop }: RunView): string[] {
  if (approval?.state === 'denied' && approval.deniedBy) {
    return [words.deniedBy(mention(approval.deniedBy.id), line(approval.reason ?? '', 300))];
  }
  if (approval?.state === 'expired') return [words.expired];
  return stop ? [words.stoppedBy(mention(stop.by.id))] : [];
}

/** The state in which a run that did not come to its end left each of its steps. */
function remainsLines(view: RunView, most: number): string[] {
  const isChange = view.risk === 'change' || view.risk === 'destroy';
  if (view.outcome !== 'cancelled' && !(view.outcome === 'failed' && isChange)) return [];
  const all = remainsOf(view);
  const begun = all.filter(({ remains }) => remains !== 'not-run');
  if (begun.length === 0) return [words.nothingBegun];
  // First what may need a hand: a list that is cut must not hide it.
  const urgent = begun.toSorted((a, b) => Number(SETTLED.has(a.remains)) - Number(SETTLED.has(b.remains)));
  const lines = urgent.map(({ step, remains }) => {
    const how = REMAINS[remains](line(step.risk ?? '', 140), line(view.stuck[step.id] ?? '', 200));
    return `${STEP_MARKS[step.status]} ${words.remains(line(step.title, 80), how)}`;
  });
  const rest = all.length - begun.length;
  return [words.left, ...cutList(lines, most), ...(rest > 0 ? [`· ${words.notBegun(rest)}`] : [])];
}

/** The end of a run in words: outcome, troubles with cause and advice, what was left over. Mentions who asked. */
export function summaryMessage(view: RunView): Message {
  const { report, leftovers, outcome, request } = view;
  const { what, state } = headlineOf(view);
  const isDull = isUntouched(view);
  const title = report && !isDull ? line(report.title, 150) : `${what}: ${state}`;
  const headline = `${outcome ? OUTCOME_MARKS[outcome] : STEP_MARKS.running} *${title}*  ${mention(request.by.id)}`;
  const linesFor = (most: (typeof LISTINGS)[number]) => [
    headline,
    ...(report?.subtitle && !isDull ? [line(report.subtitle, 300)] : []),
    ...(outcome === 'cancelled' ? reasonLines(view) : []),
    ...(report ? reportLines(report, most.troubles) : []),
    ...remainsLines(view, most.remains),
    ...(leftovers.length > 0 ? [words.leftovers(leftovers.length)] : []),
    ...cutList(
      leftovers.map((left) => `• ${line(left, 200)}`),
      most.leftovers,
    ),
  ];
  const error = report && report.troubles.length > 0 ? [] : errorBlocks(view);
  const blocks = withRoom(LISTINGS, (most) => [...sections(linesFor(most)), ...error, ...offerButtons(view)]);
  return { text: `#${request.number} ${title}`, blocks };
}

/** Tells the requester that their plan was approved. undefined while it is not, and when the end of the run says it. */
export function decidedMessage(view: RunView): Message | undefined {
  const { approval, glass, request, state } = view;
  if (approval?.state !== 'approved' || state === 'ended') return undefined;
  const broken = glass.find(({ digest, at }) => digest === approval.digest && at === approval.approvedAt);
  const requester = [...new Set(askersOf(view).map(({ id }) => mention(id)))].join(', ');
  const text = broken
    ? words.decidedByGlass(requester, request.number, mention(broken.by.id))
    : words.decided(requester, request.number, approval.by.map(({ id }) => mention(id)).join(', '));
  return { text, blocks: sections([text]) };
}
