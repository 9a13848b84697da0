import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { layer } from '../../commands/world.ts';
import type { Message } from '../../../sandbox/workspace/state.ts';
import { asking, FAILED, LEAD, useScene, OPERATOR, OUTSIDER, SECRET, type Scene } from '../world.ts';

const opened = useScene();
const open = (mode: 'Socket Mode' | 'HTTP' = 'Socket Mode', change: object = {}) =>
  opened(mode, { layers: [layer('metal')], ...change });

const say = ({ workspace }: Scene, text: string, where: { thread?: string; who?: string } = {}) =>
  workspace
    .as(where.who ?? 'operator')
    .type(text, { channel: 'cloud-ops', ...(where.thread === undefined ? {} : { thread: where.thread }) });

/** What one person alone was told, once there is so much of it. */
async function told({ workspace }: Scene, count = 1, who = OPERATOR): Promise<readonly Message[]> {
  return workspace.waitFor(() => {
    const all = workspace.channel('cloud-ops').messages.filter(({ visible_to: to }) => to === who);
    return all.length >= count && all;
  });
}

const runsOf = ({ world }: Scene) => world.runs.recent(world.environment);

/** The event of a mention as Slack would post it, signed. Gives the HTTP status. */
async function post(
  { requestUrl, world }: Scene,
  change: object = {},
  { secret = SECRET, id = 'Ev1', ...wrapper }: { secret?: string; id?: string; is_ext_shared_channel?: boolean } = {},
): Promise<number> {
  const event = {
    type: 'app_mention',
    user: OPERATOR,
    text: '<@U0STANDIN> status',
    ts: '1.1',
    channel: 'C0OPS',
    ...change,
  };
  const outer = {
    type: 'event_callback',
    event_id: `${id}-${world.environment}`,
    team_id: 'T0STANDIN',
    event_time: 1,
    event,
    ...wrapper,
  };
  const body = JSON.stringify(outer);
  const at = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': at,
    'x-slack-signature': signature,
  };
  return (await fetch(requestUrl, { method: 'POST', headers, body })).status;
}

describe.each(['Socket Mode', 'HTTP'] as const)('in the thread of a run, by %s', (mode) => {
  it('a number that is left out means this run', async () => {
    const here = await open(mode);
    const run = await here.run(...FAILED);
    const other = await here.run();
    const { ts: thread } = await here.rootOf(run, /failed/);
    await here.rootOf(other);

    expect(await say(here, '@strata show', { thread })).toMatchObject({ ok: true });
    const [shown] = await told(here);
    await say(here, '@strata retry', { thread });
    const [, retried] = await told(here, 2);
    await say(here, '@strata cancel now', { thread });
    const [, , stopped] = await told(here, 3);

    expect(shown?.text).toMatch(new RegExp(`^\\*#${run.number} Drill\\*`));
    expect(retried?.text).toContain(`Run #${run.number} goes on from its first step that is not done.`);
    expect(stopped?.text).toBe(`Run #${run.number} stops now, then cleans up.`);
    expect([shown, retried, stopped].map((message) => message?.thread_ts)).toEqual([thread, thread, thread]);
    expect(await here.world.gate.control(run)).toMatchObject({ stop: { by: { id: OPERATOR }, stop: 'now' } });
    expect((await here.world.gate.control(other)).stop).toBeUndefined();
  });

  it('the lead approves it, once its plan was shown', async () => {
    const here = await open(mode);
    const run = await here.run(...asking());
    const { ts: thread } = await here.rootOf(run, /Approve/);

    await say(here, '@strata approve', { thread, who: 'lead' });
    const [plain] = await told(here, 1, LEAD);
    const [, digest = ''] = /--plan (\w+)/.exec(plain?.text ?? '') ?? [];
    expect((await here.world.view(run)).approval).toMatchObject({ by: [] });
    await say(here, `@strata approve --plan ${digest}`, { thread, who: 'lead' });

    await expect.poll(async () => (await here.world.view(run)).approval?.by).toMatchObject([{ id: LEAD }]);
    expect(plain?.text).toContain(`@strata approve ${run.number} --plan`);
  });
});

describe('a mention', () => {
  it('is an ordinary command outside of a thread, and makes its run in this channel', async () => {
    const here = await open();

    await say(here, '@strata status');

    const [run] = await expect
      .poll(() => runsOf(here))
      .toHaveLength(1)
      .then(() => runsOf(here));
    const { request } = await here.world.view(run!);
    expect(request).toMatchObject({ job: 'status', by: { id: OPERATOR }, origin: { kind: 'slack', channel: 'C0OPS' } });
    expect((await told(here))[0]).toMatchObject({ text: expect.stringContaining('is on its way') as string });
  });

  it('names another run by its number wherever it is', async () => {
    const here = await open();
    const [one, two] = [await here.run(...FAILED), await here.run(...FAILED)];
    const { ts: thread } = await here.rootOf(one, /failed/);

    await say(here, `@strata retry #${two.number}`, { thread });

    await expect.poll(async () => (await here.world.view(two)).outcome).toBeUndefined();
    expect((await here.world.view(one)).outcome).toBe('failed');
  });

  it.each([
    ['in a thread of something else', '@strata retry', 'which run? Give its number'],
    ['of nothing', '@strata', 'What you may do here'],
    ['of what is no command', '@strata retri', 'Did you mean "retry"?'],
    ['that does not begin the message', 'Did @strata cancel it?', 'A command begins with the mention'],
    ['with a word too many', '@strata show 1 please', 'one word too many'],
  ])('%s is answered, privately and in its thread', async (_what, text, answer) => {
    const here = await open();
    await say(here, 'Anybody here?');
    const { ts: thread } = here.workspace.channel('cloud-ops').messages[0]!;

    await say(here, text, { thread });

    const [message] = await told(here);
    expect(message).toMatchObject({ thread_ts: thread, text: expect.stringContaining(answer) as string });
    expect(await runsOf(here)).toEqual([]);
  });

  it('in the thread of a run says of help what it means there', async () => {
    const here = await open();
    const run = await here.run();
    const { ts: thread } = await here.rootOf(run);

    await say(here, '@strata help', { thread });

    expect((await told(here))[0]?.text).toMatch(
      new RegExp(`^In this thread .* means #${run.number}.*What you may do`, 's'),
    );
  });

  it('starts one run, though it is delivered twice and to two bots', async () => {
    const here = await open();
    await here.startBot();
    await expect.poll(() => here.workspace.connections()).toBeGreaterThanOrEqual(2);
    here.workspace.faults.set({ duplicates: 3 });

    for (let time = 0; time < 3; time++) await say(here, '@strata status');

    await told(here, 3);
    expect(await runsOf(here)).toHaveLength(3);
    expect(await told(here, 3)).toHaveLength(3);
  });

  it('that comes again later is not taken again', async () => {
    const here = await open('HTTP');
    const run = await here.run(...FAILED);

    for (let time = 0; time < 3; time++) {
      expect(await post(here, { text: `<@U0STANDIN> retry ${run.number}` })).toBe(200);
    }

    await told(here);
    const events = await here.world.journal.read(run);
    expect(events.filter(({ type }) => type === 'retried')).toHaveLength(1);
    expect(await told(here)).toHaveLength(1);
  });

  it.each([
    ['by a bot', { bot_id: 'B0OTHER' }],
    ['by the app itself', { user: 'U0STANDIN' }],
    ['by Slackbot, whom everybody can have say anything', { user: 'USLACKBOT' }],
    ['by nobody', { user: undefined }],
  ])('%s is not heard', async (_what, change) => {
    const here = await open('HTTP');

    expect(await post(here, change)).toBe(200);
    expect(await post(here, { text: '<@U0STANDIN> whoami' }, { id: 'Ev2' })).toBe(200);

    expect(await told(here)).toHaveLength(1);
    expect(await runsOf(here)).toEqual([]);
  });

  it('that was edited does nothing, and says so', async () => {
    const here = await open('HTTP');

    expect(await post(here, { edited: { user: OPERATOR, ts: '2.2' } })).toBe(200);

    expect((await told(here))[0]?.text).toContain('an edited message is no command');
    expect(await runsOf(here)).toEqual([]);
  });

  it.each([
    ['that names their workspace', { user_team: OUTSIDER.teamId }, {}],
    ['in a shared channel that names none', {}, { is_ext_shared_channel: true }],
    [
      'in a shared channel that names only where it was written',
      { team: 'T0STANDIN' },
      { is_ext_shared_channel: true },
    ],
  ])('by an outsider %s is refused and kept', async (_what, change, wrapper) => {
    const here = await open('HTTP');

    expect(await post(here, change, wrapper)).toBe(200);

    expect((await told(here))[0]?.text).toBe('Strata answers only members of the workspace it is installed in.');
    expect(await here.refusals()).toHaveLength(1);
    expect(await runsOf(here)).toEqual([]);
  });

  it('by a member in a channel that another workspace shares is one of ours', async () => {
    const here = await open('HTTP');

    expect(await post(here, { user_team: 'T0STANDIN' }, { is_ext_shared_channel: true })).toBe(200);

    await expect.poll(() => runsOf(here)).toHaveLength(1);
  });

  it('with a signature that is not Slack’s is turned away', async () => {
    const here = await open('HTTP');

    expect(await post(here, {}, { secret: 'guessed' })).toBe(401);
    expect(await post(here, { text: '<@U0STANDIN> whoami' }, { id: 'Ev2' })).toBe(200);

    expect(await told(here)).toHaveLength(1);
  });

  it('of somebody without the right is refused and kept', async () => {
    const here = await open('Socket Mode', { people: { view: ['*'], operate: [LEAD], approve: [] } });
    const run = await here.run(...FAILED);
    const { ts: thread } = await here.rootOf(run, /failed/);

    await say(here, '@strata retry', { thread });

    expect((await told(here))[0]?.text).toContain('You may not run things');
    expect(await here.refusals()).toEqual([expect.stringContaining(`@strata retry (#${run.number})`) as string]);
    expect((await here.world.view(run)).outcome).toBe('failed');
  });

  it('in a channel of no environment is refused', async () => {
    const here = await open('Socket Mode', { channels: ['#elsewhere'] });

    await say(here, '@strata status');

    expect((await told(here))[0]?.text).toContain('is not for this channel');
    expect(await runsOf(here)).toEqual([]);
  });

  it('starts its run though Slack takes no answer', async () => {
    const here = await open();
    here.workspace.faults.set({ rateLimited: { 'chat.postEphemeral': 1 } });

    await say(here, '@strata status');
    await expect.poll(() => runsOf(here)).toHaveLength(1);
    await say(here, '@strata whoami');

    expect(await told(here)).toMatchObject([{ text: expect.stringContaining('You are') as string }]);
  });

  it('asks once what the channel is called, and does nothing while Slack does not tell', async () => {
    const here = await open();
    here.workspace.faults.set({ rateLimited: { 'conversations.info': 1 } });

    await say(here, '@strata status');
    const [untold] = await told(here);
    for (let time = 2; time < 4; time++) {
      await say(here, '@strata whoami');
      await told(here, time);
    }

    expect(untold?.text).toContain('Slack did not tell which channel this is');
    expect(await runsOf(here)).toEqual([]);
    expect(here.workspace.calls.filter(({ method }) => method === 'conversations.info')).toHaveLength(2);
  });

  it('is answered though the store does not, and then starts nothing', async () => {
    const here = await open();
    Object.assign(here.deps, { runs: { ...here.deps.runs, get: () => new Promise<never>(() => undefined) } });

    await say(here, '@strata retry 7');

    expect((await told(here))[0]?.text).toContain('did not get an answer from its own store');
  });
});
