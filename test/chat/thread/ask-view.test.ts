import { describe, expect, it } from 'vitest';
import { askingView, askView, toldView } from '#chat/thread/ask-view.ts';
import type { Considered } from '#domain/command.ts';
import type { RunEventBody } from '#domain/events.ts';
import { fold } from '#domain/fold.ts';
import { checkView } from '../../../sandbox/workspace/check.ts';
import { nothing } from '../../report/fixtures.ts';

const START_MS = Date.parse('2026-11-25T14:50:00.000Z');
const MEMORY = { channel: { id: 'C0OPS', name: 'cloud-ops' }, thread: '1764082200.000100', run: 42 };
const by = { id: 'U0OPERATOR', name: 'operator' };
const requested: RunEventBody = {
  type: 'requested',
  request: {
    ...{ number: 42, key: 'aa', environment: 'lab', input: { layer: 'cluster' }, by, job: 'scale-node' },
    ...{ origin: { kind: 'slack', team: 'T1', channel: 'C0OPS' }, askedAt: new Date(START_MS).toISOString() },
  },
};
const started: RunEventBody = { type: 'started', worker: 'worker-1', attempt: 1 };
const planned: RunEventBody = {
  ...{ type: 'planned', summary: 'a node more', risk: 'change', facts: {} },
  steps: [{ id: 'one', title: 'Create server', layer: 'cluster' }],
};
const asked: RunEventBody = {
  ...{ type: 'asked', digest: 'd'.repeat(64), needs: { others: 1 }, judged: ['create worker-7'], changes: [] },
  expiresAt: '2026-11-25T15:20:00.000Z',
};
const offers = [{ label: 'Uncordon node-4', command: 'scale-node', text: '--layer cluster uncordon node-4' }];
const error = {
  code: 'REMOTE',
  message: 'draining <!channel> node "node-4": *a* pod stays',
  advice: 'See `kubectl get pdb`.',
};
const failed: RunEventBody = { type: 'ended', outcome: 'failed', leftovers: [], error, report: { ...nothing, offers } };
const ALL = ['approve', 'deny', 'stop-step', 'retry', 'tell', 'as-text', 'full-picture', 'offer'] as const;

function considered(may: Considered['may'], ...events: readonly RunEventBody[]): Considered {
  const all = [requested, started, planned, ...events];
  const view = fold(
    all.map((body, index) => ({ seq: index + 1, at: new Date(START_MS + index * 1000).toISOString(), ...body })),
  );
  if (!view) throw new Error('no view');
  return { kind: 'considered', view, may };
}

const NOW = { nowMs: START_MS + 60_000 };
const buttonsIn = (view: object) => [...JSON.stringify(view).matchAll(/"action_id":"([\w-]+)"/gu)].map(([, id]) => id);

describe('what can be asked about a run', () => {
  it.each([
    ['waiting', askingView(MEMORY)],
    ['asking', askView(MEMORY, considered(['approve', 'deny', 'tell'], asked), NOW)],
    ['failed', askView(MEMORY, considered(ALL, failed), { ...NOW, note: 'Run #42 goes on.\nLook at its thread.' })],
    ['nothing', askView(MEMORY, considered(['tell'], failed), NOW)],
    [
      'told',
      toldView({ ...MEMORY, run: undefined }, 'This message shows no run of Strata.\n• `/strata help`  this list'),
    ],
  ])('is a modal that Slack takes: %s', async (name, view) => {
    checkView(view as never);

    await expect(`${JSON.stringify(view, undefined, 1)}\n`).toMatchFileSnapshot(`../golden/ask-${name}.json`);
  });

  it('are the buttons of its thread that this person may press, and no others', () => {
    expect(buttonsIn(askView(MEMORY, considered(['tell', 'deny'], asked), NOW))).toEqual(['deny', 'tell']);
    expect(buttonsIn(askView(MEMORY, considered(['as-text'], failed), NOW))).toEqual(['as-text']);
    expect(buttonsIn(askView(MEMORY, considered(ALL, failed), NOW))).toEqual([
      ...['retry', 'as-text', 'full-picture', 'offer'],
    ]);
  });

  it('takes whatever the run tells: what is from outside mentions nobody and formats nothing', () => {
    const shown = JSON.stringify(askView(MEMORY, considered(ALL, failed), NOW));

    expect(shown).not.toContain('<!channel>');
    expect(shown).toContain('&lt;!channel&gt;');
  });

  it('holds the longest help that there can be', () => {
    checkView(toldView(MEMORY, Array.from({ length: 300 }, () => `• \`${'x'.repeat(200)}\``).join('\n')) as never);
  });
});

it('is taken by Slack however much an error has to escape', () => {
  const worst = { ...error, message: '<'.repeat(2000), advice: '&'.repeat(2000) };

  checkView(askView(MEMORY, considered(ALL, { ...failed, error: worst }), NOW) as never);
});
