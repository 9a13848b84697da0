import { describe, expect, it } from 'vitest';
import { answer } from '#commands/answer.ts';
import type { Table } from '#domain/report.ts';
import { nothing } from '../report/fixtures.ts';
import { environment, guest, layer, operator, request, world } from './world.ts';

const lab = environment('lab');
const HOUR_AGO = () => new Date(Date.now() - 3_610_000).toISOString();
const NODES: Table = {
  id: 'cluster/nodes',
  title: 'Nodes of cluster',
  columns: ['Name', 'Status', 'Roles'].map((title) => ({ title })),
  rows: [
    { health: 'failure', cells: ['node-4', 'NotReady', '<none>'] },
    { health: 'ok', cells: ['node-1', 'Ready', 'control-plane'] },
    { health: 'ok', cells: ['node-2', 'Ready', '<none>'] },
  ],
};

async function say(
  text: string,
  { environments = [lab], caller = operator, nodes = undefined as Table | undefined } = {},
) {
  const { deps, asked, add } = world(environments);
  if (nodes) {
    const origin = { kind: 'slack', team: 'T1', channel: 'C1' } as const;
    const from = { environment: 'lab', job: 'status', input: { layer: 'all' }, by: operator.person, origin } as const;
    add({ ...from, number: 1, key: 'k', askedAt: HOUR_AGO() }, [
      { type: 'ended', outcome: 'degraded', leftovers: [], report: { ...nothing, tables: [nodes] } },
    ]);
  }
  const reply = await answer(request('scale-node', text, { caller }), deps);
  return { reply, asked: asked.filter(({ job }) => job === 'scale-node') };
}

describe('scale-node', () => {
  it.each<[text: string, input: object]>([
    ['lab cluster add', { layer: 'cluster', action: 'add', count: 1 }],
    ['cluster add 3', { layer: 'cluster', action: 'add', count: 3 }],
    ['LAB Cluster ADD 20 --flavor m1.large', { layer: 'cluster', action: 'add', count: 20, flavor: 'm1.large' }],
    ['lab cluster add —flavor “m1 large”', { layer: 'cluster', action: 'add', count: 1, flavor: 'm1 large' }],
    ['lab cluster remove node-4', { layer: 'cluster', action: 'remove', node: 'node-4' }],
    ['cluster replace node-4.lab.example', { layer: 'cluster', action: 'replace', node: 'node-4.lab.example' }],
    [
      'cluster replace <http://node-4.lab.example|node-4.lab.example>',
      { layer: 'cluster', action: 'replace', node: 'node-4.lab.example' },
    ],
    ['--environment lab --layer cluster uncordon node-4', { layer: 'cluster', action: 'uncordon', node: 'node-4' }],
  ])('reads %j', async (text, input) => {
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'run', fresh: true });
    expect(asked).toMatchObject([{ job: 'scale-node', environment: 'lab', input, by: operator.person }]);
  });

  it('says what was started', async () => {
    const one = await say('lab cluster replace node-4');
    const more = await say('lab cluster add 2');

    expect(one.reply).toMatchObject({ text: expect.stringContaining('scaling of lab / cluster, replace node-4.') });
    expect(more.reply).toMatchObject({ text: expect.stringContaining('scaling of lab / cluster, add 2 nodes.') });
  });

  it.each([
    ['lba cluster add', 'lab'],
    ['lab clutser add', 'cluster'],
    ['lab cluster remvoe node-4', 'remove'],
    ['lab cluster ad', 'add'],
    ['lab cluster add --flavour m1', '--flavor'],
  ])('guesses what %j meant', async (text, near) => {
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'text', error: true });
    expect(reply.text).toContain(`Did you mean "${near}"?`);
    expect(reply.text).toContain('Usage: `/scale-node [environment] &lt;layer&gt; add [count] [--flavor name] |');
    expect(asked).toEqual([]);
  });

  it.each([
    ['lab remove node-4', /the layer comes before "remove"\nThere are: cluster\./],
    ['lab cluster', /what is to be done\?\nThere are: add, remove, replace, uncordon\./],
    ['lab all add', /has no layer "all"/],
    ['lab metal add', /is a openstack layer.*\nIt works on: cluster\./],
    ['lab cluster add 0', /whole number from 1 to 20/],
    ['lab cluster add 21', /whole number from 1 to 20/],
    ['lab cluster add -1', /whole number from 1 to 20/],
    ['lab cluster add two', /whole number from 1 to 20/],
    ['lab cluster add 2 3', /"3" is one word too many/],
    ['lab cluster remove', /which node to remove\?/],
    ['lab cluster remove node-4 node-5', /"node-5" is one word too many/],
    ['lab cluster remove node-4 --flavor m1', /--flavor is for add/],
    ['lab cluster remove Node_4', /"Node_4" cannot be the name of a node/],
    ['lab cluster replace -rf', /cannot be the name of a node/],
    ['lab cluster replace ../../etc', /cannot be the name of a node/],
    ['lab cluster replace $(reboot)', /cannot be the name of a node/],
    [`lab cluster replace ${'a'.repeat(254)}`, /cannot be the name of a node/],
    ['lab cluster replace ноде-4', /cannot be the name of a node/],
    ['--layer cluster', /what is to be done/],
  ])('refuses %j', async (text, message) => {
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'text', error: true });
    expect(reply.text).toMatch(message);
    expect(asked).toEqual([]);
  });

  it.each([
    ['', {}],
    ['lab', { environment: 'lab' }],
    ['--environment lab', { environment: 'lab' }],
  ])('asks by a form for what %j leaves out', async (text, values) => {
    const { reply } = await say(text);

    expect(reply).toMatchObject({ kind: 'text', form: { command: 'scale-node', values } });
  });

  it('asks by a form which environment, when there are several', async () => {
    const { reply } = await say('', { environments: [lab, environment('edge')] });

    expect(reply).toMatchObject({ form: { values: {} } });
  });

  it('shows its usage where there are no forms', async () => {
    const { deps } = world();
    const origin = { kind: 'terminal', host: 'h' } as const;
    const caller = { ...operator, channel: undefined };

    const reply = await answer(request('scale-node', 'lab', { origin, caller }), deps);

    expect(reply).toMatchObject({
      error: true,
      text: expect.stringMatching(/name one\nIt works on: cluster\.\nUsage: `strata run scale-node/),
    });
    expect(reply).not.toHaveProperty('form');
  });

  it('opens no form for somebody who may not, or where there is no cluster', async () => {
    const metal = environment('lab', { layers: [layer('metal')] });
    const refused = await say('', { caller: guest });
    const without = await say('', { environments: [metal] });

    expect(refused.reply.text).toMatch(/^You may not run things on environment `lab`/);
    expect(without.reply.text).toMatch(/name one\nThis environment has no layer that it works on/);
    for (const { reply } of [refused, without]) expect(reply).not.toHaveProperty('form');
  });
});

describe('what a status saw of the nodes', () => {
  it('advises on a name that it did not see, and starts the run all the same', async () => {
    const { reply, asked } = await say('lab cluster remove node-44', { nodes: NODES });

    expect(asked).toMatchObject([{ input: { node: 'node-44' } }]);
    expect(reply.text).toContain('The status of run #1, 60m ago, saw no node "node-44". Did you mean "node-4"?');
  });

  it.each([
    ['a node that it saw', 'lab cluster remove node-4', NODES],
    ['a cluster that no status has read', 'lab cluster remove node-44', undefined],
    ['a list that was cut', 'lab cluster remove node-44', { ...NODES, all: { failure: 1, ok: 500 } }],
    ['another cluster', 'lab cluster remove node-44', { ...NODES, id: 'other/nodes' }],
    ['nodes to come', 'lab cluster add', NODES],
  ])('has nothing to say of %s', async (_what, text, nodes) => {
    const { reply, asked } = await say(text, { nodes });

    expect(asked).toHaveLength(1);
    expect(reply.text).not.toContain('status');
  });

  it('does not hold the answer up when the store is slow', async () => {
    const { deps } = world();
    const read = () => new Promise<never>(() => undefined);
    const recent = async () => [{ number: 1, key: 'k', environment: 'lab' }];
    const slow = { ...deps, runs: { ...deps.runs, recent }, journal: { ...deps.journal, read } };

    const reply = await answer(request('scale-node', 'lab cluster remove node-4'), slow);

    expect(reply).toMatchObject({ kind: 'run', fresh: true });
  });
});
