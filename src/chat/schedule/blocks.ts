import type { KnownBlock } from '@slack/types';
import { type Health, worstFirst } from '#domain/health.ts';
import { endOf, isOpen } from '#domain/incidents.ts';
import { dateOf, escapeName, mention } from '#domain/mrkdwn.ts';
import {
  healthOf,
  type Ill,
  type Incident,
  isBad,
  type LayerReading,
  nextAt,
  type Schedule,
  type Turn,
} from '#domain/schedule.ts';
import { HEALTH_MARKS } from '#words/marks.ts';
import { words as things } from '#words/report.ts';
import { words } from '#words/schedules.ts';
import { about } from '#words/time.ts';
import { pictureButtons, unscheduleButton } from '../buttons.ts';
import { troubleLines } from '../run/ending.ts';
import { line } from '../escape.ts';
import type { Message } from '../limits.ts';
import { context, section, sections } from '../pieces.ts';

/** Longer ones stand in the message of the incident, and under `/cloud-status`. */
const LAYER_CHARACTERS = 160;

/** `Watch of lab / metal`, escaped. */
function titleOf({ job, environment, input: { layer, depth } }: Schedule): string {
  return words.title(job, words.target(escapeName(environment), escapeName(layer)), depth);
}

function stateOf({ last, job, wellInARow, paused, removed }: Schedule): string {
  if (removed) return words.ended(mention(removed.by.id), dateOf(removed.at));
  if (paused) return words.pausedNow(escapeName(paused.why));
  if (!last) return words.firstLook;
  const bad = last.layers.filter(isBad).length;
  if (job === 'smoke-test') return bad === 0 ? words.passed(wellInARow) : words.failed(last.run?.number ?? 0);
  return bad === 0 ? words.well : words.bad(bad, last.layers.length);
}

function markOf({ last, paused, removed }: Schedule): string {
  if (removed || paused) return HEALTH_MARKS.off;
  return HEALTH_MARKS[last ? healthOf(last) : 'waiting'];
}

function layerLine({ layer, health, summary, what }: LayerReading): string {
  const isIll = isBad({ health });
  const text = line(isIll ? (what ?? summary) : summary, LAYER_CHARACTERS);
  return `${HEALTH_MARKS[health]} ${words.layer(line(layer, 60), things.thing(health), text)}`;
}

/** The one message that shows how a schedule stands; edited after each tick. */
export function boardMessage(schedule: Schedule): Message {
  const { last, by, everyMs, skipped, removed, paused } = schedule;
  const title = titleOf(schedule);
  const state = stateOf(schedule);
  const next = nextAt(schedule);
  const footer = [
    ...(last ? [words.checked(dateOf(last.at))] : []),
    ...(removed || paused ? [] : [words.rhythm(everyMs, next === undefined ? '' : dateOf(next))]),
    words.by(mention(by.id)),
    words.number(schedule.schedule),
  ];
  const remarks = [
    ...(last?.changedBy === undefined ? [] : [words.duringChange(last.changedBy)]),
    ...(skipped ? [words.leftOut(escapeName(skipped.why), dateOf(skipped.at))] : []),
  ];
  const blocks: KnownBlock[] = [
    section(`${markOf(schedule)} *${title}*\n${state}`),
    ...sections((last?.layers ?? []).map(layerLine)),
    ...remarks.map(context),
    context(footer.join('  ·  ')),
    ...(removed ? [] : [unscheduleButton(schedule)]),
  ];
  return { text: `${title}: ${state}`, blocks };
}

function span(from: string, to: string): string {
  return about(Math.max(0, Date.parse(to) - Date.parse(from)));
}

function illLines(ill: Ill): string[] {
  const what = ill.what ?? ill.summary;
  if (ill.healedAt === undefined) return troubleLines({ ...ill, what });
  const healed = words.healedAfter(span(ill.since, ill.healedAt));
  return [`${HEALTH_MARKS.ok} *${line(ill.layer, 60)}*: ${healed}  ·  ${words.was(line(what, LAYER_CHARACTERS))}`];
}

/** `cluster and storage failed, metal needs a look`, worst first. */
function illText(ills: readonly Ill[]): string {
  const sorted = worstFirst(ills);
  const healths = [...new Set(sorted.map(({ health }) => health))];
  const named = (health: Health) => sorted.filter((ill) => ill.health === health).map(({ layer }) => line(layer, 60));
  return healths.map((health) => words.ill(named(health), health)).join(', ');
}

function worstOf(ills: readonly Ill[]): Health {
  return healthOf({ at: '', layers: ills.filter((ill) => ill.healedAt === undefined) });
}

/** What turned bad at one time, and what became of it: edited until it is well. */
export function incidentMessage(schedule: Schedule, incident: Incident): Message {
  const { ills, at, run } = incident;
  const headline = words.incident(line(schedule.environment, 60), illText(ills));
  const healed = endOf(incident);
  const isOver = isOpen(incident) && schedule.removed !== undefined;
  const end = healed === undefined ? (isOver ? words.unwatched : '') : words.healedAfter(span(at, healed));
  const text = end === '' ? headline : `${headline}: ${end}`;
  const mark = isOver ? HEALTH_MARKS.off : HEALTH_MARKS[worstOf(ills)];
  const blocks: KnownBlock[] = [
    section(`${mark} *${headline}*${end === '' ? '' : `\n${end}`}`),
    ...ills.map((ill) => section(illLines(ill).join('\n'))),
    context([words.since(dateOf(at)), titleOf(schedule), words.number(schedule.schedule)].join('  ·  ')),
    ...(run ? [pictureButtons(run)] : []),
  ];
  return { text: `${mark} ${text}`, blocks };
}

/** What happened in an incident, for its thread. `isLast`: nothing is left of it. */
export function turnMessage(turn: Turn, isLast: boolean): Message {
  if (turn.kind !== 'healed') {
    const headline = `${HEALTH_MARKS[worstOf(turn.layers)]} *${words.turned[turn.kind]}*: ${illText(turn.layers)}`;
    return { text: headline.replaceAll('*', ''), blocks: sections([headline, ...turn.layers.flatMap(illLines)]) };
  }
  const names = turn.layers.map(({ layer }) => line(layer, 60));
  const since = turn.layers.map((ill) => ill.since).toSorted()[0] ?? turn.at;
  const headline = `${HEALTH_MARKS.ok} ${words.wellAgain(names, span(since, turn.at))}`;
  return { text: headline, blocks: sections([isLast ? `${headline}\n${words.allWell}` : headline]) };
}

/** Tells the maker that it ticks no more. */
export function pausedMessage(schedule: Schedule): Message {
  const text = words.pausedTold(mention(schedule.by.id), titleOf(schedule));
  return { text, blocks: [section(text)] };
}
