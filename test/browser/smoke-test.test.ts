import { describe, expect, it } from 'vitest';
import { says, useDemo } from './demo.ts';

describe('a smoke test of the demo, by its page', () => {
  const { as, card, thread, picture, openThread, screenshot } = useDemo();

  it('proves that the clouds work, and ends with a picture', async () => {
    const run = await as('operator').asks('/smoke-test lab');
    await says(card(run), /passed after/);
    await openThread(run);
    await picture().waitFor();
    await screenshot('smoke-test-thread');

    expect(await thread().innerText()).toContain('Smoke test passed');
  });

  it('is cancelled by a word, says what was removed, and begins again by another', async () => {
    const run = await as('operator').asks('/smoke-test lab metal full');
    await says(card(run), /step \d+ of/);
    await as('operator').types(`/strata stop ${run}`);
    await says(card(run), /cancelled after/);
    await openThread(run);
    await says(thread(), /removed again/);

    await as('operator').types(`/strata retry ${run}`);
    await says(card(run), /passed after/);
  });
});
