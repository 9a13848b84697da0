import { describe, expect, it } from 'vitest';
import { rootMessage } from '#chat/run/blocks.ts';
import { fit, type Message } from '#chat/limits.ts';
import {
  again,
  asked,
  ended,
  lead,
  MINUTE,
  operator,
  planned,
  requested,
  requestedAs,
  START_MS,
  started,
  underWay,
  viewOf,
} from '../journals.ts';

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

  it('shows a plan whole to those who judge it; afterwards, when its steps are told, Slack may fold it', () => {
    const waits = rootMessage(viewOf([requested, started, planned, asked]));
    const goesOn = rootMessage(viewOf(underWay));

    expect(planIn(waits)).toMatchObject({ expand: true });
    expect(planIn(goesOn)).toMatchObject({ expand: false });
  });

  it.each(['under way', 'asked for anew', 'in doubt'])(
    'keeps its buttons and its steps within what Slack takes, however long the plan of a run %s',
    (how) => {
      const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, i) => make(i));
      const long = (what: string, index: number) => `${what} ${index} ${'of the chart and its values '.repeat(12)}`;
      const steps = many(60, (index) => ({ id: `s${index}`, title: long('Upgrade', index), layer: 'cloud' }));
      const done = steps
        .slice(0, 50)
        .flatMap(({ id }, index) => [
          { type: 'step-started', stepId: id } as const,
          { type: 'step-done', stepId: id, value: 1, found: false, tookMs: 5, detail: long('pods', index) } as const,
        ]);
      const judged = many(150, (index) => long('release', index));
      const changes = many(150, (index) => `+ ${long('release', index)}`);
      const plan = { ...planned, steps };
      const agreed = { type: 'approved', by: lead, digest: asked.digest } as const;
      const glass = { type: 'glass-broken', by: lead, digest: asked.digest, reason: long('why', 1) } as const;
      const so = [requested, started, plan, { ...asked, judged, changes }, glass, agreed, again, ...done];
      const next = { type: 'step-started', stepId: 's50' } as const;
      const few = { ...asked, digest: 'e'.repeat(64), judged: many(30, (index) => `release ${index} of the cloud`) };
      const error = { code: 'TOOL' as const, message: long('exit code', 2), advice: long('look', 1) };
      const view = viewOf(
        {
          'under way': [...so, next],
          'asked for anew': [...so, few],
          'in doubt': [...so, next, { type: 'doubted', stepId: 's50', error, canBeDone: true, value: 1 } as const],
        }[how]!,
      );

      const { text, blocks, plain = [] } = rootMessage(view);

      for (const form of [blocks, plain]) {
        const sent = fit({ text, blocks: form }).blocks;
        expect(sent).toEqual(form);
        expect(sent.at(-1)?.type).toBe('actions');
        expect(JSON.stringify(sent)).toContain('Upgrade 50');
      }
    },
  );

  it('names the steps alike in each edit, so that they stay unfolded for whoever looks at them', () => {
    const edits = [underWay.slice(0, -1), underWay].map((bodies) => rootMessage(viewOf(bodies)).blocks);

    const ids = edits.map((blocks) => blocks.find(({ type }) => type === 'plan')?.block_id);

    expect(ids).toEqual(['steps', 'steps']);
  });

  it('names the step that failed beside the outcome, since the steps are folded', () => {
    const error = { code: 'TOOL' as const, message: 'exit code 2' };
    const failed = { type: 'step-failed', stepId: 'Run playbook', tookMs: 1, error } as const;

    const { text } = rootMessage(viewOf([...underWay, failed, ended('failed')]));

    expect(text).toMatch(/failed after [^:]*: Run playbook$/);
  });

  it('names the worst trouble of what was read', () => {
    const trouble = (health: 'warning' | 'failure', what: string) => ({ layer: 'cluster', health, what });
    const report = {
      ...{ title: 'Status of lab', subtitle: '1 layer', counts: {}, layers: [], checks: [], tables: [] },
      troubles: [trouble('warning', '2 of 3 mons run'), trouble('failure', 'node-4 is not ready')],
    };
    const status = requestedAs({ job: 'status' });

    const { text } = rootMessage(viewOf([status, started, ended('degraded', { report } as never)]));

    expect(text).toMatch(/something is unhealthy \(took [^:]*\): node-4 is not ready$/);
  });
});

/** The section with the plan that is judged. */
const planIn = ({ blocks }: Message) =>
  blocks.find((block) => block.type === 'section' && block.text?.text.startsWith('*Plan*'));
