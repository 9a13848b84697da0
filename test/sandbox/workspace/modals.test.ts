import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { afterEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import { freePort } from '../../../scripts/redis.ts';
import { OPERATOR, clientOf, openWorkspace, OPS, overHttp, overSockets, refusalOf, say } from './world.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const VIEW: ModalView = {
  type: 'modal',
  callback_id: 'deny',
  private_metadata: '{"run":7}',
  title: plain('Deny'),
  submit: plain('Deny'),
  close: plain('Back'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'answer',
      label: plain('Why not?'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true, max_length: 40 },
    },
  ],
};
const BUTTON = { type: 'button', action_id: 'deny', value: '7', text: plain('Deny') };

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

describe.each(['Socket Mode', 'signed requests'])('a modal by %s', (mode) => {
  /** An app whose button opens the modal, and that takes no reason but a good one. */
  async function world(): Promise<{ workspace: Workspace; sent: unknown[]; closed: unknown[] }> {
    const [sent, closed]: [unknown[], unknown[]] = [[], []];
    const listen = (app: App) => {
      app.action('deny', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: (body as { trigger_id: string }).trigger_id, view: VIEW });
      });
      app.view({ callback_id: 'deny', type: 'view_submission' }, async ({ ack, view, body }) => {
        sent.push({ user: body.user.id, team: body.team?.id, about: view.private_metadata, values: view.state.values });
        const reason = view.state.values['answer']?.['text']?.value;
        await (reason === 'because'
          ? ack({ response_action: 'errors', errors: { answer: 'A better one, please.' } })
          : ack());
      });
      app.view({ callback_id: 'deny', type: 'view_closed' }, async ({ ack, body }) => {
        await ack();
        closed.push(body.user.id);
      });
    };
    const port = await freePort();
    const http = { requestUrl: `http://127.0.0.1:${port}/slack/events` };
    const workspace = await openWorkspace(mode === 'Socket Mode' ? {} : http);
    open.push(() => workspace.close());
    open.push(await (mode === 'Socket Mode' ? overSockets(workspace, listen) : overHttp(workspace, { port }, listen)));
    await say(clientOf(workspace), { channel: OPS, text: 'A run', blocks: [{ type: 'actions', elements: [BUTTON] }] });
    const [message] = workspace.channel('cloud-ops').messages;
    if (!message) throw new Error('no message');
    await workspace.as('operator').click(message, 'deny');
    await workspace.waitFor(() => workspace.as('operator').modal());
    return { workspace, sent, closed };
  }

  it('opens for the one who clicked, is sent with what was written, and closes', async () => {
    const { workspace, sent } = await world();
    expect(workspace.as('guest').modal()).toBeUndefined();

    const answer = await workspace.as('operator').submit({ answer: 'not on a Friday' });

    expect(answer.ok).toBe(true);
    const values = { answer: { text: { type: 'plain_text_input', value: 'not on a Friday' } } };
    expect(sent).toEqual([{ user: OPERATOR, team: 'T0STANDIN', about: '{"run":7}', values }]);
    expect(workspace.as('operator').modal()).toBeUndefined();
  });

  it('stays open with what the app finds wrong', async () => {
    const { workspace, sent } = await world();

    await workspace.as('operator').submit({ answer: 'because' });

    expect(workspace.as('operator').modal()).toMatchObject({ errors: { answer: 'A better one, please.' } });
    await workspace.as('operator').submit({ answer: 'the disks are full' });
    expect(workspace.as('operator').modal()).toBeUndefined();
    expect(sent).toHaveLength(2);
  });

  it('does not reach the app unfilled or too long', async () => {
    const { workspace, sent } = await world();

    await workspace.as('operator').submit({});
    expect(workspace.as('operator').modal()?.errors).toEqual({ answer: 'Please complete this required field.' });
    await workspace.as('operator').submit({ answer: 'x'.repeat(41) });

    expect(workspace.as('operator').modal()?.errors).toEqual({ answer: 'Use at most 40 characters.' });
    expect(sent).toEqual([]);
  });

  it('tells the app when it is closed, if that wants to know', async () => {
    const { workspace, sent, closed } = await world();

    await workspace.as('operator').dismiss();

    expect({ sent, closed }).toEqual({ sent: [], closed: [OPERATOR] });
    expect(workspace.as('operator').modal()).toBeUndefined();
  });
});

describe('views.open', () => {
  it.each([
    ['no title', { title: undefined }, 'invalid_blocks'],
    ['a title of 25 characters', { title: plain('x'.repeat(25)) }, 'invalid_arguments'],
    ['metadata of 3001 characters', { private_metadata: 'x'.repeat(3001) }, 'invalid_arguments'],
    ['101 blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }, 'invalid_arguments'],
    ['an input without submit', { submit: undefined }, 'invalid_blocks'],
    ['a home tab', { type: 'home' }, 'invalid_arguments'],
  ])('refuses %s, and the trigger is used up', async (_what, change, error) => {
    const workspace = await openWorkspace();
    open.push(() => workspace.close());
    let trigger = '';
    open.push(
      await overSockets(workspace, (app) =>
        app.command('/strata', async ({ ack, body }) => {
          trigger = body.trigger_id;
          await ack();
        }),
      ),
    );
    await workspace.as('operator').type('/strata', { channel: 'cloud-ops' });
    const client = clientOf(workspace);
    const call = client.apiCall('views.open', { trigger_id: trigger, view: { ...VIEW, ...change } });

    expect((await refusalOf(call)).error).toBe(error);
    const again = client.apiCall('views.open', { trigger_id: trigger, view: VIEW });
    expect((await refusalOf(again)).error).toBe('exchanged_trigger_id');
  });
});

describe('a message for one member alone', () => {
  it('goes to the two of them, by the id of the member', async () => {
    const workspace = await openWorkspace();
    open.push(() => workspace.close());
    const client = clientOf(workspace);

    const { channel, ts } = await say(client, { channel: OPERATOR, text: 'Run #7 goes on now.' });

    expect(channel).toBe(`D${OPERATOR.slice(1)}`);
    await client.chat.update({ channel: channel ?? '', ts: ts ?? '', text: 'Run #7 is over.' });
    expect(workspace.channel(channel ?? '').messages).toMatchObject([{ text: 'Run #7 is over.' }]);
    const { channels } = await client.conversations.list();
    expect(channels?.map(({ id }) => id)).not.toContain(channel);
    expect((await refusalOf(say(client, { channel: 'U0NOBODY', text: 'x' }))).error).toBe('channel_not_found');
  });
});

describe('a modal with menus', () => {
  const option = (value: string) => ({ text: plain(value), value });
  const menu = { type: 'static_select' as const, action_id: 'pick', options: [option('a'), option('b')] };
  const number = { type: 'number_input' as const, action_id: 'n', is_decimal_allowed: false, min_value: '1' };
  const view = (element: object, more: object = {}) =>
    ({
      ...VIEW,
      blocks: [{ type: 'input', block_id: 'asked', label: plain('Which?'), element, ...more }],
    }) as ModalView;

  /** An app that opens this one at a click, and keeps what comes of it. */
  async function world(given: ModalView) {
    const came: unknown[] = [];
    const searched: unknown[] = [];
    const workspace = await openWorkspace();
    open.push(() => workspace.close());
    const listen = (app: App) => {
      app.options('pick', async ({ ack, body }) => {
        searched.push(body);
        const count = body.value === 'too many' ? 101 : 2;
        await ack({ options: Array.from({ length: count }, (_, index) => option(`${body.value}-${index + 1}`)) });
      });
      app.action('deny', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: (body as { trigger_id: string }).trigger_id, view: given });
      });
      app.action('pick', async ({ ack, body }) => {
        await ack();
        const { actions, view: shown } = body as unknown as { actions: object[]; view: { state: object } };
        came.push({ action: actions[0], state: shown.state });
      });
      app.view('deny', async ({ ack, view: { state } }) => {
        await ack();
        came.push(state.values);
      });
    };
    open.push(await overSockets(workspace, listen));
    await say(clientOf(workspace), { channel: OPS, text: 'A run', blocks: [{ type: 'actions', elements: [BUTTON] }] });
    await workspace.as('operator').click(workspace.channel('cloud-ops').messages[0]!, 'deny');
    await workspace.waitFor(() => workspace.as('operator').modal());
    return { workspace, came, searched, operator: workspace.as('operator') };
  }

  it('tells the app of a choice at once where it asked for it, and of nothing else', async () => {
    const telling = await world(view(menu, { dispatch_action: true }));
    await telling.operator.choose('asked', 'b');
    const quiet = await world(view(menu));
    await quiet.operator.choose('asked', 'b');

    expect(telling.came).toMatchObject([
      {
        action: { type: 'static_select', action_id: 'pick', block_id: 'asked', selected_option: option('b') },
        state: { values: { asked: { pick: { selected_option: option('b') } } } },
      },
    ]);
    expect(quiet.came).toEqual([]);
    await expect(quiet.operator.choose('asked', 'c')).rejects.toThrow('no_such_choice');
  });

  it('sends what was set at first where nobody chose', async () => {
    const { came, operator } = await world(view({ ...menu, initial_option: option('a') }));

    await operator.submit({});

    expect(came).toMatchObject([{ asked: { pick: { selected_option: option('a') } } }]);
  });

  it.each(['0', '1.5', 'x', ''])('holds the number %j back', async (value) => {
    const { came, operator } = await world(view(number));

    await operator.submit({ asked: value });

    expect(operator.modal()?.errors).toHaveProperty('asked');
    expect(came).toEqual([]);
  });

  it('is replaced by its app while it is open, and not after', async () => {
    const { workspace, operator } = await world(view(menu));
    const id = operator.modal()!.id;
    const client = clientOf(workspace);

    await client.views.update({ view_id: id, view: view(number) });
    expect(JSON.stringify(operator.modal()?.given)).toContain('number_input');
    await operator.dismiss();

    await expect(client.views.update({ view_id: id, view: view(menu) })).rejects.toThrow('not_found');
  });

  it('is not replaced by an app that saw an older one', async () => {
    const { workspace, operator } = await world(view(menu));
    const { id, hash } = operator.modal()!;
    const client = clientOf(workspace);

    await client.views.update({ view_id: id, hash, view: view(number) });

    await expect(client.views.update({ view_id: id, hash, view: view(menu) })).rejects.toThrow('hash_conflict');
    expect(JSON.stringify(operator.modal()?.given)).toContain('number_input');
  });

  it('searches what the app has, and takes none but what it offered', async () => {
    const external = { type: 'external_select' as const, action_id: 'pick', min_query_length: 2 };
    const { workspace, came, operator, searched } = await world(view(external, { dispatch_action: true }));

    expect(await operator.suggest('asked', 'ab')).toEqual([option('ab-1'), option('ab-2')]);
    await operator.choose('asked', 'ab-2');

    expect(searched).toMatchObject([
      {
        ...{ type: 'block_suggestion', action_id: 'pick', block_id: 'asked', value: 'ab' },
        ...{ view: { id: operator.modal()!.id }, user: { id: 'U0OPERATOR' } },
      },
    ]);
    expect(came).toMatchObject([{ action: { type: 'external_select', selected_option: option('ab-2') } }]);
    await expect(operator.choose('asked', 'ab-3')).rejects.toThrow('no_such_choice');
    await expect(operator.suggest('asked', 'a')).rejects.toThrow('query_too_short');
    await expect(operator.suggest('asked', 'too many')).rejects.toThrow('no more than 100 items');
    const { id } = operator.modal()!;
    const listed = { ...external, options: [option('a')] };
    await expect(clientOf(workspace).views.update({ view_id: id, view: view(listed) })).rejects.toThrow(
      'invalid_blocks',
    );
  });

  it.each([
    ['an initial option that is none of them', { ...menu, initial_option: option('c') }],
    ['no option', { ...menu, options: [] }],
    ['101 options', { ...menu, options: Array.from({ length: 101 }, (_, index) => option(`${index}`)) }],
    ['an option of 76 characters', { ...menu, options: [{ ...option('a'), text: plain('x'.repeat(76)) }] }],
    ['a value of 151 characters', { ...menu, options: [{ text: plain('a'), value: 'x'.repeat(151) }] }],
  ])('is refused with %s', async (_what, element) => {
    const { workspace, operator } = await world(view(menu));
    const { id } = operator.modal()!;

    const updating = clientOf(workspace).views.update({ view_id: id, view: view(element) });

    await expect(updating).rejects.toThrow('invalid_blocks');
  });
});
