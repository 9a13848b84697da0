import { type Health, worst } from '#domain/health.ts';
import type { Hop, LayerHealth } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { capCells, cellsOf } from './cells.ts';
import { arrow, mark } from './kit/marks.ts';
import { column, MONO_ADVANCE, type Node, rect, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';

const MOST = 12;
const NAME_SIZE = 15;
const NAME_CELLS = 28;
const STATE_WIDTH = 76;
const MTU_SIZE = 15;
/** What stands on another is set in by this much, CSS pixels. */
const STEP = 16;
const MOST_STEPS = 5;

/** The MTU at which a layer is entered from below, and the one that it hands on; one number when they are the same. */
type LayerMtu = { readonly bytes: readonly number[]; readonly health: Health };

/** What of the chain belongs to a layer; undefined when nothing does. */
function mtuOf(layer: string, hops: readonly Hop[]): LayerMtu | undefined {
  const own = hops.filter((hop) => hop.layer === layer);
  const [first, last] = [own[0], own.at(-1)];
  if (!first || !last) return undefined;
  return {
    bytes: [...new Set([first.mtuBytes, last.mtuBytes])],
    health: worst(own.map(({ health }) => health)),
  };
}

/** `1500`, `1500 -> 1450`; right-aligned under each other they read as one chain. */
function mtuCell(theme: Theme, mtu: LayerMtu | undefined, width: number): Node {
  if (!mtu) return rect({ width, flexShrink: 0 });
  const tone = theme.tones[mtu.health];
  const color = tone.tint ? tone.text : theme.text;
  const numbers = mtu.bytes.map((bytes) =>
    text(bytes > 0 ? String(bytes) : '?', { size: MTU_SIZE, weight: 600, mono: true, color }, { flexShrink: 0 }),
  );
  const [first, second] = numbers;
  return column(
    { width, flexShrink: 0, alignItems: 'flex-end', gap: 1 },
    row(
      { gap: 6 },
      tone.tint ? mark(theme, mtu.health, { size: 13, ground: theme.panel }) : undefined,
      first,
      second && arrow(theme.secondary, 13),
      second,
    ),
    text(words.mtu, { size: 12, color: theme.secondary }),
  );
}

type Look = { readonly inset: number; readonly mtuWidth: number; readonly mtu: LayerMtu | undefined };

function slab(theme: Theme, { layer, kind, health, summary }: LayerHealth, look: Look): Node {
  const tone = theme.tones[health];
  const ground = tone.tint ?? theme.panel;
  return row(
    {
      gap: 14,
      minHeight: 56,
      margin: `0 0 0 ${look.inset}px`,
      padding: '8px 16px 8px 13px',
      borderRadius: 6,
      overflow: 'hidden',
      borderLeft: `3px solid ${tone.shape}`,
      backgroundColor: ground,
    },
    mark(theme, health, { size: 18, ground }),
    column(
      { gap: 1, flex: '1 1 0', minWidth: 0 },
      row(
        { gap: 10, alignItems: 'baseline' },
        text(
          capCells(layer, NAME_CELLS),
          { size: NAME_SIZE, mono: true, weight: 600, color: theme.text },
          { flexShrink: 0 },
        ),
        text(kind, { size: 13, color: theme.secondary }, { flex: '1 1 0' }),
      ),
      text(summary, { size: 13, color: tone.tint ? theme.text : theme.secondary, lines: 2 }),
    ),
    look.mtuWidth > 0 ? mtuCell(theme, look.mtu, look.mtuWidth) : undefined,
    text(
      words.thing(health),
      { size: 13, weight: 600, color: health === 'ok' ? theme.secondary : tone.text, align: 'right' },
      { width: STATE_WIDTH, flexShrink: 0 },
    ),
  );
}

/**
 * The stack as it stands: the uppermost layer on top, each set in from what carries it, with its health and the MTU at its
 * lower and upper side. `layers` come lowest first. undefined when there are none.
 */
export function layersPart(theme: Theme, layers: readonly LayerHealth[], hops: readonly Hop[]): Node | undefined {
  if (layers.length === 0) return undefined;
  const shown = layers.slice(0, MOST).map((layer, index) => ({
    layer,
    mtu: mtuOf(layer.layer, hops),
    inset: STEP * Math.min(index, MOST_STEPS),
  }));
  const cells = Math.max(0, ...shown.map(({ mtu }) => cellsOf(mtu?.bytes.join('') ?? '')));
  const mtuWidth = cells === 0 ? 0 : Math.ceil(cells * MTU_SIZE * MONO_ADVANCE) + 2 * (13 + 6);
  return column(
    { gap: 4 },
    ...shown.toReversed().map(({ layer, ...look }) => slab(theme, layer, { ...look, mtuWidth })),
    layers.length > MOST
      ? text(words.more(layers.length - MOST), { size: 13, mono: true, weight: 600, color: theme.text })
      : undefined,
  );
}
