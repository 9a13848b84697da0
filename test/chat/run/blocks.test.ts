import { describe, expect, it } from 'vitest';
import { rootMessage } from '#chat/run/blocks.ts';
import { asked, MINUTE, operator, planned, requested, START_MS, started, underWay, viewOf } from '../journals.ts';

describe('the message of a run', () => {
  it('tells how long the plan takes while people judge it', () => {
    expect(JSON.stringify(rootMessage(viewOf([requested, started, planned, asked])))).toContain(
      'about 12 min; no history yet for 1 step',
    );
  });

  it('tells how long the run has been at work and what is left, as time goes on', () => {
    const view = viewOf(underWay);

    expect(rootMessage(view).text).toContain('step 2 of 4, 2 min, at least 10 min left: Run playbook');
    expect(rootMessage(view, { nowMs: START_MS + 12 * MINUTE }).text).toContain(
      'step 2 of 4, 6 min, at least 6 min left: Run playbook',
    );
  });

  it('shows the times of the run that it waits behind', () => {
    const waiting = viewOf([requested, started, planned, { type: 'waiting', place: 1, behind: 41, by: operator }]);

    const { text } = rootMessage(waiting, { ahead: viewOf(underWay) });

    expect(text).toContain('2nd, behind #41 by operator, step 2 of 4, 2 min, at least 10 min left');
  });

  it('of a journal from before durations were kept has none but those since its first step', () => {
    const old = { ...planned, steps: planned.steps.map(({ id, title, layer }) => ({ id, title, layer })) };
    const view = viewOf(underWay.map((body) => (body.type === 'planned' ? old : body)));

    expect(rootMessage(view).text).toContain('step 2 of 4, 2 min: Run playbook');
  });
});
