import { describe, expect, it } from 'vitest';
import { answer } from '#commands/answer.ts';
import { COMMANDS } from '#commands/registry.ts';
import { BusyError } from '#domain/errors.ts';
import { plainOf } from '#domain/mrkdwn.ts';
import { operator, guest, environment, layer, request, world } from './world.ts';

const lab = environment('lab');
const prod = environment('prod', { channels: ['#prod'], people: { view: ['U1'], operate: [], approve: [] } });
const edge = environment('edge', { channels: ['C1'] });

async function say(text: string, { environments = [lab], caller = operator, command = 'smoke-test' } = {}) {
  const { deps, asked } = world(environments);
  const reply = await answer(request(command, text, { caller }), deps);
  return { reply, asked };
}

describe('smoke-test', () => {
  it.each<[text: string, input: object]>([
    ['lab', { layer: 'all', depth: 'standard' }],
    ['LAB Metal FULL', { layer: 'metal', depth: 'full' }],
    ['metal', { layer: 'metal', depth: 'standard' }],
    ['lab cluster', { layer: 'cluster', depth: 'standard' }],
    ['quick', { layer: 'all', depth: 'quick' }],
    ['lab quick', { layer: 'all', depth: 'quick' }],
    ['lab all full', { layer: 'all', depth: 'full' }],
    ['\u2014layer cloud \u2014level quick', { layer: 'cloud', depth: 'quick' }],
    ['lab --layer=metal full', { layer: 'metal', depth: 'full' }],
    ['--environment lab cloud', { layer: 'cloud', depth: 'standard' }],
  ])('reads %j', async (text, input) => {
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'run', fresh: true });
    expect(asked).toMatchObject([{ job: 'smoke-test', environment: 'lab', input, by: operator.person }]);
  });

  it('takes a layer that is called like a level when a level follows', async () => {
    const odd = environment('lab', { layers: [layer('full')] });

    const { asked } = await say('full quick', { environments: [odd] });

    expect(asked[0]?.input).toEqual({ layer: 'full', depth: 'quick' });
  });

  it.each([
    ['lba', 'lab'],
    ['metall', 'metal'],
    ['lab clod', 'cloud'],
    ['lab metal ful', 'full'],
    ['lab quikc', 'quick'],
    ['--lvel full', '--level'],
  ])('guesses what %j meant', async (text, near) => {
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'text', error: true });
    expect(reply.text).toContain(`Did you mean "${near}"?`);
    expect(reply.text).toContain('Usage: `/smoke-test [environment] [layer|all] [quick|standard|full] [--every 6h]`');
    expect(asked).toEqual([]);
  });

  it.each([
    ['lab storage', /ceph layer.*\n.*metal, cluster, cloud/],
    ['lab metal full now', /"now" is one word too many/],
    ['lab "metal', /quote/],
    ['lab zzzzzzzz', /has no layer "zzzzzzzz"\nThere are: metal, cluster, cloud, all/],
  ])('refuses %j', async (text, message) => {
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'text', error: true });
    expect(reply.text).toMatch(message);
    expect(asked).toEqual([]);
  });

  it('takes the only environment of the channel when there are several', async () => {
    const { asked } = await say('all', { environments: [lab, prod] });

    expect(asked).toMatchObject([{ environment: 'lab' }]);
  });

  it('asks which environment when the channel has several', async () => {
    const { reply, asked } = await say('--level quick', { environments: [lab, edge] });

    expect(reply.text).toMatch(/several, so name one\nThere are: lab, edge/);
    expect(asked).toEqual([]);
  });

  it('makes one run of two deliveries', async () => {
    const { deps, asked } = world();
    const given = request('smoke-test', 'lab', { once: 'trigger:1' });

    const replies = [await answer(given, deps), await answer(given, deps)];

    expect(replies).toMatchObject([{ fresh: true }, { fresh: false, text: expect.stringContaining('run #1') }]);
    expect(asked).toHaveLength(1);
  });

  it('takes the power from what the caller wrote', async () => {
    const { reply } = await say('<!channel> &lt;!here&gt; `x`');

    expect(reply.text).not.toMatch(/<[!@#]/);
  });

  it('passes on that the queue is busy, and lets bugs through', async () => {
    const { deps } = world();
    const fail = (error: Error) => ({ ...deps, dispatcher: { dispatch: () => Promise.reject(error) } });

    const busy = await answer(
      request('smoke-test', 'lab'),
      fail(new BusyError('asking: no answer', { advice: 'Wait.' })),
    );

    expect(busy).toEqual({ kind: 'text', error: true, text: 'Asking: no answer\nWait.' });
    await expect(answer(request('smoke-test', 'lab'), fail(new Error('bug')))).rejects.toThrow('bug');
  });
});

describe('rights', () => {
  const inGroup = { ...guest, groups: ['S1'] };
  const elsewhere = { ...operator, channel: { id: 'C7', name: 'random' } };
  const atTerminal = { ...operator, channel: undefined };
  const byName = { ...operator, channel: { id: 'C2', name: 'cloud-ops' } };

  it.each<[who: string, caller: typeof operator, command: string, text: string, isAllowed: boolean]>([
    ['a listed person', operator, 'smoke-test', 'lab', true],
    ['a member of a listed group', inGroup, 'smoke-test', 'lab', true],
    ['somebody else', guest, 'smoke-test', 'lab', false],
    ['somebody else', guest, 'status', 'lab', true],
    ['somebody else', guest, 'strata', 'history lab', true],
    ['somebody else', guest, 'strata', 'show 1', true],
    ['somebody in another channel', elsewhere, 'smoke-test', 'lab', false],
    ['somebody in another channel', elsewhere, 'status', 'lab', false],
    ['somebody in another channel', elsewhere, 'strata', 'history lab', false],
    ['somebody in another channel', elsewhere, 'strata', 'show 1', false],
    ['somebody in the channel by its name', byName, 'smoke-test', 'lab', true],
    ['a person at the terminal', atTerminal, 'smoke-test', 'lab', true],
    ['a viewer', operator, 'smoke-test', 'prod', false],
  ])('%s: %#', async (_who, caller, command, text, isAllowed) => {
    const { deps, asked, add } = world([lab, prod]);
    const origin = { kind: 'terminal', host: 'h' } as const;
    add({
      number: 1,
      key: 'k',
      environment: 'lab',
      job: 'status',
      input: { layer: 'all' },
      by: operator.person,
      origin,
      askedAt: '2026-11-23T14:50:00.000Z',
    });

    const reply = await answer(request(command, text, { caller }), deps);

    expect('error' in reply && reply.error === true).toBe(!isAllowed);
    if (!isAllowed) expect(asked).toHaveLength(1);
  });

  it('says who may', async () => {
    const { reply } = await say('lab', { caller: guest });

    expect(reply.text).toBe('You may not run things on environment `lab`.\nThese may: <!subteam^S1>, <@U1>.');
  });

  it('says where it is used', async () => {
    const { reply } = await say('lab', { caller: elsewhere });

    expect(reply.text).toBe('Environment `lab` is not for this channel.\nIt is used in #cloud-ops, <#C1>.');
  });

  it('denies while the groups are unknown, and says so', async () => {
    const { deps, asked } = world();

    const reply = await answer(request('smoke-test', 'lab', { caller: guest, groupsUnknown: true }), deps);

    expect(reply.text).toMatch(/try again in a minute/);
    expect(asked).toEqual([]);
  });

  it('lists in help only what the caller may do', async () => {
    const forAda = await say('', { command: 'strata' });
    const forBob = await say('help', { command: 'strata', caller: guest });
    const forNobody = await say('help', { command: 'strata', caller: elsewhere });

    expect(forAda.reply.text).toContain('`/smoke-test [environment] [layer|all] [quick|standard|full] [--every 6h]`');
    expect(forAda.reply.text).toContain('/strata show &lt;run&gt;');
    expect(forAda.reply.text).toContain('`/deploy [environment]');
    expect(forBob.reply.text).not.toMatch(/smoke-test|deploy/);
    expect(forBob.reply.text).toContain('/cloud-status');
    expect(forNobody.reply.text).not.toMatch(/smoke-test|cloud-status|history/);
    expect(forNobody.reply.text).toContain('whoami');
  });

  it('tells who one is and what one may do', async () => {
    const { reply } = await say('whoami', { command: 'strata', caller: inGroup });

    expect(reply.text).toBe('You are guest (`U2`).\nYour groups: <!subteam^S1>.\n• lab: view, operate');
  });
});

describe('the other commands', () => {
  it('reaches every command through /strata', async () => {
    const { reply, asked } = await say('smoke-test lab quick', { command: 'strata' });

    expect(reply.kind).toBe('run');
    expect(asked).toMatchObject([{ input: { layer: 'all', depth: 'quick' } }]);
  });

  it.each(['status', 'cloud-status'])('asks for a status as %s', async (command) => {
    const { asked } = await say('lab metal', { command });

    expect(asked).toMatchObject([{ job: 'status', input: { layer: 'metal' } }]);
  });

  it.each(['metal', 'cluster', 'all'])('status takes layer %s, of whatever kind it is', async (layerName) => {
    const { asked } = await say(`lab ${layerName}`, { command: 'status' });

    expect(asked).toMatchObject([{ job: 'status', input: { layer: layerName } }]);
  });

  it('shows a private status to the caller alone, who needs the same right', async () => {
    const open = await say('lab', { command: 'status' });
    const hidden = await say('--private lab', { command: 'status', caller: guest });
    const refused = await say('lab --private', {
      command: 'status',
      caller: { ...operator, channel: { id: 'C7', name: 'random' } },
    });

    expect(open.asked[0]?.origin).toEqual({ kind: 'slack', team: 'T1', channel: 'C1' });
    expect(hidden.asked[0]?.origin).toEqual({ kind: 'slack', team: 'T1', channel: 'C1', private: true });
    expect(hidden.reply.text).toMatch(/to you alone/);
    expect(refused.asked).toEqual([]);
  });

  it.each(['lab quick', 'lab metal full', '--layer metal cloud'])('status refuses %j', async (text) => {
    const { reply, asked } = await say(text, { command: 'status' });

    expect(reply).toMatchObject({ kind: 'text', error: true });
    expect(asked).toEqual([]);
  });

  it.each([
    ['smoketst', 'smoke-test'],
    ['hitsory', 'history'],
    ['hlep', 'help'],
  ])('guesses what /strata %s meant', async (text, near) => {
    const { reply } = await say(text, { command: 'strata' });

    expect(reply.text).toContain(`Did you mean "${near}"?`);
  });

  it('speaks of commands with the prefix of the installation, or as the terminal types them', async () => {
    const { deps } = world();
    const terminal = { origin: { kind: 'terminal', host: 'h' } as const, caller: { ...operator, channel: undefined } };

    const prefixed = await answer(request('strata', 'help'), { ...deps, prefix: 'ops-' });
    const typed = await answer(request('strata', 'help', terminal), deps);

    expect(prefixed.text).toContain('/ops-smoke-test');
    expect(prefixed.text).toContain('/ops-strata show');
    expect(typed.text).toContain('strata run smoke-test');
    expect(typed.text).toContain('strata run show');
  });

  it('gives every command of the registry a name of its own', () => {
    const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);

    expect(new Set([...names, 'help', 'strata']).size).toBe(names.length + 2);
  });
});

describe('looking at runs', () => {
  const run = {
    number: 1,
    key: 'k',
    environment: 'lab',
    job: 'smoke-test',
    input: { layer: 'metal', depth: 'quick' },
    by: operator.person,
    origin: { kind: 'slack', team: 'T1', channel: 'C1' },
    askedAt: '2026-11-23T14:50:00.000Z',
  } as const;
  const error = { code: 'CHECK', message: 'waiting for server "a<!channel>": ERROR', advice: 'Look at *nova*.' };

  function failed() {
    const made = world();
    made.add(run, [
      { type: 'started', worker: 'v', attempt: 1 },
      { type: 'started', worker: 'w', attempt: 2 },
      {
        type: 'planned',
        summary: 's',
        risk: 'probe',
        facts: {},
        steps: [
          { id: 'a', title: 'Sign in', layer: 'metal' },
          { id: 'b', title: 'Boot a server', layer: 'metal' },
          { id: 'c', title: 'Read its console', layer: 'metal' },
        ],
      },
      { type: 'step-done', stepId: 'a', value: 1, found: false, tookMs: 420, detail: 'project strata' },
      { type: 'step-failed', stepId: 'b', error, tookMs: 21_400 },
      { type: 'ended', outcome: 'failed', error, leftovers: ['server strata-1-b (0c3e)'] },
    ]);
    return made.deps;
  }

  it('shows how long a run has been at work, and what its steps usually take', async () => {
    const made = world();
    made.add(run, [
      { type: 'started', worker: 'w', attempt: 1 },
      {
        ...{ type: 'planned', summary: 's', risk: 'probe', facts: {} },
        steps: [
          { id: 'a', title: 'Sign in', layer: 'metal', usuallyMs: 400 },
          { id: 'b', title: 'Boot a server', layer: 'metal', usuallyMs: 120_000 },
          { id: 'c', title: 'Read its console', layer: 'metal' },
        ],
      },
      { type: 'step-started', stepId: 'a' },
      { type: 'step-done', stepId: 'a', value: 1, found: false, tookMs: 420 },
      { type: 'step-started', stepId: 'b' },
    ]);
    const gate = { ...made.deps.gate, nowMs: async () => Date.parse(run.askedAt) + 50_000 };

    const reply = await answer(request('strata', 'show #1'), { ...made.deps, gate });

    expect(plainOf(reply.text).split('\n').slice(1, 7)).toEqual([
      'step 2 of 3, 50 s, at least 1 min left · by @U1 · asked 2026-11-23 14:50 UTC',
      'Plan: s',
      'Time: about 2 min; no history yet for 1 step',
      '✓ Sign in (420 ms)',
      '▸ Boot a server (running, usually 2 min)',
      '· Read its console (not run)',
    ]);
  });

  it('shows a run with its steps, failure and leftovers', async () => {
    const reply = await answer(request('strata', 'show #1'), failed());

    expect(plainOf(reply.text)).toBe(
      [
        '#1 Smoke test lab / metal, quick',
        'failed, 5.0 s · by @U1 · asked 2026-11-23 14:50 UTC, taken over once',
        'Plan: s',
        '✓ Sign in (420 ms): project strata',
        '✗ Boot a server (failed, 21.4 s): waiting for server "a<!channel>": ERROR',
        '    What to do: Look at *nova*.',
        '· Read its console (not run)',
        '1 thing was left over:',
        '    server strata-1-b (0c3e)',
        'Log',
        '    2026-11-23 14:50 UTC v takes it',
        '    2026-11-23 14:50 UTC w takes it',
        '    2026-11-23 14:50 UTC ended: failed',
      ].join('\n'),
    );
    expect(reply.text).not.toContain('<!channel>');
  });

  it('shows who approved which plan, who stopped it, and what was in doubt', async () => {
    const { deps, add } = world();
    const by = { id: 'U0LEAD', name: 'lead' };
    const digest = 'c0ffee'.repeat(10);
    add(run, [
      { type: 'asked', digest, needs: { others: 1 }, expiresAt: '2026-11-23T15:20:00.000Z', judged: [], changes: [] },
      { type: 'approved', by, digest },
      { type: 'waiting', place: 2, behind: 41 },
      { type: 'doubted', stepId: 'b', error, canBeDone: true, value: null },
      { type: 'resolved', by, stepId: 'b', as: 'again' },
      { type: 'stop-asked', by, stop: 'now' },
      { type: 'ended', outcome: 'cancelled', leftovers: [] },
    ]);

    const { text } = await answer(request('strata', 'show 1'), deps);

    expect(
      plainOf(text)
        .split('\n')
        .slice(4)
        .map((line) => line.trim().replace('2026-11-23 14:50 UTC ', '')),
    ).toEqual([
      'asked for approval by one other, until 2026-11-23 15:20 UTC',
      'approved by @U0LEAD',
      'waits: 3rd, behind #41',
      'in doubt whether "b" was done',
      '@U0LEAD says that "b" is not done',
      'stopped by @U0LEAD, at once',
      'ended: cancelled',
    ]);
  });

  it('shows the files of a run, and how to read them', async () => {
    const { deps, add } = world();
    add({ ...run, number: 1, key: 'a' });
    const files = [{ name: 'metal-console.log', bytes: 4096 }];
    const artifacts = { list: async () => files, get: async () => undefined };

    const { text } = await answer(request('strata', 'show 1'), { ...deps, artifacts });

    expect(text).toContain('Files\n    metal-console.log (4096 bytes): strata artifact 1 metal-console.log');
  });

  it('lists the runs of one person, or those that failed', async () => {
    const { deps, add } = world();
    const failing = { type: 'ended', outcome: 'failed', leftovers: [] } as const;
    add({ ...run, number: 1, key: 'a' }, [failing]);
    add({ ...run, number: 2, key: 'b', by: { id: 'U0LEAD', name: 'lead' } }, [failing]);
    add({ ...run, number: 3, key: 'c', by: { id: 'U0LEAD', name: 'lead' } }, [{ ...failing, outcome: 'succeeded' }]);
    const numbers = async (text: string) =>
      (await answer(request('strata', `history ${text}`), deps)).text.match(/#\d+/g);

    expect(await numbers('lab --by <@U0LEAD|lead>')).toEqual(['#3', '#2']);
    expect(await numbers('--by @Lead')).toEqual(['#3', '#2']);
    expect(await numbers('--failed')).toEqual(['#2', '#1']);
    expect(await numbers('--failed lab --by lead')).toEqual(['#2']);
    expect((await answer(request('strata', 'history --by nobody'), deps)).text).toContain('None of the newest 3');
  });

  it('lists the newest ten, newest first', async () => {
    const { deps, add } = world();
    for (let number = 1; number <= 12; number++) add({ ...run, number, key: `k${number}` });

    const { text } = await answer(request('strata', 'history'), deps);

    expect(text.match(/#\d+/g)).toEqual(['#12', '#11', '#10', '#9', '#8', '#7', '#6', '#5', '#4', '#3']);
    expect(text).toContain('waiting for a worker');
  });

  it.each([
    ['show #', /"#" is not the number of a run/],
    ['show x', /"x" is not the number of a run/],
    ['show 99', /#99: there is none/],
    ['show 1 2', /one word too many/],
  ])('answers %j with what is wrong', async (text, message) => {
    const reply = await answer(request('strata', text), failed());

    expect(reply).toMatchObject({ kind: 'text', error: true });
    expect(reply.text).toMatch(message);
  });
});

describe('a private channel, whose name Slack keeps from commands', () => {
  it.each([
    ['privategroup', true],
    ['random', false],
  ])('is told by its id, where it could be meant: %s', async (name, isTold) => {
    const caller = { ...operator, channel: { id: 'C0SECRET1', name } };

    const { reply } = await say('prod', { environments: [prod, edge], caller });

    expect(reply.text).toContain('Environment `prod` is not for this channel.');
    expect(reply.text.includes('put its id, C0SECRET1, into the stack file')).toBe(isTold);
  });
});
