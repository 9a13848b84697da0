import { worstFirst } from '#domain/health.ts';
import type { Row, Table } from '#domain/report.ts';
import { words } from '#words/report.ts';
import { capName, shortId } from './cells.ts';
import { CELL_SIZE, type Fitted, widthOf } from './columns.ts';
import { mark } from './kit/marks.ts';
import { column, type Node, rect, row, text } from './kit/nodes.ts';
import type { Theme } from './kit/theme.ts';
import { type Counts, inWords, restOf, sizeOf } from './summary.ts';

const PADDING = '0 16px 0 13px';

/** A table cut to what is drawn: its worst rows, ids cut to the eight characters that tell them apart. */
export function cutTable(table: Table, most: number): { readonly drawn: Table; readonly rest: Counts } {
  const kept = worstFirst(table.rows).slice(0, most);
  const rows = kept.map((entry) => ({ ...entry, cells: entry.cells.map(shortId) }));
  return { drawn: { ...table, rows }, rest: restOf(table, kept) };
}

type Bar = { readonly title: string; readonly command?: string | undefined; readonly note?: string | undefined };

/** The head of a window: three dots, what was typed, whose window it is. */
export function titleBar(theme: Theme, { title, command, note }: Bar): Node {
  const dot = () => rect({ width: 9, height: 9, borderRadius: 5, backgroundColor: theme.quiet });
  const typed = command
    ? row(
        { gap: 8, flex: '1 1 0' },
        text('$', { size: 13, mono: true, weight: 600, color: theme.tones.ok.text }),
        text(command, { size: 13, mono: true, color: theme.secondary }, { flex: '1 1 0' }),
      )
    : rect({ flex: '1 1 0' });
  return row(
    { gap: 16, height: 42, padding: '0 16px', borderBottom: `1px solid ${theme.line}` },
    row({ gap: 7, flexShrink: 0 }, dot(), dot(), dot()),
    typed,
    note ? text(note, { size: 12, color: theme.secondary }, { flexShrink: 0 }) : undefined,
    text(title, { size: 13, weight: 600, color: theme.text }, { flexShrink: 0, maxWidth: 360 }),
  );
}

function place(fitted: Fitted): { align?: 'right'; width: number } {
  return { width: widthOf(fitted), ...(fitted.column.align === 'right' ? { align: 'right' } : {}) };
}

function columnHead(theme: Theme, columns: readonly Fitted[]): Node {
  const cells = columns.map((fitted) => {
    const { width, ...align } = place(fitted);
    const type = { size: 12, weight: 600, color: theme.secondary, ...align } as const;
    return text(fitted.column.title, type, { width, flexShrink: 0 });
  });
  return row(
    { height: 34, justifyContent: 'space-between', padding: PADDING, borderLeft: '3px solid transparent' },
    ...cells,
  );
}

function cell(theme: Theme, entry: Row, { fitted, ground }: { fitted: Fitted; ground: string }): Node {
  const content = capName(entry.cells[fitted.index] || '-', fitted.cells);
  const { width, ...align } = place(fitted);
  const isFaint = fitted.kind === 'id' || content === '-';
  const plain = isFaint ? theme.secondary : theme.text;
  const type = {
    size: CELL_SIZE,
    mono: fitted.column.mono !== false,
    weight: fitted.kind === 'name' || fitted.kind === 'status' ? 600 : 400,
    color: fitted.kind === 'status' ? theme.tones[entry.health].text : plain,
    ...align,
  } as const;
  if (!fitted.isMarked) return text(content, type, { width, flexShrink: 0 });
  return row({ gap: 10, width, flexShrink: 0 }, mark(theme, entry.health, { size: 15, ground }), text(content, type));
}

function bodyRow(theme: Theme, entry: Row, { columns, isOdd }: { columns: readonly Fitted[]; isOdd: boolean }): Node {
  const { tint, shape } = theme.tones[entry.health];
  const ground = tint ?? (isOdd ? theme.stripe : theme.panel);
  return row(
    {
      height: 28,
      justifyContent: 'space-between',
      padding: PADDING,
      backgroundColor: ground,
      borderLeft: `3px solid ${tint ? shape : 'transparent'}`,
    },
    ...columns.map((fitted) => cell(theme, entry, { fitted, ground })),
  );
}

/** A table in the manner of a terminal: its command, its columns, its rows, and what the rest is that is not drawn. */
export function tablePart(
  theme: Theme,
  table: Table,
  { columns, rest }: { readonly columns: readonly Fitted[]; readonly rest: Counts },
): Node {
  const note = row(
    { gap: 16, height: 42, padding: '0 16px' },
    text(words.more(sizeOf(rest)), { size: 14, weight: 600, mono: true, color: theme.text }),
    text(inWords(rest, words.thing), { size: 14, mono: true, color: theme.secondary }),
  );
  return column(
    { borderRadius: 10, border: `1px solid ${theme.line}`, backgroundColor: theme.panel, overflow: 'hidden' },
    titleBar(theme, table),
    columnHead(theme, columns),
    ...table.rows.map((entry, index) => bodyRow(theme, entry, { columns, isOdd: index % 2 === 1 })),
    table.rows.length === 0
      ? text(words.emptyTable, { size: 14, color: theme.secondary }, { margin: '0 16px' })
      : undefined,
    sizeOf(rest) > 0 ? note : rect({ height: 8 }),
  );
}
