import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { asking, DIGEST, LEAD, useScene, OUTSIDER, SECRET, type Scene } from './world.ts';

const open = useScene();

/** A click of the team lead on "Approve", as Slack would post it. */
function clickOn(run: { number: number; key: string }, change: object = {}, value: object = {}): string {
  const payload = {
    type: 'block_actions',
    user: { id: LEAD, username: 'lead', team_id: 'T0STANDIN' },
    team: { id: 'T0STANDIN', domain: 'standin' },
    channel: { id: 'C0OPS', name: 'cloud-ops' },
    trigger_id: randomUUID(),
    response_url: 'http://127.0.0.1:9/none',
    actions: [
      {
        type: 'button',
        action_id: 'approve',
        block_id: 'row',
        action_ts: '1',
        value: JSON.stringify({ run: run.number, key: run.key, digest: DIGEST, ...value }),
      },
    ],
    ...change,
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** Posts a body with a signature that is right but for what is changed. Gives the HTTP status. */
async function post(
  { requestUrl }: Scene,
  body: string,
  { secret = SECRET, atMs = Date.now(), sent = body, unsigned = false } = {},
): Promise<number> {
  const at = String(Math.floor(atMs / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(unsigned ? {} : { 'x-slack-request-timestamp': at, 'x-slack-signature': signature }),
  };
  const { status } = await fetch(requestUrl, { method: 'POST', headers, body: sent });
  return status;
}

describe('a click over HTTP', () => {
  it.each([
    ['signed with another secret', { secret: 'guessed' }],
    ['that was signed six minutes ago', { atMs: Date.now() - 360_000 }],
    ['whose body is not what was signed', { sent: 'payload=%7B%7D' }],
    ['without a signature', { unsigned: true }],
  ])('%s is refused, and nothing is decided', async (_what, forged) => {
    const here = await open('HTTP');
    const run = await here.run(...asking());
    const { seq } = await here.world.view(run);

    expect(await post(here, clickOn(run), forged)).toBe(401);

    expect((await here.world.view(run)).seq).toBe(seq);
    expect(await post(here, clickOn(run))).toBe(200);
    await expect.poll(async () => (await here.world.view(run)).approval?.state).toBe('approved');
  });

  it('that is replayed with its signature counts once', async () => {
    const here = await open('HTTP');
    const run = await here.run(...asking({ needs: { others: 2 } }));
    const body = clickOn(run);
    const atMs = Date.now();

    for (let time = 0; time < 3; time++) expect(await post(here, body, { atMs })).toBe(200);

    await expect.poll(() => here.refusals()).toHaveLength(2);
    const { approval } = await here.world.view(run);
    expect(approval).toMatchObject({ state: 'asking', by: [{ id: LEAD }] });
  });

  it.each([
    ['of another plan', {}, { digest: 'e'.repeat(64) }, 'the plan has changed'],
    ['from another workspace', { team: { id: 'T0OTHERS' } }, {}, 'only members of the workspace'],
    ['of a person of another workspace', { user: { id: LEAD, team_id: 'T0OTHERS' } }, {}, 'only members'],
    ['of a person of no workspace', { user: { id: LEAD } }, {}, 'only members'],
  ])('%s is refused and kept', async (_what, change, value, why) => {
    const here = await open('HTTP');
    const run = await here.run(...asking());

    expect(await post(here, clickOn(run, change, value))).toBe(200);

    await expect.poll(() => here.refusals()).toEqual([expect.stringContaining(why)]);
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'asking', by: [] });
  });

  it.each([
    ['of a run of the same number elsewhere', { key: 'ffffffff' }],
    ['of a run that never was', { run: 99_999_999 }],
    ['with a value that is none of ours', { run: '1; DROP TABLE runs' }],
  ])('%s decides nothing', async (_what, value) => {
    const here = await open('HTTP');
    const run = await here.run(...asking());
    const { seq } = await here.world.view(run);

    expect(await post(here, clickOn(run, {}, value))).toBe(200);

    expect((await here.world.view(run)).seq).toBe(seq);
  });
});

describe.each(['Socket Mode', 'HTTP'] as const)('an outsider in a shared channel, by %s', (mode) => {
  const words = 'Strata answers only members of the workspace it is installed in.';

  it('is answered privately to a command, whatever it is, and it is kept', async () => {
    const here = await open(mode);

    for (const text of ['/strata help', `/smoke-test ${here.world.environment}`, '/strata whoami', '/nonsense']) {
      const answer = await here.workspace.as('outsider').type(text, { channel: 'cloud-ops' });
      expect(answer).toMatchObject({ ok: true, payload: { response_type: 'ephemeral', text: words } });
    }

    expect(await here.refusals()).toHaveLength(4);
    expect(await here.world.runs.recent(here.world.environment)).toEqual([]);
  });

  it.each(['approve', 'deny', 'tell', 'stop-step'])('decides nothing by the button "%s"', async (button) => {
    const here = await open(mode);
    const run = await here.run(...asking({ needs: { others: 1, typed: 'metal' } }));
    const { seq } = await here.world.view(run);

    await here.workspace.as('outsider').click(await here.rootOf(run, /Approve/), button);

    const told = await here.workspace.waitFor(() =>
      here.workspace.channel('cloud-ops').messages.find(({ visible_to: to }) => to === OUTSIDER.id),
    );
    expect(told.text).toBe(words);
    expect(here.workspace.as('outsider').modal()).toBeUndefined();
    expect(await here.refusals()).toEqual([expect.stringContaining(OUTSIDER.id)]);
    expect((await here.world.view(run)).seq).toBe(seq);
    expect((await here.world.gate.control(run)).stop).toBeUndefined();
  });
});

describe('a modal', () => {
  it('that Slack does not open leaves nobody waiting for it', async () => {
    const here = await open('Socket Mode');
    const run = await here.run(...asking());
    here.workspace.faults.set({ rateLimited: { 'views.open': 1 } });

    await here.workspace.as('lead').click(await here.rootOf(run, /Approve/), 'deny');

    const told = await here.workspace.waitFor(() =>
      here.workspace.channel('cloud-ops').messages.find(({ visible_to: to }) => to === LEAD),
    );
    expect(told.text).toContain('nothing was decided. Press the button again.');
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'asking' });
  });

  it('is not even opened for somebody who may not decide', async () => {
    const here = await open('Socket Mode', { people: { view: ['*'], operate: [], approve: [LEAD] } });
    const run = await here.run(...asking({ needs: { others: 1, typed: 'metal' } }));
    const root = await here.rootOf(run, /Approve/);

    await here.workspace.as('operator').click(root, 'approve');
    await expect.poll(() => here.refusals()).toHaveLength(1);
    await here.workspace.as('lead').click(root, 'approve');
    await here.workspace.waitFor(() => here.workspace.as('lead').modal());

    expect(here.workspace.as('operator').modal()).toBeUndefined();
  });

  it('of an approver who was removed meanwhile stays open with the refusal', async () => {
    const here = await open('Socket Mode', { people: { view: ['*'], operate: [], approve: [LEAD] } });
    const run = await here.run(...asking({ needs: { others: 1, typed: 'metal' } }));
    await here.workspace.as('lead').click(await here.rootOf(run, /Approve/), 'approve');
    await here.workspace.waitFor(() => here.workspace.as('lead').modal());
    const people = { view: ['*'], operate: [], approve: [] };
    Object.assign(here.world.stack.environments[0] ?? {}, { people });

    await here.workspace.as('lead').submit({ answer: 'metal' });

    expect(JSON.stringify(here.workspace.as('lead').modal()?.errors)).toContain('You may not approve');
    expect((await here.world.view(run)).approval).toMatchObject({ by: [] });
  });

  it('is answered in time when the store does not answer, and says that it may have counted', async () => {
    const here = await open('Socket Mode');
    const run = await here.run(...asking({ needs: { others: 1, typed: 'metal' } }));
    await here.workspace.as('lead').click(await here.rootOf(run, /Approve/), 'approve');
    await here.workspace.waitFor(() => here.workspace.as('lead').modal());
    const read = () => new Promise<never>(() => undefined);
    Object.assign(here.deps, { journal: { ...here.deps.journal, read } });

    const answer = await here.workspace.as('lead').submit({ answer: 'metal' });

    expect(answer.ok).toBe(true);
    expect(here.workspace.as('lead').modal()?.errors).toEqual({
      answer: expect.stringContaining('may have counted') as string,
    });
  });

  it('sent by somebody of another workspace decides nothing', async () => {
    const here = await open('HTTP');
    const run = await here.run(...asking({ needs: { others: 1, typed: 'metal' } }));
    const about = { run: run.number, key: run.key, digest: DIGEST, channel: { id: 'C0OPS', name: 'cloud-ops' } };
    const sent = {
      type: 'view_submission',
      team: { id: OUTSIDER.teamId },
      user: { id: LEAD, username: 'lead', team_id: OUTSIDER.teamId },
      view: {
        callback_id: 'approve',
        private_metadata: JSON.stringify(about),
        app_installed_team_id: 'T0STANDIN',
        state: { values: { answer: { text: { type: 'plain_text_input', value: 'metal' } } } },
      },
    };

    expect(await post(here, new URLSearchParams({ payload: JSON.stringify(sent) }).toString())).toBe(200);

    await expect.poll(() => here.refusals()).toEqual([expect.stringContaining('only members')]);
    expect((await here.world.view(run)).approval).toMatchObject({ by: [] });
  });
});

describe('a plan that no message shows whole', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `make server worker-${index}`);

  it('is read whole by whoever approves it, and agreed to there', async () => {
    const here = await open('Socket Mode');
    const run = await here.run(...asking({ judged: lines(70) }));
    const root = await here.rootOf(run, /Approve/);
    expect(JSON.stringify(root)).not.toContain('worker-69');

    await here.workspace.as('lead').click(root, 'approve');
    const modal = await here.workspace.waitFor(() => here.workspace.as('lead').modal());

    expect(JSON.stringify(modal)).toContain('worker-69');
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'asking', by: [] });
    await here.workspace.as('lead').submit({});
    await expect.poll(async () => (await here.world.view(run)).approval?.state).toBe('approved');
  });

  it('that destroys asks for the name under it', async () => {
    const here = await open('Socket Mode');
    const run = await here.run(...asking({ judged: lines(70), needs: { others: 1, typed: 'metal' } }));
    await here.workspace.as('lead').click(await here.rootOf(run, /Approve/), 'approve');
    const modal = await here.workspace.waitFor(() => here.workspace.as('lead').modal());
    expect(JSON.stringify(modal)).toContain('worker-69');

    await here.workspace.as('lead').submit({ answer: 'metall' });
    expect((await here.world.view(run)).approval).toMatchObject({ by: [] });
    await here.workspace.as('lead').submit({ answer: 'metal' });

    await expect.poll(async () => (await here.world.view(run)).approval?.state).toBe('approved');
  });

  it('and is too long for a modal too is agreed to by nobody in Slack, who hears what to do', async () => {
    const here = await open('Socket Mode');
    const run = await here.run(...asking({ judged: lines(3000) }));

    await here.workspace.as('lead').click(await here.rootOf(run, /Approve/), 'approve');

    const told = await here.workspace.waitFor(() =>
      here.workspace.channel('cloud-ops').messages.find(({ visible_to: to }) => to === LEAD),
    );
    expect(told.text).toContain('Ask for one layer at a time');
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'asking', by: [] });
  });
});
