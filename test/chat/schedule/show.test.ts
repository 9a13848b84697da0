import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Schedule } from '#domain/schedule.ts';
import type { Message } from '../../../sandbox/workspace/state.ts';
import { after, reading, testing, timeOf, watching } from '../readings.ts';
import { openScene, OPERATOR, type Scene } from '../world.ts';

const scenes: Scene[] = [];
afterEach(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.close()));
});

const WELL = { metal: 'ok', cluster: 'ok' } as const;
const BAD = { ...WELL, metal: 'failure' } as const;

async function open() {
  const here = await openScene('Socket Mode');
  scenes.push(here);
  const { schedules, environment } = here.world;
  const { job, input, by, groups, team, channel, everyMs } = watching;
  const { schedule } = await schedules.add({ job, input, by, groups, team, channel, everyMs, environment });
  /** What a worker writes. */
  const write = (change: (one: Schedule) => Schedule) => schedules.change(schedule, change);
  const found = (...readings: Parameters<typeof after>[1][]) => write((one) => after(one, ...readings));
  const roots = () =>
    here.workspace.channel('cloud-ops').messages.filter(({ thread_ts: thread }) => thread === undefined);
  const root = (text: RegExp) => here.workspace.waitFor(() => roots().find((message) => text.test(said(message))));
  const board = (shows: RegExp) => root(new RegExp(`Watch of .*(?:${shows.source})`, 's'));
  const replies = (to: Message, text: RegExp) =>
    here.workspace.waitFor(() => {
      const all = here.workspace.thread(to.ts).slice(1);
      return all.some((message) => text.test(said(message))) && all;
    });
  return { here, schedule, write, found, roots, root, board, replies };
}

function said(message: Message): string {
  return `${message.text}\n${JSON.stringify(message.blocks ?? [])}`;
}

/** Every call of the methods so far. */
function calls({ workspace }: Scene, ...methods: readonly string[]): number {
  return workspace.calls.filter(({ method }) => methods.includes(method)).length;
}

describe('the message of a watch', () => {
  it('is one, pinned, and edited after each look', async () => {
    const { here, found, board, roots } = await open();
    await here.startBot();
    const first = await board(/first look/);
    await here.workspace.waitFor(() => roots()[0]?.pinned_to?.length === 1);

    await found(reading(0, WELL));
    const second = await board(/all well/);

    expect(second.ts).toBe(first.ts);
    expect(roots()).toHaveLength(1);
    expect(calls(here, 'pins.add')).toBe(1);
  });

  it('stays one through a restart, and with two bots', async () => {
    const { here, found, board, roots } = await open();
    const stop = await here.startBot();
    await here.startBot();
    await board(/first look/);
    await stop();
    await here.startBot();

    await found(reading(0, WELL));
    await board(/all well/);

    expect(roots()).toHaveLength(1);
  });

  it('is found again when the answer to posting it was lost', async () => {
    const { here, board, roots } = await open();
    here.workspace.faults.set({ lost: { 'chat.postMessage': 1 } });

    await here.startBot();
    await board(/first look/);
    await here.workspace.waitFor(() => roots()[0]?.pinned_to?.length === 1);

    expect(roots()).toHaveLength(1);
  });

  it('works without its pin where Slack refuses it', async () => {
    const { here, found, board, write } = await open();
    here.workspace.faults.set({ refused: { 'pins.add': 'not_pinnable' } });
    await here.startBot();
    await board(/first look/);

    await found(reading(0, WELL));
    await board(/all well/);
    await write((one) => ({ ...one, removed: { at: timeOf(5), by: one.by } }));
    const ended = await board(/ended by/);

    expect(ended.pinned_to ?? []).toEqual([]);
    expect(calls(here, 'pins.add')).toBe(1);
    expect(calls(here, 'pins.remove')).toBe(0);
  });

  it('is posted anew when a person deletes it, once', async () => {
    const { here, found, board, roots } = await open();
    await here.startBot();
    const first = await board(/first look/);
    here.workspace.delete(first.ts);
    await found(reading(0, WELL));
    const second = await board(/all well/);
    expect(second.ts).not.toBe(first.ts);

    here.workspace.delete(second.ts);
    await found(reading(5, BAD));
    await here.workspace.waitFor(() => roots().some((message) => said(message).includes('metal failed')));

    expect(roots().some((message) => message.text.startsWith('Watch of'))).toBe(false);
  });

  it('says who ended it, is no longer pinned, and is forgotten', async () => {
    const { here, board, write, schedule, roots } = await open();
    await here.startBot();
    await here.workspace.waitFor(() => roots()[0]?.pinned_to?.length === 1);

    await write((one) => ({ ...one, removed: { at: timeOf(5), by: { id: OPERATOR, name: 'operator' } } }));

    const message = await board(/ended by <@U0OPERATOR>/);
    expect(said(message)).not.toContain('unschedule');
    await here.workspace.waitFor(() => roots()[0]?.pinned_to?.length === 0);
    await expect.poll(() => here.world.schedules.list(here.world.environment)).toEqual([]);
    expect(
      await here.world.redis.exists(`strata:{${here.world.environment}}:schedule:${schedule.schedule}:memory`),
    ).toBe(0);
  });

  it('tells the maker, once, that it is paused', async () => {
    const { here, board, write, replies } = await open();
    await here.startBot();
    await board(/first look/);

    await write((one) => ({
      ...one,
      paused: { at: timeOf(5), why: 'whoever asked for it may no longer', isChannel: false },
    }));

    const message = await board(/paused: whoever asked/);
    const told = await replies(message, /<@U0OPERATOR>: Watch of .* is paused/);
    expect(told).toHaveLength(1);
  });

  it('pauses the schedule when its channel is gone, and leaves the others alone', async () => {
    const { here, board, schedule } = await open();
    const { world } = here;
    const elsewhere = { id: 'C0GONE', name: 'gone' };
    const { job, input, by, groups, team, everyMs } = watching;
    const { schedule: lost } = await world.schedules.add({
      job,
      input,
      by,
      groups,
      team,
      everyMs,
      channel: elsewhere,
      environment: world.environment,
    });

    await here.startBot();
    await board(/first look/);

    await expect
      .poll(() => world.schedules.list(world.environment))
      .toMatchObject([
        { schedule: schedule.schedule },
        { schedule: lost.schedule, paused: { why: 'channel_not_found', isChannel: true } },
      ]);
    const stands = (await world.schedules.list(world.environment))[0];
    expect(stands?.paused).toBeUndefined();
  });

  it.each([
    ['was archived', { archived: ['cloud-ops'] }, 'is_inactive'],
    ['the bot was removed from', { withoutBot: ['cloud-ops'] }, 'channel_not_found'],
  ])('pauses the schedule whose channel %s, and asks Slack for nothing more', async (_how, fault, why) => {
    const { here, found, board } = await open();
    const { schedules, environment } = here.world;
    await here.startBot();
    await board(/first look/);

    here.workspace.faults.set(fault);
    await found(reading(0, WELL));

    await expect.poll(() => schedules.list(environment)).toMatchObject([{ paused: { why, isChannel: true } }]);
    const asked = calls(here, 'chat.update', 'chat.postMessage');
    await found(reading(5, BAD));
    await sleep(300);
    expect(calls(here, 'chat.update', 'chat.postMessage')).toBe(asked);
  });

  it('ends by its button, for whoever may', async () => {
    const { here, board } = await open();
    await here.startBot();
    const message = await board(/first look/);

    const answer = await here.workspace.as('operator').click(message, 'unschedule');

    expect(answer.ok).toBe(true);
    await board(/ended by <@U0OPERATOR>/);
  });

  it('has the groups of its maker kept, as Slack names them', async () => {
    const { here, board, write, schedule } = await open();
    await write((one) => ({ ...one, groups: ['S0OLD'] }));

    await here.startBot();
    await board(/first look/);

    await expect.poll(async () => (await here.world.schedules.list(here.world.environment))[0]?.groups).toEqual([]);
    expect(schedule.groups).toEqual([]);
  });
});

describe('a layer that turns bad', () => {
  it('is told once in the channel, and closed in its thread, through restarts of the bot', async () => {
    const { here, found, root, replies, roots } = await open();
    let stop = await here.startBot();
    await found(reading(0, WELL));
    await found(reading(5, BAD));
    const incident = await root(/metal failed.*Likely cause/s);
    await stop();
    stop = await here.startBot();
    await found(reading(10, BAD));
    await stop();
    await found(reading(17, WELL));
    await here.startBot();

    const over = await root(/metal failed: healed after 12 min/);
    const told = await replies(incident, /well again, after 12 min/);

    expect(over.ts).toBe(incident.ts);
    expect(told).toHaveLength(1);
    expect(roots()).toHaveLength(2);
  });

  it('is told once when the answer to its message was lost', async () => {
    const { here, found, root, board, roots } = await open();
    await here.startBot();
    await found(reading(0, WELL));
    await board(/all well/);
    here.workspace.faults.set({ lost: { 'chat.postMessage': 1 } });

    await found(reading(5, BAD));
    await root(/metal failed/);
    await found(reading(10, WELL));
    await root(/healed after 5 min/);

    expect(roots()).toHaveLength(2);
  });

  it('is closed in its thread though the bot that told it died before it knew so', async () => {
    const { here, found, root, replies, schedule } = await open();
    const stop = await here.startBot();
    await found(reading(0, BAD));
    const incident = await root(/metal failed/);
    await stop();
    const key = `strata:{${here.world.environment}}:schedule:${schedule.schedule}:memory`;
    await here.world.redis.hdel(key, 'incident-1.ts', 'incident-1.channel', 'incident-1.drawn');
    await found(reading(5, WELL));

    await here.startBot();

    expect(await replies(incident, /well again, after 5 min/)).toHaveLength(1);
  });

  it('is not told when it came and went while no bot was there', async () => {
    const { here, found, board, roots } = await open();
    await found(reading(0, BAD));
    await found(reading(5, WELL));

    await here.startBot();
    await board(/all well/);
    await found(reading(60, { ...WELL, cluster: 'failure' }));
    await here.workspace.waitFor(() => roots().some((message) => said(message).includes('cluster failed')));

    expect(roots()).toHaveLength(2);
  });

  it('is told as it is now, without what happened before a bot was there to tell', async () => {
    const { here, found, root, replies } = await open();
    await found(reading(0, { ...WELL, metal: 'warning' }));
    await found(reading(5, BAD));

    await here.startBot();
    const incident = await root(/metal failed/);
    await found(reading(10, WELL));

    expect(await replies(incident, /well again/)).toHaveLength(1);
  });

  it('is forgotten when its record is', async () => {
    const { here, found, root, write, schedule } = await open();
    await here.startBot();
    await found(reading(0, BAD));
    await root(/metal failed/);
    await found(reading(5, WELL));
    await root(/healed after 5 min/);

    await write((one) => ({ ...after(one, reading(60, { ...WELL, cluster: 'failure' })), incidents: [] }));

    const key = `strata:{${here.world.environment}}:schedule:${schedule.schedule}:memory`;
    const facts = async () => (await here.world.redis.hkeys(key)).filter((name) => name.startsWith('incident'));
    await expect.poll(facts).toEqual([]);
  });

  it('keeps its thread when it is soon back, and when it gets worse', async () => {
    const { here, found, root, replies, roots } = await open();
    await here.startBot();
    await found(reading(0, { ...WELL, metal: 'warning' }));
    const incident = await root(/metal needs a look/);
    await found(reading(5, BAD));
    await replies(incident, /It got worse/);
    await found(reading(10, WELL));
    await replies(incident, /well again/);

    await found(reading(15, BAD));
    const told = await replies(incident, /It is back/);

    expect(told).toHaveLength(3);
    expect(roots()).toHaveLength(2);
  });

  it('is said no more about when its message was deleted', async () => {
    const { here, found, root, roots, board } = await open();
    await here.startBot();
    await found(reading(0, BAD));
    const incident = await root(/lab.*: metal failed/);
    here.workspace.delete(incident.ts);

    await found(reading(5, WELL));
    await board(/all well/);
    await found(reading(60, { ...WELL, cluster: 'failure' }));
    await root(/cluster failed/);

    expect(roots().some((message) => said(message).includes('metal failed'))).toBe(false);
    expect(here.workspace.thread(incident.ts)).toEqual([]);
  });
});

describe('a scheduled smoke test', () => {
  it('shows its run by private buttons, and posts no message of the run', async () => {
    const here = await openScene('Socket Mode');
    scenes.push(here);
    const { world, workspace } = here;
    const { environment } = world;
    const { job, input, by, groups, team, channel, everyMs } = testing;
    const { schedule } = await world.schedules.add({ job, input, by, groups, team, channel, everyMs, environment });
    const origin = { kind: 'schedule', schedule: schedule.schedule, team, channel: channel.id } as const;
    const run = await world.ask({ origin });
    await here.write(run, { type: 'ended', outcome: 'failed', leftovers: [] });
    await world.schedules.change(schedule, (one) => after(one, reading(0, { cluster: 'failure' }, { run })));

    await here.startBot();

    const all = () => workspace.channel('cloud-ops').messages;
    const incident = await workspace.waitFor(() => all().find((message) => said(message).includes('cluster failed')));
    expect(said(incident)).toContain('full-picture');
    await expect.poll(() => world.runs.unshown(environment)).toEqual([]);
    expect(all()).toHaveLength(2);
    expect(all().some(({ pinned_to: pinned }) => pinned !== undefined)).toBe(false);
  });
});
