import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import { clientOf, openWorkspace, OPS, refusalOf, say } from './world.ts';

describe('pins of the workspace, for Slack’s own client', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = await openWorkspace({ rateLimits: false });
  });
  afterEach(() => workspace.close());

  it('are put to a message and taken away, which is no edit', async () => {
    const client = clientOf(workspace);
    const { ts: timestamp = '' } = await say(client, { channel: OPS, text: 'Hello' });

    await client.pins.add({ channel: OPS, timestamp });
    const [pinned] = workspace.thread(timestamp);
    await client.pins.remove({ channel: OPS, timestamp });
    const [loose] = workspace.thread(timestamp);

    expect(pinned).toMatchObject({ pinned_to: [OPS] });
    expect(pinned?.edited).toBeUndefined();
    expect(loose).toMatchObject({ pinned_to: [] });
  });

  it('are refused as the methods’ pages say', async () => {
    const client = clientOf(workspace);
    const { ts: timestamp = '' } = await say(client, { channel: OPS, text: 'Hello' });
    const add = (args: object) => refusalOf(client.apiCall('pins.add', { channel: OPS, timestamp, ...args }));

    expect(await add({ channel: 'C0OUT' })).toEqual({ error: 'channel_not_found' });
    expect(await add({ timestamp: '1.2' })).toEqual({ error: 'message_not_found' });
    expect(await refusalOf(client.apiCall('pins.add', { channel: OPS }))).toEqual({ error: 'no_item_specified' });
    expect(await refusalOf(client.pins.remove({ channel: OPS, timestamp }))).toEqual({ error: 'not_pinned' });
    await client.pins.add({ channel: OPS, timestamp });
    expect(await add({})).toEqual({ error: 'already_pinned' });
    workspace.faults.set({ refused: { 'pins.add': 'not_pinnable' } });
    expect(await add({})).toEqual({ error: 'not_pinnable' });
  });
});
