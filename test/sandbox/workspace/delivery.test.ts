import { createServer } from 'node:http';
import type { App } from '@slack/bolt';
import type { View } from '@slack/types';
import { afterEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import { freePort } from '../../../scripts/redis.ts';
import { OPERATOR, clientOf, openWorkspace, OPS, overHttp, overSockets, refusalOf, say } from './world.ts';

const HERE = { channel: 'cloud-ops' };
const GO = { type: 'button', action_id: 'go', value: '7', text: { type: 'plain_text', text: 'Go' } };
const withButton = { channel: OPS, text: 'A run', blocks: [{ type: 'actions', block_id: 'row', elements: [GO] }] };

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function workspaceOf(...options: Parameters<typeof openWorkspace>): Promise<Workspace> {
  const workspace = await openWorkspace(...options);
  open.push(workspace);
  return workspace;
}
async function appOf(workspace: Workspace, listen: (app: App) => void, pingTimeoutMs?: number): Promise<void> {
  open.push({ close: await overSockets(workspace, listen, pingTimeoutMs) });
}
const lastOf = (workspace: Workspace) => workspace.channel('cloud-ops').messages.at(-1);

describe.each(['Socket Mode', 'signed requests'])('commands and clicks by %s', (mode) => {
  async function world(listen: (app: App) => void): Promise<Workspace> {
    if (mode === 'Socket Mode') {
      const workspace = await workspaceOf();
      await appOf(workspace, listen);
      return workspace;
    }
    const port = await freePort();
    const workspace = await workspaceOf({ requestUrl: `http://127.0.0.1:${port}/slack/events` });
    open.push({ close: await overHttp(workspace, { port }, listen) });
    return workspace;
  }

  it('bring the command, and its acknowledgement back to the one who typed', async () => {
    const seen: unknown[] = [];
    const workspace = await world((app) => {
      app.command('/smoke-test', async ({ command, ack }) => {
        seen.push(command);
        await ack({ response_type: 'ephemeral', text: 'Run #1' });
      });
    });

    const answer = await workspace.as('operator').type('/smoke-test lab  "a & b" @guest', HERE);

    expect(answer).toMatchObject({ ok: true, payload: { text: 'Run #1' } });
    expect(seen).toMatchObject([
      {
        command: '/smoke-test',
        text: 'lab  "a &amp; b" <@U0GUEST|guest>',
        user_id: OPERATOR,
        channel_name: 'cloud-ops',
      },
    ]);
    expect(lastOf(workspace)).toMatchObject({ text: 'Run #1', visible_to: OPERATOR, bot_id: 'B0STANDIN' });
  });

  it('bring a click with its message, and replace the message through the response URL', async () => {
    const seen: unknown[] = [];
    const workspace = await world((app) => {
      app.action('go', async ({ body, action, ack, respond }) => {
        await ack();
        seen.push({ body, action });
        await respond({ replace_original: true, text: 'Clicked' });
      });
    });
    const { ts } = await say(clientOf(workspace), withButton);

    const answer = await workspace.as('guest').click(lastOf(workspace)!, 'go');

    expect(answer).toMatchObject({ ok: true });
    const edited = await workspace.waitFor(() => workspace.thread(ts!).find(({ text }) => text === 'Clicked'));
    expect(edited).not.toHaveProperty('blocks');
    expect(seen).toMatchObject([
      {
        action: { type: 'button', action_id: 'go', block_id: 'row', value: '7' },
        body: { user: { id: 'U0GUEST' }, channel: { id: OPS }, message: { ts, text: 'A run' } },
      },
    ]);
  });

  it('tell the person when nobody acknowledged in time', async () => {
    const port = await freePort();
    const hanging = createServer(() => undefined).listen(port, '127.0.0.1');
    open.push({ close: async () => (hanging.closeAllConnections(), hanging.close()) });
    const http = { requestUrl: `http://127.0.0.1:${port}/` };
    const workspace = await workspaceOf({ timings: { ackMs: 100 }, ...(mode === 'Socket Mode' ? {} : http) });
    if (mode === 'Socket Mode') await appOf(workspace, (app) => app.command('/smoke-test', async () => undefined));

    const answer = await workspace.as('operator').type('/smoke-test', HERE);

    expect(answer).toMatchObject({ ok: false, error: 'operation_timeout' });
    expect(lastOf(workspace)).toMatchObject({
      text: '/smoke-test failed with the error "operation_timeout"',
      user: 'USLACKBOT',
      visible_to: OPERATOR,
    });
  });

  it('tell the person when the app is not there', async () => {
    const http = { requestUrl: `http://127.0.0.1:${await freePort()}/` };
    const workspace = await workspaceOf(mode === 'Socket Mode' ? {} : http);

    const answer = await workspace.as('operator').type('/smoke-test', HERE);

    expect(answer).toMatchObject({ ok: false, error: 'dispatch_failed' });
    expect(lastOf(workspace)?.text).toBe('/smoke-test failed with the error "dispatch_failed"');
  });

  it('are delivered twice on demand, with one trigger', async () => {
    const seen: string[] = [];
    const workspace = await world((app) => {
      app.command('/smoke-test', async ({ command, ack }) => {
        seen.push(command.trigger_id);
        await ack();
      });
    });
    workspace.faults.set({ duplicates: 1 });

    await workspace.as('operator').type('/smoke-test', HERE);
    await expect.poll(() => seen).toHaveLength(2);
    await workspace.as('operator').type('/smoke-test', HERE);

    expect(seen[1]).toBe(seen[0]);
    await expect.poll(() => seen).toHaveLength(3);
    expect(seen[2]).not.toBe(seen[0]);
  });
});

describe('signatures', () => {
  it('made with another secret are refused by the app, and the person is told', async () => {
    const port = await freePort();
    const workspace = await workspaceOf({ requestUrl: `http://127.0.0.1:${port}/slack/events` });
    const listen = (app: App) => app.command('/smoke-test', async ({ ack }) => ack('not reached'));
    open.push({ close: await overHttp(workspace, { port, secret: 'another' }, listen) });

    const answer = await workspace.as('operator').type('/smoke-test', HERE);

    expect(answer).toMatchObject({ ok: false, error: 'http_service_error' });
  });
});

describe('Socket Mode', () => {
  const acked = (app: App) => app.command('/smoke-test', async ({ ack }) => ack('Here'));

  it.each(['refresh', 'drop'] as const)(
    'after a %s, the app comes back by itself and is reached again',
    async (how) => {
      const workspace = await workspaceOf();
      await appOf(workspace, acked, 1000);
      expect(workspace.connections()).toBe(1);

      workspace.disconnect(how);

      expect(workspace.connections()).toBe(0);
      expect(await workspace.as('operator').type('/smoke-test', HERE)).toMatchObject({ error: 'dispatch_failed' });
      await expect.poll(() => workspace.connections(), { timeout: 15_000 }).toBe(1);
      expect(await workspace.as('operator').type('/smoke-test', HERE)).toMatchObject({ ok: true });
    },
  );

  it('takes turns between connections, and one goes on when the other is sent away', async () => {
    const served: string[] = [];
    const named = (name: string) => (app: App) =>
      app.command('/smoke-test', async ({ ack }) => {
        served.push(name);
        await ack();
      });
    const workspace = await workspaceOf();
    await appOf(workspace, named('first'));
    await appOf(workspace, named('second'));

    for (let i = 0; i < 2; i++) await workspace.as('operator').type('/smoke-test', HERE);
    expect(served.toSorted((a, b) => a.localeCompare(b))).toEqual(['first', 'second']);

    workspace.disconnect('refresh', 1);
    await workspace.as('operator').type('/smoke-test', HERE);
    expect(served.at(-1)).toBe('second');
  });

  it('gives the same envelope to both when a delivery is doubled', async () => {
    const seen: unknown[] = [];
    const workspace = await workspaceOf();
    for (let i = 0; i < 2; i++) {
      await appOf(workspace, (app) =>
        app.command('/smoke-test', async ({ context, ack }) => {
          seen.push(context['envelopeId']);
          await ack();
        }),
      );
    }
    workspace.faults.set({ duplicates: 1 });

    await workspace.as('operator').type('/smoke-test', HERE);

    await expect.poll(() => seen).toHaveLength(2);
    expect(seen[0]).toMatch(/./);
    expect(seen[1]).toBe(seen[0]);
  });

  it('opens no connection with a ticket that was used, and ends those over the limit', async () => {
    const workspace = await workspaceOf({ timings: { maxConnections: 1 } });
    const ticket = async () => (await clientOf(workspace, {}, 'xapp-standin').apps.connections.open()).url!;
    const url = await ticket();
    const says = async (address: string) => {
      const socket = new WebSocket(address);
      open.push({ close: async () => socket.close() });
      return new Promise((resolve) => {
        socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))));
        socket.addEventListener('error', () => resolve('refused'));
      });
    };

    expect(await says(url)).toMatchObject({ type: 'hello', num_connections: 1 });
    expect(await says(url)).toBe('refused');
    expect(await says(await ticket())).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
  });
});

describe('closing', () => {
  it('cuts the sockets that were told to go and did not', async () => {
    const workspace = await openWorkspace();
    const { url } = await clientOf(workspace, {}, 'xapp-standin').apps.connections.open();
    const socket = new WebSocket(url!);
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
    await expect.poll(() => workspace.connections()).toBe(1);
    workspace.disconnect('refresh');

    await workspace.close();

    await closed;
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });
});

describe('response URLs', () => {
  async function respondingWorkspace(timings = {}): Promise<{ workspace: Workspace; url: string }> {
    const workspace = await workspaceOf({ timings });
    let url = '';
    await appOf(workspace, (app) =>
      app.command('/smoke-test', async ({ command, ack }) => {
        url = command.response_url;
        await ack();
      }),
    );
    await workspace.as('operator').type('/smoke-test', HERE);
    return { workspace, url };
  }
  const call = async (url: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return [response.status, ((await response.json()) as { error?: string }).error];
  };

  it('answer privately or to all, five times', async () => {
    const { workspace, url } = await respondingWorkspace();

    for (let i = 1; i <= 4; i++) expect(await call(url, { text: `${i}` })).toEqual([200, undefined]);
    expect(await call(url, { text: '5', response_type: 'in_channel' })).toEqual([200, undefined]);

    expect(await call(url, { text: '6' })).toEqual([404, 'used_url']);
    const shown = workspace.channel('cloud-ops').messages.map(({ text, visible_to: to }) => [text, to]);
    expect(shown).toEqual([
      ['1', OPERATOR],
      ['2', OPERATOR],
      ['3', OPERATOR],
      ['4', OPERATOR],
      ['5', undefined],
    ]);
  });

  it('end with their time, and never were for a stranger', async () => {
    const { workspace, url } = await respondingWorkspace({ responseUrlMs: -1 });

    expect(await call(url, { text: 'late' })).toEqual([404, 'expired_url']);
    expect(await call(`${workspace.url}/response/R0NONE`, { text: 'x' })).toEqual([404, 'expired_url']);
  });

  it('hold the limits', async () => {
    const { workspace, url } = await respondingWorkspace();
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'a'.repeat(3001) } }];

    expect(await call(url, { text: 'x', blocks })).toEqual([404, 'invalid_blocks']);
    expect(await call(url, {})).toEqual([404, 'no_text']);
    expect(workspace.channel('cloud-ops').messages).toEqual([]);
  });

  it('of a click on a private message take that message away', async () => {
    const { workspace, url } = await respondingWorkspace();
    const clicked: string[] = [];
    await appOf(workspace, (app) =>
      app.action('go', async ({ body, ack }) => {
        clicked.push((body as { response_url: string }).response_url);
        await ack();
      }),
    );
    workspace.disconnect('drop', 1);
    await call(url, { text: 'Sure?', blocks: withButton.blocks });
    await workspace.as('operator').click(lastOf(workspace)!, 'go');

    expect(await call(clicked[0]!, { delete_original: true })).toEqual([200, undefined]);

    expect(workspace.channel('cloud-ops').messages).toEqual([]);
  });
});

describe('triggers', () => {
  it('open one view, once, in time', async () => {
    const workspace = await workspaceOf({ timings: { triggerMs: 60_000 } });
    const triggers: string[] = [];
    await appOf(workspace, (app) =>
      app.command('/smoke-test', async ({ command, ack }) => {
        triggers.push(command.trigger_id);
        await ack();
      }),
    );
    await workspace.as('operator').type('/smoke-test', HERE);
    const client = clientOf(workspace);
    const view: View = { type: 'modal', title: { type: 'plain_text', text: 'Smoke test' }, blocks: [] };

    await client.views.open({ trigger_id: triggers[0]!, view });

    expect(workspace.as('operator').modal()).toMatchObject({ given: view });
    const again = client.views.open({ trigger_id: triggers[0]!, view });
    expect(await refusalOf(again)).toMatchObject({ error: 'exchanged_trigger_id' });
    const madeUp = client.views.open({ trigger_id: '1.2', view });
    expect(await refusalOf(madeUp)).toMatchObject({ error: 'invalid_trigger_id' });
  });
});

describe('people', () => {
  it.each(['/status', '/search', '/who'])('cannot have %s of an app: Slack keeps it', async (command) => {
    await expect(openWorkspace({ commands: [{ command }] })).rejects.toThrow('invalid name');

    const workspace = await workspaceOf();
    expect(() => workspace.install([{ command }])).toThrow('invalid name');
    expect(await workspace.as('operator').type(command, HERE)).toMatchObject({ error: 'reserved' });
    expect(lastOf(workspace)).toMatchObject({ visible_to: OPERATOR, text: expect.stringContaining('Slack’s own') });
  });

  it('are told of a command that nobody installed, and that none works in threads', async () => {
    const workspace = await workspaceOf({ commands: [{ command: '/smoke-test' }] });
    const { ts } = await say(clientOf(workspace), { channel: OPS, text: 'root' });

    const unknown = await workspace.as('operator').type('/smoke', HERE);
    const inThread = await workspace.as('operator').type('/smoke-test', { ...HERE, thread: ts! });

    expect(unknown).toMatchObject({ error: 'unknown_command' });
    expect(inThread).toMatchObject({ error: 'not_in_threads' });
    expect(workspace.thread(ts!).at(-1)).toMatchObject({ text: '/smoke-test is not supported in threads. Sorry!' });
  });

  it('that are no members can do nothing', async () => {
    const workspace = await workspaceOf();

    expect(() => workspace.as('mallory')).toThrow('user_not_found');
  });
});
