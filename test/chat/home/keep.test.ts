import { afterEach, describe, expect, it } from 'vitest';
import { asking, LEAD, openScene, OPERATOR, type Scene } from '../world.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

async function open(): Promise<Scene> {
  scene = await openScene('Socket Mode', { people: { view: ['*'], operate: [OPERATOR], approve: [LEAD] } });
  await scene.startBot();
  return scene;
}

async function home({ workspace }: Scene, member: string, says: RegExp): Promise<string> {
  return workspace.waitFor(() => {
    const text = JSON.stringify(workspace.as(member).home()?.given ?? '');
    return says.test(text) ? text : undefined;
  });
}
const publishedTo = ({ workspace }: Scene, user: string) =>
  workspace.calls.filter(({ method, args }) => method === 'views.publish' && args['user_id'] === user).length;

describe('the homes of those who looked of late', () => {
  it('follow what happens', async () => {
    const here = await open();
    await here.workspace.as('lead').openHome();
    await home(here, 'lead', /Nothing runs or waits/);

    const run = await here.run(...asking());
    await home(here, 'lead', /Waiting for your approval/);
    await here.write(run, { type: 'denied', by: { id: LEAD, name: 'lead' }, digest: 'd'.repeat(64), reason: 'no' });

    await home(here, 'lead', /^(?!.*Waiting for your approval)/);
  });

  it('are published once for many changes that come together, and not at all when they look the same', async () => {
    const here = await open();
    await here.workspace.as('lead').openHome();
    await home(here, 'lead', /Environments/);

    const runs = await Promise.all(Array.from({ length: 30 }, () => here.run()));
    const numbers = runs.map(({ number }) => number);
    await home(here, 'lead', new RegExp(`#${Math.min(...numbers)}\\b`));
    await Promise.all(numbers.map((number) => here.rootOf({ ...runs[0]!, number })));

    expect(publishedTo(here, LEAD)).toBeLessThan(20);
  });

  it('are forgotten by a bot that does not publish, and kept by the one that does', async () => {
    const here = await open();
    await here.startBot();
    await here.workspace.as('lead').openHome();
    await home(here, 'lead', /Nothing runs or waits/);
    const before = publishedTo(here, LEAD);

    await here.run();
    await home(here, 'lead', /waiting for a worker/);

    expect(publishedTo(here, LEAD) - before).toBeLessThanOrEqual(3);
  });

  it('come again when Slack does, and the thread of the run does not wait for them', async () => {
    const here = await open();
    await here.workspace.as('lead').openHome();
    await home(here, 'lead', /Nothing runs or waits/);
    here.workspace.faults.set({ rateLimited: { 'views.publish': 3 }, retryAfterSeconds: 1 });

    const run = await here.run(...asking());

    await here.rootOf(run, /Approve/);
    here.workspace.faults.set({ down: true });
    await here.write(run, { type: 'denied', by: { id: LEAD, name: 'lead' }, digest: 'd'.repeat(64), reason: 'no' });
    here.workspace.faults.clear();
    await here.rootOf(run, /denied/);
    await home(here, 'lead', /^(?!.*Waiting for your approval)/);
    expect((await here.world.view(run)).approval?.state).toBe('denied');
  });

  it('are not held up by one that Slack refuses', async () => {
    const here = await open();
    await here.workspace.as('lead').openHome();
    await home(here, 'lead', /Nothing runs or waits/);
    await here.world.redis.zadd('strata:visitors', Date.now() + 60_000, 'U0GONE');

    await here.run(...asking());

    await home(here, 'lead', /Waiting for your approval/);
    await here.world.redis.zrem('strata:visitors', 'U0GONE');
  });
});
