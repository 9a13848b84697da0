import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { addressOf } from './demo.ts';

const DEMO = new URL('../../sandbox/demo.ts', import.meta.url).pathname;
const PATIENCE = { timeout: 180_000 };

describe('the whole stack of the demo, deployed by its page', () => {
  let demo: ChildProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    demo = spawn(process.execPath, [DEMO, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await addressOf(demo);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
    await page.goto(url);
    await panel().getByText('All is well.').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    demo.kill('SIGTERM');
    if (demo.exitCode === null) await once(demo, 'exit');
  });

  const panel = () => page.frameLocator('#beside');
  const card = (run: number) =>
    page
      .getByRole('log', { name: 'Messages' })
      .getByRole('article')
      .filter({ hasText: new RegExp(`#${run} Deploy`) });
  const thread = () => page.getByRole('complementary', { name: 'Thread' });

  async function become(member: string): Promise<void> {
    await page.getByRole('combobox', { name: 'You are' }).selectOption(member);
  }
  async function type(text: string): Promise<void> {
    await become('An operator');
    await page.getByRole('combobox', { name: 'Message, or / for commands' }).fill(text);
    await page.keyboard.press('Enter');
  }

  it('is approved by a second member, stopped by a failure with cause and advice, and finished by Retry', async () => {
    await panel().getByRole('button', { name: 'Nova does not deploy' }).click();
    await type('/deploy lab all');
    await become('A team lead');
    await card(1).getByRole('button', { name: 'Approve', exact: true }).click(PATIENCE);
    await card(1)
      .getByText(/failed after/)
      .waitFor(PATIENCE);
    await card(1)
      .getByRole('link', { name: /replies/ })
      .click();
    await thread().getByText('Deploying failed').waitFor(PATIENCE);
    const failed = await thread().innerText();
    await panel().getByRole('button', { name: 'Mend all' }).click();
    await panel().getByText('All is well.').waitFor();

    await become('An operator');
    await card(1).getByRole('button', { name: 'Go on from where it ended' }).click(PATIENCE);
    await card(1)
      .getByText(/done after/)
      .waitFor(PATIENCE);
    await thread()
      .getByText(/Deployed/)
      .waitFor(PATIENCE);

    expect(failed).toMatch(/nova/);
    expect(failed).toMatch(/Job/);
    const done = await card(1).innerText();
    expect(done).toMatch(/✓ Set up Kubernetes \(cluster\.yml\)/);
    expect(done).toMatch(/✓ Install horizon|✓ Upgrade horizon/);
    await thread().getByRole('img').last().waitFor(PATIENCE);
  });

  it('has nothing to change when it is asked for again, and asks nobody', async () => {
    await type('/deploy lab all');
    await card(2)
      .getByText(/done after|all well/)
      .waitFor(PATIENCE);
    await card(2).getByRole('link', { name: /repl/ }).click();

    await thread().getByText('Nothing to change: all is as it is to be').waitFor(PATIENCE);
  });
});
