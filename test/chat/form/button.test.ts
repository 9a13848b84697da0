import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { layer } from '../../commands/world.ts';
import type { Message } from '../../../sandbox/workspace/state.ts';
import { OPERATOR, OUTSIDER, type Scene, SECRET, useScene } from '../world.ts';

const opened = useScene();
const open = (mode: 'Socket Mode' | 'HTTP' = 'Socket Mode', change: object = {}) =>
  opened(mode, { layers: [layer('metal'), layer('cluster', 'kubernetes')], ...change });
const OPEN = 'open-form';

async function mention({ workspace }: Scene, text: string, thread?: string): Promise<Message> {
  await workspace.as('operator').type(text, { channel: 'cloud-ops', ...(thread === undefined ? {} : { thread }) });
  return workspace.waitFor(() =>
    workspace.channel('cloud-ops').messages.findLast(({ visible_to: to }) => to === OPERATOR),
  );
}

/** What the modal of the operator shows, once it fits. */
async function shown({ workspace }: Scene, shows: RegExp): Promise<string> {
  return workspace.waitFor(() => {
    const view = JSON.stringify(workspace.as('operator').modal()?.given ?? '');
    return shows.test(view) && view;
  });
}

const buttonsOf = ({ blocks = [] }: Message) => blocks.filter(({ type }) => type === 'actions');

/** A click as Slack would post it, whoever made it up. Gives the HTTP status. */
async function forge({ requestUrl }: Scene, change: object): Promise<number> {
  const payload = {
    ...{ type: 'block_actions', trigger_id: '1.made-up', token: 'x', api_app_id: 'A0' },
    ...{ team: { id: 'T0STANDIN' }, user: { id: OPERATOR, name: 'operator', team_id: 'T0STANDIN' } },
    ...{ channel: { id: 'C0OPS', name: 'cloud-ops' }, container: { type: 'message', is_ephemeral: true } },
    ...change,
  };
  const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const at = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', SECRET).update(`v0:${at}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...{ 'x-slack-request-timestamp': at, 'x-slack-signature': signature },
  };
  return (await fetch(requestUrl, { method: 'POST', headers, body })).status;
}

describe.each(['Socket Mode', 'HTTP'] as const)('a mention that leaves out what a form asks for, by %s', (mode) => {
  it('is answered with a button in its thread, which opens the form and starts the run', async () => {
    const here = await open(mode);
    const { ts: thread } = await here.rootOf(await here.run());
    const answer = await mention(here, '@strata deploy', thread);

    expect(answer).toMatchObject({
      thread_ts: thread,
      text: expect.stringMatching(/which layer\?.*Usage: /s) as string,
    });
    await here.workspace.as('operator').click(answer, OPEN);
    await shown(here, /"Show the plan, change nothing"/);
    expect(await here.workspace.as('operator').submit({})).toMatchObject({ ok: true });

    const [run] = await here.world.runs.recent(here.world.environment);
    const { request } = await here.world.view(run!);
    expect(request).toMatchObject({
      ...{ job: 'deploy', input: { isDryRun: true }, by: { id: OPERATOR } },
      origin: { kind: 'slack', channel: 'C0OPS' },
    });
  });
});

describe('the button of a form', () => {
  it('begins with the environment that was named', async () => {
    const here = await open();
    const answer = await mention(here, `@strata freeze ${here.world.environment}`);

    expect(JSON.stringify(buttonsOf(answer))).toContain(here.world.environment);
  });

  it.each([
    '@strata deploy nowhere',
    '@strata deploy metal --dry-run extra',
    '@strata whoami',
    '@strata resolve',
    '@strata deploy --dry-run',
  ])('does not stand under the answer to %s', async (text) => {
    const here = await open();

    expect(buttonsOf(await mention(here, text))).toEqual([]);
  });

  it('does not stand where the thread says which run is meant', async () => {
    const here = await open();
    const { ts: thread } = await here.rootOf(await here.run());

    expect(buttonsOf(await mention(here, '@strata show', thread))).toEqual([]);
  });

  it('is no right: who lost theirs since is refused, and that is kept', async () => {
    const here = await open();
    const answer = await mention(here, '@strata deploy');
    Object.assign(here.deps.stack.environments[0]!, { people: { view: ['*'], operate: [], approve: [] } });

    await here.workspace.as('operator').click(answer, OPEN);

    await shown(here, /You may not run things/);
    expect(await here.refusals()).toEqual([expect.stringContaining('/deploy') as string]);
  });

  it('opens one form, however often a click is delivered', async () => {
    const here = await open();
    const answer = await mention(here, '@strata deploy');
    here.workspace.faults.set({ duplicates: 3 });

    await here.workspace.as('operator').click(answer, OPEN);
    await shown(here, /"Show the plan, change nothing"/);
    await here.workspace.as('operator').dismiss();

    expect(here.workspace.as('operator').modal()).toBeUndefined();
  });

  it.each([
    ['of no form', { command: 'whoami', values: {} }],
    ['of no command', { command: 'constructor', values: {} }],
    ['with no words', { command: 'deploy', values: { environment: { toString: 1 } } }],
    ['that is none', 'deploy'],
  ])('is harmless %s', async (_what, value) => {
    const here = await open('HTTP');

    expect(await forge(here, { actions: [{ action_id: 'open-form', value: JSON.stringify(value) }] })).toBe(200);
    expect(await forge(here, { actions: [{ action_id: 'open-form', value: '{' }] })).toBe(200);

    expect((await mention(here, '@strata whoami')).text).toContain('You are');
    expect(await here.world.runs.recent(here.world.environment)).toEqual([]);
  });

  it('shows nothing of ours to somebody of another workspace', async () => {
    const here = await open('HTTP');
    const answer = await mention(here, '@strata deploy');
    const outsider = here.workspace.as(OUTSIDER.name);

    await outsider.click(answer, OPEN);

    const told = await here.workspace.waitFor(() => {
      const view = JSON.stringify(outsider.modal()?.given ?? '');
      return /Strata answers only/.test(view) && view;
    });
    expect(told).not.toContain(here.world.environment);
  });
});
