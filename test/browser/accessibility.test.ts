import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { ends, says, useDemo } from './demo.ts';

describe('the page of the demo, for everybody', () => {
  const { as, page, panel, card, log, thread, picture, openThread, switchOn, mendAll } = useDemo();
  afterEach(() => page().setViewportSize({ width: 1280, height: 900 }));

  const composer = () => page().getByRole('combobox', { name: 'Message, or / for commands' });
  /** What has the keyboard. */
  const focused = (on: Page) => on.locator(':focus');

  it('has no serious fault in its channel, its menus, its thread, a picture, and the panel with a trouble', async () => {
    const run = await as('operator').asks('/cloud-status lab');
    await ends(card(run));
    await page().getByText('Make trouble').click();
    await switchOn('Galera splits');
    await expectAccessible(page());
    await mendAll();
    await composer().fill('/');
    await expectAccessible(page());
    await composer().fill('');
    await openThread(run);
    await picture().waitFor();
    await expectAccessible(page());
    await picture().click();
    await page().getByRole('dialog', { name: 'Picture' }).waitFor();
    await expectAccessible(page());
    await page().keyboard.press('Escape');
    await page().keyboard.press('Escape');
  });

  it('has no serious fault in a modal, nor on a telephone', async () => {
    await as('operator').types('/scale-node');
    await page().getByRole('dialog', { name: 'Scale nodes' }).waitFor();
    await expectAccessible(page());
    await page().setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page());
    await page().keyboard.press('Escape');
    await page().getByRole('dialog', { name: 'Scale nodes' }).waitFor({ state: 'hidden' });
    await expectAccessible(page());
  });

  it('is used by keyboard alone: a command, its approval by the lead with a modal, its thread', async () => {
    const { keyboard } = page();
    await as('operator').types('/strata whoami');
    await composer().focus();
    await keyboard.type('/str');
    await page().getByRole('option', { name: '/strata', selected: true }).waitFor();
    await keyboard.press('Tab');
    await keyboard.type('drill lab destroy --seconds 1');
    await keyboard.press('Enter');
    const run = card(2);
    await run.getByRole('button', { name: 'Deny' }).waitFor();

    await page().getByRole('combobox', { name: 'You are' }).focus();
    await keyboard.press('ArrowDown');
    await log().focus();
    await keyboard.press('ArrowUp');
    await walkTo('Deny');
    await keyboard.press('Enter');
    const why = page().getByRole('dialog', { name: 'Deny' });
    await why.waitFor();
    expect(await focused(page()).getAttribute('id')).toMatch(/^in-/);
    await keyboard.press('Escape');
    await why.waitFor({ state: 'hidden' });
    expect(await focused(page()).textContent()).toBe('Deny');

    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    const asked = page().getByRole('dialog', { name: 'Approve' });
    await asked.waitFor();
    await keyboard.type('lab');
    await keyboard.press('Enter');
    await says(run, /done after/);
    expect(await focused(page()).getAttribute('aria-label')).toBe('Strata');
    await walkTo(/repl/);
    await keyboard.press('Enter');
    await says(thread(), 'Drill done');
    await keyboard.press('Escape');
    await thread().waitFor({ state: 'hidden' });
  });

  it('keeps the keyboard in the menu that was chosen from, while its form is drawn anew', async () => {
    const { keyboard } = page();
    await as('operator').types('/scale-node');
    const form = page().getByRole('dialog', { name: 'Scale nodes' });
    const what = form.getByRole('combobox', { name: 'What to do' });
    await what.focus();
    await keyboard.press('ArrowDown');
    await form.getByRole('combobox', { name: 'Node' }).waitFor();

    expect(await what.evaluate((menu) => menu === menu.ownerDocument.activeElement)).toBe(true);
    await keyboard.press('Escape');
    await form.waitFor({ state: 'hidden' });
  });

  it('tells what is new in words, once, and by whom it can be seen', async () => {
    const heard = page().locator('#heard');
    await as('operator').types('/strata whoami');
    await expect.poll(() => heard.textContent()).toMatch(/^Strata in cloud-ops, only visible to you: /);
    await log().getByRole('article', { name: 'Strata, only visible to you' }).last().waitFor();

    expect(await log().getAttribute('aria-live')).toBe('off');
    expect(await heard.evaluate((node) => (node as { role?: string }).role)).toBe('status');
  });

  it('moves nothing for those who asked for no motion, and shows where the keyboard is', async () => {
    await page().emulateMedia({ reducedMotion: 'reduce' });
    const moving = await page().evaluate('document.getAnimations().length');
    await panel().getByRole('button', { name: 'MTU wrong' }).focus();
    await page().keyboard.press('Tab');
    const outline = await panel()
      .locator(':focus')
      .evaluate((node) => node.ownerDocument.defaultView!.getComputedStyle(node).outlineStyle);

    expect(moving).toBe(0);
    expect(outline).toBe('solid');
  });

  /** Tabs on until what has the keyboard is called so. */
  async function walkTo(name: string | RegExp): Promise<void> {
    for (let step = 0; step < 20; step++) {
      await page().keyboard.press('Tab');
      const said = (await focused(page()).textContent()) ?? '';
      if (typeof name === 'string' ? said === name : name.test(said)) return;
    }
    throw new Error(`walking to "${String(name)}": it was not reached in 20 steps`);
  }
});
