import { describe, expect, it } from 'vitest';
import { SHORTCUT } from '#chat/thread/shortcut.ts';
import { layer } from '../../commands/world.ts';
import type { Message } from '../../../sandbox/workspace/state.ts';
import { asking, FAILED, LEAD, useScene, OPERATOR, type Scene } from '../world.ts';

const opened = useScene();
const open = (mode: 'Socket Mode' | 'HTTP' = 'Socket Mode', change: object = {}) =>
  opened(mode, { layers: [layer('metal')], ...change });

const ask = ({ workspace }: Scene, message: Message, who = 'operator') => workspace.as(who).shortcut(message, SHORTCUT);

/** What the modal of a person shows, once it fits. */
async function shown({ workspace }: Scene, shows: RegExp, who = 'operator'): Promise<string> {
  return workspace.waitFor(() => {
    const view = JSON.stringify(workspace.as(who).modal()?.given ?? '');
    return shows.test(view) && view;
  });
}

/** The buttons that a person is offered. */
function offered({ workspace }: Scene, who = 'operator'): string[] {
  const text = JSON.stringify(workspace.as(who).modal()?.given ?? '');
  return [...text.matchAll(/"action_id":"([\w-]+)"/g)].map(([, id = '']) => id);
}

describe.each(['Socket Mode', 'HTTP'] as const)('"Ask Strata" on a message of a run, by %s', (mode) => {
  it('offers what can be done now, on a reply as on the root, and does it', async () => {
    const here = await open(mode);
    const run = await here.run(...FAILED);
    const root = await here.rootOf(run, /failed/);
    const reply = await here.workspace.waitFor(() => here.workspace.thread(root.ts).find(({ ts }) => ts !== root.ts));

    expect(await ask(here, reply)).toMatchObject({ ok: true });
    await shown(here, /failed after/);
    expect(offered(here)).toEqual(['retry', 'as-text', 'full-picture']);
    await here.workspace.as('operator').dismiss();
    await ask(here, root);
    await shown(here, new RegExp(`Run #${run.number}`));
    await here.workspace.as('operator').pressModal('retry');

    await shown(here, /goes on from its first step that is not done/);
    expect((await here.world.view(run)).outcome).toBeUndefined();
  });

  it('asks for the name of what is destroyed, as the button in the thread does', async () => {
    const here = await open(mode);
    const run = await here.run(...asking({ needs: { others: 1, typed: 'metal' } }));
    await ask(here, await here.rootOf(run, /Approve/), 'lead');
    await shown(here, /"approve"/, 'lead');

    await here.workspace.as('lead').pressModal('approve');
    await shown(here, /Type metal, which this run destroys/, 'lead');
    await here.workspace.as('lead').submit({ answer: 'metal' });

    await expect.poll(async () => (await here.world.view(run)).approval?.by).toMatchObject([{ id: LEAD }]);
    expect(here.workspace.as('lead').modal()).toBeUndefined();
  });
});

describe('"Ask Strata"', () => {
  it('shows the report as text in the thread, to that person alone', async () => {
    const here = await open();
    const root = await here.rootOf(await here.run(...FAILED), /failed/);
    await ask(here, root);
    await shown(here, /as-text/);

    await here.workspace.as('operator').pressModal('as-text');

    const told = await here.workspace.waitFor(() =>
      here.workspace.channel('cloud-ops').messages.find(({ visible_to: to }) => to === OPERATOR),
    );
    expect(told).toMatchObject({ thread_ts: root.ts, text: expect.stringContaining('It failed') as string });
    await shown(here, /It comes into the thread, only for you/);
  });

  it('offers each person what is theirs to press: of a plan that waits', async () => {
    const people = { view: ['*'], operate: [], approve: [LEAD] };
    const here = await open('Socket Mode', { people });
    const root = await here.rootOf(await here.run(...asking()), /Approve/);

    await ask(here, root, 'lead');
    await shown(here, /deny/, 'lead');
    await ask(here, root);
    await shown(here, /deny/);

    expect(offered(here, 'lead')).toEqual(['approve', 'deny', 'tell']);
    // It is their own run: they may take it back, and approve it never.
    expect(offered(here)).toEqual(['deny', 'tell', 'stop-step']);
  });

  it('says of any other message what there is to ask for', async () => {
    const here = await open();
    await here.workspace.as('operator').type('Lunch?', { channel: 'cloud-ops' });

    await ask(here, here.workspace.channel('cloud-ops').messages[0]!);

    expect(await shown(here, /shows no run of Strata/)).toMatch(/\/strata show <run>|smoke-test/);
  });

  it('of a run that the person may not see says so, and it is kept', async () => {
    const here = await open('Socket Mode', { people: { view: [LEAD], operate: [LEAD], approve: [LEAD] } });
    const root = await here.rootOf(await here.run(...FAILED), /failed/);

    await ask(here, root);

    expect(await shown(here, /may not look at/)).not.toContain('retry');
    expect(await here.refusals()).toHaveLength(1);
  });

  it('by an outsider shows nothing of the run, and is kept', async () => {
    const here = await open();
    const root = await here.rootOf(await here.run(...FAILED), /failed/);

    await ask(here, root, 'outsider');

    expect(await shown(here, /only members of the workspace/, 'outsider')).not.toContain('#');
    expect(await here.refusals()).toHaveLength(1);
  });

  it('has a right that was taken meanwhile refused at the click', async () => {
    const here = await open();
    const run = await here.run(...FAILED);
    await ask(here, await here.rootOf(run, /failed/));
    await shown(here, /"retry"/);
    const people = { view: ['*'], operate: [LEAD], approve: [] };
    Object.assign(here.world.stack.environments[0] ?? {}, { people });

    await here.workspace.as('operator').pressModal('retry');

    await shown(here, /You may not run things/);
    expect((await here.world.view(run)).outcome).toBe('failed');
    expect(offered(here)).not.toContain('retry');
  });

  it('opens before anything was read, and says what went wrong when that fails', async () => {
    const here = await open();
    const root = await here.rootOf(await here.run(...FAILED), /failed/);
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined);
    Object.assign(here.deps, { journal: { ...here.deps.journal, read: () => promise } });

    const asked = ask(here, root);
    await shown(here, /Reading what there is/);
    reject(new Error('no store'));

    expect(await asked).toMatchObject({ ok: true });
    await shown(here, /a bug of Strata/);
  });

  it('leaves alone a modal that became another one meanwhile', async () => {
    const here = await open();
    const root = await here.rootOf(await here.run(...FAILED), /failed/);
    const { read } = here.deps.journal;
    const gate = Promise.withResolvers<void>();
    const slowly = (...args: Parameters<typeof read>) => gate.promise.then(() => read(...args));
    Object.assign(here.deps, { journal: { ...here.deps.journal, read: slowly } });
    await ask(here, root);
    await shown(here, /Reading what there is/);
    const { id } = here.workspace.as('operator').modal()!;
    here.workspace.replaceView(id, { title: { type: 'plain_text', text: 'Newer' } });

    gate.resolve();
    await expect.poll(() => here.workspace.calls.filter(({ method }) => method === 'views.update')).toHaveLength(1);
    await here.workspace.as('operator').type('/strata whoami', { channel: 'cloud-ops' });

    expect(await shown(here, /./)).toContain('Newer');
    expect(here.workspace.calls.filter(({ method }) => method === 'views.update')).toHaveLength(1);
  });

  it('forged or too old is not answered, and decides nothing', async () => {
    const here = await open();
    const run = await here.run(...FAILED);
    await ask(here, await here.rootOf(run, /failed/));
    await shown(here, /"retry"/);
    here.workspace.replaceView(here.workspace.as('operator').modal()!.id, { private_metadata: '{"run":"1"}' });

    expect(await here.workspace.as('operator').pressModal('retry')).toMatchObject({ ok: true });
    await here.workspace.as('operator').type('/strata whoami', { channel: 'cloud-ops' });

    expect((await here.world.view(run)).outcome).toBe('failed');
  });
});
