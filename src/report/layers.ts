import { worst } from '#domain/health.ts';
import type { LayerHealth, Table } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { capCells, cellsOf } from './cells.ts';
import { mark } from './kit/marks.ts';
import { column, MONO_ADVANCE, type Node, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';
import { sizeOf, tallyOf } from './summary.ts';

const MOST = 12;
const NAME_SIZE = 14;
const NAME_CELLS = 24;

function layerLine(theme: Theme, layer: LayerHealth, look: { nameWidth: number; isLast: boolean }): Node {
  const tone = theme.tones[layer.health];
  const hue = layer.health === 'ok' ? theme.secondary : tone.text;
  return row(
    {
      gap: 12,
      height: 36,
      padding: '0 16px',
      ...(look.isLast ? {} : { borderBottom: `1px solid ${theme.line}` }),
    },
    mark(theme, layer.health, { size: 16, ground: theme.panel }),
    text(
      capCells(layer.layer, NAME_CELLS),
      { size: NAME_SIZE, mono: true, weight: 600, color: theme.text },
      { width: look.nameWidth, flexShrink: 0 },
    ),
    text(layer.kind, { size: 13, color: theme.secondary }, { width: 84, flexShrink: 0 }),
    text(layer.summary, { size: 14, color: theme.text }, { flex: '1 1 0' }),
    text(words.thing(layer.health), { size: 13, weight: 600, color: hue }, { flexShrink: 0 }),
  );
}

/** A line a layer; undefined when there are none. */
export function layersPart(theme: Theme, layers: readonly LayerHealth[]): Node | undefined {
  if (layers.length === 0) return undefined;
  const shown = layers.slice(0, MOST);
  const cells = Math.max(...shown.map((layer) => Math.min(NAME_CELLS, cellsOf(layer.layer))));
  const nameWidth = Math.ceil(cells * NAME_SIZE * MONO_ADVANCE) + 8;
  return column(
    { borderRadius: 8, border: `1px solid ${theme.line}`, backgroundColor: theme.panel, overflow: 'hidden' },
    ...shown.map((layer, index) => layerLine(theme, layer, { nameWidth, isLast: index === shown.length - 1 })),
  );
}

/** The tables that are not drawn, as a mark, a name and a number each; undefined when there are none. */
export function alsoRead(theme: Theme, tables: readonly Table[]): Node | undefined {
  if (tables.length === 0) return undefined;
  const chip = (table: Table) =>
    row(
      { gap: 7, flexShrink: 0, maxWidth: 300 },
      mark(theme, worst(table.rows.map(({ health }) => health)), { size: 14 }),
      text(table.title, { size: 13, color: theme.text }),
      text(String(sizeOf(tallyOf(table))), { size: 13, mono: true, color: theme.secondary }, { flexShrink: 0 }),
    );
  return row(
    { gap: 18, flexWrap: 'wrap' },
    text(words.alsoRead, { size: 13, color: theme.secondary }, { flexShrink: 0 }),
    ...tables.slice(0, MOST).map(chip),
    tables.length > MOST
      ? text(words.more(tables.length - MOST), { size: 13, color: theme.secondary }, { flexShrink: 0 })
      : undefined,
  );
}
