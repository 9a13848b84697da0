import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Report } from '#domain/report.ts';
import type { Node } from '#report/kit/nodes.ts';
import { THEMES } from '#report/kit/theme.ts';
import { pictureOf } from '#report/picture.ts';
import { cards, draw } from './cards.ts';
import * as fixtures from './fixtures.ts';
import { brokenSteps, consoleFailed, deployBroken, deployed } from './runs.ts';

const { hostile, nothing, servers, smokeFailed, smokePassed, statusHealthy, statusTroubled } = fixtures;
const themes = ['dark', 'light'] as const;
const every = Object.keys(cards).flatMap((name) => themes.map((theme) => ({ name, theme })));

/** What every text has: left out of the golden files where all of it is just so. */
const USUAL = { lineHeight: 1.4, fontVariantLigatures: 'none', textOverflow: 'ellipsis', minWidth: 0 };

/** A node without its children as JSON; a drawing by its digest, which tells any two apart. */
function encoded(node: Node): string {
  if (node.type === 'container') return JSON.stringify({ ...node, children: undefined });
  if (node.type === 'image') {
    const src = createHash('sha256')
      .update(typeof node.src === 'string' ? node.src : '')
      .digest('hex')
      .slice(0, 16);
    return JSON.stringify({ ...node, src });
  }
  const { lineHeight, fontVariantLigatures, textOverflow, minWidth, ...style } = node.style ?? {};
  const isUsual = isDeepStrictEqual({ lineHeight, fontVariantLigatures, textOverflow, minWidth }, USUAL);
  return JSON.stringify(isUsual ? { ...node, style } : node);
}

/** A node tree as JSON, a node a line, indented by depth. */
function outlineOf(node: Node, indent = ''): string {
  const children = node.type === 'container' ? (node.children ?? []) : [];
  return `${indent}${encoded(node)}\n${children.map((child) => outlineOf(child, `${indent} `)).join('')}`;
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

describe('pictureOf', () => {
  it.each(Object.keys(cards))('draws %s as it was looked at', async (name) => {
    const { card, altText } = draw(name, 'dark');

    const golden = `${JSON.stringify({ width: card.width, altText })}\n${outlineOf(card.root)}`;
    await expect(golden).toMatchFileSnapshot(`golden/${name}-dark.jsonl`);
  });

  it('draws every card on light as it was looked at', async () => {
    const digests = Object.keys(cards).map((name) => {
      const outline = outlineOf(draw(name, 'light').card.root);
      return `${createHash('sha256').update(outline).digest('hex')}  ${name}\n`;
    });

    await expect(digests.join('')).toMatchFileSnapshot('golden/light.sha256');
  });

  it('gives the same card for the same report and leaves the report alone', () => {
    const before = JSON.stringify(statusTroubled);

    expect(pictureOf(statusTroubled, 'dark')).toEqual(pictureOf(statusTroubled, 'dark'));
    expect(JSON.stringify(statusTroubled)).toBe(before);
  });

  it('shows fifteen rows of the worst table, trouble first, and says what the rest is', () => {
    const table = servers(40);
    const texts = textsIn({ ...nothing, tables: [{ ...table, rows: table.rows.toReversed() }] });

    expect(texts.indexOf('node-5')).toBeLessThan(texts.indexOf('tenant-web-35'));
    expect(texts).toEqual(expect.arrayContaining(['node-5', 'node-1', '+25 more', '25 healthy', '15 of 40 rows']));
    expect(texts.filter((text) => text === 'ACTIVE')).toHaveLength(10);
  });

  it('shows fewer rows under troubles, and all of them in full', () => {
    const full = textsOf(pictureOf(statusTroubled, 'dark', { isFull: true }).card.root);

    expect(textsIn(statusTroubled)).toContain('9 of 40 rows');
    expect(full).toEqual(expect.arrayContaining(['tenant-web-35', 'nova-conductor', 'public1']));
    expect(full.join(' ')).not.toMatch(/Also read|\+\d+ more/);
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

  it('drops a column rather than cut names until they look alike', () => {
    const titles = ['Name', 'A', 'B', 'C', 'D', 'E', 'F'];
    const rows = [0, 1].map((index) => ({
      health: 'ok' as const,
      cells: titles.map((title) => (title === 'Name' ? `mariadb-data-mariadb-server-${index}` : 'x'.repeat(18))),
    }));
    const table = { ...servers(0), columns: titles.map((title) => ({ title })), statusColumn: undefined, rows };
    const texts = textsOf(pictureOf({ ...nothing, tables: [table] }, 'dark').card.root);

    expect(texts).toEqual(expect.arrayContaining(['mariadb-data-mariadb-server-0', 'mariadb-data-mariadb-server-1']));
    expect(texts).not.toContain('F');
  });

  it('masks secrets and strips what hides or reorders text', () => {
    const { card, altText } = pictureOf(hostile, 'dark');
    const all = [...textsOf(card.root), altText].join('\n');

    expect(all).not.toMatch(/hunter2|gAAAA/);
    expect(all.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cs}|\u202E|\u200D/u);
    expect(textsOf(card.root).join('')).not.toMatch(/\p{Emoji_Presentation}/u);
  });

  it('shows the stack with the uppermost layer first, and the MTU with which each is entered and left', () => {
    const texts = textsIn({ ...deployBroken, troubles: [] });

    const names = texts.filter((text) => ['cloud', 'cluster', 'metal'].includes(text));
    expect(names).toEqual(['cloud', 'cluster', 'metal']);
    expect(texts.slice(texts.indexOf('metal'), texts.indexOf('metal') + 5)).toEqual([
      ...['metal', 'openstack', '9 services on 3 hosts', '9000', '8950'],
    ]);
  });

  it('tells the MTU chain beside the stack only where something is wrong with it', () => {
    expect(textsIn(deployed)).not.toContain('MTU, lowest level first');
    expect(textsIn(deployBroken)).toContain('MTU, lowest level first');
  });

  it('leaves the chain to a table that lists the same levels', () => {
    const { hops } = deployBroken;
    const rows = hops.map(({ name, mtuBytes, health }) => ({ health, cells: [name, String(mtuBytes)] }));
    const chain = { ...servers(0), columns: [{ title: 'Level' }, { title: 'MTU' }], statusColumn: undefined, rows };

    expect(textsIn({ ...deployBroken, tables: [chain] })).not.toContain('MTU, lowest level first');
    expect(textsIn({ ...deployBroken, tables: [servers(3)] })).toContain('MTU, lowest level first');
  });

  it('tells many checks that were not run in one line, and each of them in full', () => {
    const notRun = Array.from({ length: 9 }, (_, index) => ({ title: `later ${index}`, health: 'waiting' as const }));
    const report = { ...smokeFailed, checks: [...smokeFailed.checks.slice(0, 13), ...notRun] };
    const full = textsOf(pictureOf(report, 'dark', { isFull: true }).card.root);

    expect(textsIn(report)).toEqual(
      expect.arrayContaining(['Ping it', '9 more checks', '1 failed, 9 not run, 12 passed']),
    );
    expect(textsIn(report)).not.toContain('later 0');
    expect(full).toEqual(expect.arrayContaining(['later 0', 'later 8']));
  });

  it('names each check that was skipped, and tells a cause that they share once', () => {
    const skipped = (title: string, detail: string) => ({ title, health: 'off' as const, detail });
    const detail = 'skipped: a dry run changes nothing';
    const checks = [
      ...['Create the network', 'Boot node-1', 'Boot node-2'].map((title) => skipped(title, detail)),
      skipped('Ping it', 'skipped: no reach'),
    ];

    const texts = textsIn({ ...smokeFailed, checks });

    expect(texts).toEqual(expect.arrayContaining([...checks.map(({ title }) => title), 'skipped: no reach']));
    expect(texts.filter((text) => text === detail)).toHaveLength(1);
  });

  it('counts the steps of a run that has nothing else to count', () => {
    const { card, altText } = pictureOf(deployBroken, 'dark', { steps: brokenSteps });

    expect(textsOf(card.root)).toContain('1 failed, 6 not run, 1 skipped, 21 done');
    expect(altText).toContain('Slowest: 24 OSDs 3m 52s, Write the image 2m 56s, Pull images 2m 44s.');
  });

  it('masks what a console shows, and keeps its place', () => {
    const texts = textsIn(consoleFailed);

    expect(texts).toContain('set admin password=[redacted] for user debian');
    expect(texts).toContain('   - Boot args (cat /proc/cmdline)');
    expect(texts).toContain('last 18 of 49 lines');
  });

  it.each(every)('keeps the alternative text of $name within what Slack takes', ({ name, theme }) => {
    const { altText } = draw(name, theme);

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
