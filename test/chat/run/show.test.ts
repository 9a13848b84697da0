import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunRef } from '#domain/run.ts';
import { openRecorder } from '#engine/recorder.ts';
import { noteOf } from '#words/tools.ts';
import type { Message } from '../../../sandbox/workspace/state.ts';
import { asking, DIGEST, LEAD, openScene, OPERATOR, type Scene } from '../world.ts';

const lead = { id: LEAD, name: 'lead' };
const operator = { id: OPERATOR, name: 'operator' };

let scene: Scene | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await scene?.close();
  scene = undefined;
});

async function open(...change: Parameters<typeof openScene> extends [unknown, ...infer T] ? T : never): Promise<Scene> {
  scene = await openScene('Socket Mode', ...change);
  return scene;
}

function said(message: Message | undefined): string {
  return JSON.stringify(message ?? '');
}

/** What stands in the thread of a run, once something of it fits. */
async function threadOf({ workspace }: Scene, root: Message, shows: RegExp): Promise<Message[]> {
  return workspace.waitFor(() => {
    const replies = workspace.thread(root.ts).filter(({ ts }) => ts !== root.ts);
    return replies.some((reply) => shows.test(said(reply))) ? replies : undefined;
  });
}

describe('a run that waits', () => {
  it('shows its place, behind whom, and how far that one is, as it goes', async () => {
    const here = await open();
    await here.startBot();
    const [, planned] = asking();
    const first = await here.run({ type: 'started', worker: 'w', attempt: 1 }, planned!);
    await here.write(first, { type: 'step-started', stepId: 'one' });
    const second = await here.run({ type: 'waiting', place: 1, behind: first.number, by: operator });
    const third = await here.run({ type: 'waiting', place: 2, behind: second.number, by: operator });

    await here.rootOf(second, new RegExp(`2nd, behind #${first.number} by operator, step 1 of 2`));
    await here.rootOf(third, new RegExp(`3rd, behind #${second.number} by operator, which waits too`));
    const done = { type: 'step-done', stepId: 'one', value: 1, found: false, tookMs: 5 } as const;
    await here.write(first, done, { type: 'step-started', stepId: 'two' });

    await here.rootOf(second, new RegExp(`2nd, behind #${first.number} by operator, step 2 of 2`));
  });
});

describe('a run that is long at one step', () => {
  it('shows how long, though nothing happens in it', async () => {
    const here = await open();
    await here.startBot();
    const [, planned] = asking();
    const run = await here.run({ type: 'started', worker: 'w', attempt: 1 }, planned!);
    await here.write(run, { type: 'step-started', stepId: 'one' });
    await here.rootOf(run, /step 1 of 2: /);

    vi.setSystemTime(Date.now() + 4 * 60_000);

    await here.rootOf(run, /step 1 of 2, 4 min: /);
  });
});

describe('a playbook of 1,500 tasks', () => {
  it('is told in fewer than 20 messages, which show where it is', async () => {
    const here = await open();
    await here.startBot();
    const [, planned] = asking();
    const run = await here.run({ type: 'started', worker: 'w', attempt: 1 }, planned!);
    const leaseMs = 60_000;
    const claim = await here.world.runs.claim(run, leaseMs);
    if (claim.kind !== 'held') throw new Error(`the run is ${claim.kind}`);
    const { journal } = here.world;
    const recorder = openRecorder({ journal, run, ...claim, leaseMs });

    await recorder.record({ type: 'step-started', stepId: 'one' });
    for (let task = 1; task <= 1500; task++) {
      const at = { play: Math.ceil(task / 150), plays: 10, playName: 'Join', task, taskName: `kubeadm : task ${task}` };
      recorder.note('one', noteOf({ ...at, retrying: task % 7 === 0 ? { host: 'node-5', left: 3 } : undefined }));
      if (task % 10 === 0) await sleep(10);
    }
    await here.rootOf(run, /play \d+ of 10, task \d+: kubeadm/);
    await recorder.record({
      type: 'step-failed',
      stepId: 'one',
      error: { code: 'TOOL', message: 'task 1500 failed' },
      tookMs: 9,
    });
    await recorder.record({ type: 'ended', outcome: 'failed', leftovers: [] });

    const root = await here.rootOf(run, /failed/);
    await threadOf(here, root, /What it left/);
    const { messages } = here.workspace.channel('cloud-ops');
    expect(messages.length).toBeLessThan(20);
    expect(said(root)).toContain('task 1500 failed');
  });
});

describe('a bot that starts', () => {
  function drawnAsBefore({ workspace, world }: Scene, run: RunRef, root: Message): Promise<unknown> {
    const body = { channel: root.channel, ts: root.ts, text: 'as an older version drew it', blocks: [] };
    const edited = fetch(`${workspace.apiUrl}chat.update`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-standin' },
      body: JSON.stringify(body),
    });
    const memory = `strata:{${world.environment}}:run:${run.number}:memory`;
    return Promise.all([edited, world.redis.hset(memory, 'root.drawn', 'otherwise')]);
  }

  it('draws open cards anew, so that those of an older version get its buttons', async () => {
    const here = await open();
    const stop = await here.startBot();
    const run = await here.run(...asking());
    const root = await here.rootOf(run, /"approve"/);
    await stop();
    await drawnAsBefore(here, run, root);
    expect(said(here.workspace.thread(root.ts)[0])).not.toContain('"approve"');

    await here.startBot();

    const again = await here.rootOf(run, /"approve".*"deny"/);
    expect(again.ts).toBe(root.ts);
  });

  it('leaves alone those that stand as it would draw them', async () => {
    const here = await open();
    const stop = await here.startBot();
    const run = await here.run(...asking());
    const root = await here.rootOf(run, /"approve"/);
    await threadOf(here, root, /waits for the approval/);
    await stop();
    const edits = () =>
      here.workspace.calls.filter(({ method, args }) => method === 'chat.update' && args['ts'] === root.ts).length;
    const before = edits();

    await here.startBot();
    const other = await here.run(...asking());
    await threadOf(here, await here.rootOf(other, /"approve"/), /waits for the approval/);

    expect(edits()).toBe(before);
  });
});

describe('a plan that a retried run asks for again', () => {
  it('calls the approvers anew, although it is the same, and tells both who had it go on of their yes', async () => {
    const here = await open();
    await here.startBot();
    const run = await here.run(...asking());
    const root = await here.rootOf(run, /"approve"/);
    const calls = (messages: readonly Message[]) => messages.filter((one) => /waits for the approval/.test(said(one)));
    await threadOf(here, root, /waits for the approval/);
    const [, , asked] = asking();
    if (!asked) throw new Error('nothing is asked');

    await here.write(run, { type: 'approved', by: { id: 'U0OTHER', name: 'other' }, digest: DIGEST });
    await threadOf(here, root, /so it goes on/);
    const error = { code: 'TOOL', message: 'exit code 2' };
    await here.write(run, { type: 'started', worker: 'w', attempt: 2 }, { type: 'step-started', stepId: 'one' });
    await here.write(run, { type: 'step-failed', stepId: 'one', error, tookMs: 5 });
    await here.write(run, { type: 'ended', outcome: 'failed', leftovers: [] });
    await here.rootOf(run, /"retry"/);
    await here.write(run, { type: 'retried', by: lead });
    await here.write(run, { type: 'started', worker: 'w', attempt: 3 }, asked);

    const shown = await here.rootOf(run, /<@U0LEAD> has it go on from where it ended; done so far: 0 of 2 steps/);
    await here.workspace.waitFor(() => calls(here.workspace.thread(shown.ts)).length === 2);
    await here.write(run, { type: 'approved', by: { id: 'U0OTHER', name: 'other' }, digest: DIGEST });
    await threadOf(here, root, new RegExp(`<@${OPERATOR}>, <@${LEAD}>: #${run.number} is approved`));
  });
});

describe('the requester', () => {
  it('is told once that it was approved, by whom', async () => {
    const here = await open();
    await here.startBot();
    const run = await here.run(...asking());
    const root = await here.rootOf(run, /"approve"/);

    await here.workspace.as('lead').click(root, 'approve');
    const told = `<@${OPERATOR}>: #${run.number} is approved by <@${LEAD}>, so it goes on when its turn comes.`;
    await threadOf(here, root, /so it goes on/);
    const started = { type: 'started', worker: 'w', attempt: 2 } as const;
    await here.write(run, started, { type: 'step-started', stepId: 'one' });
    await here.rootOf(run, /step 1 of 2/);

    const replies = here.workspace.thread(root.ts).filter((message) => said(message).includes(told));
    expect(replies).toHaveLength(1);
  });

  it.each([
    [
      'denied, by whom and why',
      { type: 'denied', by: lead, digest: DIGEST, reason: 'not on a Friday' },
      'denied by <@U0LEAD>: not on a Friday',
    ],
    ['not approved in time', { type: 'expired' }, 'nobody approved it in time'],
    ['stopped, by whom', { type: 'stop-asked', by: lead, stop: 'after-step' }, 'stopped by <@U0LEAD>'],
  ] as const)('is told once that it was %s', async (_what, event, words) => {
    const here = await open();
    await here.startBot();
    const run = await here.run(...asking());

    await here.write(run, event, { type: 'ended', outcome: 'cancelled', leftovers: [] });

    const root = await here.rootOf(run, /denied|not approved|cancelled/);
    const replies = await threadOf(here, root, /No step was begun/);
    const telling = replies.filter((message) => said(message).includes(`<@${OPERATOR}>`));
    expect(telling).toHaveLength(1);
    expect(said(telling[0])).toContain(words);
  });
});

describe('a broken glass', () => {
  it('is told to the whole channel and the approvers, once, and stands on the card for ever', async () => {
    const people = { view: ['*'], operate: ['*'], approve: [LEAD, 'S0LEADS'], breakGlass: [OPERATOR] };
    const here = await open({ people });
    await here.startBot();
    const run = await here.run(...asking());
    await here.rootOf(run, /"approve"/);

    const command = `/strata break-glass ${run.number} "nobody is awake" --plan ${DIGEST}`;
    await here.workspace.as('operator').type(command, { channel: 'cloud-ops' });

    const loud = await here.workspace.waitFor(() =>
      here.workspace.channel('cloud-ops').messages.find(({ text }) => text.startsWith('‼')),
    );
    expect(loud.thread_ts).toBeUndefined();
    expect(loud.visible_to).toBeUndefined();
    for (const part of ['nobody is awake', '<!here>', `<@${LEAD}>`, '<!subteam^S0LEADS>', `<@${OPERATOR}>`]) {
      expect(loud.text).toContain(part);
    }
    await here.write(run, { type: 'ended', outcome: 'succeeded', leftovers: [] });
    await here.rootOf(run, /done.*Break-glass\* by <@U0OPERATOR> at .*nobody is awake/);
    const alarms = here.workspace.channel('cloud-ops').messages.filter(({ text }) => text.startsWith('‼'));
    expect(alarms).toHaveLength(1);
  });
});

describe('the end of a run that was stopped', () => {
  it('says in which state each step was left', async () => {
    const here = await open();
    await here.startBot();
    const step = (id: string, more = {}) => ({ id, title: `Make ${id}`, layer: 'metal', ...more });
    const ids = ['network', 'router', 'server', 'volume', 'port'];
    const steps = ids.map((id) => step(id, id === 'server' ? { risk: 'a server half built' } : {}));
    const done = (stepId: string) => ({ type: 'step-done', stepId, value: 1, found: false, tookMs: 5 }) as const;
    const begun = (stepId: string) => ({ type: 'step-started', stepId }) as const;
    const error = (message: string) => ({ code: 'CANCELLED', message });
    const run = await here.run(
      { type: 'started', worker: 'w', attempt: 1 },
      { type: 'planned', summary: 'five things', risk: 'change', steps, facts: {} },
      ...[begun('network'), done('network'), begun('router'), done('router'), begun('server')],
      { type: 'stop-asked', by: lead, stop: 'now' },
      { type: 'step-failed', stepId: 'server', error: error('stopped by lead'), tookMs: 5 },
      { type: 'clean-up-started' },
      { type: 'undone', stepId: 'router', error: error('removing the router: 409 in use') },
      { type: 'undone', stepId: 'network' },
      { type: 'ended', outcome: 'cancelled', leftovers: [] },
    );

    const root = await here.rootOf(run, /cancelled/);
    const text = said(
      (await threadOf(here, root, /What it left/)).find((reply) => said(reply).includes('What it left')),
    );

    for (const line of [
      '✓ Make network: removed again',
      '✓ Make router: could not be removed: removing the router: 409 in use',
      '✗ Make server: stopped in the middle; can have left: a server half built',
      '· 2 steps were not begun',
      'stopped by <@U0LEAD>',
    ]) {
      expect(text).toContain(line);
    }
    expect(here.workspace.thread(root.ts).some((message) => said(message).includes('failed on'))).toBe(false);
  });
});
