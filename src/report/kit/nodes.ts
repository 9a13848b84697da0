import type { Node } from '@takumi-rs/core';
import { stackOf } from './fonts.ts';

export type { Node };

/** The part of CSS the cards use. Numbers are CSS pixels. */
export type Style = {
  readonly width?: number | string;
  readonly height?: number | string;
  readonly minWidth?: number;
  readonly minHeight?: number;
  readonly maxWidth?: number;
  readonly padding?: number | string;
  readonly margin?: number | string;
  readonly gap?: number | string;
  readonly flex?: string;
  readonly flexShrink?: number;
  readonly flexWrap?: 'wrap';
  readonly alignItems?: 'stretch' | 'center' | 'flex-start' | 'flex-end' | 'baseline';
  readonly justifyContent?: 'center' | 'flex-end' | 'space-between';
  readonly backgroundColor?: string;
  readonly border?: string;
  readonly borderLeft?: string;
  readonly borderBottom?: string;
  readonly borderRadius?: number | string;
  readonly overflow?: 'hidden';
  readonly position?: 'absolute' | 'relative';
  readonly top?: number;
  readonly right?: number;
  readonly left?: number;
  readonly opacity?: number;
};

export type Type = {
  readonly size: number;
  readonly color: string;
  /** Default 400. */
  readonly weight?: 400 | 600;
  /** JetBrains Mono instead of Inter. */
  readonly mono?: boolean;
  /** Wraps onto at most so many lines, the last one ending in an ellipsis. Default: one line. */
  readonly lines?: number;
  /** Keeps its spaces. Default false: many are one. */
  readonly keepsSpaces?: boolean;
  readonly align?: 'right' | 'center';
};

/** One mono character is six tenths of the font size wide. */
export const MONO_ADVANCE = 0.6;

function flex(direction: 'row' | 'column', style: Style, children: readonly (Node | undefined)[]): Node {
  return {
    type: 'container',
    // What shares a line with others may get narrower than what it holds; that is cut.
    style: { display: 'flex', flexDirection: direction, ...(style.flex ? { minWidth: 0 } : {}), ...style },
    children: children.filter((child) => child !== undefined),
  };
}

/** Children side by side, centred on a line unless the style says otherwise; undefined ones are left out. */
export function row(style: Style, ...children: (Node | undefined)[]): Node {
  return flex('row', { alignItems: 'center', ...style }, children);
}

/** Children below each other; undefined ones are left out. */
export function column(style: Style, ...children: (Node | undefined)[]): Node {
  return flex('column', style, children);
}

/** A filled rectangle. */
export function rect(style: Style): Node {
  return { type: 'container', style };
}

/**
 * A text. Never wider than its place: it is cut with an ellipsis, or wrapped when `lines` says so. Ligatures are off, so
 * that `--project` and `!=` stay what they are.
 */
export function text(content: string, type: Type, style: Style = {}): Node {
  const { lines = 1, mono = false } = type;
  // An empty text would take no room, whatever its style says.
  if (content === '') return rect(style);
  return {
    type: 'text',
    text: content,
    style: {
      fontFamily: stackOf(content, mono),
      fontSize: type.size,
      fontWeight: type.weight ?? 400,
      color: type.color,
      lineHeight: 1.4,
      fontVariantLigatures: 'none',
      textOverflow: 'ellipsis',
      minWidth: 0,
      ...(lines === 1
        ? { whiteSpace: type.keepsSpaces ? 'pre' : 'nowrap', overflow: 'hidden' }
        : { lineClamp: lines, overflowWrap: 'anywhere' }),
      ...(type.align ? { textAlign: type.align } : {}),
      ...style,
    },
  };
}

/** A drawing: SVG shapes on a square grid of 16 units, `size` CSS pixels wide and high. */
export function path(shapes: string, size: number, style: Style = {}): Node {
  return {
    type: 'image',
    src: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shapes}</svg>`,
    style: { width: size, height: size, flexShrink: 0, ...style },
  };
}
