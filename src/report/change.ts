import type { Change } from '#domain/report.ts';
import type { Health } from '#domain/health.ts';
import { words } from '#words/report.ts';
import { arrow, sign } from './kit/marks.ts';
import { column, type Node, rect, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';

type Measure = Change['measures'][number];
type Thing = Change['things'][number];

const MOST_MEASURES = 12;
const MOST_THINGS = 12;
const BAR_WIDTH = 220;
const BAR_GAP = 2;
const NUMBER_WIDTH = 112;
const CHANGE_WIDTH = 76;
const PERCENT_WIDTH = 56;
const TONES: Readonly<Record<Thing['how'], Health>> = { came: 'ok', went: 'off', moved: 'running' };

/** `1,536 GiB` */
export function quantityOf(value: number, unit: string | undefined): string {
  return unit === undefined ? words.number(value) : `${words.number(value)} ${unit}`;
}

/** `+3` and `+25%`; nothing of what is the same, and no share of nothing. */
export function differenceOf({ before, after }: Measure): readonly [difference: string, percent: string] {
  if (before === after) return [words.same, ''];
  const percent = before === 0 ? '' : words.percent(Math.round(((after - before) / before) * 100));
  return [words.signed(after - before), percent];
}

/** What stayed is solid, what came is bright, what went is hollow; as long as the larger of the two. */
function bar(theme: Theme, { before, after }: Measure): Node {
  const most = Math.max(before, after, 0);
  const stays = most > 0 ? Math.round((Math.max(0, Math.min(before, after)) / most) * BAR_WIDTH) : 0;
  const rest = most > 0 ? BAR_WIDTH - stays - (stays > 0 ? BAR_GAP : 0) : 0;
  const came = { backgroundColor: theme.tones.ok.shape };
  const went = { border: `1px solid ${theme.secondary}` };
  return row(
    { gap: BAR_GAP, height: 6 },
    stays > 0 ? rect({ width: stays, height: 6, borderRadius: 3, backgroundColor: theme.quiet }) : undefined,
    rest > 0 ? rect({ width: rest, height: 6, borderRadius: 3, ...(after > before ? came : went) }) : undefined,
  );
}

function measureLine(theme: Theme, measure: Measure): Node {
  const { name, before, after, unit } = measure;
  const isSame = before === after;
  const [difference, percent] = differenceOf(measure);
  const number = { mono: true, align: 'right' } as const;
  return row(
    { gap: 14, height: 54, borderBottom: `1px solid ${theme.line}` },
    column({ gap: 6, flex: '1 1 0' }, text(name, { size: 15, color: theme.text }), bar(theme, measure)),
    text(
      quantityOf(before, unit),
      { ...number, size: 14, color: theme.secondary },
      { width: NUMBER_WIDTH, flexShrink: 0 },
    ),
    arrow(theme.secondary, 15),
    text(
      quantityOf(after, unit),
      { ...number, size: 16, weight: 600, color: theme.text },
      { width: NUMBER_WIDTH, flexShrink: 0 },
    ),
    text(
      difference,
      { ...number, size: 14, color: isSame ? theme.secondary : theme.text },
      { width: CHANGE_WIDTH, flexShrink: 0 },
    ),
    text(percent, { ...number, size: 13, color: theme.secondary }, { width: PERCENT_WIDTH, flexShrink: 0 }),
  );
}

function titles(theme: Theme): Node {
  const title = (name: string, width: number) =>
    text(name, { size: 12, weight: 600, color: theme.secondary, align: 'right' }, { width, flexShrink: 0 });
  return row(
    { gap: 14, height: 30, borderBottom: `1px solid ${theme.line}` },
    rect({ flex: '1 1 0' }),
    title(words.before, NUMBER_WIDTH),
    rect({ width: 15, flexShrink: 0 }),
    title(words.after, NUMBER_WIDTH),
    title(words.change, CHANGE_WIDTH),
    rect({ width: PERCENT_WIDTH, flexShrink: 0 }),
  );
}

/** A thing in a frame, led by its sign: plus, minus or arrow. */
function chip(theme: Theme, { name, how, detail }: Thing): Node {
  const tone = theme.tones[TONES[how]];
  return row(
    { gap: 7, height: 28, padding: '0 10px', borderRadius: 6, border: `1px solid ${tone.shape}`, maxWidth: 400 },
    how === 'moved' ? arrow(tone.shape, 13) : sign(how === 'came' ? 'plus' : 'minus', tone.shape, 13),
    text(name, { size: 13, mono: true, weight: 600, color: tone.text }),
    detail ? text(detail, { size: 13, mono: true, color: theme.secondary }) : undefined,
  );
}

/** Before and after: a line a number, then what came, went and moved. undefined when nothing is told. */
export function changePart(theme: Theme, { measures, things }: Change): Node | undefined {
  if (measures.length === 0 && things.length === 0) return undefined;
  const hidden = things.length - MOST_THINGS;
  const chips = things.slice(0, MOST_THINGS).map((thing) => chip(theme, thing));
  const more = hidden > 0 ? [text(words.more(hidden), { size: 13, mono: true, weight: 600, color: theme.text })] : [];
  return column(
    { gap: 16 },
    measures.length > 0
      ? column({}, titles(theme), ...measures.slice(0, MOST_MEASURES).map((measure) => measureLine(theme, measure)))
      : undefined,
    chips.length > 0 ? row({ gap: 8, flexWrap: 'wrap' }, ...chips, ...more) : undefined,
  );
}
