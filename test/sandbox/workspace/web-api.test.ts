import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import { OPERATOR, clientOf, openWorkspace, OPS, refusalOf, say } from './world.ts';

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;
const button = (id: string, more: object = {}) =>
  ({ type: 'button', action_id: id, text: { type: 'plain_text', text: 'Go' }, ...more }) as const;

describe('the Web API of the workspace, for Slack’s own client', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = await openWorkspace({ rateLimits: false });
  });
  afterEach(() => workspace.close());

  it('says who the app is', async () => {
    const who = await clientOf(workspace).auth.test();

    expect(who).toMatchObject({ ok: true, team_id: 'T0STANDIN', bot_id: 'B0STANDIN', user_id: 'U0STANDIN' });
  });

  it.each([
    ['a wrong token', 'xoxb-wrong', 'auth.test', 'invalid_auth'],
    ['no token', '', 'auth.test', 'not_authed'],
    ['a method that does not exist', 'xoxb-standin', 'chat.whisper', 'unknown_method'],
    ['the bot token where the app token belongs', 'xoxb-standin', 'apps.connections.open', 'invalid_auth'],
  ])('refuses %s', async (_, token, method, error) => {
    const call = clientOf(workspace, {}, token).apiCall(method);

    expect(await refusalOf(call)).toMatchObject({ error });
  });

  it('posts to a channel by name, and to a thread', async () => {
    const client = clientOf(workspace);

    const root = await say(client, { channel: '#cloud-ops', text: 'Hello' });
    await say(client, { channel: OPS, thread_ts: root.ts!, text: 'Hello again' });

    expect(root).toMatchObject({ channel: OPS, message: { text: 'Hello', bot_id: 'B0STANDIN' } });
    expect(workspace.thread(root.ts!).map(({ text }) => text)).toEqual(['Hello', 'Hello again']);
    const { messages } = await client.conversations.history({ channel: OPS });
    expect(messages).toMatchObject([{ text: 'Hello', reply_count: 1 }]);
  });

  it('gives ids to the blocks and buttons that have none, and keeps the others', async () => {
    const actions = { type: 'actions', elements: [button('go'), { ...button('x'), action_id: undefined }] } as const;

    await say(clientOf(workspace), { channel: OPS, text: 'x', blocks: [actions] });

    const [block] = workspace.channel('cloud-ops').messages[0]!.blocks!;
    const ids = (block!['elements'] as { action_id: string }[]).map((element) => element.action_id);
    expect(ids).toEqual(['go', expect.stringMatching(/./)]);
    expect(block!.block_id).toMatch(/./);
  });

  it('edits: text without blocks takes the blocks away, metadata stays', async () => {
    const client = clientOf(workspace);
    const metadata = { event_type: 'run', event_payload: { part: 'root' } };
    const { ts } = await say(client, { channel: OPS, text: 'a', blocks: [section('a')], metadata });

    await client.chat.update({ channel: OPS, ts: ts!, text: 'b' });

    const read = await client.conversations.history({ channel: OPS, include_all_metadata: true });
    expect(read.messages).toMatchObject([{ ts, text: 'b', metadata, edited: { user: 'U0STANDIN' } }]);
    expect(read.messages![0]).not.toHaveProperty('blocks');
  });

  it('shows metadata only to those who ask for it', async () => {
    const client = clientOf(workspace);
    const metadata = { event_type: 'run', event_payload: { part: 'root' } };
    const { ts } = await say(client, { channel: OPS, text: 'a', metadata });

    const plain = await client.conversations.replies({ channel: OPS, ts: ts! });
    const full = await client.conversations.replies({ channel: OPS, ts: ts!, include_all_metadata: true });

    expect(plain.messages![0]).not.toHaveProperty('metadata');
    expect(full.messages![0]).toMatchObject({ metadata });
  });

  it('reads a channel newest first, page by page, since a time', async () => {
    const client = clientOf(workspace);
    const sent: string[] = [];
    for (const text of ['1', '2', '3', '4']) sent.push((await say(client, { channel: OPS, text })).ts!);

    const pages: string[][] = [];
    const args = { channel: OPS, limit: 2, oldest: sent[0]! };
    for await (const page of client.paginate('conversations.history', args)) {
      pages.push((page as unknown as { messages: { text: string }[] }).messages.map(({ text }) => text));
    }

    expect(pages).toEqual([['4', '3'], ['2']]);
  });

  it('lists channels, and the members of a group', async () => {
    const client = clientOf(workspace);

    const { channels } = await client.conversations.list();
    const { users } = await client.usergroups.users.list({ usergroup: 'S0OPS' });

    expect(channels?.map(({ name, is_member: isMember }) => [name, isMember])).toEqual([
      ['cloud-ops', true],
      ['elsewhere', false],
    ]);
    expect(users).toEqual([OPERATOR]);
  });

  it.each([
    ['to a channel that does not exist', { channel: 'C0NONE' }, 'channel_not_found'],
    ['to a channel without the bot', { channel: 'C0OUT' }, 'not_in_channel'],
    ['nothing at all', { text: '' }, 'no_text'],
    ['blocks that are no list', { blocks: '{}' }, 'invalid_blocks_format'],
    ['blocks that are no JSON', { blocks: '[' }, 'invalid_blocks_format'],
  ])('refuses to post %s', async (_, args, error) => {
    const call = clientOf(workspace).apiCall('chat.postMessage', { channel: OPS, text: 'x', ...args });

    expect(await refusalOf(call)).toMatchObject({ error });
  });

  it('puts a reply into the channel when the message that it answers is gone, and lets the app take it back', async () => {
    const client = clientOf(workspace);

    const reply = await say(client, { channel: OPS, text: 'a', thread_ts: '1.000001' });

    expect(reply.message).not.toHaveProperty('thread_ts');
    await client.chat.delete({ channel: OPS, ts: reply.ts! });
    expect(workspace.channel('cloud-ops').messages).toEqual([]);
  });

  it.each([
    ['was archived', { archived: ['cloud-ops'] }, 'is_archived', 'is_inactive'],
    ['the app was removed from', { withoutBot: ['cloud-ops'] }, 'not_in_channel', 'channel_not_found'],
  ])('takes nothing more in a channel that %s', async (_, fault, posting, editing) => {
    const client = clientOf(workspace);
    const { ts } = await say(client, { channel: OPS, text: 'a' });

    workspace.faults.set(fault);

    expect(await refusalOf(say(client, { channel: OPS, text: 'b' }))).toMatchObject({ error: posting });
    expect(await refusalOf(client.chat.update({ channel: OPS, ts: ts!, text: 'b' }))).toMatchObject({ error: editing });
  });

  it('lets the app edit only what is its own', async () => {
    await workspace.as('operator').type('Mine', { channel: 'cloud-ops' });
    const { ts } = workspace.channel('cloud-ops').messages[0]!;

    const others = clientOf(workspace).chat.update({ channel: OPS, ts, text: 'Yours' });
    expect(await refusalOf(others)).toMatchObject({ error: 'cant_update_message' });
    const nobodys = clientOf(workspace).chat.update({ channel: OPS, ts: '1.000001', text: 'x' });
    expect(await refusalOf(nobodys)).toMatchObject({ error: 'message_not_found' });
  });

  it('shows an ephemeral message to one member, and to nobody who reads the channel', async () => {
    const client = clientOf(workspace);

    await client.chat.postEphemeral({ channel: OPS, user: OPERATOR, text: 'Psst' });

    expect(workspace.channel('cloud-ops').messages).toMatchObject([{ text: 'Psst', visible_to: OPERATOR }]);
    expect((await client.conversations.history({ channel: OPS })).messages).toEqual([]);
    const stranger = client.chat.postEphemeral({ channel: OPS, user: 'U0NONE', text: 'Psst' });
    expect(await refusalOf(stranger)).toMatchObject({ error: 'user_not_in_channel' });
  });

  describe('limits', () => {
    const many = (count: number, text: string) => Array.from({ length: count }, () => section(text));
    const actions = (...elements: object[]) => ({ type: 'actions', elements });
    const asking = (text: string) => {
      const plain = (said: string) => ({ type: 'plain_text', text: said });
      const confirm = { title: plain('Sure?'), text: plain(text), confirm: plain('Yes'), deny: plain('No') };
      return button('b', { confirm });
    };
    const table = (rows: number, cells: number) => ({
      ...{ type: 'table' },
      rows: Array.from({ length: rows }, () => Array.from({ length: cells }, () => ({ type: 'raw_text', text: 'a' }))),
    });
    const image = { type: 'image', image_url: 'https://example.org/a.png' };

    it.each([
      ['50 blocks', many(50, 'a')],
      ['a section of 3,000 characters', [section('a'.repeat(3000))]],
      ['13,200 characters in all', many(44, 'a'.repeat(300))],
      ['10 fields of 2,000 characters', [{ type: 'section', fields: [{ type: 'mrkdwn', text: 'a'.repeat(2000) }] }]],
      ['25 buttons', [actions(...Array.from({ length: 25 }, (_, i) => button(`b${i}`)))]],
      ['a header of 150 characters', [{ type: 'header', text: { type: 'plain_text', text: 'a'.repeat(150) } }]],
      [
        '10 parts of context',
        [{ type: 'context', elements: Array.from({ length: 10 }, () => ({ type: 'mrkdwn', text: 'a' })) }],
      ],
      ['a link button with a value of 2,000', [actions(button('b', { value: 'a'.repeat(2000), style: 'danger' }))]],
      ['a divider', [{ type: 'divider' }]],
      ['a question of 300 behind a button', [actions(asking('a'.repeat(300)))]],
      ['a table of 100 rows of 20 cells', [table(100, 20)]],
    ])('takes %s', async (_, blocks) => {
      const answer = await clientOf(workspace).apiCall('chat.postMessage', { channel: OPS, text: 'x', blocks });

      expect(answer.ok).toBe(true);
    });

    it.each([
      ['51 blocks', many(51, 'a'), 'invalid_blocks', '/blocks'],
      ['a section of 3,001 characters', [section('a'.repeat(3001))], 'invalid_blocks', '/blocks/0/text/text'],
      ['an empty section', [section('')], 'invalid_blocks', '/blocks/0/text/text'],
      ['more than 13,200 in all', [...many(44, 'a'.repeat(300)), section('a')], 'msg_blocks_too_long', '/blocks'],
      ['26 buttons', [actions(...Array(26).fill(button('b')))], 'invalid_blocks', '/blocks/0/elements'],
      ['no buttons', [actions()], 'invalid_blocks', '/blocks/0/elements'],
      ['two buttons of one id', [actions(button('b'), button('b'))], 'invalid_blocks', '/blocks/0/elements'],
      ['a long value', [actions(button('b', { value: 'a'.repeat(2001) }))], 'invalid_blocks', '/elements/0/value'],
      ['a question of 301', [actions(asking('a'.repeat(301)))], 'invalid_blocks', '/confirm/text'],
      [
        'a name of 76 for those who hear a button',
        [actions(button('b', { accessibility_label: 'a'.repeat(76) }))],
        'invalid_blocks',
        '/accessibility_label',
      ],
      ['two tables', [table(1, 1), table(1, 1)], 'invalid_attachments', '/blocks'],
      ['101 rows in a table', [table(101, 1)], 'invalid_blocks', '/blocks/0/rows'],
      ['21 cells in a row', [table(1, 21)], 'invalid_blocks', '/blocks/0/rows/0'],
      ['an unknown style', [actions(button('b', { style: 'loud' }))], 'invalid_blocks', '/elements/0/style'],
      [
        'a long header',
        [{ type: 'header', text: { type: 'plain_text', text: 'a'.repeat(151) } }],
        'invalid_blocks',
        '',
      ],
      ['mrkdwn in a header', [{ type: 'header', text: { type: 'mrkdwn', text: 'a' } }], 'invalid_blocks', '/text'],
      [
        '11 parts of context',
        [{ type: 'context', elements: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'a' })) }],
        'invalid_blocks',
        '',
      ],
      ['an image without alt text', [image], 'invalid_blocks', '/blocks/0'],
      ['an image with 2,001 of alt text', [{ ...image, alt_text: 'a'.repeat(2001) }], 'invalid_blocks', '/alt_text'],
      [
        'two blocks of one id',
        [
          { type: 'divider', block_id: 'a' },
          { type: 'divider', block_id: 'a' },
        ],
        'invalid_blocks',
        '',
      ],
      ['a block that does not exist', [{ type: 'marquee' }], 'invalid_blocks', '/blocks/0'],
    ])('refuses %s, and says where', async (_, blocks, error, at) => {
      const call = clientOf(workspace).apiCall('chat.postMessage', { channel: OPS, text: 'x', blocks });

      const refusal = await refusalOf(call);
      expect(refusal).toEqual({ error, messages: [expect.stringContaining(at)] });
      expect(workspace.channel('cloud-ops').messages).toEqual([]);
    });

    it('cuts a text after 40,000 characters, and edits only up to 4,000', async () => {
      const client = clientOf(workspace);
      const { ts } = await say(client, { channel: OPS, text: 'a'.repeat(40_000) });

      const longer = await say(client, { channel: OPS, text: 'a'.repeat(40_001) });
      expect(longer.message?.text).toHaveLength(40_000);
      const edit = client.chat.update({ channel: OPS, ts: ts!, text: 'a'.repeat(4001) });
      expect(await refusalOf(edit)).toMatchObject({ error: 'msg_too_long' });
    });
  });
});

describe('rates', () => {
  it('hold each method back, and posts by channel, for as long as Slack says', async () => {
    const workspace = await openWorkspace();
    const client = clientOf(workspace);
    try {
      const posts = Array.from({ length: 6 }, (_, i) => say(client, { channel: OPS, text: `${i}` }));
      const results = await Promise.allSettled(posts);

      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      expect(refused).toEqual([expect.objectContaining({ code: 'slack_webapi_rate_limited_error', retryAfter: 1 })]);
      expect(workspace.channel('cloud-ops').messages).toHaveLength(5);
      const other = await client.chat.postEphemeral({ channel: OPS, user: OPERATOR, text: 'another method' });
      expect(other.ok).toBe(true);
    } finally {
      await workspace.close();
    }
  });
});
