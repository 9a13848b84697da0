import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/redis.ts';
import { CHROMIUM } from './chromium.ts';

const DEMO = new URL('../../sandbox/demo.ts', import.meta.url).pathname;
/** Set to a folder to have pictures of what the page showed. */
const PICTURES = process.env['STRATA_PICTURES'];
/** An asking of the demo is open for two minutes. */
const PATIENCE_MS = 180_000;

describe('the demo, by its page', () => {
  let demo: ChildProcess;
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    demo = spawn(process.execPath, [DEMO, '--port', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const listen = (text: Buffer) => {
        said += text.toString();
        if (said.includes('/strata help')) resolve();
      };
      demo.stdout?.on('data', listen);
      demo.stderr?.on('data', listen);
      demo.once('exit', () => reject(new Error(`the demo ended:\n${said}`)));
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(`http://127.0.0.1:${port}`);
    await page.getByRole('heading', { name: '# cloud-ops' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    demo.removeAllListeners('exit');
    demo.kill('SIGTERM');
    if (demo.exitCode === null) await once(demo, 'exit');
    expect(troubles).toEqual([]);
  });

  const log = () => page.getByRole('log', { name: 'Messages' });
  const thread = () => page.getByRole('complementary', { name: 'Thread' });
  const cardOf = (run: number): Locator =>
    log()
      .getByRole('article')
      .filter({ hasText: new RegExp(`#${run} Drill`) });

  async function be(member: string): Promise<void> {
    await page.getByRole('combobox', { name: 'You are' }).selectOption(member);
  }

  async function type(text: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Message, or / for commands' }).fill(text);
    await page.keyboard.press('Enter');
  }

  let runs = 0;
  /** Asks for a drill as the operator. Gives its number. */
  async function drill(more: string): Promise<number> {
    runs += 1;
    await be('An operator');
    await type(`/strata drill lab ${more}`);
    await cardOf(runs).waitFor();
    return runs;
  }

  async function press(run: number, name: string): Promise<void> {
    await cardOf(run).getByRole('button', { name, exact: true }).click();
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

  async function picture(name: string): Promise<void> {
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: `${PICTURES}/${name}.png` });
  }

  it('a plan is approved by a second member, denied with a reason, stopped, resumed, and left to expire', async () => {
    const forgotten = await drill('--seconds 1');

    // Approved: not by the one who asked and may not, but by the lead.
    const approved = await drill('--seconds 1');
    await press(approved, 'Approve');
    await shows(log(), 'You may not approve changes of environment');
    await shows(log(), 'These may: @lead.');
    await picture('refused');
    await be('A team lead');
    await picture('asking');
    await press(approved, 'Approve');
    await shows(cardOf(approved), /done after/);
    await shows(cardOf(approved), /approved by @lead/);
    await shows(await openThread(approved), '@operator: approved by @lead, so it goes on.');
    await shows(thread(), 'Drill done');
    await picture('approved');

    // Denied, with a reason that the requester reads.
    const denied = await drill('destroy --seconds 1');
    await be('A team lead');
    await press(denied, 'Deny');
    const modal = page.getByRole('dialog', { name: 'Deny' });
    await modal.getByRole('textbox', { name: 'Why not?' }).fill('not on a Friday');
    await picture('deny');
    await modal.getByRole('button', { name: 'Deny' }).click();
    await shows(cardOf(denied), /denied by @lead/);
    await shows(await openThread(denied), '✗ denied by @lead: not on a Friday');
    await shows(thread(), 'No step was begun, so nothing is left of it.');
    await picture('denied');

    // Stopped in the middle of its second step, then resumed.
    const stopped = await drill('--seconds 12');
    await be('A team lead');
    await press(stopped, 'Approve');
    await shows(cardOf(stopped), /step 2 of 3/);
    await picture('running');
    await press(stopped, 'Stop now');
    const sure = page.getByRole('dialog', { name: 'Stop in the middle?' });
    await picture('stop-now');
    await sure.getByRole('button', { name: 'Stop now' }).click();
    await shows(await openThread(stopped), 'What it left');
    await shows(thread(), /Make a key pair of our own: removed again/);
    await shows(thread(), /as a long step would: stopped in the middle/);
    await shows(thread(), '1 step was not begun');
    await picture('stopped');
    await press(stopped, 'Go on from where it ended');
    await shows(cardOf(stopped), /done after/);
    await shows(thread(), 'Drill done');
    await picture('resumed');

    // A name has to be typed for what destroys.
    const destroying = await drill('destroy --seconds 1');
    await be('A team lead');
    await press(destroying, 'Approve');
    const typing = page.getByRole('dialog', { name: 'Approve' });
    await typing.getByRole('textbox').fill('lob');
    await typing.getByRole('button', { name: 'Approve' }).click();
    await shows(typing, /type the name as it stands: lab/i);
    await picture('wrong-name');
    await typing.getByRole('textbox').fill('lab');
    await typing.getByRole('button', { name: 'Approve' }).click();
    await shows(cardOf(destroying), /done after/);

    // Without a second person, loudly.
    const urgent = await drill('--seconds 1');
    await type(`/strata break-glass ${urgent} "nobody else is awake"`);
    const told = log().getByText(/For just this plan of run/);
    const [, command = ''] = /(\/strata break-glass .*--plan \w+)/.exec((await told.textContent()) ?? '') ?? [];
    await type(command);
    await shows(log(), new RegExp(`^‼ Break-glass on run #${urgent} `));
    await shows(cardOf(urgent), /Break-glass by @operator .*nobody else is awake/);
    await shows(cardOf(urgent), /done after/);
    await picture('glass');

    // Left alone, it ends by itself, and the approver was reminded privately.
    await shows(cardOf(forgotten), /not approved in time/);
    await shows(await openThread(forgotten), 'nobody approved it in time');
    await picture('expired');
    await be('A team lead');
    await page.getByRole('link', { name: '✉ Strata' }).click();
    await shows(log(), new RegExp(`Run #${forgotten} .*still waits for your approval`));
    await picture('reminded');
  });
});
