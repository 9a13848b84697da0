import { words } from '#words/report.ts';
import { mark } from './kit/marks.ts';
import { column, type Node, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';

/** What a run could not remove, `most` of it; undefined when there is nothing. */
export function leftoversPart(theme: Theme, leftovers: readonly string[], most: number): Node | undefined {
  if (leftovers.length === 0) return undefined;
  const { tint = theme.panel, text: color } = theme.tones.warning;
  const hidden = leftovers.length - most;
  return row(
    { gap: 12, alignItems: 'flex-start', padding: '10px 12px 12px 12px', borderRadius: 6, backgroundColor: tint },
    mark(theme, 'warning', { size: 16, ground: tint, margin: '2px 0 0 0' }),
    column(
      { gap: 2, flex: '1 1 0' },
      text(words.leftovers(leftovers.length), { size: 15, weight: 600, color: theme.text }),
      ...leftovers.slice(0, most).map((left) => text(left, { size: 13, mono: true, color })),
      hidden > 0 ? text(words.more(hidden), { size: 13, mono: true, weight: 600, color: theme.text }) : undefined,
    ),
  );
}
