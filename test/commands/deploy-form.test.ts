import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { drawForm, sendForm } from '#commands/forms.ts';
import type { Field, FormRequest, FormValues } from '#domain/form.ts';
import { environment, guest, layer, operator, world } from './world.ts';

const lab = environment('lab', { layers: [{ ...layer('metal'), provisioner: 'kolla-ansible' }, layer('cloud')] });
const edge = environment('edge', { layers: [layer('small', 'kubernetes')] });
const foreign = environment('foreign', { people: { view: ['*'], operate: [], approve: [] } });

function asking(values: FormValues, change: Partial<FormRequest> = {}): FormRequest {
  const origin = { kind: 'slack', team: 'T1', channel: 'C1' } as const;
  return { command: 'deploy', values, caller: operator, origin, once: randomUUID(), ...change };
}

async function fieldsOf(values: FormValues): Promise<Readonly<Record<string, Field>>> {
  const form = await drawForm(asking(values), world([foreign, lab, edge]).deps);
  if (!('fields' in form)) throw new Error(JSON.stringify(form));
  return Object.fromEntries(form.fields.map((field) => [field.name, field]));
}

function valuesIn(field: Field | undefined): string[] {
  return field?.kind === 'menu' ? field.choices.map(({ value }) => value) : [];
}

describe('the form of deploy', () => {
  it('offers what the caller may deploy, and starts with what changes nothing', async () => {
    const { environment: where, layer: on, run, reason } = await fieldsOf({});

    expect(valuesIn(where)).toEqual(['lab', 'edge']);
    expect(valuesIn(on)).toEqual(['all', 'metal', 'cloud']);
    expect([where?.value, on?.value, run?.value]).toEqual(['lab', 'all', 'dry-run']);
    expect(reason).toMatchObject({ kind: 'text', isOptional: true });
  });

  it('follows the environment that was chosen, and keeps what was written', async () => {
    const values = { environment: 'edge', layer: 'cloud', run: 'deploy', reason: 'new flavor' };

    const { layer: on, run, reason } = await fieldsOf(values);

    expect(valuesIn(on)).toEqual(['all', 'small']);
    expect([on?.value, run?.value, reason?.value]).toEqual(['all', 'deploy', 'new flavor']);
  });

  it('says why to somebody who may deploy nothing', async () => {
    const form = await drawForm(asking({}, { caller: guest }), world([foreign]).deps);

    expect(form).toMatchObject({ kind: 'errors', errors: { '': expect.stringMatching(/^You may not run things on/) } });
  });
});

describe('a form of deploy that was sent', () => {
  const values = { environment: 'lab', layer: 'all', run: 'dry-run', reason: '' };

  it.each([
    [{}, { layers: ['metal', 'cloud'], isDryRun: true }],
    [
      { layer: 'cloud', run: 'deploy' },
      { layers: ['cloud'], isDryRun: false },
    ],
    [{ reason: "it's late --remove" }, { action: 'apply', isDryRun: true, reason: "it's late --remove" }],
  ])('with %j starts a run', async (change, input) => {
    const { deps, asked } = world([lab]);

    const reply = await sendForm(asking({ ...values, ...change }), deps);

    expect(reply.kind).toBe('run');
    expect(asked).toMatchObject([{ job: 'deploy', environment: 'lab', input: { action: 'apply', ...input } }]);
  });

  it.each([
    ['environment', { environment: 'lab --remove' }],
    ['environment', { environment: '--remove' }],
    ['layer', { layer: 'metal --remove' }],
    ['layer', { layer: '' }],
    ['run', { run: '' }],
    ['run', { run: 'remove' }],
    ['reason', { reason: 'x" --remove --layer "metal' }],
    ['reason', { reason: 'x'.repeat(256) }],
    ['', { layer: 'nowhere' }],
    ['', { environment: 'nowhere' }],
  ])('says what is wrong with field "%s" of %j, and starts nothing', async (field, change) => {
    const { deps, asked } = world([lab]);

    const reply = await sendForm(asking({ ...values, ...change }), deps);

    expect(reply).toMatchObject({ kind: 'errors', errors: { [field]: expect.any(String) } });
    expect(asked).toEqual([]);
  });
});
