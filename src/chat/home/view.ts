import type { Button, HomeView, KnownBlock } from '@slack/types';
import { isLong } from '#domain/approval.ts';
import type { RunView } from '#domain/fold.ts';
import { type Health, worst, worstFirst } from '#domain/health.ts';
import type { EnvironmentNow, Home, LayerNow } from '#domain/home.ts';
import { dateOf, escapeName, mention } from '#domain/mrkdwn.ts';
import { words as decisions } from '#words/decisions.ts';
import { words } from '#words/home.ts';
import { listed } from '#words/language.ts';
import { HEALTH_MARKS } from '#words/marks.ts';
import { approvalBlocks, headlineOf, markOf } from '../run/blocks.ts';
import { judgeModal } from '../run/judge.ts';
import { button } from '../buttons.ts';
import { line } from '../escape.ts';
import { fitBlocks, LIMITS, sizeOf } from '../limits.ts';
import { agoOf, context, section, sections } from '../pieces.ts';

/** What a button of App Home does that stands nowhere else. */
export const HOME_ACTIONS = { look: 'look', start: 'start', judge: 'judge' } as const;
/** Addresses of the threads of runs, by the run's key. */
export type Links = ReadonlyMap<string, string>;

/** How the characters of Slack's sum are shared out, so that no part crowds out another; environments have what is left. */
const ROOM = { approvals: 4500, open: 1200, mine: 700 };
const MOST_APPROVALS = 5;
/** A longer plan is read in a modal of its own, so that the page stays one to look at. */
const MOST_PLAN = 900;
/** Characters of a run to decide about whose plan is read elsewhere. */
const SHORT_ROOM = 750;
/** Environments with a line for each of their layers: two blocks each. */
const MOST_DETAILED = 12;
const MOST_LINES = 40;
const MOST_OPEN = 12;
const MOST_SUMMARY = 70;
const MOST_NAMED = 3;
/** Left for the line that says how many more there are. */
const MORE_ROOM = 80;

/** App Home of one person. */
export function homeView(home: Home, links: Links): HomeView {
  if (home.environments.length === 0) return noteView(home.isSure ? words.nothing : words.unsure);
  const above = approvalPart(home, links);
  const below = [
    ...openPart(home, links),
    ...runPart(words.mine, home.mine, { home, links, room: ROOM.mine }),
    ...startPart(home),
    ...(home.isSure ? [] : [context(words.unsure)]),
  ];
  const room = LIMITS.sum - sizesOf(above) - sizesOf(below);
  return { type: 'home', blocks: fitBlocks([...above, ...environmentPart(home, room), ...below]) };
}

/** A home that only says something. */
export function noteView(text: string): HomeView {
  return { type: 'home', blocks: [section(text)] };
}

function header(text: string): KnownBlock {
  return { type: 'header', text: { type: 'plain_text', text } };
}

/** As many of the first ones as have room, and how many others there are. */
function within<T>(items: readonly T[], size: (item: T) => number, { most, room }: { most: number; room: number }) {
  const shown: T[] = [];
  let left = room - MORE_ROOM;
  for (const item of items.slice(0, most)) {
    left -= size(item);
    if (left < 0) break;
    shown.push(item);
  }
  return { shown, hidden: items.length - shown.length };
}

function sizesOf(blocks: readonly KnownBlock[]): number {
  return blocks.reduce((sum, block) => sum + sizeOf(block), 0);
}

/** Runs to decide about. Nobody is asked to agree to a plan that is not shown whole. */
function approvalPart({ approvals }: Home, links: Links): KnownBlock[] {
  if (approvals.length === 0) return [];
  const shown = approvals.slice(0, MOST_APPROVALS);
  const hidden = approvals.length - shown.length;
  let left = ROOM.approvals - shown.length * SHORT_ROOM - MORE_ROOM;
  const blocks = shown.flatMap((view) => {
    const plan = approvalBlocks(view);
    const whole = [headOf(view, links), ...plan, decisionOf(view, button('approve', view))];
    const isWhole =
      view.approval && !isLong(view.approval) && sizesOf(plan) <= MOST_PLAN && sizesOf(whole) <= left + SHORT_ROOM;
    if (!isWhole) return [headOf(view, links), ...elsewhere(view)];
    left -= Math.max(0, sizesOf(whole) - SHORT_ROOM);
    return whole;
  });
  return [header(words.approvals), ...blocks, ...(hidden === 0 ? [] : [context(words.more(hidden))])];
}

/** Where a plan is read that is too long for the page, if Slack has room for it anywhere. */
function elsewhere(view: RunView): KnownBlock[] {
  const { request, approval } = view;
  if (!judgeModal(view)) return [context(decisions.planTooLong(request.number)), decisionOf(view)];
  const judge: Button = {
    ...{ type: 'button', action_id: HOME_ACTIONS.judge, value: request.key, style: 'primary' },
    ...{ text: { type: 'plain_text', text: words.judge }, accessibility_label: words.judgeRun(request.number) },
  };
  return [context(words.planLines(approval?.judged.length ?? 0)), decisionOf(view, judge)];
}

function headOf(view: RunView, links: Links): KnownBlock {
  const { what, state } = headlineOf(view);
  return section(`*${numberOf(view, links)} ${what}*\n${state}, ${words.asked(mention(view.request.by.id))}`);
}

function decisionOf(view: RunView, ...first: Button[]): KnownBlock {
  return { type: 'actions', block_id: `decide-${view.request.key}`, elements: [...first, button('deny', view)] };
}

function numberOf({ request: { key, number } }: RunView, links: Links): string {
  const url = links.get(key);
  return url === undefined ? `#${number}` : `<${url}|#${number}>`;
}

/** Each with its layers where there is room, else each in one line. */
function environmentPart({ environments }: Home, room: number): KnownBlock[] {
  const detailed = [header(words.environments), ...environments.flatMap(environmentBlocks)];
  if (environments.length <= MOST_DETAILED && sizesOf(detailed) <= room) return detailed;
  // Worst first, so that whatever is left out is no worse than what is shown.
  const lines = worstFirst(environments.map((one) => ({ health: healthOf(one), text: environmentLine(one) })));
  const { shown, hidden } = within(lines, ({ text }) => text.length, {
    most: MOST_LINES,
    room: room - words.environments.length,
  });
  const more = hidden === 0 ? [] : [context(words.moreEnvironments(hidden))];
  return [header(words.environments), ...sections(shown.map(({ text }) => text)), ...more];
}

function environmentBlocks({ name, layers, freeze }: EnvironmentNow): KnownBlock[] {
  const ages = [...new Set(layers.flatMap(({ last }) => last?.at ?? []))];
  const isOneAge = ages.length === 1;
  // Top first, as pictures draw them.
  const lines = layers.toReversed().map((layer) => layerLine(layer, !isOneAge));
  const frozen = freeze
    ? [
        words.frozen(
          freeze.by.id === '' ? line(freeze.by.name, 60) : mention(freeze.by.id),
          line(freeze.reason, 120),
          freeze.until === undefined ? '' : dateOf(freeze.until),
        ),
      ]
    : [];
  const seen = ages.length === 0 ? [words.noStatus] : isOneAge ? [words.seen(agoOf(ages[0] ?? ''))] : [];
  return [
    {
      ...section([`*${escapeName(name)}*`, ...frozen, ...lines].join('\n')),
      // The same each time, so that the keyboard keeps its place.
      ...{ block_id: `look-${name}`, accessory: lookButton(name) },
    },
    ...seen.map(context),
  ];
}

function layerLine({ layer, last }: LayerNow, hasAge: boolean): string {
  const name = line(layer, 40);
  if (!last) return words.unseen(words.marked(HEALTH_MARKS.unknown, name));
  const { health, summary, at } = last;
  const said = words.health(words.marked(HEALTH_MARKS[health], name), health);
  const details = [...(summary === '' ? [] : [line(startOf(summary), MOST_SUMMARY)]), ...(hasAge ? [agoOf(at)] : [])];
  return details.reduce(words.beside, said);
}

/** As much of a summary as is whole and short; at least its first part, however long. */
function startOf(summary: string): string {
  const [first = '', ...others] = summary.split('; ');
  let start = first;
  for (const part of others) {
    if (start.length + part.length + 2 > MOST_SUMMARY) break;
    start = `${start}; ${part}`;
  }
  return start;
}

function lookButton(name: string): Button {
  return {
    ...{ type: 'button', action_id: HOME_ACTIONS.look, value: name },
    ...{ text: { type: 'plain_text', text: words.look }, accessibility_label: words.lookAt(name) },
  };
}

/** A layer that nobody looked at is unknown. */
function healthOf({ layers }: EnvironmentNow): Health {
  return worst(layers.map(({ last }) => last?.health ?? 'unknown'));
}

function environmentLine(environment: EnvironmentNow): string {
  const { name, layers, freeze } = environment;
  const health = healthOf(environment);
  const [oldest] = layers.flatMap(({ last }) => last?.at ?? []).toSorted();
  const marked = words.marked(HEALTH_MARKS[health], line(name, 40));
  const worstOnes = layers.filter(({ last }) => (last?.health ?? 'unknown') === health);
  const named = worstOnes.slice(0, MOST_NAMED).map(({ layer }) => line(layer, 40));
  const said = oldest === undefined ? words.unseen(marked) : words.health(marked, health);
  const where = health === 'ok' || oldest === undefined ? said : words.ofLayers(said, listed(named));
  const frozen = freeze ? words.isFrozen(where) : where;
  return oldest === undefined ? frozen : words.beside(frozen, agoOf(oldest));
}

/** What stands among the approvals already is not said twice. */
function openPart(home: Home, links: Links): KnownBlock[] {
  if (home.open.length === 0) return [header(words.open), context(words.quiet)];
  const asking = new Set(home.approvals.map(({ request }) => request.key));
  const others = home.open.filter(({ request }) => !asking.has(request.key));
  return runPart(words.open, others, { home, links, room: ROOM.open });
}

type Listing = { readonly home: Home; readonly links: Links; readonly room: number };

function runPart(title: string, views: readonly RunView[], { home, links, room }: Listing): KnownBlock[] {
  if (views.length === 0) return [];
  const lines = views.map((view) => runLine(view, home, links));
  const { shown, hidden } = within(lines, ({ length }) => length, { most: MOST_OPEN, room });
  const more = hidden === 0 ? [] : [context(words.more(hidden))];
  return [header(title), ...sections(shown), ...more];
}

function runLine(view: RunView, { open, nowMs }: Home, links: Links): string {
  const ahead = open.find(({ request }) => request.number === view.queue?.behind);
  const { what, state } = headlineOf(view, { nowMs: Math.max(nowMs, Date.parse(view.lastAt)), ahead });
  const said = words.run(words.marked(markOf(view), numberOf(view, links)), what, state);
  return words.beside(said, view.endedAt === undefined ? mention(view.request.by.id) : agoOf(view.endedAt));
}

function startPart({ starts }: Home): KnownBlock[] {
  if (starts.length === 0) return [];
  const elements = starts.map(({ command, title }): Button => ({
    ...{ type: 'button', action_id: `${HOME_ACTIONS.start}-${command}`, value: command },
    text: { type: 'plain_text', text: title },
  }));
  return [header(words.start), { type: 'actions', block_id: 'start', elements }];
}
