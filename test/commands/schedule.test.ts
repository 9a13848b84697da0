import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { answer } from '#commands/answer.ts';
import { press } from '#commands/press.ts';
import type { CommandDeps } from '#commands/spec.ts';
import type { Caller } from '#domain/access.ts';
import type { Reply } from '#domain/command.ts';
import type { Origin } from '#domain/run.ts';
import type { Schedule } from '#domain/schedule.ts';
import { openWorld, type World } from '../engine/world.ts';
import { layer } from './world.ts';

const worlds: World[] = [];
afterAll(() => worlds.forEach((world) => world.close()));

const CHANNEL = { id: 'C0OPS', name: 'cloud-ops' };
const origin: Origin = { kind: 'slack', team: 'T1', channel: CHANNEL.id };
const operator: Caller = { person: { id: 'U1', name: 'operator' }, groups: ['S0OPS'], channel: CHANNEL };
const guest: Caller = { person: { id: 'U2', name: 'guest' }, groups: [], channel: CHANNEL };
const MINUTE_MS = 60_000;

let world: World;
let deps: CommandDeps;
let ticking: Schedule[];
beforeEach(async () => {
  world = await openWorld();
  worlds.push(world);
  ticking = [];
  const [environment] = world.stack.environments;
  const people = { view: ['U2'], operate: ['U1'], approve: [] };
  const layers = [layer('metal'), layer('cluster', 'kubernetes')];
  Object.assign(environment ?? {}, { channels: [CHANNEL.id, 'C0TWO'], people, layers });
  const { stack, runs, journal, gate, audit, artifacts, schedules } = world;
  deps = {
    ...{ stack, runs, journal, gate, audit, artifacts, schedules },
    dispatcher: { dispatch: (run) => runs.create(run) },
    habits: world.habits,
    wake: async () => undefined,
    keepTicking: async (schedule) => void ticking.push(schedule),
  };
});

function say(line: string, caller: Caller = operator, from: Origin = origin): Promise<Reply> {
  const [command = '', ...words] = line.split(' ');
  return answer({ command, text: words.join(' '), caller, origin: from, once: randomUUID() }, deps);
}

async function all(): Promise<readonly Schedule[]> {
  return world.schedules.list(world.environment);
}

async function only(): Promise<Schedule> {
  const [one, second] = await all();
  if (!one || second) throw new Error('there is not just one schedule');
  return one;
}

async function kept(): Promise<readonly string[]> {
  const { records } = await world.audit.read(world.environment);
  return records.map(({ event }) => event);
}

describe('/cloud-status --watch', () => {
  it('keeps a watch of five minutes in this channel, in the name of the caller, and has it tick', async () => {
    const reply = await say('cloud-status --watch');

    const schedule = await only();
    expect(schedule).toMatchObject({
      ...{ job: 'status', input: { layer: 'all' }, by: operator.person, groups: ['S0OPS'], team: 'T1' },
      ...{ channel: CHANNEL, everyMs: 5 * MINUTE_MS, tick: 0, incidents: [] },
    });
    expect(reply).toMatchObject({
      kind: 'text',
      text: expect.stringMatching(/^Schedule \d+: Watch of .*, every 5 min/),
    });
    expect(ticking).toMatchObject([{ key: schedule.key }]);
    expect(await world.runs.recent(world.environment)).toEqual([]);
    expect(await kept()).toMatchObject([expect.stringMatching(/"scheduled".*every 5 min/)]);
  });

  it.each([
    ['cloud-status metal --watch 30m', { everyMs: 30 * MINUTE_MS, input: { layer: 'metal' } }],
    ['cloud-status --watch=2h metal', { everyMs: 120 * MINUTE_MS, input: { layer: 'metal' } }],
    ['cloud-status --watch metal', { everyMs: 5 * MINUTE_MS, input: { layer: 'metal' } }],
    [
      'smoke-test cluster quick --every 6h',
      { everyMs: 360 * MINUTE_MS, job: 'smoke-test', input: { layer: 'cluster', depth: 'quick' } },
    ],
    ['strata status --watch 1d', { everyMs: 1440 * MINUTE_MS }],
  ])('reads %j', async (line, expected) => {
    await say(line);

    expect(await only()).toMatchObject(expected);
  });

  it.each([
    ['cloud-status --watch 10s', /"10s" is none; as in 5m, 6h or 1d/],
    ['cloud-status --watch 0m', /"0m" is not from 1 min to 168 h/],
    ['cloud-status --watch 8d', /"8d" is not from/],
    ['cloud-status --watch --private', /--watch and --private do not go together/],
    ['smoke-test --every', /"--every" needs a value/],
    ['smoke-test --every 5m', /"5m" is not from 15 min to 168 h/],
    ['smoke-test --every often', /"often" is none/],
    ['smoke-test --watch', /no option "--watch"/],
  ])('refuses %j', async (line, why) => {
    const reply = await say(line);

    expect(reply).toMatchObject({ kind: 'text', error: true, text: expect.stringMatching(why) });
    expect(await all()).toEqual([]);
  });

  it('is refused at a terminal, where there is no channel to show it in', async () => {
    const { channel: _, ...person } = operator;

    const reply = await say('status --watch', person, { kind: 'terminal', host: 'desk' });

    expect(reply).toMatchObject({
      error: true,
      text: expect.stringMatching(/here is none[\s\S]*Ask for it in a channel/),
    });
    expect(await all()).toEqual([]);
  });

  it('says that it stands already, whoever asks at the same moment', async () => {
    const replies = await Promise.all([1, 2, 3, 4].map(() => say('cloud-status --watch')));

    expect(await all()).toHaveLength(1);
    expect(replies.filter(({ text }) => text.startsWith('That stands already'))).toHaveLength(3);
  });

  it('takes another interval instead of a second message', async () => {
    await say('cloud-status --watch');

    const reply = await say('cloud-status --watch 10m');
    const same = await say('cloud-status --watch');

    expect(reply.text).toMatch(/every 10 min from now on/);
    expect(same.text).toMatch(/stands already.*every 10 min/);
    expect(await only()).toMatchObject({ everyMs: 10 * MINUTE_MS });
    expect(ticking.at(-1)).toMatchObject({ everyMs: 10 * MINUTE_MS });
  });

  it('is another one in another channel, and of another layer', async () => {
    await say('cloud-status --watch');
    await say('cloud-status --watch metal');
    await say('cloud-status --watch', { ...operator, channel: { id: 'C0TWO', name: 'two' } });

    expect(await all()).toHaveLength(3);
  });

  it('leaves another’s interval to those who may operate', async () => {
    await say('cloud-status --watch');

    const reply = await say('cloud-status --watch 1m', guest);

    expect(reply).toMatchObject({ error: true, text: expect.stringMatching(/You may not run things on/) });
    expect(await only()).toMatchObject({ everyMs: 5 * MINUTE_MS });
  });

  it('goes on after a pause, in the name of whoever asks for it then', async () => {
    await say('cloud-status --watch 10m');
    await world.schedules.change(await only(), (one) => ({
      ...one,
      paused: { at: '2026-11-23T12:00:00.000Z', why: 'x', isChannel: true },
    }));

    const reply = await say('cloud-status --watch', guest);

    expect(reply.text).toMatch(/goes on: Watch of .*every 10 min, in your name/);
    const { paused, by, groups, everyMs } = await only();
    expect({ paused, by, groups, everyMs }).toEqual({
      paused: undefined,
      by: guest.person,
      groups: [],
      everyMs: 10 * MINUTE_MS,
    });
  });

  it('has a limit for each environment', async () => {
    for (let index = 0; index < 10; index++) {
      await say('cloud-status --watch', { ...operator, channel: { id: 'C0TWO', name: `n${index}` } });
      await world.schedules.change((await all()).at(-1) as Schedule, (one) => ({
        ...one,
        removed: { at: 'x', by: one.by },
      }));
    }

    const reply = await say('cloud-status --watch');

    expect(reply).toMatchObject({ error: true, text: expect.stringMatching(/has 10 already/) });
  });
});

describe('/strata schedules', () => {
  it('lists what, where, how often, by whom, the last result and when it is next', async () => {
    await say('cloud-status --watch');
    await say('smoke-test metal quick --every 6h');
    const [watch, test] = await all();
    const last = {
      at: '2026-11-23T12:00:00.000Z',
      layers: [{ layer: 'metal', health: 'failure', summary: '' }],
    } as const;
    const tick = Date.parse('2026-11-23T12:00:00.000Z');
    await world.schedules.change(watch as Schedule, (one) => ({ ...one, last, tick }));
    await world.schedules.change(test as Schedule, (one) => ({
      ...one,
      skipped: { at: last.at, why: 'frozen by *lead*' },
    }));

    const { text } = await say('strata schedules');

    const name = world.environment;
    const dateOf = (seconds: number, time: string) =>
      `<!date^${seconds}^{date_short_pretty} {time}|2026-11-23 ${time} UTC>`;
    expect(text.split('\n')).toEqual([
      '*Schedules*',
      `✗ *${watch?.schedule}* Watch of ${name}, every 5 min in <#C0OPS>, by <@U1>: something failed at ${dateOf(1_795_435_200, '12:00')}; next ${dateOf(1_795_435_500, '12:05')}`,
      `· *${test?.schedule}* Smoke test of ${name} / metal, quick, every 6 h in <#C0OPS>, by <@U1>: not looked yet; left out the last time: frozen by \u200B*\u200Blead\u200B*\u200B`,
    ]);
  });

  it('says so when there is none', async () => {
    expect((await say('strata schedules')).text).toMatch(/^Nothing is watched/);
  });

  it('removes one by its number, once, and keeps who did', async () => {
    await say('cloud-status --watch');
    const { schedule: number } = await only();

    const replies = await Promise.all([
      say(`strata schedules remove ${number}`),
      say(`strata schedules rm #${number}`),
    ]);

    expect(replies.map(({ text }) => text).toSorted()).toEqual([
      expect.stringMatching(/^Finding schedule \d+: there is none/),
      expect.stringMatching(/^Schedule \d+ is removed: Watch of/),
    ]);
    expect(await only()).toMatchObject({ removed: { by: operator.person } });
    expect(ticking.at(-1)).toMatchObject({ removed: { by: operator.person } });
    expect((await kept()).filter((event) => event.includes('"unscheduled"'))).toHaveLength(1);
    expect((await say('strata schedules')).text).toMatch(/^Nothing/);
  });

  it('lets a new one be made at once where one was removed', async () => {
    await say('cloud-status --watch');
    const before = await only();
    await say(`strata schedules remove ${before.schedule}`);

    await say('cloud-status --watch');

    const numbers = (await all()).filter(({ removed }) => !removed).map(({ schedule }) => schedule);
    expect(numbers).toEqual([before.schedule + 1]);
  });

  it('lets people remove their own, and leaves others’ to those who may operate', async () => {
    await say('cloud-status --watch metal', guest);
    const own = await only();
    await say('cloud-status --watch');
    const other = (await all()).find(({ by }) => by.id === 'U1');

    const refused = await say(`strata schedules remove ${other?.schedule}`, guest);
    const removed = await say(`strata schedules remove ${own.schedule}`, guest);

    expect(refused).toMatchObject({ error: true, text: expect.stringMatching(/You may not run things on/) });
    expect(removed.text).toMatch(/is removed/);
  });

  it.each([
    ['strata schedules remove', /which schedule/],
    ['strata schedules remove x', /"x" is not the number of a schedule/],
    ['strata schedules remove 999999', /there is none/],
    ['strata schedules remove 1 2', /one word too many/],
  ])('refuses %j', async (line, why) => {
    expect(await say(line)).toMatchObject({ error: true, text: expect.stringMatching(why) });
  });

  it('is one button too, which means its own schedule and no other of that number', async () => {
    await say('cloud-status --watch');
    const { schedule: run, key } = await only();
    const click = { action: 'unschedule', caller: operator, origin } as const;

    const forged = await press({ ...click, click: { run, key: 'another' } }, deps);
    const meant = await press({ ...click, click: { run, key } }, deps);

    expect(forged).toMatchObject({ error: true, text: expect.stringMatching(/there is none/) });
    expect(meant).toMatchObject({ text: expect.stringMatching(/is removed/) });
  });

  it('removes at a terminal too', async () => {
    await say('cloud-status --watch');
    const { channel: _, ...person } = operator;
    const terminal = { kind: 'terminal', host: 'desk' } as const;

    const reply = await say(`schedules remove ${(await only()).schedule}`, person, terminal);

    expect(reply.text).toMatch(/is removed/);
  });
});
