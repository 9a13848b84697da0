import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import { clientOf, openWorkspace, OPS, say } from './world.ts';

describe('faults on demand', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = await openWorkspace({ rateLimits: false });
  });
  afterEach(() => workspace.close());
  const posted = () => workspace.channel('cloud-ops').messages.map(({ text }) => text);

  it('down: every call answers 503 until it is over', async () => {
    workspace.faults.set({ down: true });

    const refused = say(clientOf(workspace), { channel: OPS, text: 'lost' });
    await expect(refused).rejects.toMatchObject({ code: 'slack_webapi_http_error', statusCode: 503 });

    workspace.faults.clear();
    await say(clientOf(workspace), { channel: OPS, text: 'back' });
    expect(posted()).toEqual(['back']);
  });

  it('silent: no call is ever answered', async () => {
    workspace.faults.set({ silent: true });

    const unanswered = say(clientOf(workspace, { timeout: 100 }), { channel: OPS, text: 'x' });

    await expect(unanswered).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    await expect.poll(() => workspace.calls).toMatchObject([{ method: 'chat.postMessage', args: { text: 'x' } }]);
    expect(posted()).toEqual([]);
  });

  it('slow: the answer comes after the patience of a hasty client, and in time for another', async () => {
    workspace.faults.set({ slowMs: 300 });

    const hasty = say(clientOf(workspace, { timeout: 50 }), { channel: OPS, text: 'hasty' });
    await expect(hasty).rejects.toMatchObject({ code: 'slack_webapi_request_error' });

    expect((await say(clientOf(workspace), { channel: OPS, text: 'patient' })).ok).toBe(true);
  });

  it('lost: the work is done, the answer does not come, and a client that tries again posts twice', async () => {
    workspace.faults.set({ lost: { 'chat.postMessage': 1 } });

    const retrying = clientOf(workspace, { retryConfig: { retries: 1, minTimeout: 1 } });
    await say(retrying, { channel: OPS, text: 'once' });

    expect(posted()).toEqual(['once', 'once']);
  });

  it('rateLimited: as many calls of a method as asked for, with the time to wait', async () => {
    workspace.faults.set({ rateLimited: { 'chat.postMessage': 1 }, retryAfterSeconds: 7 });
    const client = clientOf(workspace);

    expect((await client.auth.test()).ok).toBe(true);
    await expect(say(client, { channel: OPS, text: 'x' })).rejects.toMatchObject({ retryAfter: 7 });
    expect((await say(client, { channel: OPS, text: 'y' })).ok).toBe(true);
  });

  it('that do not exist are refused', () => {
    expect(() => workspace.faults.set({ meteor: true })).toThrow('meteor');
  });

  it('never keep the workspace from closing', async () => {
    workspace.faults.set({ silent: true });
    const unanswered = say(clientOf(workspace), { channel: OPS, text: 'x' });
    const refused = expect(unanswered).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    await expect.poll(() => workspace.calls).toHaveLength(1);

    await workspace.close();

    await refused;
    workspace = await openWorkspace();
  });
});
