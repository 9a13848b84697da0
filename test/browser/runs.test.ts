import { beforeAll, describe, it } from 'vitest';
import { says, useDemo } from './demo.ts';

describe('runs of the demo, by its page', () => {
  const { page, as, card, log, thread, openThread, screenshot } = useDemo();
  /** Asked for first, and left alone: its two minutes pass while the others go on. */
  let forgotten: number;
  beforeAll(async () => {
    forgotten = await as('operator').asks('/strata drill lab --seconds 1');
  });

  it('a plan is approved by a second member, and not by the one who asked', async () => {
    // Of a run that has ended before the bot looks, its end alone is told.
    const run = await as('operator').asks('/strata drill lab --seconds 15');
    await as('operator').approves(run);
    await says(log(), 'You may not approve changes of environment');
    await says(log(), 'These may: @lead.');

    await as('lead').approves(run);
    await openThread(run);
    await says(thread(), /@operator: #\d+ is approved by @lead, so it goes on when its turn comes\./);
    await says(card(run), /done after/);
    await says(card(run), /approved by @lead/);
    await says(thread(), 'Drill done');
  });

  it('a plan is denied, with a reason that the one who asked reads', async () => {
    const run = await as('operator').asks('/strata drill lab destroy --seconds 1');
    await as('lead').clicks(card(run), 'Deny');
    const why = page().getByRole('dialog', { name: 'Deny' });
    await why.getByRole('textbox', { name: 'Why not?' }).fill('not on a Friday');
    await why.getByRole('button', { name: 'Deny' }).click();

    await says(card(run), /denied by @lead/);
    await openThread(run);
    await says(thread(), '✗ denied by @lead: not on a Friday');
    await says(thread(), 'No step was begun, so nothing is left of it.');
  });

  it('a run is stopped in the middle of a step, says what it left, and goes on from there', async () => {
    const run = await as('operator').asks('/strata drill lab --seconds 30');
    await as('lead').approves(run);
    await says(card(run), /step 2 of 3/);
    await as('lead').clicks(card(run), 'Stop now');
    const sure = page().getByRole('dialog', { name: 'Stop in the middle?' });
    await sure.getByRole('button', { name: 'Stop now' }).click();

    await says(card(run), /cancelled after/);
    await openThread(run);
    await says(thread(), 'What it left');
    await says(thread(), /Make a key pair of our own: removed again/);
    await says(thread(), /as a long step would: stopped in the middle/);
    await says(thread(), '1 step was not begun');
    await screenshot('strata-stop');

    await as('operator').clicks(card(run), 'Go on from where it ended');
    await says(card(run), /done after/);
    await says(thread(), 'Drill done');
  });

  it('what destroys is approved by the name of its target', async () => {
    const run = await as('operator').asks('/strata drill lab destroy --seconds 1');
    await as('lead').approves(run, 'lob');
    const asked = page().getByRole('dialog', { name: 'Approve' });
    await says(asked, /type the name as it stands: lab/i);
    await asked.getByRole('textbox').fill('lab');
    await asked.getByRole('button', { name: 'Approve' }).click();

    await says(card(run), /done after/);
  });

  it('a run goes on without a second person, loudly', async () => {
    const run = await as('operator').asks('/strata drill lab --seconds 1');
    await as('operator').types(`/strata break-glass ${run} "nobody else is awake"`);
    const told = log().getByText(/For just this plan of run/);
    const [, command = ''] = /(\/strata break-glass .*--plan \w+)/.exec((await told.textContent()) ?? '') ?? [];
    await as('operator').types(command);

    await says(log(), new RegExp(`^‼ Break-glass on run #${run} `));
    await says(card(run), /Break-glass by @operator .*nobody else is awake/);
    await says(card(run), /done after/);
  });

  it('a plan that nobody looks at ends by itself, and the approver was reminded privately', async () => {
    await says(card(forgotten), /not approved in time/);
    await openThread(forgotten);
    await says(thread(), 'nobody approved it in time');
    await as('lead').types('/strata whoami');
    await page().getByRole('link', { name: '✉ Strata' }).click();

    await says(log(), new RegExp(`Run #${forgotten} .*still waits for your approval`));
  });
});
