import type { App } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/redis.ts';
import type { WorkspaceOptions } from '../../../sandbox/workspace/options.ts';
import { OPERATOR, OPS, openWorkspace, overHttp, overSockets } from './world.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

/** An app that keeps each mention it hears. */
async function world(mode: 'Socket Mode' | 'HTTP', options: Partial<WorkspaceOptions> = {}) {
  const heard: { body: unknown; retry: unknown }[] = [];
  const port = await freePort();
  const http = mode === 'HTTP' ? { requestUrl: `http://127.0.0.1:${port}/slack/events` } : {};
  const workspace = await openWorkspace({ ...http, ...options });
  open.push(() => workspace.close());
  const listen = (app: App) =>
    app.event('app_mention', async ({ body, context }) => {
      heard.push({ body, retry: context.retryNum });
    });
  const start = async () =>
    void open.push(
      mode === 'HTTP' ? await overHttp(workspace, { port }, listen) : await overSockets(workspace, listen),
    );
  return { workspace, heard, start };
}

describe.each(['Socket Mode', 'HTTP'] as const)('a mention, by %s', (mode) => {
  it('comes as the event that Slack documents, with its thread', async () => {
    const { workspace, heard, start } = await world(mode);
    await start();
    const operator = workspace.as('operator');
    await operator.type('Anybody?', { channel: 'cloud-ops' });
    const { ts: thread } = workspace.channel('cloud-ops').messages[0]!;

    expect(await operator.type('@strata show <1> for @guest', { channel: 'cloud-ops', thread })).toMatchObject({
      ok: true,
    });

    expect(heard).toMatchObject([
      {
        body: {
          type: 'event_callback',
          team_id: 'T0STANDIN',
          event_id: expect.stringMatching(/^Ev/),
          event: {
            ...{ type: 'app_mention', user: OPERATOR, channel: OPS, thread_ts: thread },
            text: '<@U0STANDIN> show &lt;1&gt; for <@U0GUEST>',
          },
        },
      },
    ]);
  });

  it('that was not taken comes again, as often and as late as Slack says', async () => {
    // However long the app takes to come back, one of them finds it there.
    const eventRetriesMs = Array.from({ length: 1000 }, () => 50);
    const { workspace, heard, start } = await world(mode, { timings: { eventRetriesMs } });

    const answer = await workspace.as('operator').type('@strata help', { channel: 'cloud-ops' });
    await start();

    expect(answer).toMatchObject({ ok: false, error: 'dispatch_failed' });
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]?.retry).toBeGreaterThan(0);
  });
});

it('is no event where the app is not, in direct messages, or without the subscription', async () => {
  const { workspace, heard, start } = await world('Socket Mode');
  await start();
  const without = await world('Socket Mode', { events: [] });
  await without.start();

  await workspace.as('operator').type('@strata help', { channel: 'elsewhere' });
  await workspace.as('operator').type('@strata help', { channel: OPERATOR });
  await without.workspace.as('operator').type('@strata help', { channel: 'cloud-ops' });
  await workspace.as('operator').type('@strata last', { channel: 'cloud-ops' });

  await expect.poll(() => heard.length).toBe(1);
  expect(JSON.stringify(heard)).toContain('last');
  expect(without.heard).toEqual([]);
});
