import { describe, expect, it } from 'vitest';
import { says, useDemo } from './demo.ts';

describe('a watch of the demo, by its page', () => {
  const { as, log, page, panel, thread, switchOn, mendAll, screenshot } = useDemo();
  const board = () => log().getByRole('article').filter({ hasText: 'Stop watching' });
  const incidents = () => log().getByRole('article').filter({ hasText: 'since' }).filter({ hasText: 'Watch of lab' });

  it('keeps one pinned message fresh', async () => {
    await as('operator').types('/cloud-status lab --watch 1m');

    await says(board(), /all well/);
    await says(board(), /Pinned to this channel/);
    await says(board(), /checked .*every 1 min, next/);
  });

  it('tells once what turned bad, all of it in one message', async () => {
    await switchOn('node-4 dies');
    await says(board(), /layers to look at/);

    await says(incidents(), /node node-4 is not ready: its server node-4 is SHUTOFF/);
    await says(incidents(), /What to do: Mend the server first/);
    // The next look finds it bad as well.
    const [checked = ''] = (await board().innerText()).match(/checked [^·]*/) ?? [];
    await expect.poll(async () => (await board().innerText()).includes(checked), { timeout: 120_000 }).toBe(false);
    expect(await incidents().count()).toBe(1);
    await screenshot('watch');
  });

  it('closes it in its thread when it is mended', async () => {
    await mendAll();
    await says(incidents(), /healed after/);

    await incidents()
      .getByRole('link', { name: /^\d+ repl/ })
      .click();
    await says(thread(), /well again, after/);
    await says(board(), /all well/);
    expect(await incidents().count()).toBe(1);
    expect(await panel().getByText('All is well.').count()).toBe(1);
  });

  it('is listed, and ended by its button for those who may', async () => {
    await as('guest').types('/strata schedules');
    await says(log(), /Watch of lab, every 1 min in .*: all well at/);
    await as('guest').clicks(board(), 'Stop watching');
    await page().getByRole('dialog').getByRole('button', { name: 'Stop watching' }).click();
    await says(log(), /You may not run things on environment lab/);

    await as('operator').types('/strata schedules remove 1');
    await says(log(), /ended by/);
    await expect.poll(() => board().count()).toBe(0);
  });
});
