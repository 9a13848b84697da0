import { describe, expect, it } from 'vitest';
import { statusHealthy } from '../../report/fixtures.ts';
import { layer } from '../../commands/world.ts';
import { asking, LEAD, useScene, OPERATOR, OUTSIDER, type Scene } from '../world.ts';

const open = useScene();

const NAMED = { view: [], operate: [OPERATOR], approve: [LEAD] };

/** What the home of a member says, once it says this. */
async function home({ workspace }: Scene, member: string, says: RegExp): Promise<string> {
  return workspace.waitFor(() => {
    const text = JSON.stringify(workspace.as(member).home()?.given ?? '');
    return says.test(text) ? text : undefined;
  });
}
const published = ({ workspace }: Scene) => workspace.calls.filter(({ method }) => method === 'views.publish').length;

describe.each(['Socket Mode', 'HTTP'] as const)('App Home by %s', (mode) => {
  it('is published to whoever opens it: the health of the layers, what runs, what they may decide', async () => {
    const here = await open(mode, { layers: [layer('metal'), layer('cloud')], people: NAMED });
    const run = await here.run(...asking());
    const status = await here.world.ask({ job: 'status', input: { layer: 'all' } });
    const ended = { type: 'ended', outcome: 'succeeded', leftovers: [], report: statusHealthy } as const;
    await here.write(status, ended);
    await here.rootOf(run, /Approve/);

    await here.workspace.as('lead').openHome();
    await here.workspace.as('operator').openHome();

    const forLead = await home(here, 'lead', /Waiting for your approval/);
    expect(forLead).toMatch(/✓ \*metal\* {2}healthy/);
    expect(forLead).toContain(`/archives/C0OPS/p`);
    expect(forLead).toContain('{ago}');
    const forOperator = await home(here, 'operator', new RegExp(`#${run.number}`));
    expect(forOperator).not.toContain('"approve"');
    expect(forOperator).toContain('start-deploy');
  });

  it('says one plain sentence to an outsider, and nothing of any environment', async () => {
    const here = await open(mode);

    await here.workspace.as('outsider').openHome();

    const text = await home(here, 'outsider', /only members of the workspace/);
    expect(text).not.toContain(here.world.environment);
    expect(await here.world.redis.zscore('strata:visitors', OUTSIDER.id)).toBeNull();
  });
});

describe('App Home', () => {
  it('shows nothing to a person without any right, also when "*" means the members of a channel that they are not in', async () => {
    const here = await open('Socket Mode', { channels: ['#secret'], people: { ...NAMED, view: ['*'] } });
    const { environment } = here.world;

    await here.workspace.as('operator').openHome();
    await here.workspace.as('lead').openHome();
    expect(await home(here, 'operator', /Environments/)).toContain(environment);

    Object.assign(here.world.stack.environments[0] ?? {}, { people: { ...NAMED, operate: [], view: ['*'] } });
    await here.workspace.as('operator').openHome();
    expect(await home(here, 'operator', /no environment here/)).not.toContain(environment);
  });

  it('is not drawn for the messages tab', async () => {
    const here = await open('Socket Mode');

    // Nobody else is a guest: who looked at their home is one list for all tests.
    await here.workspace.as('guest').openHome('messages');
    await here.workspace.as('lead').openHome();

    await home(here, 'lead', /Environments/);
    expect(here.workspace.as('guest').home()).toBeUndefined();
  });

  it('says so when it cannot be read, and is there the next time', async () => {
    const here = await open('Socket Mode');
    const { frozen } = here.deps.gate;
    const gate = here.world.gate as { frozen: unknown };
    gate.frozen = () => Promise.reject(new Error('a store that does not answer'));

    await here.workspace.as('operator').openHome();
    const text = await home(here, 'operator', /could not read its own store/);
    gate.frozen = frozen;
    await here.workspace.as('operator').openHome();

    expect(text).not.toContain('does not answer');
    await home(here, 'operator', /Environments/);
  });

  it('leaves what was published since it was opened', async () => {
    const here = await open('Socket Mode');
    await here.workspace.as('operator').openHome();
    await home(here, 'operator', /Environments/);
    here.workspace.faults.set({ down: true });
    await here.workspace.as('operator').openHome();
    here.workspace.faults.clear();
    const before = published(here);

    await here.workspace.as('operator').openHome();

    await expect.poll(() => published(here)).toBeGreaterThan(before);
  });
});
