import { type MeasuredNode, Renderer } from '@takumi-rs/core';
import { describe, expect, it } from 'vitest';
import { raster } from '#report/kit/raster.ts';
import { cards, draw } from './cards.ts';

type Box = {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

/** Where the lines of text stand, in real pixels; what is beyond its own box is cut. */
function linesOf({ transform, runs, children, width }: MeasuredNode): Box[] {
  const [, , , , x, y] = transform;
  const own = runs.map((run) => ({
    text: run.text,
    left: Math.max(x, x + run.x),
    right: Math.min(x + width, x + run.x + run.width),
    top: y + run.y,
    bottom: y + run.y + run.height,
  }));
  return [...own, ...children.flatMap(linesOf)];
}

/** Rounding and the overhang of single letters. */
const TOLERANCE = 3;

function overlaps(a: Box, b: Box): boolean {
  return (
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > TOLERANCE &&
    // Lines of one text stand closer than they are high.
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.bottom - a.top, b.bottom - b.top) / 2
  );
}

describe('layout', () => {
  it.each(Object.keys(cards))('keeps every text of %s inside the card and off every other', async (name) => {
    const { card } = draw(name, 'dark');
    // Registers nothing with the renderer below, which has its own fonts: widths are those of the boxes.
    await raster(card);
    const measured = await new Renderer().measure(card.root, { width: card.width * 2, devicePixelRatio: 2 });
    const lines = linesOf(measured);

    const outside = lines.filter(({ left, right }) => left < -1 || right > card.width * 2 + 1);
    const over = lines.flatMap((line, index) =>
      lines
        .slice(index + 1)
        .filter((other) => overlaps(line, other))
        .map((other) => [line.text, other.text]),
    );

    expect(lines.length).toBeGreaterThan(2);
    expect(outside).toEqual([]);
    expect(over).toEqual([]);
  });
});
