import { worstFirst } from '#domain/health.ts';
import type { Trouble } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { arrow, mark } from './kit/marks.ts';
import { column, type Node, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';

function block(theme: Theme, { health, layer, what, cause, advice }: Trouble): Node {
  const tone = theme.tones[health];
  const ground = tone.tint ?? theme.panel;
  return row(
    {
      gap: 12,
      alignItems: 'flex-start',
      padding: '11px 16px 12px 13px',
      borderRadius: 6,
      overflow: 'hidden',
      borderLeft: `3px solid ${tone.shape}`,
      backgroundColor: ground,
    },
    mark(theme, health, { size: 17, ground, margin: '2px 0 0 0' }),
    column(
      { gap: 4, flex: '1 1 0' },
      row(
        { gap: 16, alignItems: 'baseline', justifyContent: 'space-between' },
        text(what, { size: 15, weight: 600, color: theme.text, lines: 3 }, { flex: '1 1 0' }),
        text(layer, { size: 13, mono: true, color: theme.secondary }, { flexShrink: 0, maxWidth: 160 }),
      ),
      cause ? text(cause, { size: 14, color: theme.secondary, lines: 3 }) : undefined,
      advice ? adviceLine(theme, advice, tone.shape) : undefined,
    ),
  );
}

function adviceLine(theme: Theme, advice: string, color: string): Node {
  return row(
    { gap: 8, alignItems: 'flex-start' },
    row({ padding: '3px 0 0 0', flexShrink: 0 }, arrow(color, 14)),
    text(advice, { size: 14, color: theme.text, lines: 3 }, { flex: '1 1 0' }),
  );
}

/** What is wrong, the likely cause and what to do, the worst `most` of it; undefined when all is well. */
export function troublesPart(theme: Theme, troubles: readonly Trouble[], most: number): Node | undefined {
  if (troubles.length === 0) return undefined;
  const sorted = worstFirst(troubles);
  const hidden = sorted.length - most;
  return column(
    { gap: 6 },
    ...sorted.slice(0, most).map((trouble) => block(theme, trouble)),
    hidden > 0
      ? text(words.moreTroubles(hidden), { size: 13, weight: 600, color: theme.text }, { margin: '4px 0 0 16px' })
      : undefined,
  );
}
