import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '#commands/answer.ts';
import { consider } from '#commands/consider.ts';
import { drawForm, searchForm, sendForm } from '#commands/forms.ts';
import { press } from '#commands/press.ts';
import type { CommandDeps } from '#commands/spec.ts';
import type { Caller, Right } from '#domain/access.ts';
import type { ClickRequest } from '#domain/command.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { Origin, Person, RunRef } from '#domain/run.ts';
import type { Environment } from '#domain/stack.ts';
import { openWorld, type World } from '../engine/world.ts';
import { layer } from './world.ts';
import { nothing } from '../report/fixtures.ts';

/** Who is who, by the stack file below: `crew` by user id, `leads` by user group. */
const ROLES = {
  guest: { id: 'U0GUEST', groups: [] },
  operator: { id: 'U0OPERATOR', groups: [] },
  lead: { id: 'U0LEAD', groups: ['S0LEADS'] },
  stranger: { id: 'U0STRANGER', groups: ['S0OTHERS'] },
} as const;
type Role = keyof typeof ROLES;
const MAY: Readonly<Record<Right, readonly Role[]>> = {
  view: ['guest', 'operator', 'lead'],
  operate: ['operator', 'lead'],
  approve: ['lead'],
  breakGlass: ['operator'],
};
const PEOPLE = {
  view: ['U0GUEST'],
  operate: ['U0OPERATOR', 'S0LEADS'],
  approve: ['S0LEADS'],
  breakGlass: ['U0OPERATOR'],
};
const PLACES = ['its channel', 'the channel of the other', 'a terminal', 'App Home'] as const;

const REQUESTER: Person = { id: 'U0REQUESTER', name: 'requester' };
const DIGEST = 'd'.repeat(64);
const origin: Origin = { kind: 'slack', team: 'T1', channel: 'C1' };

let world: World;
let deps: CommandDeps;
let environments: readonly [string, string];
beforeAll(async () => {
  world = await openWorld();
  const [first] = world.stack.environments;
  if (!first) throw new Error('the world has no environment');
  const twin = `${first.name}-twin`;
  const common = { ...first, people: PEOPLE, layers: [layer('metal'), layer('cluster', 'kubernetes')] };
  const both: Environment[] = [
    { ...common, channels: ['C0ONE'] },
    { ...common, name: twin, channels: ['#two'], production: true },
  ];
  environments = [first.name, twin];
  deps = {
    stack: { environments: both, terminal: {} },
    runs: world.runs,
    journal: world.journal,
    gate: world.gate,
    audit: world.audit,
    artifacts: world.artifacts,
    schedules: world.schedules,
    dispatcher: { dispatch: (run) => world.runs.create(run) },
    wake: async () => undefined,
    habits: world.habits,
    keepTicking: async () => undefined,
  };
});
afterAll(() => world.close());

function callerOf(role: Role, place: (typeof PLACES)[number], environment: string): Caller {
  const person = { id: ROLES[role].id, name: role };
  const isFirst = environment === environments[0];
  const one = { id: 'C0ONE', name: 'one' };
  const two = { id: 'C0TWO', name: 'two' };
  if (place === 'a terminal') return { person, groups: ROLES[role].groups };
  if (place === 'App Home') return { person, groups: ROLES[role].groups, memberOf: [] };
  return { person, groups: ROLES[role].groups, channel: (place === 'its channel') === isFirst ? one : two };
}

/** Every cell of role x place x environment. */
const CELLS = (Object.keys(ROLES) as Role[]).flatMap((role) =>
  PLACES.flatMap((place) => ([0, 1] as const).map((index) => [role, place, index] as const)),
);

async function refusals(environment: string): Promise<number> {
  const { records } = await world.audit.read(environment);
  return records.filter(({ source }) => source === '').length;
}

/** Done or refused by policy; anything else is a fault of this test. */
function verdictOf(text: string, isError: boolean): 'allowed' | 'refused' {
  if (/may not|is not for this channel|at a terminal takes/.test(text)) return 'refused';
  if (isError) throw new Error(text);
  return 'allowed';
}

async function ask(environment: string, events: readonly RunEventBody[] = []): Promise<RunRef> {
  const run = await world.ask({ environment, by: REQUESTER });
  if (events.length > 0) await world.journal.append(run, { fence: 0, seq: 1 }, events);
  return run;
}

describe.each([
  ['smoke-test', 'operate', (environment: string) => `${environment} metal quick`],
  ['status', 'view', (environment: string) => environment],
  ['schedules', 'view', (environment: string) => environment],
  ['drill', 'operate', (environment: string) => environment],
  ['scale-node', 'operate', (environment: string) => `${environment} cluster add 2`],
  ['scale-node', 'operate', (environment: string) => `${environment} cluster replace node-4`],
  ['deploy', 'operate', (environment: string) => `${environment} all --dry-run`],
  ['deploy', 'operate', (environment: string) => `${environment} metal --remove`],
  ['history', 'view', (environment: string) => environment],
  ['queue', 'view', (environment: string) => environment],
  ['freeze', 'operate', (environment: string) => `${environment} "disk swap" 30m`],
  ['unfreeze', 'operate', (environment: string) => environment],
] as const)('/strata %s', (command, right, textOf) => {
  it.each(CELLS)('by %s from %s, environment %i', async (role, place, index) => {
    const environment = environments[index];
    const before = await refusals(environment);
    const caller = callerOf(role, place, environment);
    const text = `${command} ${textOf(environment)}`;

    const reply = await answer({ command: 'strata', text, caller, origin, once: randomUUID() }, deps);

    const isAllowed = MAY[right].includes(role) && place !== 'the channel of the other';
    expect(verdictOf(reply.text, reply.kind === 'text' && reply.error === true)).toBe(
      isAllowed ? 'allowed' : 'refused',
    );
    const kept = (await refusals(environment)) - before;
    expect(kept).toBe(isAllowed ? (/freeze/.test(command) && !/Nothing/.test(reply.text) ? 1 : 0) : 1);
  });
});

const NEEDS = { others: 2 };
const asked: RunEventBody = {
  ...{ type: 'asked', digest: DIGEST, needs: NEEDS, judged: [], changes: [] },
  expiresAt: '2999-01-01T00:00:00.000Z',
};
const failed: RunEventBody = { type: 'ended', outcome: 'failed', leftovers: [] };
const error = { code: 'AMBIGUOUS', message: 'who knows' };
const doubted: RunEventBody = { type: 'doubted', stepId: 'a', error, canBeDone: true, value: 1 };

/** Decisions that a key signs need one at a terminal, which nobody has here. */
function mayDecide(role: Role, place: (typeof PLACES)[number], right: Right): boolean {
  const isSigned = right === 'approve' || right === 'breakGlass';
  if (place === 'the channel of the other' || (place === 'a terminal' && isSigned)) return false;
  return MAY[right].includes(role);
}

describe.each([
  ['approve', 'approve', [asked], (number: number) => `${number} --plan ${DIGEST}`],
  ['deny', 'approve', [asked], (number: number) => `${number} "not today"`],
  ['break-glass', 'breakGlass', [asked], (number: number) => `${number} "it burns" --plan ${DIGEST}`],
  ['stop', 'operate', [asked], String],
  ['retry', 'operate', [failed], String],
  ['resolve', 'operate', [doubted], (number: number) => `${number} done`],
  ['show', 'view', [asked], String],
] as const)('/strata %s of a run', (command, right, events, textOf) => {
  it.each(CELLS)('by %s from %s, environment %i', async (role, place, index) => {
    const environment = environments[index];
    const run = await ask(environment, events);
    const before = await refusals(environment);
    const caller = callerOf(role, place, environment);
    const from: Origin = place === 'a terminal' ? { kind: 'terminal', host: 'here' } : origin;
    const text = `${command} ${textOf(run.number)}`;

    const reply = await answer({ command: 'strata', text, caller, origin: from, once: randomUUID() }, deps);

    const isAllowed = mayDecide(role, place, right);
    expect(verdictOf(reply.text, reply.kind === 'text' && reply.error === true)).toBe(
      isAllowed ? 'allowed' : 'refused',
    );
    expect((await refusals(environment)) - before).toBe(isAllowed ? 0 : 1);
  });

  it.each(CELLS.filter(([, place]) => place !== 'a terminal'))(
    'by a mention in its thread of %s from %s, environment %i',
    async (role, place, index) => {
      const environment = environments[index];
      const run = await ask(environment, events);
      const before = await refusals(environment);
      const caller = callerOf(role, place, environment);
      const text = `${command} ${textOf(run.number).slice(`${run.number}`.length)}`;
      const mention = { run: run.number };

      const reply = await answer({ command: 'strata', text, caller, origin, once: randomUUID(), mention }, deps);

      const isAllowed = mayDecide(role, place, right);
      expect(verdictOf(reply.text, reply.kind === 'text' && reply.error === true)).toBe(
        isAllowed ? 'allowed' : 'refused',
      );
      expect((await refusals(environment)) - before).toBe(isAllowed ? 0 : 1);
    },
  );
});

describe.each([
  ['status', 'view', '--watch'],
  ['smoke-test', 'operate', '--every 6h'],
] as const)('/strata %s, time after time', (command, right, option) => {
  it.each(CELLS.filter(([, place]) => place.includes('channel')))(
    'by %s from %s, environment %i',
    async (role, place, index) => {
      const environment = environments[index];
      const before = await refusals(environment);
      const caller = callerOf(role, place, environment);
      const text = `${command} ${environment} ${option}`;

      const reply = await answer({ command: 'strata', text, caller, origin, once: randomUUID() }, deps);

      const isAllowed = MAY[right].includes(role) && place !== 'the channel of the other';
      expect(reply.kind === 'text' && reply.error === true).toBe(!isAllowed);
      expect(verdictOf(reply.text, !isAllowed)).toBe(isAllowed ? 'allowed' : 'refused');
      const kept = (await refusals(environment)) - before;
      // Whoever is the first makes it, which is kept too.
      expect(kept).toBe(isAllowed ? (reply.text.startsWith('Schedule') ? 1 : 0) : 1);
    },
  );
});

describe.each(['the command', 'the button'])('%s that ends a schedule', (way) => {
  async function end(environment: string, caller: Caller, by: Person): Promise<string> {
    const channel = { id: `C0${randomUUID().slice(0, 8)}`, name: 'any' };
    const wanted = {
      environment,
      job: 'status',
      input: { layer: 'all' },
      by,
      groups: [],
      team: 'T1',
      channel,
    } as const;
    const { schedule } = await world.schedules.add({ ...wanted, everyMs: 300_000 });
    const click = { run: schedule.schedule, key: schedule.key };
    const text = `schedules remove ${schedule.schedule}`;
    const reply = await (way === 'the button'
      ? press({ action: 'unschedule', caller, origin, click }, deps)
      : answer({ command: 'strata', text, caller, origin, once: randomUUID() }, deps));
    await world.schedules.forget(schedule);
    if (reply.kind !== 'text') throw new Error(reply.kind);
    return verdictOf(reply.text, reply.error === true);
  }

  it.each(CELLS)('by %s from %s, environment %i', async (role, place, index) => {
    const environment = environments[index];
    const before = await refusals(environment);
    const caller = callerOf(role, place, environment);
    const isHere = place !== 'the channel of the other';

    expect(await end(environment, caller, REQUESTER)).toBe(
      isHere && MAY.operate.includes(role) ? 'allowed' : 'refused',
    );
    expect(await end(environment, caller, caller.person)).toBe(
      isHere && MAY.view.includes(role) ? 'allowed' : 'refused',
    );
    // The end of a schedule is kept as its refusal is.
    expect((await refusals(environment)) - before).toBe(2);
  });
});

describe.each([
  ['approve', 'approve', [asked]],
  ['deny', 'approve', [asked]],
  ['stop-step', 'operate', [asked]],
  ['stop-now', 'operate', []],
  ['retry', 'operate', [failed]],
  ['step-done', 'operate', [doubted]],
  ['step-again', 'operate', [doubted]],
  ['tell', 'view', [asked]],
] as const)('the button "%s"', (action, right, events) => {
  function clickOf(run: RunRef, caller: Caller): ClickRequest {
    return { action, caller, origin, click: { run: run.number, key: run.key, digest: DIGEST, reason: 'because' } };
  }

  it.each(CELLS)('by %s from %s, environment %i', async (role, place, index) => {
    const environment = environments[index];
    const run = await ask(environment, events);
    const before = await refusals(environment);
    const { seq } = await world.view(run);

    const reply = await press(clickOf(run, callerOf(role, place, environment)), deps);

    if (reply.kind !== 'text') throw new Error('a modal came back');
    const isAllowed = mayDecide(role, place, right);
    expect(verdictOf(reply.text, reply.error === true)).toBe(isAllowed ? 'allowed' : 'refused');
    expect((await refusals(environment)) - before).toBe(isAllowed ? 0 : 1);
    const isJournalled = isAllowed && !action.startsWith('stop');
    expect((await world.view(run)).seq).toBe(isJournalled ? seq + 1 : seq);
    expect((await world.gate.control(run)).stop === undefined).toBe(!(isAllowed && action.startsWith('stop')));
  });

  it.each(CELLS.filter(([, place]) => place !== 'a terminal'))(
    'is offered to %s from %s, environment %i, just when it may be pressed',
    async (role, place, index) => {
      const environment = environments[index];
      const run = await ask(environment, events);
      const before = await refusals(environment);

      const found = await consider({ run: run.number, caller: callerOf(role, place, environment) }, deps);

      const isOffered = found.kind === 'considered' && found.may.includes(action);
      expect(isOffered).toBe(mayDecide(role, place, right));
      const isSeen = mayDecide(role, place, 'view');
      expect(found.kind).toBe(isSeen ? 'considered' : 'text');
      expect((await refusals(environment)) - before).toBe(isSeen ? 0 : 1);
    },
  );

  it('by the one who asked for the run', async () => {
    const run = await ask(environments[0], events);
    const caller = { person: REQUESTER, groups: ['S0LEADS'], channel: { id: 'C0ONE', name: 'one' } };

    const reply = await press(clickOf(run, caller), deps);

    if (reply.kind !== 'text') throw new Error('a modal came back');
    // A lead as well: yet nobody approves their own run.
    expect(reply.error === true).toBe(action === 'approve');
    const plain = await ask(environments[0], events);
    const stays = await press(clickOf(plain, { ...caller, groups: [], channel: { id: 'C0ONE', name: 'one' } }), deps);
    // Without any right in the stack file, one's own run is not even seen.
    expect(stays).toMatchObject({ error: true });
  });
});

describe.each(['as-text', 'full-picture'] as const)('the button "%s" under a picture', (action) => {
  it.each(CELLS)('by %s from %s, environment %i', async (role, place, index) => {
    const environment = environments[index];
    const run = await ask(environment, [{ type: 'ended', outcome: 'failed', leftovers: [], report: nothing }]);
    const before = await refusals(environment);
    const caller = callerOf(role, place, environment);

    const reply = await press({ action, caller, origin, click: { run: run.number, key: run.key } }, deps);

    const isAllowed = mayDecide(role, place, 'view');
    expect(reply.kind).toBe(isAllowed ? 'show' : 'text');
    if (reply.kind === 'text') expect(verdictOf(reply.text, reply.error === true)).toBe('refused');
    expect((await refusals(environment)) - before).toBe(isAllowed ? 0 : 1);
  });
});

describe('the button of an offer', () => {
  it.each(CELLS)('by %s from %s, environment %i', async (role, place, index) => {
    const environment = environments[index];
    const offers = [
      { label: 'Uncordon node-4', command: 'scale-node', text: `${environment} cluster uncordon node-4` },
    ];
    const report = { ...nothing, offers };
    const run = await ask(environment, [{ type: 'ended', outcome: 'failed', leftovers: [], report }]);
    const before = await refusals(environment);
    const caller = callerOf(role, place, environment);
    const click = { run: run.number, key: run.key, offer: 0 };

    const reply = await press({ action: 'offer', caller, origin, click }, deps);

    if (reply.kind !== 'text' && reply.kind !== 'run') throw new Error(reply.kind);
    const isAllowed = mayDecide(role, place, 'operate');
    expect(verdictOf(reply.text, reply.kind === 'text' && reply.error === true)).toBe(
      isAllowed ? 'allowed' : 'refused',
    );
    expect((await refusals(environment)) - before).toBe(isAllowed ? 0 : 1);
    const [newest] = await world.runs.recent(environment, 1);
    expect(newest?.number === run.number).toBe(!isAllowed);
  });
});

describe.each([
  ['scale-node', 'operate', { layer: 'cluster', action: 'add', count: '1' }],
  ['deploy', 'operate', { layer: 'all', run: 'dry-run', reason: '' }],
  ['smoke-test', 'operate', { layer: 'all', level: 'quick' }],
  ['status', 'view', { layer: 'all', shown: 'everybody' }],
] as const)('the form of %s', (command, right, filled) => {
  it.each(CELLS)('sent by %s from %s, environment %i', async (role, place, index) => {
    const environment = environments[index];
    const before = await refusals(environment);
    const caller = callerOf(role, place, environment);
    const values = { environment, ...filled };
    const request = { command, values, caller, origin, once: randomUUID() };

    const reply = await sendForm(request, deps);

    const isAllowed = MAY[right].includes(role) && place !== 'the channel of the other';
    expect(reply.kind).toBe(isAllowed ? 'run' : 'errors');
    expect((await refusals(environment)) - before).toBe(isAllowed ? 0 : 1);
  });

  it.each(CELLS)('drawn for %s from %s, environment %i', async (role, place, index) => {
    const environment = environments[index];
    const caller = callerOf(role, place, environment);
    const values = { environment };

    const form = await drawForm({ command, values, caller, origin, once: randomUUID() }, deps);

    const choices =
      'fields' in form ? form.fields.flatMap((field) => (field.kind === 'menu' ? field.choices : [])) : [];
    const isAllowed = MAY[right].includes(role) && place !== 'the channel of the other';
    expect(choices.some(({ value }) => value === environment)).toBe(isAllowed);
    const found = searchForm({ command, field: 'environment', query: environment, caller, origin }, deps);
    expect(found.some(({ value }) => value === environment)).toBe(isAllowed);
  });
});

describe.each([
  ['deploy', 'operate'],
  ['scale-node', 'operate'],
  ['freeze', 'operate'],
  ['stop', 'operate'],
  ['retry', 'operate'],
  ['show', 'view'],
] as const)('the button of a form behind "@strata %s"', (command, right) => {
  it.each(CELLS.filter(([, place]) => place.includes('channel')))(
    'for %s from %s, environment %i',
    async (role, place, index) => {
      const environment = environments[index];
      const caller = callerOf(role, place, environment);
      const isAllowed = MAY[right].includes(role) && place !== 'the channel of the other';
      const common = { caller, origin, once: randomUUID() };

      const reply = await answer(
        { ...common, command: 'strata', text: `${command} ${environment}`, mention: {} },
        deps,
      );
      const pressed = await drawForm({ ...common, command, values: { environment } }, deps);

      expect(reply.kind === 'text' && reply.form).toEqual(isAllowed ? { command, values: { environment } } : undefined);
      const offers = 'fields' in pressed ? JSON.stringify(pressed.fields) : '';
      expect(offers.includes(`"${environment}"`)).toBe(isAllowed);
    },
  );
});
