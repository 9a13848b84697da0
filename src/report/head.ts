import type { Health } from '#domain/health.ts';
import { mark } from './kit/marks.ts';
import { column, type Node, rect, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';
import { type Counts, present } from './summary.ts';

function badge(theme: Theme, health: Health, count: number): Node {
  const color = health === 'off' || health === 'waiting' ? theme.secondary : theme.text;
  return row(
    { gap: 7, flexShrink: 0 },
    mark(theme, health, { size: 19 }),
    text(String(count), { size: 22, weight: 600, color }),
  );
}

/** One bar, parted as the counts are; a part never gets too thin to see. */
function healthBar(theme: Theme, counts: Counts): Node {
  const healths = present(counts);
  const parts = healths.map((health) =>
    rect({
      height: 6,
      flex: `${counts[health]} 1 0`,
      minWidth: 14,
      borderRadius: 3,
      backgroundColor: theme.tones[health].shape,
    }),
  );
  const empty = rect({ height: 6, flex: '1 1 0', borderRadius: 3, backgroundColor: theme.quiet });
  return row({ gap: 3, margin: '12px 0 0 0' }, ...(parts.length > 0 ? parts : [empty]));
}

/** Title, counts and health bar: the part that is understood at half size. */
export function head(
  theme: Theme,
  { title, subtitle, counts }: { title: string; subtitle: string; counts: Counts },
): Node {
  return column(
    {},
    row(
      { gap: 24, justifyContent: 'space-between' },
      text(title, { size: 22, weight: 600, color: theme.text, lines: 2 }, { flex: '1 1 0' }),
      row({ gap: 20, flexShrink: 0 }, ...present(counts).map((health) => badge(theme, health, counts[health]))),
    ),
    text(subtitle, { size: 14, color: theme.secondary }),
    healthBar(theme, counts),
  );
}

/** The last line: when, and what does not fit elsewhere. */
export function foot(theme: Theme, left: string, right: string): Node {
  return row(
    { gap: 24, justifyContent: 'space-between' },
    text(left, { size: 12, color: theme.secondary }),
    text(right, { size: 12, color: theme.secondary }, { flexShrink: 0, maxWidth: 420 }),
  );
}

/** A small heading over a part of the card. */
export function heading(theme: Theme, words: string): Node {
  return text(words, { size: 13, color: theme.secondary });
}
