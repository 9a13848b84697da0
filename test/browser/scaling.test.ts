import { describe, expect, it } from 'vitest';
import { ends, says, unfolded, useDemo } from './demo.ts';

describe('nodes of the demo, scaled by its page', () => {
  const { page, as, card, panel, thread, picture, openThread, status, switchOn, mendAll, screenshot } = useDemo({
    ...{ width: 1500, height: 1000 },
  });

  it('refuses to remove a node while Galera is split, says why, and changes nothing', async () => {
    await switchOn('Galera splits');
    const run = await as('operator').asks('/scale-node lab cluster remove node-3');
    await ends(card(run));
    await openThread(run);
    await says(thread(), 'Removing a node failed');
    const said = await unfolded(thread());
    await mendAll();
    const after = await status();

    expect(said).toMatch(/removing node "node-3": Galera in openstack: 0 of 3 members synced/);
    expect(said).not.toContain('cordon');
    expect(after).toMatch(/no trouble$/);
    expect(await unfolded(thread())).toContain('4 of 4 nodes ready');
  });

  it('asks for what was not said: a node from a menu that shows how well each is', async () => {
    await switchOn('node-4 dies');
    const troubled = await status();
    await as('operator').types('/scale-node');
    const form = page().getByRole('dialog', { name: 'Scale nodes' });
    await form.getByLabel('What to do').selectOption('Replace a broken node');
    const menu = form.getByLabel('Node', { exact: true });
    await menu.waitFor();
    const choices = await menu.getByRole('option').allInnerTexts();
    await form.getByRole('button', { name: 'Cancel' }).click();

    expect(troubled).toMatch(/node node-4 is not ready: its server node-4 is SHUTOFF/);
    expect(choices.filter(Boolean)).toEqual(['✗ node-4  NotReady', '✓ node-2  Ready', '✓ node-3  Ready']);
  });

  it('replaces the dead node, to the picture of before and after; then nothing is in trouble any more', async () => {
    const run = await as('operator').asks('/scale-node lab cluster replace node-4');
    await as('lead').approves(run, 'node-4');
    await ends(card(run));
    await openThread(run);
    await says(thread(), 'Node replaced');
    await picture().waitFor();
    await unfolded(card(run));
    await screenshot('scale-node-thread');
    const said = await unfolded(thread());
    await panel().getByText('All is well.').waitFor();

    expect(said).toMatch(/SHUTOFF was seen/);
    expect(said).toMatch(/hypervisor node-5 is up/);
    expect(await panel().getByRole('button', { name: 'node-4 dies' }).isDisabled()).toBe(true);
    expect(await status()).toMatch(/no trouble$/);
    expect(await unfolded(thread())).toContain('4 of 4 nodes ready');
  });

  it('adds one, and removes another in order', async () => {
    const add = await as('operator').asks('/scale-node lab cluster add');
    await as('lead').approves(add);
    await ends(card(add));
    const remove = await as('operator').asks('/scale-node lab cluster remove node-3');
    await as('lead').approves(remove, 'node-3');
    await ends(card(remove));
    await openThread(remove);
    await says(thread(), 'Node removed');

    expect(await unfolded(card(add))).toMatch(/node-6 joined/);
    expect(await status()).toMatch(/no trouble$/);
    expect(await unfolded(thread())).toContain('4 of 4 nodes ready');
  });
});
