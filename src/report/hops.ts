import type { Hop } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { heading } from './head.ts';
import { arrow, mark } from './kit/marks.ts';
import { column, type Node, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';

const MOST_IN_A_ROW = 6;
const MOST_ROWS = 4;

function box(theme: Theme, { name, mtuBytes, health }: Hop): Node {
  const tone = theme.tones[health];
  const isCalm = tone.tint === undefined;
  const ground = tone.tint ?? theme.panel;
  return column(
    {
      flex: '1 1 0',
      minWidth: 0,
      alignItems: 'center',
      padding: '9px 6px 10px 6px',
      borderRadius: 8,
      border: `1px solid ${isCalm ? theme.line : tone.shape}`,
      backgroundColor: ground,
      position: 'relative',
    },
    text(mtuBytes > 0 ? String(mtuBytes) : '?', {
      size: 18,
      weight: 600,
      mono: true,
      color: isCalm ? theme.text : tone.text,
    }),
    text(name, { size: 13, color: theme.secondary, align: 'center', lines: 2 }, { maxWidth: 200, width: '100%' }),
    isCalm
      ? undefined
      : mark(theme, health, { size: 17, ground: theme.ground, position: 'absolute', top: -6, right: -5 }),
  );
}

function line(theme: Theme, hops: readonly Hop[], { before, slots }: { before: Hop | undefined; slots: number }): Node {
  const parts = hops.flatMap((hop, index) => {
    const previous = index === 0 ? before : hops[index - 1];
    const turnsBad = previous?.health === 'ok' && theme.tones[hop.health].tint !== undefined;
    const color = turnsBad ? theme.tones[hop.health].shape : theme.secondary;
    return previous ? [row({}, arrow(color, 15)), box(theme, hop)] : [box(theme, hop)];
  });
  const fillers = Array.from({ length: slots - hops.length }, () => row({ flex: '1 1 0', margin: '0 0 0 20px' }));
  return row({ gap: 5, alignItems: 'stretch' }, ...parts, ...fillers);
}

/** The MTU chain, lowest level first; the hop where it breaks is marked. undefined when it was not measured. */
export function hopsPart(theme: Theme, hops: readonly Hop[]): Node | undefined {
  if (hops.length === 0) return undefined;
  const rows = Math.min(MOST_ROWS, Math.ceil(hops.length / MOST_IN_A_ROW));
  const slots = Math.min(MOST_IN_A_ROW, Math.ceil(hops.length / rows));
  const lines = Array.from({ length: rows }, (_, index) =>
    line(theme, hops.slice(index * slots, (index + 1) * slots), { before: hops[index * slots - 1], slots }),
  );
  return column({ gap: 10 }, heading(theme, words.hops), ...lines);
}
