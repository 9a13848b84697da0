import { describe, expect, it } from 'vitest';
import type { Field, Form } from '#domain/form.ts';
import { formView, readState, refusalView, waitingView } from '#chat/form/view.ts';
import { deployForm } from '#commands/deploy-form.ts';
import { environment, request, world } from '../../commands/world.ts';
import { checkView } from '../../../sandbox/workspace/check.ts';

const memory = { command: 'scale-node', channel: { id: 'C0OPS', name: 'cloud-ops' } };
const menu = (name: string, values: readonly string[], value?: string): Field => ({
  ...{ kind: 'menu', name, label: name, value, decides: true },
  choices: values.map((each) => ({ value: each, title: each })),
});

const ADD: Form = {
  ...{ command: 'scale-node', title: 'Scale nodes' },
  fields: [
    menu('environment', ['lab', 'edge'], 'lab'),
    menu('layer', ['cluster'], 'cluster'),
    menu('action', ['add', 'remove'], 'add'),
    { kind: 'number', name: 'count', label: 'How many', least: 1, most: 20, value: '1' },
    { kind: 'text', name: 'flavor', label: 'Flavor', hint: 'Left out: as the others.', isOptional: true },
  ],
};
const REMOVE: Form = {
  ...ADD,
  fields: [
    ...ADD.fields.slice(0, 2),
    menu('action', ['add', 'remove'], 'remove'),
    {
      ...{ kind: 'menu', name: 'node', label: 'Node', hint: 'As run #1 saw them.' },
      choices: [
        { value: 'node-4', title: 'node-4  NotReady', health: 'failure' },
        { value: 'node-2', title: 'node-2  Ready', health: 'ok' },
      ],
    },
  ],
};
const SEARCHED: Form = {
  ...{ command: 'smoke-test', title: 'Smoke test' },
  fields: [
    {
      ...{ kind: 'search', name: 'environment', label: 'Environment', value: 'site-7' },
      ...{ chosen: { value: 'site-7', title: 'site-7' }, hint: '150 to choose from.' },
    },
    menu('level', ['quick', 'standard'], 'standard'),
  ],
};
/** By whom the layers of the environment are set up; the last one by somebody else. */
const DEPLOYED = ['kolla-ansible', 'kubespray', 'rook'].map((provisioner) => ({ provisioner }));
const many = (count: number): Form => ({
  ...REMOVE,
  fields: [
    {
      ...menu(
        'node',
        Array.from({ length: count }, (_, index) => `node-${index}-${'x'.repeat(120)}`),
      ),
    },
  ],
});

function blockIdsOf({ blocks }: { readonly blocks: readonly { readonly block_id?: string | undefined }[] }) {
  return blocks.map(({ block_id: id }) => id);
}

describe('the view of a form', () => {
  it.each([
    ['waiting', waitingView(memory)],
    ['add', formView(memory, ADD)],
    ['remove', formView(memory, REMOVE)],
    ['search', formView(memory, SEARCHED)],
    ['refused', refusalView(memory, { kind: 'errors', errors: { '': 'You may not. These may: <@U0LEAD>.' } })],
  ])('is drawn as it was looked at: %s', async (name, view) => {
    await expect(`${JSON.stringify(view, null, 2)}\n`).toMatchFileSnapshot(`../golden/form-${name}.json`);
  });

  it('is drawn as it was looked at: deploy', async () => {
    const layers = environment('lab').layers.map((layer, index) => ({ ...layer, ...DEPLOYED[index] }));
    const { deps } = world([environment('lab', { layers }), environment('edge')]);
    const call = { request: request('deploy', ''), deps, args: { words: [], options: new Map<string, string>() } };

    const view = formView({ ...memory, command: 'deploy' }, await deployForm.draw(call, {}));

    expect(() => checkView({ ...view })).not.toThrow();
    await expect(`${JSON.stringify(view, null, 2)}\n`).toMatchFileSnapshot('../golden/form-deploy.json');
  });

  it.each([1, 100, 101, 200])('stays within what Slack takes with %i choices', (count) => {
    const view = formView(memory, many(count));

    expect(() => checkView({ ...view })).not.toThrow();
    expect(JSON.stringify(view).match(/"value":"node-/g)).toHaveLength(count);
  });

  it('keeps what was written until what it follows from changes', () => {
    const fields = ADD.fields.with(0, menu('environment', ['lab', 'edge'], 'edge'));

    const [before, after] = [blockIdsOf(formView(memory, ADD)), blockIdsOf(formView(memory, { ...ADD, fields }))];

    expect(after[0]).toBe(before[0]);
    expect(after.slice(1).every((id, index) => id !== before[index + 1])).toBe(true);
  });

  it('is read back by field, whatever was left out', () => {
    const read = readState({
      environment: { value: { selected_option: { value: 'lab' } } },
      'count:lab:cluster:add': { value: { value: '3' } },
      'node:lab:cluster:remove': { value: { selected_option: null } },
      'flavor:lab:cluster:add': { other: { value: 'x' } },
    });

    expect(read.values).toEqual({ environment: 'lab', count: '3', node: '', flavor: '' });
    expect(read.blocks['count']).toBe('count:lab:cluster:add');
  });
});

it('says why there is nothing to ask, however many people could', () => {
  const people = Array.from({ length: 400 }, (_, index) => `@U0PERSON${index}`).join(', ');

  checkView(refusalView(memory, { kind: 'errors', errors: { '': `You may not. These may: ${people}.` } }) as never);
});
