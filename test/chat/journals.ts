import type { RunEvent, RunEventBody } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { Report } from '#domain/report.ts';
import type { RunRequest } from '#domain/run.ts';

/** Runs of one story, told by their events: what the messages of test/chat/golden are drawn from. */

export const MINUTE = 60_000;
export const START_MS = Date.parse('2026-11-25T14:50:00.000Z');
export const operator = { id: 'U0OPERATOR', name: 'operator' };
export const lead = { id: 'U0LEAD', name: 'lead' };
export const other = { id: 'U0OTHER', name: 'other' };
const DIGEST = 'd'.repeat(64);
const PROOF = { host: 'bastion', key: 'SHA256:aaaa', statement: '', signature: '' };

export function requestedAs(change: Partial<RunRequest> = {}): RunEventBody {
  return {
    type: 'requested',
    request: {
      ...{ number: 42, key: 'aa', environment: 'lab', input: { layer: 'cluster' }, by: operator },
      ...{ job: 'drill', origin: { kind: 'slack', team: 'T1', channel: 'C1' } },
      askedAt: new Date(START_MS).toISOString(),
      ...change,
    },
  };
}

export const requested = requestedAs();
const step = (title: string, minutes?: number, more: { layer?: string; risk?: string } = {}) => ({
  ...{ id: title, title, layer: 'cluster', ...more },
  usuallyMs: minutes === undefined ? undefined : minutes * MINUTE,
});
export const planned = {
  type: 'planned',
  summary: 'a node more',
  risk: 'change',
  facts: {},
  steps: [
    step('Create server', 2),
    step('Run playbook', 9, { risk: 'a node half set up' }),
    step('Wait for node', 1),
    step('Label node'),
  ],
} as const satisfies RunEventBody;
export const asked = {
  type: 'asked',
  ...{ digest: DIGEST, needs: { others: 1 }, changes: [] },
  ...{ judged: ['create server worker-7', 'label it'], expiresAt: '2026-11-25T15:20:00.000Z' },
} as const satisfies RunEventBody;
export const destroying = {
  ...asked,
  needs: { others: 2, typed: 'node-4' },
  changes: ['+ remove node-4', '- add a worker'],
} as const satisfies RunEventBody;
export const started = { type: 'started', worker: 'worker-1', attempt: 1 } as const satisfies RunEventBody;
export const approved = { type: 'approved', by: lead, digest: DIGEST } as const satisfies RunEventBody;
export const denied = { type: 'denied', by: lead, digest: DIGEST, reason: 'not on a Friday' } as const;
export const expired = { type: 'expired' } as const satisfies RunEventBody;
const glass = { type: 'glass-broken', by: operator, digest: DIGEST, reason: 'nobody is awake' } as const;
const glassAtTerminal = { ...glass, proof: PROOF } as const;
const begun = (stepId: string) => ({ type: 'step-started', stepId }) as const;
const done = (stepId: string, detail?: string) =>
  ({ type: 'step-done', stepId, value: 1, found: false, tookMs: MINUTE, detail }) as const;
const failed = (stepId: string) =>
  ({
    type: 'step-failed',
    stepId,
    tookMs: 34_000,
    error: {
      code: 'TOOL',
      message: 'running "playbook": exit code 2',
      advice: 'Read its log: strata artifact 42 log.',
    },
  }) as const;
export const again = { ...started, attempt: 2 } as const;
const stop = (how: 'now' | 'after-step') => ({ type: 'stop-asked', by: lead, stop: how }) as const;
const cleaning = { type: 'clean-up-started' } as const satisfies RunEventBody;
export const ended = (
  outcome: 'succeeded' | 'degraded' | 'failed' | 'cancelled',
  more: Partial<Extract<RunEventBody, { type: 'ended' }>> = {},
) => ({ type: 'ended', outcome, leftovers: [], ...more }) as const;

/** Up to the moment at which it asks. */
const asking: readonly RunEventBody[] = [requested, started, planned, asked];
export const underWay: readonly RunEventBody[] = [
  ...[...asking, approved, again],
  ...[begun('Create server'), done('Create server', '192.0.2.10'), begun('Run playbook')],
];
const allDone = planned.steps.flatMap(({ id }) => [begun(id), done(id)]);
const many = Array.from({ length: 60 }, (_, index) => step(`Step ${index + 1}`, 1));
/** Layers, bottom first, of two steps each. */
const layered = {
  ...planned,
  summary: 'two layers',
  steps: ['metal', 'cluster'].flatMap((layer) =>
    ['Check', 'Install'].map((title) => ({ ...step(title, 3), id: `${layer}/${title}`, layer })),
  ),
} as const;
export const metalDone: readonly RunEventBody[] = [
  ...[requestedAs({ job: 'deploy', input: { layer: 'all' } }), started, layered, asked, approved, again],
  ...['metal/Check', 'metal/Install'].flatMap((id) => [begun(id), done(id)]),
  begun('cluster/Check'),
];
const foreign = { type: 'painted', colour: 'green' } as unknown as RunEventBody;

/** Every state in which a run can stand in its channel. */
export const STATES = {
  queued: [requested],
  'queued-at-terminal': [requestedAs({ origin: { kind: 'terminal', host: 'bastion' } })],
  surveying: [requested, started],
  'nothing-found-out': [
    requested,
    started,
    ended('failed', { error: { code: 'TOOL', message: 'reading: no answer' } }),
  ],
  asking,
  'asking-of-many-lines': [
    ...[requested, started, planned],
    { ...asked, judged: Array.from({ length: 60 }, (_, index) => `make server worker-${index}`) },
  ],
  'asking-again': [
    ...[...underWay, failed('Run playbook'), ended('failed'), { type: 'retried', by: lead } as const],
    ...[{ ...again, attempt: 3 }, asked],
  ],
  'asking-two': [requested, started, planned, destroying, approved],
  'asking-at-first-two': [requested, started, planned, destroying],
  approved: [...asking, approved],
  denied: [...asking, denied],
  expired: [...asking, expired],
  waiting: [...asking, approved, { type: 'waiting', place: 1, behind: 41, by: operator }],
  held: [
    ...asking,
    approved,
    { type: 'held', freeze: { by: lead, reason: 'change freeze', at: '', until: undefined } },
  ],
  'held-until': [
    ...[...asking, approved],
    {
      type: 'held',
      freeze: { by: { id: '', name: 'maintenance' }, reason: 'outside', at: '', until: asked.expiresAt },
    },
  ],
  'under-way': underWay,
  'under-way-with-note': [...underWay, { type: 'note', stepId: 'Run playbook', text: '37 of 120 tasks' }],
  'under-way-between-steps': underWay.slice(0, -1),
  'under-way-of-many-steps': [requested, started, { ...planned, risk: 'probe', steps: many }, begun('Step 1')],
  'under-way-of-layers': metalDone,
  'taken-over': [...underWay, { ...started, worker: 'worker-2', attempt: 3 }],
  'taken-over-twice': [
    ...[...underWay, { ...started, worker: 'worker-2', attempt: 3 }, { ...started, worker: 'worker-3', attempt: 4 }],
    ...[{ type: 'step-skipped', stepId: 'Label node', why: 'it has it' } as const, foreign],
  ],
  'of-another-version': [...underWay, foreign, foreign],
  'after-glass': [...asking, glass, again, begun('Create server')],
  'after-glass-at-terminal': [...asking, glassAtTerminal, again],
  doubt: [
    ...underWay,
    {
      ...{ type: 'doubted', stepId: 'Run playbook', canBeDone: true, value: 1 },
      error: { code: 'AMBIGUOUS', message: 'two answers', advice: 'Look at the node.' },
    },
  ],
  'doubt-that-cannot-be-done': [
    ...underWay,
    {
      ...{ type: 'doubted', stepId: 'Run playbook', canBeDone: false, value: undefined },
      error: { code: 'AMBIGUOUS', message: 'two answers' },
    },
  ],
  stopping: [...underWay, stop('after-step')],
  cleaning: [...underWay, stop('now'), cleaning],
  'cleaning-on': [...underWay, stop('now'), cleaning, { type: 'undone', stepId: 'Create server' }],
  failed: [...underWay, failed('Run playbook'), ended('failed')],
  succeeded: [...underWay.slice(0, 6), ...allDone, ended('succeeded')],
  degraded: [requestedAs({ job: 'status', input: { layer: 'all' } }), started, ended('degraded')],
  stopped: [...asking, stop('after-step'), ended('cancelled')],
} as const satisfies Record<string, readonly RunEventBody[]>;

/** Runs whose end tells more than that. */
export function endings(report: Report, troubled: Report) {
  const probe = { ...planned, risk: 'probe' } as const;
  const offers = [{ label: 'Uncordon node-4', command: 'scale-node', text: 'lab cluster uncordon node-4' }];
  const wide = { ...troubled, troubles: Array.from({ length: 12 }, () => troubled.troubles).flat() };
  const leftovers = ['server strata-42-aa-server (0c3e7d0a)', 'port strata-42-aa-port (58c14b5e)'];
  return {
    well: [...underWay.slice(0, 6), ...allDone, ended('succeeded', { report: { ...report, offers } })],
    'with-troubles': [
      requestedAs({ job: 'status', input: { layer: 'all' } }),
      started,
      ended('degraded', { report: wide }),
    ],
    'with-one-leftover': [
      ...[requestedAs({ job: 'smoke-test', input: { layer: 'cluster', depth: 'full' } }), started, probe],
      ended('failed', { report: troubled, leftovers: leftovers.slice(1) }),
    ],
    'failed-half-way': [
      ...[...underWay, failed('Run playbook')],
      ended('failed', {
        leftovers,
        error: { code: 'TOOL', message: 'running "playbook": exit code 2', advice: 'Retry.' },
      }),
    ],
    'stopped-in-the-middle': [
      ...[...underWay, stop('now'), failed('Run playbook'), cleaning],
      { type: 'undone', stepId: 'Create server', error: { code: 'TOOL', message: '409 in use' } },
      ended('cancelled'),
    ],
    'stopped-and-removed': [
      ...[...underWay, stop('now'), { ...started, worker: 'worker-2', attempt: 3 }, cleaning],
      { type: 'undone', stepId: 'Create server' },
      ended('cancelled'),
    ],
    'left-with-one-step-to-do': [
      ...[...underWay, done('Run playbook'), begun('Wait for node'), done('Wait for node'), stop('after-step')],
      ended('cancelled'),
    ],
    denied: [...asking, denied, ended('cancelled')],
    expired: [...asking, expired, ended('cancelled')],
    withdrawn: [...asking, stop('after-step'), ended('cancelled')],
    'not-understood': [requested, started, ended('failed', { error: { code: 'TOOL', message: 'reading: no answer' } })],
  } as const satisfies Record<string, readonly RunEventBody[]>;
}

export const failing: readonly RunEventBody[] = [...underWay, failed('Run playbook')];
export const failingProbe: readonly RunEventBody[] = [
  ...[requestedAs({ job: 'smoke-test' }), started, { ...planned, risk: 'probe' } as const],
  ...[begun('Create server'), failed('Create server')],
];

/** The events of a run, one a minute. */
export function journalOf(bodies: readonly RunEventBody[]): RunEvent[] {
  const at = (index: number) => new Date(START_MS + index * MINUTE).toISOString();
  return bodies.map((body, index): RunEvent => ({ seq: index + 1, at: at(index), ...body }));
}

export function viewOf(bodies: readonly RunEventBody[]): RunView {
  const view = fold(journalOf(bodies));
  if (!view) throw new Error('no view');
  return view;
}
