import { afterEach, describe, expect, it } from 'vitest';
import { searchOptions } from '#chat/form/form.ts';
import type { Health } from '#domain/health.ts';
import { layer } from '../../commands/world.ts';
import { nothing } from '../../report/fixtures.ts';
import { LEAD, openScene, OPERATOR, type Scene } from '../world.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const LAYERS = [layer('metal'), layer('cluster', 'kubernetes'), layer('other', 'kubernetes')];

async function open(mode: 'Socket Mode' | 'HTTP' = 'Socket Mode'): Promise<Scene> {
  scene = await openScene(mode, { layers: LAYERS });
  await scene.startBot();
  return scene;
}

/** A status that read these nodes. */
async function read({ world }: Scene, nodes: Readonly<Record<string, Health>>): Promise<void> {
  const run = await world.ask({ job: 'status', input: { layer: 'all' } });
  const rows = Object.entries(nodes).map(([name, health]) => ({
    health,
    cells: [name, health === 'ok' ? 'Ready' : 'NotReady', '<none>'],
  }));
  const columns = ['Name', 'Status', 'Roles'].map((title) => ({ title }));
  const report = { ...nothing, tables: [{ id: 'cluster/nodes', title: 'Nodes', columns, rows }] };
  await world.journal.append(run, { fence: 0, seq: 1 }, [
    { type: 'ended', outcome: 'degraded', leftovers: [], report },
  ]);
}

const type = ({ workspace }: Scene, text: string, who = 'operator') =>
  workspace.as(who).type(text, { channel: 'cloud-ops' });

/** The form that the operator sees, once it fits. */
async function formOf({ workspace }: Scene, shows: RegExp): Promise<string> {
  return workspace.waitFor(() => {
    const shown = JSON.stringify(workspace.as('operator').modal()?.given ?? '');
    return shows.test(shown) && shown;
  });
}

/** The id of the block of a field. */
function blockOf({ workspace }: Scene, field: string): string {
  const { blocks = [] } = workspace.as('operator').modal()!.given as { blocks?: { block_id?: string }[] };
  const found = blocks.find(({ block_id: id }) => id?.split(':')[0] === field);
  if (!found?.block_id) throw new Error(`the form has no field "${field}"`);
  return found.block_id;
}

async function choose(here: Scene, field: string, value: string, shows: RegExp): Promise<string> {
  await here.workspace.as('operator').choose(blockOf(here, field), value);
  return formOf(here, shows);
}

describe.each(['Socket Mode', 'HTTP'] as const)('/scale-node without words, by %s', (mode) => {
  it('asks for all that it needs, then starts the run in the channel where it was typed', async () => {
    const here = await open(mode);
    await read(here, { 'node-4': 'failure', 'node-2': 'ok' });

    expect((await type(here, '/scale-node')).ok).toBe(true);
    await formOf(here, /How many/);
    const drawn = await choose(here, 'action', 'replace', /node-4/);
    expect(drawn).toMatch(/✗ node-4 {2}NotReady.*✓ node-2 {2}Ready/);
    await here.workspace.as('operator').choose(blockOf(here, 'node'), 'node-4');
    const answer = await here.workspace.as('operator').submit({});

    expect(answer).toMatchObject({ ok: true });
    expect(here.workspace.as('operator').modal()).toBeUndefined();
    const [run] = await here.world.runs.recent(here.world.environment);
    const { request } = await here.world.view(run!);
    expect(request).toMatchObject({
      ...{ job: 'scale-node', input: { layer: 'cluster', action: 'replace', node: 'node-4' } },
      ...{ by: { id: OPERATOR }, origin: { kind: 'slack', channel: 'C0OPS' } },
    });
    await here.rootOf(run!, /Scaling of .* cluster, replace node-4/);
  });
});

describe('the form of /scale-node', () => {
  it('opens before anything was read, and is filled when it was', async () => {
    const here = await open();
    await read(here, { 'node-4': 'failure' });
    const { promise, resolve } = Promise.withResolvers<void>();
    const { read: reading } = here.deps.journal;
    Object.assign(here.deps, {
      journal: {
        ...here.deps.journal,
        read: (...args: Parameters<typeof reading>) => promise.then(() => reading(...args)),
      },
    });
    await type(here, '/scale-node');
    await formOf(here, /How many/);

    const choosing = here.workspace.as('operator').choose(blockOf(here, 'action'), 'remove');
    expect(await choosing).toMatchObject({ ok: true });
    resolve();

    await formOf(here, /node-4/);
  });

  it('draws the last choice, however slow the one before was', async () => {
    const here = await open();
    await read(here, { 'node-4': 'failure' });
    await type(here, '/scale-node');
    await formOf(here, /How many/);
    const { read: reading } = here.deps.journal;
    const gate = Promise.withResolvers<void>();
    const slowly = (...args: Parameters<typeof reading>) => gate.promise.then(() => reading(...args));
    Object.assign(here.deps, { journal: { ...here.deps.journal, read: slowly } });

    await here.workspace.as('operator').choose(blockOf(here, 'action'), 'remove');
    await here.workspace.as('operator').choose(blockOf(here, 'layer'), 'other');
    Object.assign(here.deps, { journal: { ...here.deps.journal, read: reading } });
    await choose(here, 'action', 'add', /"count:[^"]*:other:add"/);
    gate.resolve();
    await type(here, '/strata whoami');

    expect(await formOf(here, /./)).toMatch(/"count:[^"]*:other:add"/);
  });

  it('keeps standing with what is wrong under its field', async () => {
    const here = await open();
    await type(here, '/scale-node');
    await formOf(here, /How many/);
    await choose(here, 'action', 'remove', /No status has read this cluster/);
    const block = blockOf(here, 'node');

    await here.workspace.as('operator').submit({ [block]: 'Node 4' });

    expect(here.workspace.as('operator').modal()?.errors).toEqual({
      [block]: expect.stringContaining('small letters'),
    });
    expect(await here.world.runs.recent(here.world.environment)).toEqual([]);
    await here.workspace.as('operator').submit({ [block]: 'node-4' });
    expect(here.workspace.as('operator').modal()).toBeUndefined();
    expect(await here.world.runs.recent(here.world.environment)).toHaveLength(1);
  });

  it('of somebody whose right was taken meanwhile starts nothing, says why, and is kept', async () => {
    const here = await open();
    await type(here, '/scale-node');
    await formOf(here, /How many/);
    const people = { view: ['*'], operate: [LEAD], approve: [] };
    Object.assign(here.world.stack.environments[0] ?? {}, { people });

    await here.workspace.as('operator').submit({});

    const { errors = {} } = here.workspace.as('operator').modal() ?? {};
    expect(Object.values(errors)).toEqual([expect.stringContaining('You may not run things')]);
    expect(await here.refusals()).toHaveLength(1);
    expect(await here.world.runs.recent(here.world.environment)).toEqual([]);
  });

  it('delivered twice makes one run', async () => {
    const here = await open();
    await type(here, '/scale-node');
    await formOf(here, /How many/);
    here.workspace.faults.set({ duplicates: 1 });

    await here.workspace.as('operator').submit({});

    await expect.poll(() => here.world.runs.recent(here.world.environment)).toHaveLength(1);
  });

  it('gives its usage privately when Slack does not open it', async () => {
    const here = await open();
    here.workspace.faults.set({ rateLimited: { 'views.open': 1 } });

    await type(here, '/scale-node');

    const told = await here.workspace.waitFor(() =>
      here.workspace.channel('cloud-ops').messages.find(({ visible_to: to }) => to === OPERATOR),
    );
    expect(told.text).toContain('Usage: `/scale-node');
  });

  it('is filled at the second try when Slack does not take the first', async () => {
    const here = await open();
    here.workspace.faults.set({ rateLimited: { 'views.update': 1 } });

    await type(here, '/scale-node');

    await formOf(here, /How many/);
  });

  it('is not opened for somebody who may not', async () => {
    const here = await open();
    const people = { view: ['*'], operate: [LEAD], approve: [] };
    Object.assign(here.world.stack.environments[0] ?? {}, { people });

    const answer = await type(here, '/scale-node');

    expect(answer).toMatchObject({ ok: true, payload: { text: expect.stringContaining('You may not run things') } });
    expect(here.workspace.calls.map(({ method }) => method)).not.toContain('views.open');
  });
});

describe('a form that was sent', () => {
  it('of a command that answers by words shows them in its place', async () => {
    const here = await open();
    await type(here, '/strata freeze');
    await formOf(here, /Why/);

    await here.workspace.as('operator').submit({ [blockOf(here, 'reason')]: 'disk <!channel> swap' });

    expect(await formOf(here, /is frozen by/)).not.toContain('<!channel>');
    expect(await here.world.gate.frozen(here.world.environment)).toMatchObject({ reason: 'disk <!channel> swap' });
  });

  it('shows a long answer whole, within what Slack takes', async () => {
    const here = await open();
    const steps = Array.from({ length: 60 }, (_, index) => ({
      id: `s${index}`,
      title: `Step ${index} ${'x'.repeat(70)}`,
      layer: 'metal',
    }));
    await here.run(
      { type: 'started', worker: 'w', attempt: 1 },
      { type: 'planned', summary: 's', risk: 'read', steps, facts: {} },
    );
    await type(here, '/strata show');
    await formOf(here, /"run:/);

    await here.workspace.as('operator').submit({});

    expect(await formOf(here, /Step 59/)).toContain('Step 0 ');
  });

  it('has the next one begin with what was chosen, in whichever bot', async () => {
    const here = await open();
    await type(here, '/smoke-test');
    await formOf(here, /How thorough/);
    await here.workspace.as('operator').choose(blockOf(here, 'level'), 'full');
    await here.workspace.as('operator').submit({});
    expect(here.workspace.as('operator').modal()).toBeUndefined();

    await type(here, '/smoke-test');

    expect(await formOf(here, /How thorough/)).toMatch(/"initial_option":\{[^{]*\{[^}]*"full: /);
  });
});

describe('a form of 150 environments', () => {
  async function many(): Promise<Scene> {
    const here = await open();
    const [first] = here.world.stack.environments;
    const made = Array.from({ length: 149 }, (_, index) => ({ ...first!, name: `site-${index}` }));
    const hidden = { ...first!, name: 'site-secret', people: { view: [LEAD], operate: [LEAD], approve: [] } };
    Object.assign(here.world.stack, { environments: [first!, ...made, hidden] });
    Object.assign(here.deps, { stack: here.world.stack });
    await type(here, '/smoke-test');
    await formOf(here, /How thorough/);
    return here;
  }

  it('searches them, offers a hundred at most and none of others, and follows the choice', async () => {
    const here = await many();
    const operator = here.workspace.as('operator');
    const block = blockOf(here, 'environment');

    const all = await operator.suggest(block, '');
    const some = await operator.suggest(block, 'E-14');
    const none = await operator.suggest(block, 'secret');
    await operator.suggest(block, 'site-148');
    await operator.choose(block, 'site-148');
    await formOf(here, /"layer:site-148"/);
    await operator.submit({});

    expect(all).toHaveLength(100);
    expect(some.map(({ value }) => value)).toEqual(
      ['site-14', 'site-140', 'site-141', 'site-142', 'site-143'].concat(
        ...['site-144', 'site-145', 'site-146', 'site-147', 'site-148'],
      ),
    );
    expect(none).toEqual([]);
    const [run] = await here.world.runs.recent('site-148');
    expect((await here.world.view(run!)).request).toMatchObject({ job: 'smoke-test', environment: 'site-148' });
  });

  it('asks no store for what it offers', async () => {
    const here = await many();
    const never = () => new Promise<never>(() => undefined);
    Object.assign(here.deps, {
      journal: { ...here.deps.journal, read: never },
      runs: { ...here.deps.runs, recent: never, get: never },
      habits: { get: never, keep: never },
    });

    expect(await here.workspace.as('operator').suggest(blockOf(here, 'environment'), 'site-7')).toHaveLength(11);
  });

  it('offers nothing rather than too late, while Slack does not say in which channels somebody is', async () => {
    const payload = {
      ...{ team: { id: 'T1' }, user: { id: OPERATOR, team_id: 'T1' }, block_id: 'environment', value: 'site' },
      view: { callback_id: 'form', private_metadata: '{"command":"status"}' },
    };
    const never = { of: () => new Promise<never>(() => undefined) };
    const unasked = () => Promise.reject(new Error('never asked'));

    const options = await searchOptions(
      payload,
      {
        identity: { teamId: 'T1', botId: 'B1', botUserId: 'U0BOT' },
        groups: { of: () => ({ groups: [], isSure: true }), membersOf: () => [], stop: () => undefined },
        ...{ rooms: never, drawForm: unasked, sendForm: unasked },
        searchForm: () => [{ value: 'site', title: 'site' }],
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      },
      1,
    );

    expect(options).toEqual([]);
  });

  it('offers nothing to a search that no form of ours makes', async () => {
    const here = await many();
    const operator = here.workspace.as('operator');
    here.workspace.replaceView(operator.modal()!.id, { private_metadata: '{"command":"whoami"}' });

    expect(await operator.suggest(blockOf(here, 'environment'), 'site')).toEqual([]);
  });
});

describe('a form that changed under the person', () => {
  it('stays as it is now, and nobody hears of it', async () => {
    const here = await open();
    await type(here, '/scale-node');
    await formOf(here, /How many/);
    const { read: reading } = here.deps.journal;
    const gate = Promise.withResolvers<void>();
    const slowly = (...args: Parameters<typeof reading>) => gate.promise.then(() => reading(...args));
    Object.assign(here.deps, { journal: { ...here.deps.journal, read: slowly } });
    await read(here, { 'node-4': 'failure' });
    const before = here.workspace.calls.filter(({ method }) => method === 'views.update').length;
    await here.workspace.as('operator').choose(blockOf(here, 'action'), 'remove');
    here.workspace.replaceView(here.workspace.as('operator').modal()!.id, {
      title: { type: 'plain_text', text: 'Newer' },
    });

    gate.resolve();
    const updates = () => here.workspace.calls.filter(({ method }) => method === 'views.update').length - before;
    await expect.poll(updates).toBe(1);
    await type(here, '/strata whoami');

    expect(await formOf(here, /./)).toContain('Newer');
    expect(updates()).toBe(1);
    expect(here.workspace.as('operator').modal()?.errors).toEqual({});
  });
});

describe('the button of an offer', () => {
  const offers = [{ label: 'Uncordon node-4', command: 'scale-node', text: '--layer cluster uncordon node-4' }];

  it('starts the run that it names, once, however often it is pressed', async () => {
    const here = await open();
    const report = { ...nothing, title: 'Removing node-4 failed', offers };
    const run = await here.run(
      { type: 'started', worker: 'w', attempt: 1 },
      { type: 'ended', outcome: 'failed', leftovers: [], report },
    );
    const root = await here.rootOf(run, /failed/);
    const message = await here.workspace.waitFor(() =>
      here.workspace.thread(root.ts).find(({ blocks }) => JSON.stringify(blocks).includes('Uncordon node-4')),
    );

    for (const who of ['operator', 'lead', 'lead']) await here.workspace.as(who).click(message, 'offer');

    await expect.poll(() => here.world.runs.recent(here.world.environment)).toHaveLength(2);
    const [made] = await here.world.runs.recent(here.world.environment);
    expect((await here.world.view(made!)).request).toMatchObject({
      ...{ job: 'scale-node', input: { layer: 'cluster', action: 'uncordon', node: 'node-4' } },
      ...{ by: { id: OPERATOR }, origin: { kind: 'slack', channel: 'C0OPS' } },
    });
    const told = await here.workspace.waitFor(() => {
      const to = here.workspace.channel('cloud-ops').messages.filter(({ visible_to: member }) => member === LEAD);
      return to.length === 2 && to;
    });
    expect(told.map(({ text }) => text)).toEqual(
      Array(2).fill(`This was asked already: it is run #${made?.number}, and nothing new was started.`),
    );
  });

  it('that the run does not make is refused', async () => {
    const here = await open();
    const run = await here.run({ type: 'ended', outcome: 'failed', leftovers: [], report: nothing });
    const { press } = await import('#commands/press.ts');
    const caller = {
      person: { id: OPERATOR, name: 'operator' },
      groups: [],
      channel: { id: 'C0OPS', name: 'cloud-ops' },
    };
    const origin = { kind: 'slack', team: 'T0STANDIN', channel: 'C0OPS' } as const;

    for (const offer of [0, -1, 7, undefined]) {
      const click = { run: run.number, key: run.key, offer };
      expect(await press({ action: 'offer', caller, origin, click }, here.deps)).toMatchObject({ error: true });
    }
    expect(await here.world.runs.recent(here.world.environment)).toHaveLength(1);
  });
});
