import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { drawForm, sendForm } from '#commands/forms.ts';
import type { Field, FormRequest, FormValues } from '#domain/form.ts';
import type { Health } from '#domain/health.ts';
import type { Row, Table } from '#domain/report.ts';
import { nothing } from '../report/fixtures.ts';
import { environment, guest, layer, operator, world } from './world.ts';

const lab = environment('lab');
const edge = environment('edge', { layers: [layer('small', 'kubernetes'), layer('large', 'kubernetes')] });
const foreign = environment('foreign', { people: { view: ['*'], operate: [], approve: [] } });

function asking(values: FormValues, change: Partial<FormRequest> = {}): FormRequest {
  const origin = { kind: 'slack', team: 'T1', channel: 'C1' } as const;
  return { command: 'scale-node', values, caller: operator, origin, once: randomUUID(), ...change };
}

const row = (name: string, health: Health = 'ok', roles = '<none>'): Row => ({
  health,
  cells: [name, health === 'ok' ? 'Ready' : 'NotReady', roles],
});

/** A world in which a status read these nodes of the cluster, a minute ago. */
function seen(rows: readonly Row[], all?: Table['all']) {
  const made = world([lab, edge, foreign]);
  const columns = ['Name', 'Status', 'Roles'].map((title) => ({ title }));
  const nodes: Table = { id: 'cluster/nodes', title: 'Nodes', columns, rows, all };
  const origin = { kind: 'slack', team: 'T1', channel: 'C1' } as const;
  const from = { environment: 'lab', job: 'status', input: { layer: 'all' }, by: operator.person, origin } as const;
  const askedAt = new Date(Date.now() - 61_000).toISOString();
  made.add({ ...from, number: 1, key: 'k', askedAt }, [
    { type: 'ended', outcome: 'degraded', leftovers: [], report: { ...nothing, tables: [nodes] } },
  ]);
  return made.deps;
}

const NODES = [row('node-4', 'failure'), row('node-3', 'warning'), row('node-1', 'ok', 'control-plane'), row('node-2')];

async function fieldsOf(values: FormValues, deps = seen(NODES)): Promise<Readonly<Record<string, Field>>> {
  const form = await drawForm(asking(values), deps);
  if (!('fields' in form)) throw new Error(JSON.stringify(form));
  return Object.fromEntries(form.fields.map((field) => [field.name, field]));
}

function valuesIn(field: Field | undefined): string[] {
  return field?.kind === 'menu' ? field.choices.map(({ value }) => value) : [];
}

describe('the form of scale-node', () => {
  it('starts with what does no harm, in the first environment of the caller', async () => {
    const { environment: where, layer: on, action, count, flavor, node } = await fieldsOf({});

    expect(valuesIn(where)).toEqual(['lab', 'edge']);
    expect([where?.value, on?.value, action?.value, count?.value]).toEqual(['lab', 'cluster', 'add', '1']);
    expect(flavor).toMatchObject({ kind: 'text', isOptional: true });
    expect(node).toBeUndefined();
  });

  it('follows the environment that was chosen', async () => {
    const { layer: on } = await fieldsOf({ environment: 'edge', layer: 'cluster', action: 'add' });

    expect(valuesIn(on)).toEqual(['small', 'large']);
    expect(on?.value).toBe('small');
  });

  it.each(['remove', 'replace'])('offers workers to %s, those in trouble first, with their health', async (action) => {
    const { node, count } = await fieldsOf({ action });

    expect(node).toMatchObject({
      choices: [
        { value: 'node-4', title: 'node-4  NotReady', health: 'failure' },
        { value: 'node-3', health: 'warning' },
        { value: 'node-2', title: 'node-2  Ready', health: 'ok' },
      ],
      hint: 'As the status of run #1 saw them 60s ago, worst first. Nodes of the control plane cannot be removed here.',
    });
    expect(node?.value).toBeUndefined();
    expect(count).toBeUndefined();
  });

  it('lets every node take pods again', async () => {
    const { node } = await fieldsOf({ action: 'uncordon' });

    expect(valuesIn(node)).toContain('node-1');
  });

  it('has the name written where no status has read the cluster, and says what would', async () => {
    const { node } = await fieldsOf({ environment: 'edge', action: 'remove' });

    expect(node).toMatchObject({ kind: 'text', hint: expect.stringContaining('/cloud-status edge small') });
  });

  it.each<[string, readonly Row[], Table['all']]>([
    ['more nodes than a menu holds', Array.from({ length: 201 }, (_, index) => row(`n-${index}`)), undefined],
    ['a list that was cut', NODES, { failure: 1, ok: 900 }],
    ['a name that no menu can give back', [row('n'.repeat(151))], undefined],
    ['a control plane alone', [row('node-1', 'ok', 'control-plane')], undefined],
  ])('has the name written for %s', async (_what, rows, all) => {
    const { node } = await fieldsOf({ action: 'remove' }, seen(rows, all));

    expect(node?.kind).toBe('text');
  });

  it('comes without a menu when the store fails', async () => {
    const deps = seen(NODES);
    const read = () => Promise.reject(new Error('gone'));

    const { node } = await fieldsOf({ action: 'remove' }, { ...deps, journal: { ...deps.journal, read } });

    expect(node?.kind).toBe('text');
  });

  it('says why to somebody who may scale nothing', async () => {
    const form = await drawForm(asking({ environment: 'foreign' }, { caller: guest }), seen(NODES));

    expect(form).toMatchObject({ kind: 'errors', errors: { '': expect.stringMatching(/^You may not run things on/) } });
  });
});

describe('a form that was sent', () => {
  const target = { environment: 'lab', layer: 'cluster' };

  it.each([
    [
      { action: 'add', count: '2' },
      { action: 'add', count: 2 },
    ],
    [
      { action: 'add', count: '1', flavor: 'm1 large' },
      { action: 'add', count: 1, flavor: 'm1 large' },
    ],
    [
      { action: 'replace', node: 'node-4' },
      { action: 'replace', node: 'node-4' },
    ],
  ])('%j starts a run', async (values, input) => {
    const { deps, asked } = world();

    const reply = await sendForm(asking({ ...target, ...values }), deps);

    expect(reply.kind).toBe('run');
    expect(asked).toMatchObject([{ job: 'scale-node', environment: 'lab', input: { layer: 'cluster', ...input } }]);
  });

  it.each([
    ['count', { action: 'add', count: '0' }],
    ['count', { action: 'add', count: '' }],
    ['flavor', { action: 'add', count: '1', flavor: 'm1" --layer "other' }],
    ['node', { action: 'remove' }],
    ['node', { action: 'remove', node: 'node-4 --layer other' }],
    ['node', { action: 'remove', node: 'Node-4' }],
    ['action', { action: 'explode' }],
    ['', { action: 'add', count: '1', layer: 'metal' }],
    ['', { action: 'add', count: '1', environment: 'nowhere' }],
    ['environment', { action: 'add', count: '1', environment: 'lab cluster remove node-4' }],
    ['environment', { action: 'add', count: '1', environment: '' }],
    ['layer', { action: 'add', count: '1', layer: 'cluster --flavor m1.huge' }],
  ])('says what is wrong with field "%s" of %j, and starts nothing', async (field, values) => {
    const { deps, asked } = world();

    const reply = await sendForm(asking({ ...target, ...values }), deps);

    expect(reply).toMatchObject({ kind: 'errors', errors: { [field]: expect.any(String) } });
    expect(asked).toEqual([]);
  });

  it('makes one run, however often it is delivered', async () => {
    const { deps, asked } = world();
    const sent = asking({ ...target, action: 'add', count: '1' });

    await sendForm(sent, deps);
    const again = await sendForm(sent, deps);

    expect(again).toMatchObject({ kind: 'run', fresh: false });
    expect(asked).toHaveLength(1);
  });

  it('of a command without one is a fault, not a run', async () => {
    const { deps } = world();

    await expect(sendForm({ ...asking({}), command: 'whoami' }, deps)).rejects.toThrow('there is none');
  });
});
