import { afterEach, describe, expect, it } from 'vitest';
import { watchGroups } from '#chat/groups.ts';
import { pressed } from '#chat/press.ts';
import { press } from '#commands/press.ts';
import { clientOf, openWorkspace } from '../sandbox/workspace/world.ts';
import { asking, DIGEST, LEAD, openScene, type Scene } from './world.ts';

const ROOMS = { of: async () => ({ channels: [], isSure: true }) };
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const REFRESH_MS = 20;
const IDENTITY = { teamId: 'T0STANDIN', botId: 'B0STANDIN', botUserId: 'U0STANDIN' };

let scene: Scene | undefined;
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  await scene?.close();
  scene = undefined;
});

/** A workspace with one user group of the stack file, whose members can change. */
async function world() {
  const users = [LEAD];
  const members = [
    { id: LEAD, name: 'lead' },
    { id: 'U0OTHER', name: 'other' },
  ];
  const workspace = await openWorkspace({
    members,
    userGroups: [{ id: 'S0LEADS', handle: 'leads', users }],
    rateLimits: false,
  });
  open.push(() => workspace.close());
  scene = await openScene('Socket Mode', { people: { view: ['*'], operate: [], approve: ['S0LEADS'] } });
  const { stack } = scene.world;
  const groups = await watchGroups({ client: clientOf(workspace), stack, log: SILENT }, REFRESH_MS);
  open.push(() => groups.stop());
  return { workspace, users, groups, here: scene };
}

describe('user groups', () => {
  it('an approver who left the group after the card was drawn does not count any more; who came does', async () => {
    const { users, groups, here } = await world();
    const run = await here.run(...asking());
    const click = (id: string) =>
      pressed(
        {
          type: 'block_actions',
          team: { id: 'T0STANDIN' },
          user: { id, team_id: 'T0STANDIN' },
          channel: { id: 'C0OPS', name: 'cloud-ops' },
          actions: [{ action_id: 'approve', value: JSON.stringify({ run: run.number, key: run.key, digest: DIGEST }) }],
        },
        { press: (request) => press(request, here.deps), identity: IDENTITY, groups, rooms: ROOMS, log: SILENT },
      );
    expect(groups.of(LEAD).groups).toEqual(['S0LEADS']);

    users.splice(0, 1, 'U0OTHER');
    await expect.poll(() => groups.of(LEAD).groups).toEqual([]);

    expect(await click(LEAD)).toMatchObject({ error: true, text: expect.stringContaining('You may not approve') });
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'asking', by: [] });
    expect(await click('U0OTHER')).toMatchObject({ error: false });
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'approved', by: [{ id: 'U0OTHER' }] });
  });

  it('keep their members while Slack is away, and say that they are sure', async () => {
    const { workspace, groups } = await world();
    const asked = () => workspace.calls.filter(({ method }) => method === 'usergroups.users.list').length;

    workspace.faults.set({ down: true });
    const before = asked();
    await expect.poll(asked).toBeGreaterThan(before + 1);

    expect(groups.of(LEAD)).toEqual({ groups: ['S0LEADS'], isSure: true });
    expect(groups.membersOf('S0LEADS')).toEqual([LEAD]);
  });
});
