import { readFile } from 'node:fs/promises';
import { Renderer } from '@takumi-rs/core';
import { describe, expect, it } from 'vitest';
import { INLINE_BYTES, raster } from '#report/kit/raster.ts';
import { THEMES } from '#report/kit/theme.ts';
import { pictureOf } from '#report/picture.ts';
import { cards, draw } from '../cards.ts';
import { nothing, servers, smokeFailed, smokePassed, statusTroubled } from '../fixtures.ts';
import { differenceOf, pixelsOf, shrink, sizeOf } from '../pixels.ts';

const themes = ['dark', 'light'] as const;
const every = Object.keys(cards).flatMap((name) => themes.map((theme) => ({ name, theme })));
/** A full picture may have more than one in a thread: Slack shows up to a megabyte. */
const MOST_BYTES_FULL = 1_000_000;
/** Names of 255 characters in every part at once: no picture that anybody gets. */
const EXTREME = 'longNames';

/** Reads single pixels, as `#RRGGBB/alpha`. */
async function readerOf(png: Buffer): Promise<(x: number, y: number) => string> {
  const { width } = sizeOf(png);
  const raw = await pixelsOf(png);
  return (x, y) => {
    const [red = 0, green = 0, blue = 0, alpha] = raw.subarray((y * width + x) * 4, (y * width + x) * 4 + 4);
    return `#${Buffer.from([red, green, blue]).toString('hex').toUpperCase()}/${alpha}`;
  };
}

describe('raster', () => {
  it.each(every)('draws $name on $theme, opaque to its edges, as it was looked at', async ({ name, theme }) => {
    const { card } = draw(name, theme);
    const golden = await readFile(new URL(`../golden/${name}-${theme}.png`, import.meta.url));

    const png = await raster(card);

    const { width, height } = sizeOf(png);
    const at = await readerOf(png);
    const corners = [at(0, 0), at(width - 1, 0), at(0, height - 1), at(width - 1, height - 1)];
    expect(new Set(corners)).toEqual(new Set([`${THEMES[theme].ground}/255`]));
    expect(width).toBe(card.width * 2);
    expect(card.width).toBeLessThanOrEqual(880);
    const small = await shrink(png, sizeOf(golden).width);
    expect(sizeOf(small)).toEqual(sizeOf(golden));
    const { mean, share } = differenceOf(await pixelsOf(small), await pixelsOf(golden));
    expect(mean).toBeLessThan(1);
    expect(share).toBeLessThan(0.002);
  });

  it.each(every)('keeps $name on $theme small enough for Slack', async ({ name, theme }) => {
    const isLarge = cards[name]?.isFull === true || name === EXTREME;
    const most = isLarge ? MOST_BYTES_FULL : INLINE_BYTES;

    const png = await raster(draw(name, theme).card, most);

    expect(png.length).toBeLessThanOrEqual(most);
  });

  it('parts the health bar as the counts are', async () => {
    const at = await readerOf(await raster(pictureOf(smokeFailed, 'dark').card));
    const { failure, ok } = THEMES.dark.tones;
    const y =
      Array.from({ length: 300 }, (_, index) => index).find((row) => at(80, row) === `${failure.shape}/255`) ?? -1;

    expect(y).toBeGreaterThan(0);
    expect(at(1300, y + 4)).toBe(`${ok.shape}/255`);
  });

  it('gives the same bytes again, also when several are asked for at once', async () => {
    const { card } = pictureOf(statusTroubled, 'dark');
    const first = await raster(card);

    const more = await Promise.all(Array.from({ length: 5 }, async () => raster(card)));

    for (const png of more) expect(png.equals(first)).toBe(true);
  });

  it('draws a report of 5,000 rows no larger than one of sixteen', async () => {
    const many = pictureOf({ ...nothing, tables: [servers(5000)] }, 'dark');
    const few = pictureOf({ ...nothing, tables: [servers(16)] }, 'dark');

    expect(JSON.stringify(many.card.root)).toContain('+4985 more');
    expect(sizeOf(await raster(many.card)).height).toBe(sizeOf(await raster(few.card)).height);
  });

  it('draws all there is in full pictures, down to the last line', async () => {
    const report = { ...statusTroubled, tables: [servers(500), servers(500)], leftovers: ['x'] };
    const { card } = pictureOf(report, 'dark', { isFull: true });

    const { width, height } = sizeOf(await raster(card));

    const whole = await new Renderer().measure(card.root, { width, devicePixelRatio: 2 });
    expect(height).toBeGreaterThanOrEqual(Math.floor(whole.height));
  });

  it('keeps the memory flat over 500 pictures', async () => {
    const { card } = pictureOf({ ...smokePassed, checks: smokePassed.checks.slice(0, 2) }, 'dark');
    for (let index = 0; index < 50; index += 1) await raster(card);
    const before = process.memoryUsage.rss();

    for (let index = 0; index < 500; index += 1) await raster(card);

    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(100);
  });
});
