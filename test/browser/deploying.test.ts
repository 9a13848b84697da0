import { describe, expect, it } from 'vitest';
import { ends, says, unfolded, useDemo } from './demo.ts';

describe('the whole stack of the demo, deployed by its page', () => {
  const { as, card, thread, openThread, switchOn, mendAll, screenshot } = useDemo({
    width: 1500,
    height: 1000,
  });

  it('is approved by a second member, stopped by a failure with cause and advice, and finished by Retry', async () => {
    await switchOn('Nova does not deploy');
    const run = await as('operator').asks('/deploy lab all');
    await as('lead').sees(card(run), 'Approve');
    await screenshot('deploy-approval');
    await as('lead').readsAndApproves(run, /cloud: Read/);
    await says(card(run), /failed after/);
    await openThread(run);
    await says(thread(), 'Deploying failed');
    const failed = await thread().innerText();
    await mendAll();

    await as('operator').clicks(card(run), 'Go on from where it ended');
    await says(card(run), /done after/);
    await says(thread(), /Deployed/);
    // One of the failure, one of the end.
    await expect.poll(() => thread().locator('.picture').count()).toBe(2);
    await screenshot('deploy-thread');

    expect(failed).toMatch(/nova/);
    expect(failed).toMatch(/Job/);
    const done = await unfolded(card(run));
    expect(done).toMatch(/✓ cluster: Set up Kubernetes \(cluster\.yml\)/);
    expect(done).toMatch(/✓ cloud: (?:Install|Upgrade) horizon/);
  });

  it('has nothing to change when it is asked for again, and asks nobody', async () => {
    const run = await as('operator').asks('/deploy lab all');
    await ends(card(run));
    await openThread(run);

    await says(thread(), 'Nothing to change: all is as it is to be');
  });
});
