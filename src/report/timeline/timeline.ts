import { words } from '#words/report.ts';
import { heading } from '../head.ts';
import { mark } from '../kit/marks.ts';
import { column, type Node, rect, row, type Style, text } from '../kit/nodes.ts';
import type { Theme } from '../kit/theme.ts';
import { lanesOf, type Span, ticksOf, type TimelineRow } from './rows.ts';

const LABEL_WIDTH = 264;
const TIME_WIDTH = 76;
const GAP = 14;
const ROW_HEIGHT = 27;
const BAR_HEIGHT = 16;
const LEAST_BAR = 3;
const MOST_LANES = 4;
/** Bars that are not among the slowest step back, so that those stand out. */
const CALM_OPACITY = 0.62;

/** Where times stand. */
type Scale = { readonly width: number; readonly wholeMs: number; x(ms: number): number };

function at(left: number, style: Style): Style {
  return { position: 'absolute', left: Math.round(left), ...style };
}

function bar(theme: Theme, { fromMs, toMs, health, isSlow }: Span, place: Style & { readonly scale: Scale }): Node {
  const { scale, ...style } = place;
  const width = Math.max(LEAST_BAR, Math.round(scale.x(toMs)) - Math.round(scale.x(fromMs)) - 1);
  const isCalm = health === 'ok' && !isSlow;
  return rect(
    at(Math.min(scale.x(fromMs), scale.width - LEAST_BAR), {
      ...{ width, borderRadius: 3, backgroundColor: theme.tones[health].shape },
      ...(isCalm ? { opacity: CALM_OPACITY } : {}),
      ...style,
    }),
  );
}

/** The bars of a row; what went on at the same time stands under each other. */
function bars(theme: Theme, { kind, spans, health }: TimelineRow, scale: Scale): Node[] {
  if (kind === 'phase') {
    const fromMs = Math.min(...spans.map((span) => span.fromMs));
    const toMs = Math.max(...spans.map((span) => span.toMs));
    const style = { scale, top: 12, height: 3, backgroundColor: theme.secondary };
    return spans.length === 0 ? [] : [bar(theme, { fromMs, toMs, health, isSlow: true }, style)];
  }
  const lanes = lanesOf(spans, MOST_LANES);
  const height = Math.floor((BAR_HEIGHT + 1) / Math.max(1, lanes.length)) - (lanes.length > 1 ? 1 : 0);
  const top = Math.round((ROW_HEIGHT - BAR_HEIGHT) / 2);
  return lanes.flatMap((lane, index) =>
    lane.map((span) =>
      bar(theme, span, { scale, top: top + index * (height + 1), height: Math.min(height, BAR_HEIGHT) }),
    ),
  );
}

/** What the bar does not say: that it failed, why there is none. Beside the bar where there is more room. */
function note(theme: Theme, { kind, health, spans, note: why }: TimelineRow, scale: Scale): Node | undefined {
  // A fold says by its own name what it is.
  if (kind === 'phase' || kind === 'fold' || health === 'ok') return undefined;
  const word = why === undefined ? words.step(health) : `${words.step(health)}: ${why}`;
  const type = { size: 12, color: theme.tones[health].text };
  const style = { position: 'absolute', top: 5, padding: '0 4px', backgroundColor: theme.ground } as const;
  const [span] = spans;
  if (!span) return text(word, type, { ...style, left: 0, maxWidth: scale.width });
  const [from, to] = [Math.round(scale.x(span.fromMs)), Math.round(scale.x(span.toMs))];
  const isRight = scale.width - to >= from;
  return isRight
    ? text(word, type, { ...style, left: to + 4, maxWidth: Math.max(60, scale.width - to - 4) })
    : text(word, type, { ...style, right: scale.width - from + 4, maxWidth: from });
}

function label(theme: Theme, { kind, title, health, count }: TimelineRow): Node[] {
  if (kind === 'phase') return [text(title, { size: 14, weight: 600, color: theme.text }, { flex: '1 1 0' })];
  const isMade = health !== 'waiting' && health !== 'off';
  const color = isMade ? theme.text : theme.secondary;
  if (kind === 'step') return [mark(theme, health, { size: 14 }), text(title, { size: 13, color }, { flex: '1 1 0' })];
  const name = title === '' ? words.folded(count, words.step(health)) : title;
  return [
    mark(theme, health, { size: 14 }),
    text(name, { size: 13, weight: title === '' ? 400 : 600, color: title === '' ? theme.secondary : color }),
    title === '' ? undefined : text(String(count), { size: 13, mono: true, color: theme.secondary }, { flexShrink: 0 }),
  ].filter((part) => part !== undefined);
}

function line(theme: Theme, entry: TimelineRow, scale: Scale): Node {
  const isStrong = entry.kind === 'phase' || entry.spans.some(({ isSlow }) => isSlow);
  const time = entry.tookMs === undefined ? '' : words.duration(entry.tookMs);
  return row(
    { gap: GAP, height: ROW_HEIGHT, ...(entry.kind === 'phase' ? { margin: '6px 0 0 0' } : {}) },
    row({ gap: 9, width: LABEL_WIDTH, flexShrink: 0 }, ...label(theme, entry)),
    column(
      { position: 'relative', width: scale.width, height: ROW_HEIGHT, flexShrink: 0 },
      ...bars(theme, entry, scale),
      note(theme, entry, scale),
    ),
    text(
      time,
      {
        ...{ size: 13, mono: true, align: 'right', color: isStrong ? theme.text : theme.secondary },
        ...(isStrong ? { weight: 600 } : {}),
      },
      { width: TIME_WIDTH, flexShrink: 0 },
    ),
  );
}

/** The times along the top, with a line down from each. */
function grid(theme: Theme, scale: Scale): { readonly lines: Node[]; readonly labels: Node } {
  const ticks = ticksOf(scale.wholeMs);
  const left = LABEL_WIDTH + GAP;
  const wide = 60;
  return {
    lines: ticks.map((ms) =>
      rect(at(left + scale.x(ms), { top: 24, width: 1, height: '100%', backgroundColor: theme.line })),
    ),
    labels: column(
      { position: 'relative', height: 24 },
      ...ticks.map((ms, index) =>
        text(
          words.tick(ms),
          { size: 12, color: theme.secondary, ...(index === 0 ? {} : { align: 'center' }) },
          at(left + scale.x(ms) - (index === 0 ? 0 : wide / 2), { top: 0, width: wide }),
        ),
      ),
    ),
  };
}

/** How many steps these rows stand for. */
function stepsIn(rows: readonly TimelineRow[]): number {
  return rows.reduce((sum, { kind, count }) => (kind === 'phase' ? sum : sum + count), 0);
}

type Room = {
  /** CSS pixels. */
  readonly width: number;
  /** Rows. */
  readonly most: number;
};

/** When each step went on, and how long; undefined when none was begun. */
export function timelinePart(theme: Theme, rows: readonly TimelineRow[], room: Room): Node | undefined {
  const ends = rows.flatMap(({ spans }) => spans.map(({ toMs }) => toMs));
  if (ends.length === 0) return undefined;
  const width = room.width - LABEL_WIDTH - TIME_WIDTH - 2 * GAP;
  const wholeMs = Math.max(1, ...ends);
  const scale: Scale = { width, wholeMs, x: (ms) => (ms / wholeMs) * (width - 1) };
  const { lines, labels } = grid(theme, scale);
  const hasSlowest = rows.some(({ spans }) => spans.some(({ isSlow }) => isSlow));
  const [steps, hidden] = [stepsIn(rows), stepsIn(rows.slice(room.most))];
  return column(
    { gap: 8 },
    row(
      { gap: 24, justifyContent: 'space-between' },
      heading(theme, words.timeline(steps, words.duration(wholeMs))),
      hasSlowest ? heading(theme, words.slowest) : undefined,
    ),
    column(
      { position: 'relative', overflow: 'hidden' },
      ...lines,
      labels,
      ...rows.slice(0, room.most).map((entry) => line(theme, entry, scale)),
    ),
    hidden > 0 ? text(words.more(hidden), { size: 13, mono: true, weight: 600, color: theme.text }) : undefined,
  );
}
