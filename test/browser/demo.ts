import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { CHROMIUM } from './chromium.ts';

const DEMO = join(import.meta.dirname, '../../sandbox/demo.ts');
/** A run of the demo takes a minute; its asking for approval is open for two. */
const PATIENCE = { timeout: 180_000 };
const MEMBERS = { operator: 'An operator', lead: 'A team lead', guest: 'A guest: may only look' } as const;
const ENDED = /(?:done|passed|failed|cancelled) after|(?:remarks|all well|is unhealthy) \(took/;

const LOOK_MS = 100;
/** Folder for pictures; without it none are taken. */
const PICTURES = process.env['STRATA_PICTURES'];

type Member = keyof typeof MEMBERS;
/** What a test does in the words of the people of the demo: `await as('operator').asks('/deploy lab cluster')`. */
export type Demo = {
  page(): Page;
  /** The clouds, with their troubles. */
  panel(): FrameLocator;
  /** The messages of the channel. */
  log(): Locator;
  thread(): Locator;
  /** The newest picture of the thread. */
  picture(): Locator;
  /** The message of a run in the channel. */
  card(run: number): Locator;
  as(member: Member): Actor;
  /** Opens the thread of a run, and waits until it is shown. */
  openThread(run: number): Promise<void>;
  /** Asks for the status, opens its thread, and gives what stands there. */
  status(): Promise<string>;
  switchOn(trouble: string): Promise<void>;
  mendAll(): Promise<void>;
  /** A picture for the documentation, with the panel or without it; only `npm run screenshots` writes it. */
  screenshot(name: string, panel?: 'with panel'): Promise<void>;
};
type Actor = {
  types(text: string): Promise<void>;
  /** Types a command that begins a run. Gives its number, once the channel shows it. */
  asks(text: string): Promise<number>;
  /** Waits for a button. */
  sees(where: Locator, name: string): Promise<void>;
  /** Clicks what has this name, as soon as it is there. */
  clicks(where: Locator, name: string): Promise<void>;
  /** Approves a run, by typing the name of its target where one is wanted. */
  approves(run: number, target?: string): Promise<void>;
  /** Reads a plan that is too long for its message in the question, down to this line, and agrees to it there. */
  readsAndApproves(run: number, lastLine: string | RegExp): Promise<void>;
};

/** The demo with its page, for the tests of one file. An error on the page fails the test in which it happened. */
export function useDemo(size = { width: 1280, height: 900 }): Demo {
  let demo: ChildProcess;
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    demo = spawn(process.execPath, [DEMO, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await addressOf(demo);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: size });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    await page.goto(url);
    await panel().getByText('All is well.').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    demo.kill('SIGTERM');
    if (demo.exitCode === null) await once(demo, 'exit');
  });
  afterEach(() => expect(troubles.splice(0)).toEqual([]));

  const panel = () => page.frameLocator('#beside');
  const log = () => page.getByRole('log', { name: 'Messages' });
  const thread = () => page.getByRole('complementary', { name: 'Thread' });
  const picture = () => thread().locator('.picture img').last();
  const asked = () => page.getByRole('dialog', { name: 'Approve' });
  /** The message of a run is its own alone: others that name it begin with a word. */
  const card = (run: number | '(\\d+)') =>
    log()
      .getByRole('article')
      .filter({ hasText: new RegExp(`^\\W*#${run} `, 'm') });
  const runs = async () =>
    (await card('(\\d+)').allTextContents()).map((text) => Number(/^\W*#(\d+) /m.exec(text)?.[1]));

  async function become(member: Member): Promise<void> {
    await page.getByRole('combobox', { name: 'You are' }).selectOption(MEMBERS[member]);
  }
  function as(member: Member): Actor {
    const actor: Actor = {
      async types(text) {
        await become(member);
        // While a dialog is about to close, the keyboard is still its own.
        await page.locator('dialog[open]').first().waitFor({ state: 'hidden' });
        await page.getByRole('combobox', { name: 'Message, or / for commands' }).fill(text);
        await page.keyboard.press('Enter');
      },
      async asks(text) {
        const before = await runs();
        await actor.types(text);
        const made = async () => {
          const run = (await runs()).find((one) => !before.includes(one));
          if (run === undefined) throw new Error(`the page shows no run of "${text}"`);
          return run;
        };
        return vi.waitFor(made, { ...PATIENCE, interval: LOOK_MS });
      },
      async sees(where, name) {
        await become(member);
        await where.getByRole('button', { name, exact: true }).waitFor(PATIENCE);
      },
      async clicks(where, name) {
        await actor.sees(where, name);
        await where.getByRole('button', { name, exact: true }).click();
      },
      async approves(run, target) {
        await actor.clicks(card(run), 'Approve');
        if (target === undefined) return;
        await asked().getByRole('textbox').fill(target);
        await asked().getByRole('button', { name: 'Approve' }).click();
      },
      async readsAndApproves(run, lastLine) {
        await actor.clicks(card(run), 'Approve');
        await asked().getByText(lastLine).waitFor(PATIENCE);
        // It is read from its beginning.
        expect(await asked().evaluate(({ scrollTop }) => scrollTop)).toBe(0);
        await asked().getByRole('button', { name: 'Approve' }).click();
      },
    };
    return actor;
  }

  async function openThread(run: number): Promise<void> {
    await card(run)
      .getByRole('link', { name: /repl(?:y|ies)/ })
      .click();
    await says(thread(), new RegExp(`#${run} `));
  }

  return {
    ...{ page: () => page, panel, log, thread, picture, card, as, openThread },
    async status() {
      const run = await as('operator').asks('/cloud-status lab');
      await ends(card(run));
      await openThread(run);
      await picture().waitFor();
      const [, answer = ''] = await thread().locator('article .content').allInnerTexts();
      return answer;
    },
    async switchOn(name) {
      await panel().getByRole('button', { name }).click();
      await panel().getByRole('button', { name, pressed: true }).waitFor();
    },
    async screenshot(name, beside) {
      if (PICTURES === undefined) return;
      const switchOf = page.getByRole('checkbox', { name: 'The clouds' });
      await switchOf.setChecked(beside !== undefined);
      await page.setViewportSize({ width: beside === undefined ? 1000 : 1280, height: 720 });
      await page.mouse.move(0, 0);
      await page.waitForFunction('Array.from(document.images).every((image) => image.complete)');
      await page.screenshot({ path: join(PICTURES, `${name}.png`) });
      await page.setViewportSize(size);
      await switchOf.check();
    },
    async mendAll() {
      await panel().getByRole('button', { name: 'Mend all' }).click();
      await panel().getByText('All is well.').waitFor();
    },
  };
}

/** Waits until a part of the page says something. @throws Error with what it says instead */
export async function says(where: Locator, text: string | RegExp): Promise<void> {
  const found = where.getByText(text).first();
  await found.waitFor(PATIENCE).catch(async (cause: unknown) => {
    const instead = (await where.allInnerTexts()).join('\n');
    throw new Error(`waiting until the page says ${String(text)}: it says\n${instead}`, { cause });
  });
}

/** Unfolds the steps of the runs that are told there, and gives all that is said there then. */
export async function unfolded(where: Locator): Promise<string> {
  const folded = where.locator('details.plan:not([open]) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
  return where.innerText();
}

/** Waits until the message of a run says that it has ended. */
export const ends = (card: Locator): Promise<void> => says(card, ENDED);

/** Where the demo says that its page is, once it is ready. */
async function addressOf(demo: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: demo.stdout! })) {
    const [, url] = /^Open (\S+) and type/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('starting the demo: it ended before it was ready');
}
