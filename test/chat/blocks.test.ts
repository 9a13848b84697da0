import { describe, expect, it } from 'vitest';
import { rootMessage } from '#chat/blocks.ts';
import type { RunEvent, RunEventBody } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';

const MINUTE = 60_000;
const START_MS = Date.parse('2026-11-25T14:50:00.000Z');
const operator = { id: 'U0OPERATOR', name: 'operator' };

const requested: RunEventBody = {
  type: 'requested',
  request: {
    ...{ number: 42, key: 'aa', environment: 'lab', input: { layer: 'cluster' }, by: operator },
    ...{ job: 'drill', origin: { kind: 'slack', team: 'T1', channel: 'C1' } },
    askedAt: new Date(START_MS).toISOString(),
  },
};
const step = (title: string, minutes?: number) => ({
  ...{ id: title, title, layer: 'cluster' },
  usuallyMs: minutes === undefined ? undefined : minutes * MINUTE,
});
const planned = {
  type: 'planned',
  summary: 'a node more',
  risk: 'change',
  facts: {},
  steps: [step('Create server', 2), step('Run playbook', 9), step('Wait for node', 1), step('Label node')],
} as const;
const asked = {
  type: 'asked',
  ...{ digest: 'd'.repeat(64), needs: { others: 1 }, changes: [] },
  ...{ judged: ['create server worker-7', 'label it'], expiresAt: '2026-11-25T15:20:00.000Z' },
} as const;
const started = { type: 'started', worker: 'worker-1', attempt: 1 } as const;
const approved = { type: 'approved', by: { id: 'U0LEAD', name: 'lead' }, digest: asked.digest } as const;
const underWay: readonly RunEventBody[] = [
  ...[requested, started, planned, asked, approved, { ...started, attempt: 2 }],
  { type: 'step-started', stepId: 'Create server' },
  { type: 'step-done', stepId: 'Create server', value: 1, found: false, tookMs: MINUTE },
  { type: 'step-started', stepId: 'Run playbook' },
];

/** A run with an event each minute. */
function viewOf(bodies: readonly RunEventBody[]): RunView {
  const at = (index: number) => new Date(START_MS + index * MINUTE).toISOString();
  const view = fold(bodies.map((body, index): RunEvent => ({ seq: index + 1, at: at(index), ...body })));
  if (!view) throw new Error('no view');
  return view;
}

describe('the message of a run', () => {
  it.each<[name: string, view: RunView, nowMs?: number]>([
    ['asking', viewOf([requested, started, planned, asked])],
    ['under-way', viewOf(underWay), START_MS + 12 * MINUTE],
  ])('is as it was looked at: %s', async (name, view, nowMs) => {
    await expect(`${JSON.stringify(rootMessage(view, { nowMs }), undefined, 2)}\n`).toMatchFileSnapshot(
      `golden/${name}.json`,
    );
  });

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
