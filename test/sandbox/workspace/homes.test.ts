import type { App } from '@slack/bolt';
import type { HomeView } from '@slack/types';
import { afterEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import { freePort } from '../../../scripts/redis.ts';
import { clientOf, openWorkspace, OPERATOR, OPS, overHttp, overSockets, refusalOf } from './world.ts';

const words = (text: string) => ({ type: 'plain_text' as const, text });
const GO = { type: 'button' as const, action_id: 'go', value: '7', text: words('Go') };
const viewOf = (count = 1): HomeView => ({
  type: 'home',
  private_metadata: 'mine',
  blocks: [
    ...Array.from({ length: count - 1 }, () => ({ type: 'divider' as const })),
    { type: 'actions', block_id: 'row', elements: [GO] },
  ],
});

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function world(...[options]: Parameters<typeof openWorkspace>): Promise<Workspace> {
  const workspace = await openWorkspace(options);
  open.push(() => workspace.close());
  return workspace;
}

describe.each(['Socket Mode', 'signed requests'])('App Home by %s', (mode) => {
  async function listening(listen: (app: App) => void): Promise<Workspace> {
    const port = await freePort();
    const http = { requestUrl: `http://127.0.0.1:${port}/slack/events` };
    const workspace = await world(mode === 'Socket Mode' ? {} : http);
    open.push(await (mode === 'Socket Mode' ? overSockets(workspace, listen) : overHttp(workspace, { port }, listen)));
    return workspace;
  }

  it('tells the app who came to which tab, with what was published before', async () => {
    const seen: unknown[] = [];
    const workspace = await listening((app) => {
      app.event('app_home_opened', async ({ event, body, client }) => {
        seen.push({ user: event.user, tab: event.tab, view: event.view?.private_metadata, team: body.team_id });
        await client.views.publish({ user_id: event.user, view: viewOf() });
      });
    });

    expect(await workspace.as('operator').openHome()).toMatchObject({ ok: true });
    await workspace.waitFor(() => workspace.as('operator').home());
    await workspace.as('operator').openHome('messages');
    await workspace.as('operator').openHome();

    await expect.poll(() => seen).toHaveLength(3);
    expect(seen).toEqual([
      { user: OPERATOR, tab: 'home', view: undefined, team: 'T0STANDIN' },
      { user: OPERATOR, tab: 'messages', view: undefined, team: 'T0STANDIN' },
      { user: OPERATOR, tab: 'home', view: 'mine', team: 'T0STANDIN' },
    ]);
    expect(workspace.as('guest').home()).toBeUndefined();
  });

  it('brings a click without a channel or an address for the answer, with what opens a modal', async () => {
    const seen: unknown[] = [];
    const workspace = await listening((app) => {
      app.action('go', async ({ body, ack, client }) => {
        await ack();
        const { channel, response_url: address, trigger_id: trigger, view, actions } = body as never;
        seen.push({ channel, address, view: (view as { type: string }).type, actions });
        const modal = { type: 'modal' as const, title: words('Yes'), blocks: [{ type: 'divider' as const }] };
        await client.views.open({ trigger_id: trigger, view: modal });
      });
    });
    await clientOf(workspace).views.publish({ user_id: OPERATOR, view: viewOf() });

    expect(await workspace.as('operator').press('go')).toMatchObject({ ok: true });

    await workspace.waitFor(() => workspace.as('operator').modal());
    expect(seen).toMatchObject([
      { channel: undefined, address: undefined, view: 'home', actions: [{ value: '7', block_id: 'row' }] },
    ]);
  });
});

describe('views.publish', () => {
  it('gives each view a new hash, and refuses one that was published over', async () => {
    const workspace = await world();
    const client = clientOf(workspace);
    const first = await client.views.publish({ user_id: OPERATOR, view: viewOf() });
    const hash = first.view?.hash ?? '';
    await client.views.publish({ user_id: OPERATOR, view: viewOf(2), hash });

    const refused = await refusalOf(client.views.publish({ user_id: OPERATOR, view: viewOf(3), hash }));

    expect(refused.error).toBe('hash_conflict');
    expect(workspace.as('operator').home()?.given['blocks']).toHaveLength(2);
  });

  it('holds a view to the limits of a home', async () => {
    const client = clientOf(await world());
    const publish = (view: HomeView, user = OPERATOR) => refusalOf(client.views.publish({ user_id: user, view }));

    expect(await publish(viewOf(101))).toMatchObject({ error: 'invalid_arguments' });
    const large = Array.from({ length: 95 }, () => ({
      ...{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: 'x'.repeat(2900) } },
    }));
    expect(await publish({ type: 'home', blocks: large })).toMatchObject({ error: 'view_too_large' });
    expect(await publish(viewOf(), 'U0NOBODY')).toMatchObject({ error: 'invalid_arguments' });
    const modal = { type: 'modal' as const, title: words('No'), blocks: [] };
    expect(await refusalOf(client.views.publish({ user_id: OPERATOR, view: modal }))).toMatchObject({
      error: 'invalid_arguments',
    });
  });

  it('takes inputs, which a home has without a button that submits', async () => {
    const workspace = await world();
    const element = { type: 'plain_text_input' as const, action_id: 'text' };
    const view: HomeView = { type: 'home', blocks: [{ type: 'input', label: words('Why?'), element }] };

    await clientOf(workspace).views.publish({ user_id: OPERATOR, view });

    expect(workspace.as('operator').home()?.given['blocks']).toHaveLength(1);
  });

  it('is refused where the manifest turns the Home tab off', async () => {
    const workspace = await world({ homeTab: false });

    const refused = await refusalOf(clientOf(workspace).views.publish({ user_id: OPERATOR, view: viewOf() }));

    expect(refused.error).toBe('not_enabled');
  });
});

it('users.conversations lists the channels that a person is in', async () => {
  const channels = [
    { id: OPS, name: 'cloud-ops' },
    { id: 'C0FEW', name: 'few', members: ['U0GUEST'] },
  ];
  const client = clientOf(await world({ channels }));

  const mine = await client.users.conversations({ user: OPERATOR });
  const theirs = await client.users.conversations({ user: 'U0GUEST' });

  expect(mine.channels?.map(({ name }) => name)).toEqual(['cloud-ops']);
  expect(theirs.channels?.map(({ name }) => name)).toEqual(['cloud-ops', 'few']);
});
