import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { addressOf } from './demo.ts';

const DEMO = new URL('../../sandbox/demo.ts', import.meta.url).pathname;
/** Set to a folder to have pictures of what the page showed. */
const PICTURES = process.env['STRATA_PICTURES'];
const PATIENCE_MS = 180_000;

describe('nodes of the demo, scaled by its page', () => {
  let demo: ChildProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    demo = spawn(process.execPath, [DEMO, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await addressOf(demo);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await panel().getByText('All is well.').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    demo.kill('SIGTERM');
    if (demo.exitCode === null) await once(demo, 'exit');
    expect(complaints).toEqual([]);
  });

  const panel = () => page.frameLocator('#beside');
  const log = () => page.getByRole('log', { name: 'Messages' });
  const thread = () => page.getByRole('complementary', { name: 'Thread' });
  let asked = 0;
  const cardOf = (run: number): Locator =>
    log()
      .getByRole('article')
      .filter({ hasText: new RegExp(`#${run} (?:Status|Scaling)`) });

  async function picture(name: string): Promise<void> {
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: `${PICTURES}/${name}.png` });
  }

  async function type(member: string, text: string): Promise<number> {
    await page.getByRole('combobox', { name: 'You are' }).selectOption(member);
    await page.getByRole('combobox', { name: 'Message, or / for commands' }).fill(text);
    await page.keyboard.press('Enter');
    asked += 1;
    return asked;
  }

  async function switchOn(name: string): Promise<void> {
    await panel().getByRole('button', { name }).click();
    await panel().getByRole('button', { name, pressed: true }).waitFor();
  }

  async function shows(where: Locator, text: string | RegExp): Promise<void> {
    await where
      .getByText(text)
      .first()
      .waitFor({ timeout: PATIENCE_MS })
      .catch(async (error: unknown) => {
        await picture('missing');
        throw error;
      });
  }

  async function openThread(run: number): Promise<Locator> {
    await cardOf(run)
      .getByRole('link', { name: /repl(y|ies)/ })
      .click();
    return thread();
  }

  /** Approves as the lead, by typing the node's name where one is wanted. */
  async function approve(run: number, node?: string): Promise<void> {
    await page.getByRole('combobox', { name: 'You are' }).selectOption('A team lead');
    await cardOf(run).getByRole('button', { name: 'Approve', exact: true }).click({ timeout: PATIENCE_MS });
    if (node === undefined) return;
    const typing = page.getByRole('dialog', { name: 'Approve' });
    await typing.getByRole('textbox').fill(node);
    await typing.getByRole('button', { name: 'Approve' }).click();
  }

  /** What the whole status of the lab says. */
  async function status(): Promise<string> {
    const run = await type('An operator', '/cloud-status lab');
    await shows(cardOf(run), /all well after|something is unhealthy after/);
    await openThread(run);
    await shows(thread(), new RegExp(`#${run} Status of lab`));
    await thread().getByRole('img').waitFor();
    const [, answer = ''] = await thread().locator('article .content').allInnerTexts();
    return answer;
  }

  it('refuses to remove a node while Galera is split, says why, and changes nothing', async () => {
    await switchOn('Galera splits');
    const run = await type('An operator', '/scale-node lab cluster remove node-3');
    await shows(cardOf(run), /failed after/);
    await openThread(run);
    await shows(thread(), 'Removing a node failed');
    await picture('refused');
    const said = await thread().innerText();
    await panel().getByRole('button', { name: 'Mend all' }).click();
    await panel().getByText('All is well.').waitFor();
    const after = await status();

    expect(said).toMatch(/removing node "node-3": Galera in openstack: 0 of 3 members synced/);
    expect(said).not.toContain('cordon');
    expect(after).toMatch(/no trouble$/);
    expect(await thread().innerText()).toContain('4 of 4 nodes ready');
  });

  it('asks for what was not said: a node from a menu that shows how well each is', async () => {
    await switchOn('node-4 dies');
    const troubled = await status();
    await page.getByRole('combobox', { name: 'Message, or / for commands' }).fill('/scale-node');
    await page.keyboard.press('Enter');
    const form = page.getByRole('dialog', { name: 'Scale nodes' });
    await form.getByLabel('What to do').selectOption('Replace a broken node');
    const menu = form.getByLabel('Node', { exact: true });
    await menu.waitFor();
    await picture('form');
    const choices = await menu.getByRole('option').allInnerTexts();
    await form.getByRole('button', { name: 'Cancel' }).click();

    expect(troubled).toMatch(/node node-4 is not ready: its server node-4 is SHUTOFF/);
    expect(choices.filter(Boolean)).toEqual(['✗ node-4  NotReady', '✓ node-2  Ready', '✓ node-3  Ready']);
  });

  it('replaces the dead node, to the picture of before and after; then nothing is in trouble any more', async () => {
    const run = await type('An operator', '/scale-node lab cluster replace node-4');
    await approve(run, 'node-4');
    await shows(cardOf(run), /(?:done|failed) after/);
    await openThread(run);
    await shows(thread(), 'Node replaced');
    await thread().getByRole('img').waitFor();
    await picture('replaced');
    const said = await thread().innerText();
    await panel().getByText('All is well.').waitFor();

    expect(said).toMatch(/SHUTOFF was seen/);
    expect(said).toMatch(/hypervisor node-5 is up/);
    expect(await panel().getByRole('button', { name: 'node-4 dies' }).isDisabled()).toBe(true);
    expect(await status()).toMatch(/no trouble$/);
    expect(await thread().innerText()).toContain('4 of 4 nodes ready');
  });

  it('adds one, and removes another in order', async () => {
    const add = await type('An operator', '/scale-node lab cluster add');
    await approve(add);
    await shows(cardOf(add), /(?:done|failed) after/);
    const remove = await type('An operator', '/scale-node lab cluster remove node-3');
    await approve(remove, 'node-3');
    await shows(cardOf(remove), /(?:done|failed) after/);
    await openThread(remove);
    await shows(thread(), 'Node removed');
    await picture('removed');

    expect(await cardOf(add).innerText()).toMatch(/node-6 joined/);
    expect(await status()).toMatch(/no trouble$/);
    expect(await thread().innerText()).toContain('4 of 4 nodes ready');
  });
}, 600_000);
