import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Card, INLINE_BYTES, raster } from '../src/report/kit/raster.ts';
import { CHROMIUM } from '../test/browser/chromium.ts';
import { cards, draw } from '../test/report/cards.ts';
import { pageOf } from './chromium-card.ts';
import { inTurn, median, ratio, row, timed } from './figures.ts';

const ROUNDS = 15;
const COLD_ROUNDS = 5;
const CPU_ROUNDS = 40;
const RENDERS = 500;
const BLOCK_ROUNDS = 10;
const BLOCK = new URL('picture-block.ts', import.meta.url);
const BROWSER = { executablePath: CHROMIUM, args: ['--no-sandbox'] };
const RASTER = new URL('../src/report/kit/raster.ts', import.meta.url).href;
/** One of a table with 15 rows, one with troubles and layers, one with many bars. */
const CARDS = ['manyRows', 'statusTroubled', 'timelineFull'] as const;

/** Pictures against a browser that draws the same nodes, and against what they should cost. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  const server = await chromium.launchServer(BROWSER);
  const browser = await chromium.connect(server.wsEndpoint());
  try {
    for (const name of CARDS) await warm(name, browser, server.process().pid ?? 0);
    await cold(folder);
    await costs();
    blocks();
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The fonts that the cards have too, as a browser loads them. */
function fontRules(): string {
  const require = createRequire(import.meta.url);
  const faces = [
    ['Inter', 'inter'],
    ['JetBrains Mono', 'jetbrains-mono'],
  ] as const;
  return faces
    .flatMap(([family, name]) =>
      [400, 600].map((weight) => {
        const file = require.resolve(`@fontsource/${name}/files/${name}-latin-${weight}-normal.woff2`);
        const data = readFileSync(file).toString('base64');
        return `@font-face{font-family:"${family}";font-weight:${weight};src:url(data:font/woff2;base64,${data})}`;
      }),
    )
    .join('');
}

async function openPage(browser: Browser, { width }: Card): Promise<Page> {
  return browser.newPage({ viewport: { width, height: 600 }, deviceScaleFactor: 2 });
}

async function screenshot(page: Page, html: string): Promise<Buffer> {
  await page.setContent(html);
  await page.evaluate('document.fonts.ready');
  return page.screenshot({ fullPage: true });
}

/** Both have drawn the card before: the page is open, the fonts are known. */
async function warm(name: string, browser: Browser, pid: number): Promise<void> {
  const { card } = draw(name, 'dark');
  const page = await openPage(browser, card);
  const html = pageOf(card, fontRules());
  const [ours, theirs] = [await raster(card), await screenshot(page, html)];
  const [strata = 0, peer = 0] = await inTurn(ROUNDS, [() => raster(card), () => screenshot(page, html)]);
  const cpu = await cpuOf(() => raster(card), ownCpuMs);
  const peerCpu = await cpuOf(
    () => screenshot(page, html),
    () => treeCpuMs(pid),
  );
  await page.close();
  const sizes = [ours, theirs].map((png) => `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}, ${kilobytes(png)} KB`);
  console.log(`${name}: ${sizes[0]}; chromium ${sizes[1]}; medians of ${ROUNDS}`);
  row('strata', strata);
  row('chromium, open page', peer);
  ratio('chromium / strata', peer / strata, { atLeast: 3 });
  ratio(`chromium / strata, CPU (${peerCpu.toFixed(0)} and ${cpu.toFixed(0)} ms)`, peerCpu / cpu, { atLeast: 3 });
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What a process and all that it started have used, of which many are the browser's. */
function treeCpuMs(root: number): number {
  const TICK_MS = 10;
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // Behind the name, which may hold anything: state, parent, ..., user and system time.
        const fields = (readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ');
        return [
          { pid: Number(name), parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS },
        ];
      } catch {
        return [];
      }
    });
  const family = new Set([root]);
  for (const { pid, parent } of processes.toSorted((a, b) => a.pid - b.pid)) if (family.has(parent)) family.add(pid);
  return processes.reduce((sum, { pid, ms }) => (family.has(pid) ? sum + ms : sum), 0);
}

/** Mean CPU time of the work, ms: a busy machine does not change it much. */
async function cpuOf(work: () => Promise<unknown>, read: () => number): Promise<number> {
  const before = read();
  for (let round = 0; round < ROUNDS; round++) await work();
  return (read() - before) / ROUNDS;
}

/** The first picture of a new process, against the first of a new browser. */
async function cold(folder: string): Promise<void> {
  const { card } = draw('manyRows', 'dark');
  const file = join(folder, 'card.json');
  writeFileSync(file, JSON.stringify(card));
  const script = `const { readFileSync } = await import('node:fs');
const card = JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8'));
const { raster } = await import(${JSON.stringify(RASTER)});
await raster(card);`;
  const html = pageOf(card, fontRules());
  const [strata = 0, peer = 0] = await inTurn(COLD_ROUNDS, [
    async () => execFileSync(process.execPath, ['--input-type=module', '--eval', script]),
    async () => {
      const browser = await chromium.launch(BROWSER);
      await screenshot(await openPage(browser, card), html);
      await browser.close();
    },
  ]);
  console.log(`\ncold, manyRows; medians of ${COLD_ROUNDS}`);
  row('strata, a whole process', strata);
  row('chromium, from launch to picture', peer);
  ratio('chromium / strata', peer / strata, { atLeast: 5 });
}

async function costs(): Promise<void> {
  const { card } = draw('manyRows', 'dark');
  const cpus: number[] = [];
  for (let round = 0; round < CPU_ROUNDS; round++) {
    const before = process.cpuUsage();
    await raster(draw('manyRows', 'dark').card);
    const { user, system } = process.cpuUsage(before);
    cpus.push((user + system) / 1000);
  }
  console.log('\na table of 15 rows of 5,000');
  ratio('CPU, ms', median(cpus), { atMost: 60 });
  const sizes = await Promise.all(
    Object.entries(cards)
      .filter(([name, { isFull }]) => isFull !== true && name !== 'longNames')
      .map(async ([name]) => kilobytes(await raster(draw(name, 'dark').card, INLINE_BYTES))),
  );
  ratio('largest picture of a thread, KB', Math.max(...sizes), { atMost: 200 });
  const before = process.memoryUsage.rss();
  const ms = await timed(async () => {
    for (let index = 0; index < RENDERS; index++) await raster(card);
  });
  row(`${RENDERS} pictures, each`, ms / RENDERS);
  ratio(`memory after ${RENDERS} pictures, MB more`, (process.memoryUsage.rss() - before) / 2 ** 20, { atMost: 50 });
}

/** How long nothing else could run at most while a picture was drawn: of every card, the first of a process, then others. */
function blocks(): void {
  const found = Object.keys(cards).map((name) => {
    const args = [fileURLToPath(BLOCK), name, String(1 + BLOCK_ROUNDS)];
    const [first = 0, ...later] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as number[];
    return { name, first, later };
  });
  const worst = found.reduce((a, b) => (b.first > a.first ? b : a));
  console.log(
    `\nlongest block of the event loop, ms; ${found.length} cards, each in ${1 + BLOCK_ROUNDS} pictures of a process`,
  );
  ratio(`the first picture of a process, at worst (${worst.name})`, worst.first, { atMost: 25 });
  ratio('the first one, median', median(found.map(({ first }) => first)), { atMost: 25 });
  const later = found.flatMap((each) => each.later);
  ratio('a later one, at worst', Math.max(...later), { atMost: 25 });
  ratio('a later one, median', median(later), { atMost: 25 });
}

function kilobytes(png: Buffer): number {
  return Math.round(png.length / 1000);
}
