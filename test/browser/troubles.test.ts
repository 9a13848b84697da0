import { beforeAll, describe, expect, it } from 'vitest';
import { says, useDemo } from './demo.ts';

describe('what the page of the demo can make go wrong with Slack, and how fast its clouds are', () => {
  const { as, card, log, page, panel } = useDemo();
  const drill = '/strata drill lab --seconds 1';
  const thing = (name: string) => page().getByRole('button', { name, exact: true });
  const fault = (name: string) => page().getByRole('checkbox', { name });
  beforeAll(async () => {
    await page().getByText('Make trouble').focus();
    await page().keyboard.press('Enter');
  });

  it('a click that is lost is told to the one who clicked; the next one counts', async () => {
    const run = await as('operator').asks(drill);
    await thing('Lose the next click').focus();
    await page().keyboard.press('Enter');
    await page().getByText('Lose the next click: done.').waitFor();
    await as('lead').approves(run);
    await says(card(run), /did not take the click \(operation_timeout\)/);
    await as('lead').approves(run);

    await says(card(run), /done after/);
  });

  it('a command that comes twice is one run', async () => {
    await thing('Deliver the next twice').click();
    await page().getByText('Deliver the next twice: done.').waitFor();
    const run = await as('operator').asks(drill);
    await as('lead').approves(run);
    await says(card(run), /done after/);
    const next = await as('operator').asks(drill);
    await as('lead').approves(next);

    await says(card(next), /done after/);
  });

  it('a connection that is cut comes back, and commands are heard again', async () => {
    await thing('Cut the connection').click();
    await page().getByText('Cut the connection: done.').waitFor();
    await expect
      .poll(
        async () => {
          await as('operator').types('/strata whoami');
          return log()
            .getByText(/You are .*operator/)
            .count();
        },
        { timeout: 60_000, interval: 2000 },
      )
      .toBeGreaterThan(0);
  });

  it('a run that Slack does not hear of goes on, and is shown when Slack is back', async () => {
    const run = await as('operator').asks(drill);
    await as('lead').clicks(card(run), 'Approve');
    await fault('Slack answers 503').focus();
    await page().keyboard.press('Space');
    await fault('Slack answers 503').uncheck();

    await says(card(run), /done after/);
  });

  it('a slow Slack is waited for, and the page says so', async () => {
    await fault('Slack is slow').check();
    await page().reload();
    await page().getByText('Make trouble').click();
    expect(await fault('Slack is slow').isChecked()).toBe(true);
    const run = await as('operator').asks(drill);
    await fault('Slack is slow').uncheck();
    await as('lead').approves(run);

    await says(card(run), /done after/);
  });

  it('the clock goes faster by an arrow key, and the clouds still work', async () => {
    const speed = (name: string) => panel().getByRole('group', { name: 'Clock' }).getByRole('radio', { name });
    await speed('1×').focus();
    await page().keyboard.press('ArrowRight');
    await page().keyboard.press('ArrowRight');
    await expect.poll(() => speed('instant').isChecked()).toBe(true);
    const run = await as('operator').asks('/smoke-test lab metal full');

    await says(card(run), /passed after/);
  });
});
