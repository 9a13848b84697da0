import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answer } from '#commands/answer.ts';
import { drawForm, searchForm, sendForm } from '#commands/forms.ts';
import type { Form, FormRequest, FormValues } from '#domain/form.ts';
import type { RunRequest } from '#domain/run.ts';
import { environment, guest, layer, operator, request, world } from './world.ts';

const lab = environment('lab');
const small = environment('small', { layers: [layer('only')] });
const edge = environment('edge', { channels: ['C1'], layers: [layer('metal'), layer('box', 'kubernetes')] });
const origin = { kind: 'slack', team: 'T1', channel: 'C1' } as const;

function asking(command: string, values: FormValues = {}, change: Partial<FormRequest> = {}): FormRequest {
  return { command, values, caller: operator, origin, once: randomUUID(), ...change };
}

async function draw(...given: Parameters<typeof drawForm>): Promise<Form> {
  const form = await drawForm(...given);
  if (!('fields' in form)) throw new Error(JSON.stringify(form));
  return form;
}

/** What a form would send as it was drawn. */
function valuesOf({ fields }: Form): FormValues {
  return Object.fromEntries(fields.map(({ name, value = '' }) => [name, value]));
}

const ended = (number: number): RunRequest => ({
  ...{ number, key: `k${number}`, environment: 'lab', job: 'drill', input: { layer: 'metal' } },
  ...{ by: operator.person, origin, askedAt: '2026-11-23T14:50:00.000Z' },
});

describe('a command without words', () => {
  it.each([
    ['smoke-test', [lab]],
    ['smoke-test', [lab, edge]],
    ['status', [lab, edge]],
    ['show', [lab]],
    ['stop', [lab]],
    ['retry', [lab]],
    ['freeze', [lab]],
    ['unfreeze', [lab, edge]],
    ['deploy', [lab]],
  ])('%s asks by its form', async (command, environments) => {
    const { deps, asked } = world(environments);

    const reply = await answer(request('strata', command), deps);

    expect(reply).toMatchObject({ kind: 'text', form: { command, values: {} } });
    expect(asked).toEqual([]);
  });

  it.each([
    ['status', [lab]],
    ['smoke-test', [small]],
  ])('%s starts at once where but one thing can be meant', async (command, environments) => {
    const { deps, asked } = world(environments);

    expect(await answer(request('strata', command), deps)).toMatchObject({ kind: 'run' });
    expect(asked).toMatchObject([{ job: command }]);
  });

  it.each(['smoke-test', 'freeze', 'stop', 'retry', 'show'])(
    '%s by a mention or at a terminal is told how it is typed; a mention brings a form to open by a click',
    async (command) => {
      const { deps } = world([lab, edge]);
      const terminal = { kind: 'terminal', host: 'here' } as const;

      const mentioned = await answer(request('strata', command, { mention: {} }), deps);
      const typed = await answer(request('strata', command, { origin: terminal }), deps);

      const usage = { kind: 'text', error: true, text: expect.stringContaining('Usage: ') as string };
      expect(mentioned).toMatchObject({ ...usage, form: { command, values: {} } });
      expect(typed).toMatchObject(usage);
      expect(typed).not.toHaveProperty('form');
    },
  );
});

describe.each([
  ['smoke-test', { kind: 'run' }],
  ['status', { kind: 'run' }],
  ['unfreeze', { kind: 'text', text: 'Nothing was frozen.' }],
] as const)('the form of %s', (command, outcome) => {
  it('can be sent as it is drawn', async () => {
    const { deps } = world([lab, edge]);
    const values = valuesOf(await draw(asking(command), deps));

    expect(await sendForm(asking(command, values), deps)).toMatchObject(outcome);
  });

  it('says under its field what was not chosen', async () => {
    const { deps, asked } = world([lab]);

    const reply = await sendForm(asking(command, { environment: '--layer x' }), deps);

    expect(reply).toMatchObject({ kind: 'errors', errors: { environment: 'Choose one.' } });
    expect(asked).toEqual([]);
  });
});

describe('the form of smoke-test', () => {
  it('offers the layers that it tests, of the environment that is chosen', async () => {
    const { deps } = world([lab, edge]);

    const { fields } = await draw(asking('smoke-test', { environment: 'edge', layer: 'cluster' }), deps);

    const [, layers] = fields;
    expect(layers).toMatchObject({
      value: 'all',
      choices: [{ value: 'all' }, { value: 'metal' }, { value: 'box' }],
    });
  });

  it('starts what was chosen', async () => {
    const { deps, asked } = world([lab]);

    await sendForm(asking('smoke-test', { environment: 'lab', layer: 'cluster', level: 'full' }), deps);

    expect(asked).toMatchObject([{ job: 'smoke-test', input: { layer: 'cluster', depth: 'full' } }]);
  });
});

describe('the form of status', () => {
  it('is private where there is no channel to see it', async () => {
    const { deps, asked } = world([lab]);
    const caller = { ...operator, channel: undefined, memberOf: [{ id: 'C1', name: 'cloud-ops' }] };

    const form = await draw(asking('status', {}, { caller }), deps);
    await sendForm(asking('status', valuesOf(form), { caller }), deps);

    expect(form.fields.map(({ name }) => name)).toEqual(['environment', 'layer']);
    expect(asked).toMatchObject([{ job: 'status', origin: { private: true } }]);
  });

  it('offers whoever may only look all that they may see', async () => {
    const { deps } = world([lab]);

    const { fields } = await draw(asking('status', {}, { caller: guest }), deps);

    expect(fields[0]).toMatchObject({ choices: [{ value: 'lab' }] });
  });
});

describe('a form of runs', () => {
  const failed = { type: 'ended', outcome: 'failed', leftovers: [] } as const;
  const done = { type: 'ended', outcome: 'succeeded', leftovers: [] } as const;

  function runs() {
    const { deps, add } = world([lab]);
    add(ended(1), [failed]);
    add(ended(2), [done]);
    add(ended(3));
    const open = async () => [ended(3)];
    return { ...deps, runs: { ...deps.runs, open } };
  }

  it.each([
    ['show', ['3', '2', '1']],
    ['retry', ['1']],
    ['stop', ['3']],
  ])('%s offers those that it may be about, newest first', async (command, offered) => {
    const { fields } = await draw(asking(command), runs());

    const run = fields.find(({ name }) => name === 'run');
    expect(run?.kind === 'menu' && run.choices.map(({ value }) => value)).toEqual(offered);
    expect(run?.value).toBe(offered[0]);
  });

  it('lets a number be written where it has none to offer', async () => {
    const { deps } = world([lab]);

    const { fields } = await draw(asking('retry'), deps);

    expect(fields.at(-1)).toMatchObject({ kind: 'text', name: 'run', hint: expect.stringContaining('no such run') });
    expect(await sendForm(asking('retry', { environment: 'lab', run: 'x' }), deps)).toMatchObject({
      errors: { run: expect.any(String) },
    });
  });

  it('shows the run in its place', async () => {
    const reply = await sendForm(asking('show', { environment: 'lab', run: '2' }), runs());

    expect(reply).toMatchObject({ kind: 'text', text: expect.stringContaining('*#2 Drill*') });
  });
});

describe('the form of freeze', () => {
  it.each([
    ['reason', { reason: ' ' }],
    ['reason', { reason: 'a "quoted" one' }],
    ['reason', { reason: 'x'.repeat(256) }],
    ['until', { reason: 'disk swap', until: 'tomorrow' }],
    ['environment', { reason: 'disk swap', environment: '' }],
  ])('says what is wrong with %s of %j', async (field, values) => {
    const { deps } = world([lab]);

    const reply = await sendForm(asking('freeze', { environment: 'lab', ...values }), deps);

    expect(reply).toMatchObject({ kind: 'errors', errors: { [field]: expect.any(String) } });
  });

  it.each(['disk swap', '--environment prod', '30m'])('takes the reason %j as it is written', async (reason) => {
    const { deps } = world([lab]);
    const frozen: unknown[] = [];
    const gate = {
      ...deps.gate,
      freeze: async (name: string, freeze: object) => void frozen.push({ name, ...freeze }),
    };

    const reply = await sendForm(asking('freeze', { environment: 'lab', reason, until: '' }), { ...deps, gate });

    expect(reply).toMatchObject({ kind: 'text', text: expect.stringContaining('lab is frozen') });
    expect(frozen).toMatchObject([{ name: 'lab', reason, until: undefined }]);
  });
});

describe('what was chosen last', () => {
  it('is chosen already in the next form of the same person, and of nobody else', async () => {
    const { deps } = world([lab, edge]);
    await sendForm(asking('smoke-test', { environment: 'edge', layer: 'box', level: 'full' }), deps);
    const other = { ...operator, person: { id: 'U9', name: 'lead' }, groups: ['S1'] };

    const mine = valuesOf(await draw(asking('smoke-test'), deps));
    const theirs = valuesOf(await draw(asking('smoke-test', {}, { caller: other }), deps));

    expect(mine).toEqual({ environment: 'edge', layer: 'box', level: 'full' });
    expect(theirs).toEqual({ environment: 'lab', layer: 'all', level: 'standard' });
  });

  it('gives way to what was said, and to what may be chosen now', async () => {
    const { deps } = world([lab, edge]);
    await sendForm(asking('smoke-test', { environment: 'edge', layer: 'box', level: 'full' }), deps);

    const said = valuesOf(await draw(asking('smoke-test', { environment: 'lab' }), deps));
    Object.assign(deps, { stack: { ...deps.stack, environments: [lab] } });
    const gone = valuesOf(await draw(asking('smoke-test'), deps));

    expect(said).toEqual({ environment: 'lab', layer: 'all', level: 'full' });
    expect(gone).toEqual({ environment: 'lab', layer: 'all', level: 'full' });
  });

  it('is not kept of what was refused, nor what would be wrong another time', async () => {
    const { deps } = world([lab]);
    await sendForm(asking('smoke-test', { environment: 'lab', layer: 'storage', level: 'full' }), deps);
    const deploying = { environment: 'lab', layer: 'metal', run: 'deploy', reason: 'now or never' };
    await sendForm(asking('deploy', deploying), deps);

    expect(valuesOf(await draw(asking('smoke-test'), deps))).toMatchObject({ layer: 'all', level: 'standard' });
    expect(valuesOf(await draw(asking('deploy'), deps))).toEqual({
      ...{ environment: 'lab', layer: 'metal', run: 'dry-run', reason: '' },
    });
  });

  it('is done without where the store does not tell it, or take it', async () => {
    const { deps } = world([lab]);
    const habits = { get: () => Promise.reject(new Error('x')), keep: () => Promise.reject(new Error('x')) };
    const values = valuesOf(await draw(asking('smoke-test'), { ...deps, habits }));

    expect(await sendForm(asking('smoke-test', values), { ...deps, habits })).toMatchObject({ kind: 'run' });
  });
});

describe('150 environments', () => {
  const many = Array.from({ length: 150 }, (_, index) => environment(`site-${String(index).padStart(3, '0')}`));
  const hidden = environment('site-hidden', { people: { view: ['U9'], operate: [], approve: [] } });
  const search = (query: string, command = 'smoke-test', field = 'environment') =>
    searchForm({ command, field, query, caller: operator, origin }, world([...many, hidden]).deps).map(
      ({ value }) => value,
    );

  it.each(['smoke-test', 'status', 'deploy', 'freeze', 'unfreeze', 'show', 'stop', 'retry'])(
    'are searched in the form of %s, not listed',
    async (command) => {
      const { fields } = await draw(asking(command, { environment: 'site-149' }), world(many).deps);

      expect(fields[0]).toMatchObject({ kind: 'search', value: 'site-149', chosen: { value: 'site-149' } });
    },
  );

  it('are found by any part of their name, at most a hundred, none that the person may not see', () => {
    expect(search('07')).toEqual(
      [...Array.from({ length: 10 }, (_, index) => `site-07${index}`), 'site-007', 'site-107'].toSorted(),
    );
    expect(search('SITE-14')).toHaveLength(10);
    expect(search('')).toHaveLength(100);
    expect(search('hidden')).toEqual([]);
    expect(search('nothing of the kind')).toEqual([]);
    expect(search('site', 'smoke-test', 'reason')).toEqual([]);
  });
});
