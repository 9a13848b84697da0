import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { ends, says, useDemo } from './demo.ts';

describe('in a thread of the demo, where slash commands cannot be used', () => {
  const { as, card, log, page, thread, openThread, screenshot } = useDemo({ width: 1400, height: 950 });

  const reply = async (text: string) => {
    await thread().getByRole('combobox').fill(text);
    await page().keyboard.press('Enter');
  };
  const modal = (name: string | RegExp) => page().getByRole('dialog', { name });
  let run = 0;

  it('a mention shows, cancels and takes up the run again, by whom it may be', async () => {
    // Longer than whatever is done in it takes on a busy machine.
    run = await as('operator').asks('/strata drill lab --seconds 120');
    await as('lead').approves(run);
    await says(card(run), /step \d of/);
    await openThread(run);

    await as('guest').clicks(thread(), 'Close thread');
    await openThread(run);
    await reply('@strata cancel');
    await says(thread(), /You may not run things on environment/);
    await page().getByRole('combobox', { name: 'You are' }).selectOption('An operator');
    await openThread(run);
    await reply('/strata stop');
    await says(thread(), '/strata is not supported in threads. Sorry!');
    await reply('@strata show');
    await says(thread(), /drill of a change on metal/);
    await reply('@strata cancel now');
    await says(thread(), `Run #${run} stops now, then cleans up.`);
    await screenshot('in-threads');
    await says(card(run), /cancelled after/);
    await reply('@strata retry');

    await says(thread(), `Run #${run} goes on from its first step that is not done.`);
    await says(card(run), /step \d of/);
  });

  it('"Ask Strata" offers, by the keyboard alone, what this person may do now', async () => {
    await card(run).getByLabel('More actions').focus();
    await page().keyboard.press('Enter');
    await page().keyboard.press('Tab');
    await page().keyboard.press('Enter');
    await says(modal(`Run #${run}`), /Drill of lab/);
    await expectAccessible(page());
    await modal(`Run #${run}`).getByRole('button', { name: 'Stop after this step' }).press('Enter');

    await says(modal(`Run #${run}`), `Run #${run} stops after this step.`);
    await modal(`Run #${run}`).getByRole('button', { name: 'Close' }).press('Enter');
    await as('operator').types(`/strata stop ${run} now`);
    await ends(card(run));
  });

  it('"Ask Strata" says of any other message what there is to ask for', async () => {
    await as('operator').types('Lunch?');
    const message = log().getByRole('article').filter({ hasText: 'Lunch?' });
    await message.getByLabel('More actions').focus();
    await page().keyboard.press('Enter');
    await message.getByRole('button', { name: 'Ask Strata' }).click();

    await says(modal('Ask Strata'), 'This message shows no run of Strata.');
    await says(modal('Ask Strata'), '/scale-node');
    await modal('Ask Strata').getByRole('button', { name: 'Close' }).click();
  });

  it('/smoke-test without words asks what to test, and remembers it', async () => {
    await as('operator').types('/smoke-test');
    await modal('Smoke test').getByLabel('Layers').selectOption('cluster');
    await modal('Smoke test').getByLabel('How thorough').selectOption({ index: 1 });
    await expectAccessible(page());
    await modal('Smoke test').getByRole('button', { name: 'Start' }).click();
    await says(log(), /Smoke test of lab \/ cluster, quick/);
    await as('operator').types('/smoke-test');
    const layers = modal('Smoke test').getByLabel('Layers');
    await layers.waitFor();

    expect(await layers.inputValue()).toBe('cluster');
    expect(await modal('Smoke test').getByLabel('How thorough').inputValue()).toBe('quick');
    await modal('Smoke test').getByRole('button', { name: 'Cancel' }).click();
  });

  it('/strata show without words offers the newest runs, and shows one in its place', async () => {
    await as('operator').types('/strata show');
    await modal('Show a run').getByLabel('Run', { exact: true }).selectOption(String(run));
    await modal('Show a run').getByRole('button', { name: 'Show' }).click();

    await says(modal('Strata'), new RegExp(`#${run} Drill`));
  });
}, 600_000);
