import { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import { openRooms } from '#chat/rooms.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { environment } from '../commands/world.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TOKENS = { bot: 'xoxb-standin', app: 'xapp-standin' };

let workspace: Workspace | undefined;
afterEach(async () => {
  await workspace?.close();
  workspace = undefined;
});

async function rooms(view: readonly string[]) {
  const here = (workspace = await startWorkspace({
    members: [
      { id: 'U1', name: 'operator' },
      { id: 'U2', name: 'guest' },
    ],
    channels: [
      { id: 'C1', name: 'cloud-ops', members: ['U1'] },
      { id: 'C2', name: 'general' },
    ],
    tokens: TOKENS,
    rateLimits: false,
  }));
  const client = new WebClient(TOKENS.bot, { slackApiUrl: here.apiUrl, retryConfig: { retries: 0 }, logger: MUTE });
  const people = { view, operate: ['U1'], approve: [] };
  const stack = { environments: [environment('lab', { people })], terminal: {} };
  return { ...openRooms({ client, stack, log: SILENT }), asked: () => here.calls.length, faults: here.faults };
}
const MUTE = {
  ...{ debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} },
  getLevel: () => 'error' as never,
};

describe('the channels that a person is in', () => {
  it('are asked for once', async () => {
    const { of, asked } = await rooms(['*']);

    expect((await of('U1')).channels.map(({ name }) => name)).toEqual(['cloud-ops', 'general']);
    expect((await of('U2')).channels.map(({ name }) => name)).toEqual(['general']);
    await of('U1');

    expect(asked()).toBe(2);
  });

  it('do not matter where the stack file names everybody', async () => {
    const { of, asked } = await rooms(['U2']);

    expect(await of('U1')).toEqual({ channels: [], isSure: true });
    expect(asked()).toBe(0);
  });

  it('are none while Slack does not tell, and it is known that this is not sure', async () => {
    const { of, faults } = await rooms(['*']);
    faults.set({ down: true });

    expect(await of('U1')).toEqual({ channels: [], isSure: false });
    faults.clear();

    expect(await of('U1')).toMatchObject({ isSure: true, channels: [{ id: 'C1' }, { id: 'C2' }] });
  });
});
