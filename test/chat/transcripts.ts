import { smokePassed } from '../report/fixtures.ts';
import { type Desk, EDGE, LAB, openDesk, PEOPLE, seenNodes, type Who } from './desk.ts';
import * as journals from './journals.ts';
import { schedulesOf, standing } from './scheduled.ts';

/** Everything that the bot answers to a command, a click or a form, by the name of its golden file. */
type Transcripts = Readonly<Record<string, () => Promise<Desk>>>;

const DIGEST = 'd'.repeat(64);
const { asked, asking, STATES } = { ...journals, asking: journals.STATES.asking };
const AT_TERMINAL = { origin: { kind: 'terminal', host: 'bastion' } } as const;

async function typed(desk: Desk, lines: readonly (readonly [Who, string])[]): Promise<Desk> {
  for (const [who, line] of lines) await desk.type(who, line);
  return desk;
}

const by = (who: Who, lines: readonly string[]) => lines.map((line) => [who, line] as const);

export const TRANSCRIPTS: Transcripts = {
  help: async () => {
    const desk = await typed(openDesk([LAB, EDGE]), [
      ...by('operator', [
        '/strata',
        '/strata help deploy',
        '/strata help dploy',
        '/strata help nothing',
        '/strata dploy lab',
      ]),
      ...by('lead', ['/strata help']),
      ...by('guest', ['/strata help']),
      ...by('outsider', ['/strata help']),
      ...by('elsewhere', ['/strata help']),
    ]);
    await desk.type('operator', '/strata help', { groupsUnknown: true });
    return desk;
  },
  whoami: async () => {
    const desk = await typed(openDesk([LAB, EDGE]), [
      ...by('operator', ['/strata whoami']),
      ...by('guest', ['/strata whoami']),
      ...by('elsewhere', ['/strata whoami']),
    ]);
    await desk.type('operator', '/strata whoami', { groupsUnknown: true });
    return desk;
  },
  'smoke-test': async () => {
    const desk = await typed(openDesk([LAB]), [
      ...by('operator', [
        '/smoke-test lab cluster full',
        '/smoke-test',
        '/smoke-test lab storage',
        '/smoke-test lab clouud',
      ]),
      ...by('operator', ['/smoke-test lab metal fulll', '/smoke-test lab metal full now', '/smoke-test lab "metal']),
      ...by('operator', [
        '/smoke-test lab --level',
        '/smoke-test --lvel full',
        '/smoke-test lab --layer metal --layer metal',
      ]),
      ...by('operator', [`/smoke-test ${'word '.repeat(101)}`]),
      ...by('guest', ['/smoke-test lab']),
      ...by('elsewhere', ['/smoke-test lab']),
      ...by('inprivate', ['/smoke-test lab']),
      ...by('outsider', ['/smoke-test lab']),
    ]);
    const once = { once: 'trigger 1' };
    await desk.type('operator', '/smoke-test lab metal quick', once);
    await desk.type('operator', '/smoke-test lab metal quick', once);
    await desk.type('terminal', '/smoke-test lab', AT_TERMINAL);
    await desk.type('guest', '/smoke-test lab', { groupsUnknown: true });
    return desk;
  },
  'several-environments': async () => {
    const desk = await typed(openDesk([LAB, EDGE]), [
      ...by('operator', [
        '/cloud-status',
        '/cloud-status nowhere',
        '/cloud-status --environment lba',
        '/smoke-test edge',
      ]),
      ...by('guest', ['/cloud-status edge']),
      ...by('second', ['/smoke-test edge']),
    ]);
    await desk.type('terminal', '/cloud-status', AT_TERMINAL);
    return desk;
  },
  'no-people': () =>
    typed(
      openDesk([{ ...LAB, people: { view: [], operate: [], approve: [] } }]),
      by('operator', ['/cloud-status lab']),
    ),
  home: async () => {
    const desk = openDesk([{ ...LAB, people: { ...LAB.people, operate: ['*'] } }]);
    const from = { origin: { kind: 'slack', team: 'T1' } } as const;
    await desk.type('athome', '/smoke-test lab', { ...from, groupsUnknown: true });
    await desk.type('operator', '/cloud-status lab', from);
    return desk;
  },
  everybody: () =>
    typed(openDesk([{ ...LAB, people: { view: ['*'], operate: [], approve: ['*'] }, channels: [] }]), [
      ...by('elsewhere', ['/smoke-test']),
      ...by('terminal', ['/smoke-test']),
    ]),
  status: () =>
    typed(
      openDesk([LAB]),
      by('operator', ['/cloud-status lab', '/cloud-status lab --private', '/cloud-status --private=no']),
    ),
  drill: () =>
    typed(openDesk([LAB]), by('operator', ['/strata drill lab metal destroy', '/strata drill lab --seconds 9999'])),
  deploy: async () => {
    const desk = openDesk([LAB, EDGE]);
    await desk.type('operator', '/deploy');
    const desk2 = await typed(desk, [
      ...by('operator', [
        '/deploy lab',
        '/deploy lab cluster',
        '/deploy lab all --dry-run',
        '/deploy lab --from storage',
      ]),
      ...by('operator', ['/deploy lab --remove cluster', '/deploy lab --remove metal --dry-run']),
      ...by('operator', [
        '/deploy lab cluster --override --reason "the disks are late"',
        '/deploy lab cluster --override',
      ]),
      ...by('operator', ['/deploy lab cluster --reason " "', `/deploy lab cluster --reason "${'x'.repeat(501)}"`]),
      ...by('operator', ['/deploy lab cluster --remove --rollback nova', '/deploy lab cluster --from metal']),
      ...by('operator', ['/deploy lab cloud --rollback nova', '/deploy lab all --rollback nova --reason "why"']),
      ...by('operator', ['/deploy lab metal --rollback nova', '/deploy lab cloud --rollback novaa']),
      ...by('guest', ['/deploy lab cluster']),
    ]);
    await desk.type('terminal', '/deploy lab', AT_TERMINAL);
    await desk.send('operator', 'deploy', { environment: 'lab', layer: 'cluster', run: 'dry-run', reason: 'trying' });
    await desk.send('operator', 'deploy', { environment: '', layer: '', run: '', reason: 'a "quoted" one' });
    return desk2;
  },
  'scale-node': async () => {
    const desk = openDesk([LAB, EDGE]);
    seenNodes(desk, 1, ['node-1', 'node-2']);
    const all = await typed(desk, [
      ...by('operator', ['/scale-node', '/scale-node lab', '/scale-node lab cluster', '/scale-node lab cluster grow']),
      ...by('operator', [
        '/scale-node lab add',
        '/scale-node lab cluster add 2 --flavor m1.large',
        '/scale-node lab cluster add',
      ]),
      ...by('operator', [
        '/scale-node lab cluster add 99',
        `/scale-node lab cluster add --flavor "${'x'.repeat(256)}"`,
      ]),
      ...by('operator', ['/scale-node lab cluster remove node-1 --flavor x', '/scale-node lab cluster remove']),
      ...by('operator', ['/scale-node lab cluster remove Node_1', '/scale-node lab cluster replace node-2']),
      ...by('operator', ['/scale-node lab cluster replace node-12', '/scale-node lab cluster replace other']),
      ...by('operator', ['/scale-node lab metal add', '/scale-node edge']),
      ...by('guest', ['/scale-node lab cluster add']),
    ]);
    await desk.type('terminal', '/scale-node lab', AT_TERMINAL);
    const target = { environment: 'lab', layer: 'cluster' };
    await desk.send('operator', 'scale-node', { ...target, action: 'uncordon', node: 'node-1' });
    await desk.send('operator', 'scale-node', { ...target, action: 'add', count: '0', flavor: 'x"' });
    await desk.send('operator', 'scale-node', { ...target, action: 'remove', node: '' });
    await desk.send('operator', 'scale-node', { ...target, action: 'remove', node: 'A B' });
    await desk.send('operator', 'scale-node', { ...target, action: '' });
    return all;
  },
  approve: async () => {
    const people = { ...LAB.people, approve: [...LAB.people.approve, 'U0OPERATOR'] };
    const desk = openDesk([{ ...LAB, people }]);
    desk.add(42, asking);
    desk.add(43, [journals.requested, journals.started, journals.planned, journals.destroying]);
    desk.add(44, [...asking, journals.expired]);
    desk.add(45, STATES.succeeded);
    const judged = Array.from({ length: 41 }, (_, index) => `create server worker-${index}`);
    desk.add(
      46,
      asking.map((event) => (event.type === 'asked' ? { ...event, judged } : event)),
    );
    return typed(desk, [
      ...by('lead', ['/strata approve 46']),
      ...by('lead', ['/strata approve', '/strata approve x', '/strata approve 99', '/strata approve 42 --plan xyz']),
      ...by('guest', ['/strata approve 42']),
      ...by('operator', [`/strata approve 42 --plan ${DIGEST}`]),
      ...by('lead', [`/strata approve 42 --plan ${'e'.repeat(12)}`, '/strata approve 42']),
      ...by('lead', [
        `/strata approve 42 --plan ${DIGEST.slice(0, 12)}`,
        `/strata approve 42 --plan ${DIGEST}`,
        '/strata approve 42',
      ]),
      ...by('lead', ['/strata approve 43', `/strata approve 43 --plan ${DIGEST}`]),
      ...by('lead', [
        `/strata approve 43 --plan ${DIGEST} --typed node-4`,
        `/strata approve 43 --plan ${DIGEST} --typed node-4`,
      ]),
      ...by('second', [`/strata approve 43 --plan ${DIGEST} --typed node-4`]),
      ...by('lead', [`/strata approve 44 --plan ${DIGEST}`, `/strata approve 45 --plan ${DIGEST}`]),
    ]);
  },
  'approve-at-terminal': async () => {
    const keys = { U0LEAD: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7rRv4C6fG8lq7m4ZVb6FZ0k0YpP3lC0wH0aB1cD2eF'] };
    const desk = openDesk([LAB], { stack: { environments: [LAB], terminal: {}, keys } });
    desk.add(42, asking);
    const line = `/strata approve 42 --plan ${DIGEST}`;
    const atTerminal = (who: Who) => ({ ...AT_TERMINAL, caller: { ...PEOPLE[who], channel: undefined } });
    await desk.type('second', line, atTerminal('second'));
    await desk.type('lead', line, atTerminal('lead'));
    await desk.type('lead', line, { ...atTerminal('lead'), sign: async () => 'no signature' });
    return desk;
  },
  deny: async () => {
    const desk = openDesk();
    desk.add(42, asking);
    return typed(desk, [
      ...by('guest', ['/strata deny 42 "no"']),
      ...by('lead', ['/strata deny 42', '/strata deny 42 "not on a Friday"', '/strata deny 42 "again"']),
    ]);
  },
  'break-glass': async () => {
    const desk = openDesk();
    desk.add(42, asking);
    const glass = '/strata break-glass 42';
    return typed(desk, [
      ...by('lead', [`${glass} "now" --plan ${DIGEST}`]),
      ...by('operator', [glass, `${glass} ""  --plan ${DIGEST}`, `${glass} "nobody is awake"`]),
      ...by('operator', [`${glass} "nobody is awake" --plan ${DIGEST}`]),
    ]);
  },
  stop: async () => {
    const desk = openDesk();
    desk.add(42, journals.underWay);
    desk.add(43, STATES.succeeded);
    return typed(desk, [
      ...by('guest', ['/strata stop 42']),
      ...by('operator', ['/strata stop 42', '/strata stop 42 now', '/strata stop 42 later', '/strata cancel 43']),
    ]);
  },
  retry: async () => {
    const desk = openDesk();
    desk.add(42, journals.underWay);
    desk.add(43, STATES.succeeded);
    desk.add(44, [...asking, journals.denied, journals.ended('cancelled')]);
    desk.add(45, STATES.failed);
    return typed(
      desk,
      by('operator', ['/strata retry 42', '/strata retry 43', '/strata retry 44', '/strata retry 45']),
    );
  },
  'retry-later': async () => {
    const sunday = { days: ['sun'], from: '22:00', to: '04:00', timeZone: 'UTC' } as const;
    const desk = openDesk([{ ...LAB, approvalHours: 0, maintenanceWindows: [sunday] }]);
    desk.add(42, STATES.failed);
    desk.add(43, [...STATES['asking-again'], journals.expired, journals.ended('cancelled')]);
    desk.add(44, STATES['asking-again']);
    desk.add(45, STATES.failed);
    return typed(desk, [
      ...by('operator', ['/strata retry 42', '/strata retry 43']),
      ...by('second', ['/strata approve 44']),
      ...by('lead', [`/strata approve 44 --plan ${DIGEST.slice(0, 12)}`]),
      ...by('operator', ['/strata freeze lab "the disks"', '/strata retry 45']),
    ]);
  },
  resolve: async () => {
    const desk = openDesk();
    desk.add(42, STATES.doubt);
    desk.add(43, STATES['doubt-that-cannot-be-done']);
    return typed(desk, [
      ...by('operator', ['/strata resolve 42', '/strata resolve 43 done', '/strata resolve 43 again']),
      ...by('operator', ['/strata resolve 42 done', '/strata resolve 42 done']),
    ]);
  },
  freeze: async () => {
    const desk = await typed(openDesk([LAB, { ...EDGE, people: LAB.people }]), [
      ...by('operator', [
        '/strata freeze lab',
        '/strata freeze lab "why" sometime',
        '/strata freeze lab "why" 2020-01-01',
      ]),
      ...by('operator', ['/strata unfreeze lab', '/strata freeze lab "the disks" 2h', '/strata queue lab']),
      ...by('operator', [
        '/strata unfreeze lab',
        '/strata freeze all "the move"',
        '/strata unfreeze lab',
        '/strata unfreeze',
      ]),
      ...by('guest', ['/strata freeze lab "why"']),
    ]);
    await desk.send('operator', 'freeze', { environment: 'lab', reason: 'the disks', until: '2h' });
    await desk.send('operator', 'freeze', { environment: 'lab', reason: ' ', until: 'sometime' });
    await desk.send('operator', 'freeze', { environment: 'lab', reason: 'a "quoted" one', until: '' });
    await desk.send('operator', 'unfreeze', { environment: 'lab' });
    return desk;
  },
  schedules: async () => {
    const empty = openDesk([LAB, EDGE], { schedules: schedulesOf([]) });
    await typed(empty, [
      ...by('operator', ['/strata schedules', '/cloud-status lab --watch', '/cloud-status lab --watch']),
      ...by('operator', [
        '/cloud-status lab --watch 10m',
        '/smoke-test lab metal --every 6h',
        '/smoke-test lab metal --every',
      ]),
      ...by('operator', [
        '/smoke-test lab metal --every 1m',
        '/smoke-test lab metal --every often',
        '/strata schedules',
      ]),
      ...by('operator', ['/cloud-status lab --watch --private', '/strata schedules remove 2']),
    ]);
    await empty.type('terminal', '/cloud-status lab --watch', AT_TERMINAL);
    const desk = openDesk([LAB, EDGE], { schedules: schedulesOf(standing()) });
    await typed(desk, [
      ...by('operator', ['/strata schedules', '/strata schedules lab', '/cloud-status lab --watch 15m']),
      ...by('guest', ['/strata schedules remove 1']),
      ...by('operator', ['/strata schedules remove', '/strata schedules remove all', '/strata schedules remove 99']),
    ]);
    empty.transcript.push(...desk.transcript);
    return empty;
  },
  mention: async () => {
    const desk = openDesk();
    desk.add(42, STATES.failed);
    for (const text of ['help', 'retry', 'show 42', 'cancel', 'nothing']) {
      await desk.type('operator', `/strata ${text}`, { mention: { run: 42 } });
      await desk.type('operator', `/strata ${text}`, { mention: { run: undefined } });
    }
    return desk;
  },
  queue: async () => {
    const desk = openDesk();
    await desk.type('operator', '/strata queue');
    desk.add(41, journals.underWay);
    desk.add(42, STATES.waiting);
    desk.state.inside = { number: 41, key: 'aa', environment: 'lab' };
    desk.state.waiting = [{ number: 42, key: 'aa', environment: 'lab' }];
    await desk.type('operator', '/strata queue');
    return desk;
  },
  history: async () => {
    const desk = openDesk();
    await desk.type('operator', '/strata history');
    desk.add(41, STATES.failed);
    desk.add(42, STATES['after-glass']);
    desk.add(43, STATES.held);
    desk.add(44, STATES.waiting);
    return typed(
      desk,
      by('operator', ['/strata history lab', '/strata history --failed', '/strata history --by @nobody']),
    );
  },
  show: async () => {
    const desk = openDesk();
    const { well, 'stopped-and-removed': stopped } = journals.endings(smokePassed, smokePassed);
    const states = [
      'asking-two',
      'taken-over-twice',
      'held',
      'waiting',
      'doubt',
      'expired',
      'after-glass-at-terminal',
    ] as const;
    states.forEach((state, index) => desk.add(index + 1, STATES[state]));
    desk.add(8, [...asking, journals.denied, journals.ended('cancelled')]);
    desk.add(9, stopped);
    desk.add(10, well);
    desk.add(11, STATES['nothing-found-out']);
    desk.add(12, moved());
    desk.add(13, journals.endings(smokePassed, smokePassed)['failed-half-way']);
    desk.add(14, [journals.requested, journals.started, journals.ended('failed', { leftovers: ['port 58c14b5e'] })]);
    desk.add(15, [journals.requested, journals.started, journals.ended('failed', { leftovers: left(25) })]);
    desk.add(16, [journals.requested, ...Array.from({ length: 30 }, () => journals.started)]);
    for (let number = 1; number <= 16; number++) await desk.type('operator', `/strata show ${number}`);
    desk.state.files = [{ name: 'playbook.log', bytes: 1024 }];
    await desk.type('operator', '/strata show #10');
    await desk.type('operator', '/strata show 99');
    return desk;
  },
  clicks: async () => {
    const desk = openDesk([LAB]);
    const click = { run: 42, key: 'aa', digest: DIGEST };
    desk.add(42, asking);
    desk.add(43, STATES.succeeded);
    desk.add(44, journals.endings(smokePassed, smokePassed).well);
    desk.add(45, journals.underWay);
    desk.add(46, STATES.surveying);
    await desk.press('operator', 'tell', click);
    await desk.press('operator', 'tell', { ...click, run: 45 });
    await desk.press('lead', 'deny', click);
    await desk.press('lead', 'deny', { ...click, reason: ' ' });
    await desk.press('guest', 'approve', click);
    await desk.press('lead', 'approve', { ...click, digest: 'e'.repeat(64) });
    await desk.press('operator', 'as-text', { ...click, run: 43 });
    desk.state.files = [{ name: 'metal-console.log', bytes: 10 }];
    await desk.press('operator', 'as-text', { ...click, run: 44 });
    await desk.press('lead', 'approve', { ...click, run: 46 });
    await desk.press('operator', 'offer', { ...click, run: 43, offer: 0 });
    await desk.press('operator', 'offer', { ...click, run: 44, offer: 0 });
    await desk.press('operator', 'step-done', { ...click, run: 45 });
    await desk.press('operator', 'approve', { ...click, key: 'bb' });
    return desk;
  },
  'run-forms': async () => {
    const desk = openDesk();
    desk.add(42, STATES.failed);
    await desk.send('operator', 'show', { environment: 'lab', run: '' });
    await desk.send('operator', 'stop', { environment: 'lab', run: '42', how: 'now' });
    await desk.send('operator', 'retry', { environment: 'lab', run: '42' });
    await desk.send('operator', 'status', { environment: 'lab', layer: 'all', shown: 'private' });
    await desk.send('operator', 'smoke-test', { environment: 'lab', layer: 'metal', level: 'quick' });
    return desk;
  },
  busy: async () => {
    const { deps } = (await import('../commands/world.ts')).world([LAB]);
    const { LeaseLostError } = await import('#domain/errors.ts');
    const append = () => Promise.reject(new LeaseLostError('appending: somebody else has'));
    const desk = openDesk([LAB], {
      ...{ runs: { ...deps.runs, get: async () => ({ number: 42, key: 'aa', environment: 'lab' }) } },
      journal: { ...deps.journal, append, read: async () => journals.journalOf(asking) },
    });
    await desk.press('lead', 'approve', { run: 42, key: 'aa', digest: asked.digest });
    return desk;
  },
};

function left(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `port ${index + 1}`);
}

/** A run to which everything happened that its log tells. */
function moved(): Parameters<Desk['add']>[1] {
  const resolved = { type: 'resolved', by: journals.lead, stepId: 'Run playbook' } as const;
  const stop = { type: 'stop-asked', by: journals.lead } as const;
  return [
    ...([...STATES.doubt, { ...resolved, as: 'again' }, { ...resolved, as: 'done' }] as const),
    ...([{ type: 'reminded' }, { type: 'handed-over', worker: 'worker-1' }] as const),
    ...([{ ...stop, stop: 'now' }, { ...stop, stop: 'after-step' }, journals.ended('failed')] as const),
    { type: 'retried', by: journals.lead },
  ];
}
