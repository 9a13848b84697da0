import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { follow } from '#cli/follow.ts';
import type { RunEventBody } from '#domain/events.ts';
import { openQueue } from '#engine/queue.ts';
import { openWorld, type World } from '../engine/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => {
  vi.restoreAllMocks();
  world.close();
});

const MINUTE = 60_000;
const step = (id: string, usuallyMs?: number) => ({ id, title: `Make ${id}`, layer: 'metal', usuallyMs });
const done = (stepId: string): RunEventBody[] => [
  { type: 'step-started', stepId },
  { type: 'step-done', stepId, value: 1, found: false, tookMs: 5 },
];

/** What the terminal shows of a run with these steps. */
async function shownOf(...steps: ReturnType<typeof step>[]): Promise<string> {
  const { request } = await world.runs.create({
    ...{ environment: world.environment, job: 'drill', input: {}, by: { id: 'U1', name: 'operator' } },
    ...{ origin: { kind: 'terminal', host: 'here' }, once: 'once' },
  });
  await world.journal.append(request, { fence: 0, seq: 1 }, [
    { type: 'planned', summary: 'some', risk: 'probe', steps, facts: {} },
    ...steps.flatMap(({ id }) => done(id)),
    { type: 'ended', outcome: 'succeeded', leftovers: [] },
  ]);
  let shown = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  const queue = openQueue(world.redis);
  await follow(request, { ...world, queue });
  await queue.close();
  return shown;
}

it('tells how long the plan takes, and after each step what is left', async () => {
  const shown = await shownOf(step('a', MINUTE), step('b', 4 * MINUTE), step('c'));

  expect(shown).toContain('  plan: about 5 min; no history yet for 1 step\n');
  expect(shown).toContain('✓ Make a (1 of 3, at least 4 min left)\n');
  expect(shown).toContain('✓ Make b\n');
});

it('says nothing of times that nobody knows, or needs', async () => {
  const shown = await shownOf(step('a'), step('b', 5));

  expect(shown).toMatch(/ {2}plan: .*\n {2}✓ Make a\n {2}✓ Make b\n/);
});

it('shows nothing of a name that moves the cursor, hides, or makes up a line', async () => {
  const shown = await shownOf({ ...step('a'), title: 'Make \u001b[2J\u202e\n  ✓ all of it' });

  expect(shown).toMatch(/^ {2}✓ Make ✓ all of it\nrun #/);
  // oxlint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\u001b\u202e]/);
});
