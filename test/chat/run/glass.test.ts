import { expect, it } from 'vitest';
import { alarmsOf } from '#chat/run/glass.ts';
import { again, STATES, viewOf } from '../journals.ts';

it('a glass broken for the same plan in a later round is an alarm of its own', () => {
  const broken = STATES['after-glass'];
  const glass = broken.filter(({ type }) => type === 'glass-broken');
  const asked = STATES.asking.slice(-1);
  const view = viewOf([
    ...[...broken, { type: 'ended', outcome: 'failed', leftovers: [] } as const],
    ...[{ type: 'retried', by: { id: 'U0LEAD', name: 'lead' } } as const, again, ...asked, ...glass],
  ]);

  const parts = alarmsOf(view, []).map(({ part }) => part);

  expect(parts).toHaveLength(2);
  expect(new Set(parts).size).toBe(2);
});
