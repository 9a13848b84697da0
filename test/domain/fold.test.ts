import { describe, expect, it } from 'vitest';
import { logOf } from '#commands/run-log.ts';
import { textOfRun } from '#commands/run-text.ts';
import { rootMessage } from '#chat/run/blocks.ts';
import type { RunEvent, RunEventBody } from '#domain/events.ts';
import { fold } from '#domain/fold.ts';

const request = {
  ...{ number: 42, key: 'aa', environment: 'lab', job: 'drill', input: {}, by: { id: 'U1', name: 'operator' } },
  ...{ origin: { kind: 'terminal', host: 'here' }, askedAt: '2026-11-23T14:50:00.000Z' },
};

/** A journal with these records in it, whatever they are. */
function journal(...records: readonly object[]): RunEvent[] {
  const bodies = [{ type: 'requested', request }, ...records] as readonly RunEventBody[];
  return bodies.map((body, index) => ({ seq: index + 1, at: '2026-11-23T14:50:00.000Z', ...body }));
}

const planned = {
  type: 'planned',
  summary: 'one thing',
  risk: 'probe',
  steps: [{ id: 'a', title: 'make a', layer: 'metal' }],
  facts: {},
};

describe('a journal that another version of Strata wrote', () => {
  it.each([
    ['a type of a newer one', { type: 'replicated', to: 'elsewhere' }],
    ['a record without a field it needs', { type: 'asked', digest: 'd' }],
    ['a type that is a name of every object', { type: 'constructor' }],
    ['no event at all', { type: 'unreadable' }],
  ])('is read without what is not understood, and says so: %s', (_what, record) => {
    const events = journal({ type: 'started', worker: 'w', attempt: 1 }, record, planned, {
      type: 'step-started',
      stepId: 'a',
    });

    const view = fold(events);

    expect(view).toMatchObject({ state: 'running', foreign: [record.type], seq: 5, steps: [{ status: 'running' }] });
    expect(logOf(events).join('\n')).toContain(`"${record.type}": written by another version of Strata`);
    expect(JSON.stringify(view && rootMessage(view))).toContain('one event of another version of Strata');
  });

  it('may speak of a job and have more fields', () => {
    const [first, ...rest] = journal({ ...planned, more: 1 });
    const events = [{ ...first, request: { ...request, job: 'levitate', more: 1 } }, ...rest] as RunEvent[];

    const view = fold(events);

    expect(view?.foreign).toEqual([]);
    expect(view && textOfRun(view)).toContain('levitate');
    expect(JSON.stringify(view && rootMessage(view))).toContain('levitate');
  });
});

describe('a run that workers leave without a word', () => {
  it('counts those in a row that got it on by no step', () => {
    const started = (attempt: number) => ({ type: 'started', worker: 'w', attempt });
    const done = { type: 'step-done', stepId: 'a', value: 1, found: false, tookMs: 5 };
    const undone = { type: 'undone', stepId: 'a', error: { code: 'REMOTE', message: 'in use' } };
    const events = [started(1), planned, started(2), started(3), done, started(4), undone, started(5)];

    const views = events.map((_event, index) => fold(journal(...events.slice(0, index + 1))));

    expect(views.map((view) => view?.takeovers)).toEqual([0, 0, 1, 2, 2, 3, 3, 4]);
    expect(views.map((view) => view?.idleTakeovers)).toEqual([0, 0, 1, 2, 0, 1, 1, 2]);
  });
});

describe('a run that is retried', () => {
  it('does not know of steps that were begun, and knows that the others were not', () => {
    const steps = ['a', 'b', 'c'].map((id) => ({ id, title: id, layer: 'metal' }));
    const ended = [
      { type: 'started', worker: 'w', attempt: 1 },
      { ...planned, steps },
      { type: 'step-started', stepId: 'a' },
      { type: 'step-done', stepId: 'a', value: 1, found: false, tookMs: 5 },
      { type: 'step-started', stepId: 'b' },
      { type: 'step-failed', stepId: 'b', error: { code: 'REMOTE', message: 'in use' }, tookMs: 5 },
      { type: 'ended', outcome: 'failed' },
    ];

    const view = fold(journal(...ended, { type: 'retried', by: request.by }));

    expect(view?.steps.map(({ status }) => status)).toEqual(['done', 'unknown', 'pending']);
  });
});
