import type { StepView } from '#domain/fold.ts';
import type { Change, Console } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { capCells, cellsOf, padCells } from './cells.ts';
import { quantityOf, differenceOf } from './change.ts';
import type { Ink } from './ink.ts';
import { STEP_HEALTHS } from './timeline/rows.ts';

type Page = { readonly ink: Ink; readonly width: number };

/** Room for a time, as `12h 04m`. */
const TIME_CELLS = 8;
const SIGNS = { came: '+', went: '-', moved: '>' } as const;

function widest(texts: readonly string[], most: number): number {
  return Math.min(most, Math.max(0, ...texts.map(cellsOf)));
}

/** What a run changed: a line a number, a line a thing. */
export function changeLines({ measures, things }: Change, { ink, width }: Page): string[] {
  const names = widest(
    measures.map(({ name }) => name),
    Math.floor(width / 2),
  );
  const numbers = measures.map((measure) => {
    const { name, before, after, unit } = measure;
    const difference = differenceOf(measure).filter(Boolean).join(' ');
    const change = `${quantityOf(before, unit)} → ${ink.bold(quantityOf(after, unit))}`;
    return `  ${padCells(capCells(name, names), names)}  ${change}  ${ink.faint(difference)}`;
  });
  const moved = things.map(({ name, how, detail }) => {
    const more = detail === undefined ? '' : `  ${ink.faint(detail)}`;
    return `${SIGNS[how]} ${name}  ${words.how[how]}${more}`;
  });
  return [...(numbers.length > 0 ? [ink.bold(words.change), ...numbers] : []), ...moved];
}

/** When each step began, counted from the first, and how long it took; layers where there are several. */
export function timelineLines(steps: readonly StepView[], { ink, width }: Page): string[] {
  const starts = steps.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [Date.parse(startedAt)]));
  if (starts.length === 0) return [];
  const zero = Math.min(...starts);
  const titles = widest(
    steps.map(({ title }) => title),
    Math.max(10, width - 2 * TIME_CELLS - 18),
  );
  const hasLayers = new Set(steps.map(({ layer }) => layer)).size > 1;
  const lines = steps.flatMap((step, index) => {
    const { title, status, startedAt, tookMs, layer } = step;
    const health = STEP_HEALTHS[status];
    const time = (ms: number | undefined) => padCells(ms === undefined ? '' : words.duration(ms), TIME_CELLS, 'right');
    const from = startedAt === undefined ? undefined : Date.parse(startedAt) - zero;
    const word = health === 'ok' ? '' : `  ${ink.health(health, words.step(health))}`;
    const line = `${ink.sign(health)} ${padCells(capCells(title, titles), titles)}  ${ink.faint(time(from))}  ${time(tookMs)}${word}`;
    const isNew = hasLayers && layer !== steps[index - 1]?.layer;
    return isNew ? [ink.bold(layer), line.trimEnd()] : [line.trimEnd()];
  });
  return [`${ink.bold(words.steps)}  ${ink.faint(words.stepsColumns)}`, ...lines];
}

/** What a server wrote to its console, as it stands. */
export function consoleLines({ server, command, lines }: Console, { ink }: Page): string[] {
  const shown = lines.length === 0 ? [words.noConsole] : lines;
  return [
    `${ink.bold(words.console(server))}  ${ink.faint(`$ ${command}`)}`,
    ...shown.map((line) => `  ${line}`.trimEnd()),
  ];
}
