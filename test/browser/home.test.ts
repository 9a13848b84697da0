import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { ends, says, useDemo } from './demo.ts';

describe('App Home in the demo', () => {
  const { as, card, page, switchOn, mendAll, screenshot } = useDemo();
  const home = () => page().getByRole('region', { name: 'App Home' });
  const dialog = (name: string) => page().getByRole('dialog', { name });
  const MEMBERS = { operator: 'An operator', lead: 'A team lead', guest: 'A guest: may only look' };

  async function openAs(member: keyof typeof MEMBERS): Promise<void> {
    await page().getByRole('combobox', { name: 'You are' }).selectOption(MEMBERS[member]);
    await page().getByRole('link', { name: '◆ Strata' }).click();
    await says(home(), 'Environments');
  }
  const toChannel = () => page().getByRole('link', { name: '# cloud-ops' }).click();

  it('says that nothing is known before the first status, and asks for one', async () => {
    await openAs('operator');
    await says(home(), 'No status has been asked for of late');
    await switchOn('node-4 dies');

    await home().getByRole('button', { name: 'Look now at lab' }).click();
    await says(dialog('Strata'), 'It comes to you alone, as a direct message.');
    await page().keyboard.press('Escape');

    await says(home(), /cluster {2}failed {2}· {2}node node-4 is not ready/);
    await says(home(), /metal {2}healthy/);
    await says(home(), 'Seen just now');
    await says(home(), /#1 Status of lab: something is unhealthy/);
    // The page is drawn anew; the keyboard stays where it was.
    await expect.poll(() => page().locator(':focus').getAttribute('aria-label')).toBe('Look now at lab');
    await expectAccessible(page());
    await mendAll();
  });

  it('shows the health to whoever may look, and only to the one who asked that they did', async () => {
    await openAs('guest');

    // Until the page is the guest's, it is the operator's.
    await expect.poll(() => home().getByRole('button', { name: 'Deploy' }).count()).toBe(0);
    await says(home(), /cluster {2}failed/);
    expect(await home().innerText()).not.toContain('#1');
    expect(await home().getByRole('button', { name: 'Status' }).count()).toBe(1);
    await toChannel();
  });

  it('has the lead approve what waits for them, there and then', async () => {
    await as('operator').types('/strata drill lab destroy --seconds 1');
    await card(2).waitFor();
    await openAs('lead');
    await says(home(), 'Waiting for your approval');
    await says(home(), /see that it is still there, then remove it/);
    await screenshot('app-home');

    await home().getByRole('button', { name: 'Approve' }).click();
    await dialog('Approve').getByRole('textbox').fill('lab');
    await dialog('Approve').getByRole('button', { name: 'Approve' }).click();
    await dialog('Approve').waitFor({ state: 'hidden' });

    await home().getByText('Waiting for your approval').waitFor({ state: 'hidden' });
    await says(home(), 'Nothing runs or waits.');
    await toChannel();
    await ends(card(2));
    await says(card(2), /approved by @lead/);
  });

  it('leads from a run to its thread', async () => {
    await openAs('operator');

    await home().getByRole('link', { name: '#2' }).click();

    await says(page().getByRole('complementary', { name: 'Thread' }), /#2 Drill/);
    await page().keyboard.press('Escape');
  });

  it('opens the form of a command; what it starts shows in the channel, and here while it runs', async () => {
    await openAs('operator');

    await home().getByRole('button', { name: 'Deploy' }).click();
    await dialog('Deploy').getByRole('combobox', { name: 'Environment' }).waitFor();
    await dialog('Deploy').getByRole('button', { name: 'Start' }).click();
    await says(dialog('Strata'), 'Its progress shows in the channel of its environment.');
    await page().keyboard.press('Escape');

    await says(home(), /#3 Deploy of lab/);
    await toChannel();
    await ends(card(3));
  });
});
