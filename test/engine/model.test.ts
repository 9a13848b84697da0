import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { play, Story } from './model.ts';

/** Enough to meet each pair of operations; `npm run test:chaos` plays many more. */
const STORIES = 24;
/** Each waits for leases most of the time, so many go side by side. */
const AT_ONCE = 12;

describe('approval, lease and queue, whatever the order in which people and workers act', () => {
  it('one run changes the environment at a time, only a plan that two others agreed to, and nothing twice', async () => {
    const stories = fc.array(Story, { minLength: AT_ONCE, maxLength: AT_ONCE });
    const property = fc.asyncProperty(stories, async (all) => void (await Promise.all(all.map(play))));
    await fc.assert(property, { numRuns: STORIES / AT_ONCE, endOnFailure: true });
  }, 120_000);
});
