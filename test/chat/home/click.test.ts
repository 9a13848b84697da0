import { afterEach, describe, expect, it } from 'vitest';
import { layer } from '../../commands/world.ts';
import { asking, LEAD, openScene, OPERATOR, type Scene } from '../world.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const PEOPLE = { view: ['*'], operate: [OPERATOR], approve: [LEAD] };

/** The homes of operator and lead, with what stands in them. */
async function open(says = /Environments/): Promise<Scene> {
  const layers = [layer('metal'), layer('cluster', 'kubernetes')];
  scene = await openScene('Socket Mode', { people: PEOPLE, layers });
  await scene.startBot();
  for (const member of ['operator', 'lead']) await scene.workspace.as(member).openHome();
  await shows(scene, 'operator', says);
  return scene;
}

async function shows({ workspace }: Scene, member: string, says: RegExp): Promise<void> {
  await workspace.waitFor(() => says.test(JSON.stringify(workspace.as(member).home()?.given ?? '')));
}

/** The text of the modal that the member sees. */
async function told({ workspace }: Scene, member: string): Promise<string> {
  const { given } = await workspace.waitFor(() => workspace.as(member).modal());
  return JSON.stringify(given);
}

describe('the buttons of App Home', () => {
  it('approve as the thread does, and say so in a modal', async () => {
    const here = await open();
    const run = await here.run(...asking());
    await shows(here, 'lead', /Waiting for your approval/);

    await here.workspace.as('lead').press('approve');

    expect(await told(here, 'lead')).toContain('is approved, and goes on');
    expect((await here.world.view(run)).approval).toMatchObject({
      state: 'approved',
      by: [{ id: LEAD, name: 'lead' }],
    });
    await shows(here, 'lead', /^(?!.*Waiting for your approval)/);
  });

  it('ask for the name of what is destroyed, and for the reason of a denial', async () => {
    const here = await open();
    const typed = await here.run(...asking({ needs: { others: 1, typed: 'metal' } }));
    await shows(here, 'lead', /Waiting for your approval/);

    await here.workspace.as('lead').press('approve');
    expect(await told(here, 'lead')).toContain('Type metal');
    await here.workspace.as('lead').submit({ answer: 'cloud' });
    expect(here.workspace.as('lead').modal()?.errors).toHaveProperty('answer');
    await here.workspace.as('lead').dismiss();
    await here.workspace.as('lead').press('deny');
    expect(await told(here, 'lead')).toContain('Why not?');
    await here.workspace.as('lead').submit({ answer: 'not on a Friday' });

    await expect.poll(async () => (await here.world.view(typed)).approval?.state).toBe('denied');
  });

  it('show a long plan whole in a modal, from where it is approved, and refused to whoever may no longer', async () => {
    const here = await open();
    const judged = Array.from(
      { length: 30 },
      (_, index) => `do the thing number ${index}, which takes a line of its own`,
    );
    const run = await here.run(...asking({ judged }));
    await shows(here, 'lead', /Read the plan/);

    await here.workspace.as('lead').press('judge');
    expect(await told(here, 'lead')).toContain('do the thing number 29');
    Object.assign(here.world.stack.environments[0] ?? {}, { people: { ...PEOPLE, approve: [] } });
    await here.workspace.as('lead').submit({});
    expect(await told(here, 'lead')).toContain('You may not approve');
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'asking', by: [] });
    await here.workspace.as('lead').dismiss();

    Object.assign(here.world.stack.environments[0] ?? {}, { people: PEOPLE });
    await here.workspace.as('lead').openHome();
    await shows(here, 'lead', /Read the plan/);
    await here.workspace.as('lead').press('judge');
    expect(await told(here, 'lead')).toContain('do the thing number 29');
    await here.workspace.as('lead').submit({});
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'approved', by: [{ id: LEAD }] });
  });

  it('show no plan to somebody who may not decide about it, whatever they press', async () => {
    const here = await open();
    const judged = Array.from({ length: 30 }, (_, index) => `secret ${index} ${'x'.repeat(60)}`);
    const run = await here.run(...asking({ judged }));
    await shows(here, 'lead', /Read the plan/);
    // The home stays as it was drawn.
    here.workspace.faults.set({ rateLimited: { 'views.publish': 99 } });
    await here.write(run, { type: 'denied', by: { id: LEAD, name: 'lead' }, digest: 'd'.repeat(64), reason: 'no' });

    await here.workspace.as('lead').press('judge');

    const text = await told(here, 'lead');
    expect(text).toContain('nothing to decide');
    expect(text).not.toContain('secret');
  });

  it('look at the rights and the plan anew: what was drawn before is believed in nothing', async () => {
    const here = await open();
    const run = await here.run(...asking());
    await shows(here, 'lead', /Waiting for your approval/);
    here.workspace.faults.set({ rateLimited: { 'views.publish': 99 } });
    Object.assign(here.world.stack.environments[0] ?? {}, { people: { ...PEOPLE, approve: [] } });

    await here.workspace.as('lead').press('approve');

    expect(await told(here, 'lead')).toContain('You may not approve');
    expect((await here.world.view(run)).approval).toMatchObject({ state: 'asking', by: [] });
    expect(await here.refusals()).toHaveLength(1);
  });

  it('ask for a status that comes to the person alone', async () => {
    const here = await open();

    await here.workspace.as('operator').press('look');

    expect(await told(here, 'operator')).toContain('It comes to you alone');
    const [newest] = await here.world.runs.recent(here.world.environment, 1);
    const { request } = await here.world.view(newest!);
    expect(request).toMatchObject({ job: 'status', by: { id: OPERATOR, name: 'operator' }, origin: { private: true } });
  });

  it('open the form of a command; what it starts shows in the channel of the environment', async () => {
    const here = await open(/start-scale-node/);

    await here.workspace.as('operator').press('start-scale-node');
    await here.workspace.waitFor(() => here.workspace.as('operator').modal()?.given['submit']);
    const { given } = here.workspace.as('operator').modal()!;
    expect(JSON.stringify(given['blocks'])).toContain(here.world.environment);
    await here.workspace.as('operator').submit({});

    expect(await told(here, 'operator')).toContain('shows in the channel of its environment');
    const [newest] = await here.world.runs.recent(here.world.environment, 1);
    const root = await here.workspace.waitFor(() =>
      here.workspace.channel('cloud-ops').messages.find(({ text }) => text.startsWith(`#${newest?.number} `)),
    );
    expect(root.text).toContain('Scaling');
    await shows(here, 'lead', new RegExp(`#${newest?.number}`));
  });

  it('draw a form again after a choice, with the rights of whoever is in no channel', async () => {
    const here = await open(/start-scale-node/);
    await here.workspace.as('operator').press('start-scale-node');
    const ready = () => here.workspace.as('operator').modal()?.given['submit'];
    await here.workspace.waitFor(ready);
    const blocks = here.workspace.as('operator').modal()?.given['blocks'] as { block_id: string }[];
    const action = blocks.find(({ block_id: id }) => id.startsWith('action'))!;

    await here.workspace.as('operator').choose(action.block_id, 'remove');

    await here.workspace.waitFor(() => JSON.stringify(here.workspace.as('operator').modal()?.given).includes('Node'));
  });

  it.each([
    ['a question', 'deny', 1],
    ['a plan to read', 'judge', 60],
  ])('say by a message that %s did not open', async (_what, button, lines) => {
    const here = await open();
    await here.run(...asking({ judged: Array.from({ length: lines }, (_, index) => `line ${index} of the plan`) }));
    await shows(here, 'lead', new RegExp(`"${button}"`));
    here.workspace.faults.set({ rateLimited: { 'views.open': 2 } });

    await here.workspace.as('lead').press(button);

    await here.workspace.waitFor(() =>
      here.workspace.channel(LEAD).messages.find(({ text }) => text.includes('Press the button again.')),
    );
  });

  it('answer by a message where the modal comes too late', async () => {
    const here = await open();
    here.workspace.faults.set({ lost: { 'views.open': 1 } });

    await here.workspace.as('operator').press('look');

    const direct = await here.workspace.waitFor(() =>
      here.workspace.channel(OPERATOR).messages.find(({ text }) => text.includes('is on its way')),
    );
    expect(direct.channel.startsWith('D')).toBe(true);
  });
});
