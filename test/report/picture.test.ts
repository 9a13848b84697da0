import { Renderer } from '@takumi-rs/core';
import { describe, expect, it } from 'vitest';
import type { Report } from '#domain/report.ts';
import type { Node } from '#report/kit/nodes.ts';
import { raster } from '#report/kit/raster.ts';
import { THEMES } from '#report/kit/theme.ts';
import { pictureOf } from '#report/picture.ts';
import * as fixtures from './fixtures.ts';

const { hostile, nothing, servers, smokeFailed, smokePassed, statusHealthy, statusTroubled } = fixtures;
const reports = { statusTroubled, statusHealthy, smokeFailed, smokePassed, nothing, hostile };
const themes = ['dark', 'light'] as const;
const every = Object.entries(reports).flatMap(([name, report]) => themes.map((theme) => ({ name, report, theme })));

/** A node tree as JSON, a node a line, indented by depth. */
function outlineOf(node: Node, indent = ''): string {
  if (node.type !== 'container') return `${indent}${JSON.stringify(node)}\n`;
  const { children = [], ...own } = node;
  return `${indent}${JSON.stringify(own)}\n${children.map((child) => outlineOf(child, `${indent} `)).join('')}`;
}

function textsOf(node: Node): string[] {
  if (node.type === 'text') return [node.text];
  return node.type === 'container' ? (node.children ?? []).flatMap(textsOf) : [];
}

function drawingsOf(node: Node): string[] {
  if (node.type === 'image') return typeof node.src === 'string' ? [node.src] : [];
  return node.type === 'container' ? (node.children ?? []).flatMap(drawingsOf) : [];
}

function textsIn(report: Report): string[] {
  return textsOf(pictureOf(report, 'dark').card.root);
}

/** Width and height as the header of a PNG has them. */
function sizeOf(png: Buffer): { width: number; height: number } {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** Red, green, blue and alpha of each pixel. */
async function pixelsOf(png: Buffer): Promise<{ at: (x: number, y: number) => string }> {
  const { width, height } = sizeOf(png);
  const image: Node = { type: 'image', src: new Uint8Array(png), style: { width, height } };
  const raw = await new Renderer().render(image, { width, height, format: 'raw' });
  return {
    at: (x, y) => {
      const offset = (y * width + x) * 4;
      return `#${raw
        .subarray(offset, offset + 3)
        .toString('hex')
        .toUpperCase()}/${raw[offset + 3]}`;
    },
  };
}

describe('pictureOf', () => {
  it.each(every)('draws $name on $theme as it was looked at', async ({ name, report, theme }) => {
    const { card, altText } = pictureOf(report, theme, { footer: '#42 by operator' });

    const golden = `${JSON.stringify({ width: card.width, altText })}
${outlineOf(card.root)}`;
    await expect(golden).toMatchFileSnapshot(`golden/${name}-${theme}.jsonl`);
  });

  it('gives the same card for the same report and leaves the report alone', () => {
    const before = JSON.stringify(statusTroubled);

    expect(pictureOf(statusTroubled, 'dark')).toEqual(pictureOf(statusTroubled, 'dark'));
    expect(JSON.stringify(statusTroubled)).toBe(before);
  });

  it('shows fifteen rows of the worst table, trouble first, and says what the rest is', () => {
    const table = servers(40);
    const texts = textsIn({ ...statusTroubled, tables: [{ ...table, rows: table.rows.toReversed() }] });

    expect(texts.indexOf('node-5')).toBeLessThan(texts.indexOf('tenant-web-35'));
    expect(texts).toEqual(expect.arrayContaining(['node-5', 'node-1', '+25 more', '25 healthy', '15 of 40 rows']));
    expect(texts.filter((text) => text === 'ACTIVE')).toHaveLength(10);
  });

  it('names the tables it does not draw, with their worst health', () => {
    expect(textsIn(statusTroubled)).toEqual(
      expect.arrayContaining(['Also read', 'Networks on metal', 'Compute services on metal']),
    );
  });

  it('counts an API that did not answer in its head, though it has no row', () => {
    const { troubles } = statusTroubled;
    const unanswered = { ...statusHealthy, troubles: troubles.filter((trouble) => trouble.health === 'unknown') };

    expect(textsIn(unanswered)).toContain('1 unknown, 17 healthy');
  });

  it('shows checks that were skipped or not run as such', () => {
    const texts = textsIn(smokeFailed);

    expect(texts).toEqual(expect.arrayContaining(['Read the metadata service', 'skipped', 'not run']));
    expect(texts).toContain('1 failed, 1 warning, 2 not run, 1 skipped, 12 passed');
  });

  it('keeps every check that did not pass when there are too many to show', () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      title: `check ${index}`,
      health: index % 20 === 19 ? ('failure' as const) : ('ok' as const),
      tookMs: index,
    }));
    const texts = textsIn({ ...smokePassed, checks: many });

    expect(texts).toEqual(expect.arrayContaining(['check 19', 'check 39', 'check 59', '+36 more', '36 passed']));
  });

  it('does not tell the same twice in a trouble and in its check', () => {
    const what = 'booting the server: 409 quota exceeded';
    const checks = [{ title: 'Boot a server', health: 'failure' as const, detail: what }];
    const texts = textsIn({ ...smokeFailed, checks, troubles: [{ layer: 'metal', health: 'failure', what }] });

    expect(texts.filter((text) => text === what)).toHaveLength(1);
  });

  it('puts a mark beside the name in a table without a status', () => {
    const { statusColumn: _, ...table } = servers(2);
    const withStatus = drawingsOf(pictureOf({ ...nothing, tables: [servers(2)] }, 'dark').card.root);
    const without = drawingsOf(pictureOf({ ...nothing, tables: [table] }, 'dark').card.root);

    expect(without).toEqual(withStatus);
  });

  it('drops columns from the right, never the name or the status, and says so', () => {
    const titles = ['Name', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'Status'];
    const table = {
      ...servers(1),
      columns: titles.map((title) => ({ title })),
      statusColumn: 8,
      rows: [{ health: 'failure' as const, cells: titles.map((title) => `${title}-${'x'.repeat(30)}`) }],
    };
    const { card } = pictureOf({ ...nothing, tables: [table] }, 'dark');
    const texts = textsOf(card.root);

    expect(card.width).toBeLessThanOrEqual(880);
    expect(texts).toEqual(expect.arrayContaining(['Name', 'A', 'Status']));
    expect(texts).not.toContain('G');
    expect(texts.some((text) => /^\d of 9 columns$/.test(text))).toBe(true);
  });

  it('masks secrets and strips what hides or reorders text', () => {
    const { card, altText } = pictureOf(hostile, 'dark');
    const all = [...textsOf(card.root), altText].join('\n');

    expect(all).not.toMatch(/hunter2|gAAAA/);
    expect(all.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cs}|\u202E|\u200D/u);
    expect(textsOf(card.root).join('')).not.toMatch(/\p{Emoji_Presentation}/u);
  });

  it.each(every)('keeps the alternative text of $name within what Slack takes', ({ report, theme }) => {
    const { altText } = pictureOf(report, theme);

    expect(altText.length).toBeGreaterThan(0);
    expect(altText.length).toBeLessThanOrEqual(2000);
  });

  it('tells in the alternative text what is wrong and what to do', () => {
    const { altText } = pictureOf(smokeFailed, 'dark');

    expect(altText).toContain('Smoke test failed. lab metal, full');
    expect(altText).toContain('metal: Packets of 1450 bytes do not reach the server');
    expect(altText).toContain('tunnel 1422');
  });
});

describe('raster', () => {
  it.each(every)('draws $name on $theme opaque to its edges at twice its width', async ({ report, theme }) => {
    const { card } = pictureOf(report, theme);

    const png = await raster(card);

    const { width, height } = sizeOf(png);
    const { at } = await pixelsOf(png);
    expect(width).toBe(card.width * 2);
    expect(card.width).toBeLessThanOrEqual(880);
    expect(png.length).toBeLessThan(1_000_000);
    const corners = [at(0, 0), at(width - 1, 0), at(0, height - 1), at(width - 1, height - 1)];
    expect(new Set(corners)).toEqual(new Set([`${THEMES[theme].ground}/255`]));
  });

  it('parts the health bar as the counts are', async () => {
    const { at } = await pixelsOf(await raster(pictureOf(smokeFailed, 'dark').card));
    const { failure, ok } = THEMES.dark.tones;
    const barY = (y: number) => at(80, y) === `${failure.shape}/255`;
    const y = Array.from({ length: 300 }, (_, index) => index).find(barY) ?? -1;

    expect(y).toBeGreaterThan(0);
    expect(at(1300, y + 4)).toBe(`${ok.shape}/255`);
  });

  it('gives the same bytes again, also when several are asked for at once', async () => {
    const { card } = pictureOf(statusTroubled, 'dark');
    const first = await raster(card);

    const more = await Promise.all(Array.from({ length: 5 }, async () => raster(card)));

    for (const png of more) expect(png.equals(first)).toBe(true);
  });

  it('draws a report of 5,000 rows no larger than one of fifteen', async () => {
    const many = pictureOf({ ...nothing, tables: [servers(5000)] }, 'dark');
    const few = pictureOf({ ...nothing, tables: [servers(16)] }, 'dark');

    expect(textsOf(many.card.root)).toContain('+4985 more');
    expect(sizeOf(await raster(many.card)).height).toBe(sizeOf(await raster(few.card)).height);
  });

  it('keeps the memory flat over 100 pictures', async () => {
    const { card } = pictureOf(smokePassed, 'dark');
    for (let index = 0; index < 10; index += 1) await raster(card);
    const before = process.memoryUsage.rss();

    for (let index = 0; index < 100; index += 1) await raster(card);

    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(150);
  });
});

describe('themes', () => {
  /** WCAG 2 contrast of two colours. */
  function contrast(a: string, b: string): number {
    const luminance = (color: string) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  }

  it.each(themes)('%s has text and shapes that stand out from every ground they are put on', (name) => {
    const { ground, panel, stripe, text, secondary, tones } = THEMES[name];

    for (const base of [ground, panel, stripe]) {
      expect(contrast(text, base)).toBeGreaterThan(7);
      expect(contrast(secondary, base)).toBeGreaterThan(4.5);
    }
    for (const tone of Object.values(tones)) {
      for (const base of [ground, panel, ...(tone.tint ? [tone.tint] : [])]) {
        expect(contrast(tone.text, base)).toBeGreaterThan(4.5);
        expect(contrast(tone.shape, base)).toBeGreaterThan(3);
        expect(contrast(secondary, base)).toBeGreaterThan(4.5);
      }
    }
  });
});
