import { describe, expect, it } from 'vitest';
import { answer } from '#commands/answer.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { Input } from '#jobs/deploy/input.ts';
import { environment, guest, layer, operator, request, world } from './world.ts';

const RELEASES = ['rabbitmq', 'mariadb', 'keystone'].map((name) => ({ name, values: [] }));
const HELM = { charts: '/opt/charts', releases: RELEASES, labels: {}, timeoutMinutes: 30 };
const on = (name: string, below: string, kind: Layer['kind'], more: Partial<Layer> = {}): Layer => ({
  ...layer(name, kind),
  on: below,
  ...more,
});
/** The stack of the story, with a second cloud on the metal that nothing stands on. */
const layers = [
  layer('metal'),
  on('cluster', 'metal', 'kubernetes'),
  on('storage', 'cluster', 'ceph'),
  layer('other'),
  on('cloud', 'cluster', 'openstack', { helm: HELM }),
];
const lab = environment('lab', { layers });
const ALL = ['metal', 'cluster', 'storage', 'other', 'cloud'];

async function say(text: string, { environments = [lab] as readonly Environment[], caller = operator } = {}) {
  const { deps, asked } = world(environments);
  const reply = await answer(request('deploy', text, { caller }), deps);
  return { reply, asked };
}

const apply = { action: 'apply', isDryRun: false, isOverride: false };

describe('deploy', () => {
  it.each<[text: string, input: object]>([
    ['lab all', { ...apply, layers: ALL }],
    ['all', { ...apply, layers: ALL }],
    ['LAB Cluster', { ...apply, layers: ['cluster'] }],
    ['--environment lab --layer cluster', { ...apply, layers: ['cluster'] }],
    ['lab --from storage', { ...apply, layers: ['storage', 'other', 'cloud'] }],
    ['lab all --from Metal', { ...apply, layers: ALL }],
    ['lab all --dry-run', { ...apply, layers: ALL, isDryRun: true }],
    ['--dry-run lab cluster', { ...apply, layers: ['cluster'], isDryRun: true }],
    ['lab cluster —dry-run', { ...apply, layers: ['cluster'], isDryRun: true }],
    [
      'lab cluster --reason "as password=hunter2 says"',
      { ...apply, layers: ['cluster'], reason: 'as password=[redacted] says' },
    ],
    ['lab cluster --reason “new flavor”', { ...apply, layers: ['cluster'], reason: 'new flavor' }],
    [
      'lab cluster --override --reason "the quota is raised in an hour"',
      { ...apply, layers: ['cluster'], isOverride: true, reason: 'the quota is raised in an hour' },
    ],
    [
      'lab cluster --override --dry-run --reason test',
      { ...apply, layers: ['cluster'], isOverride: true, isDryRun: true, reason: 'test' },
    ],
    ['lab other --remove', { action: 'remove', layers: ['other'], isDryRun: false }],
    ['lab --remove cluster', { action: 'remove', layers: ['cluster', 'storage', 'cloud'], isDryRun: false }],
    ['lab metal --remove', { action: 'remove', layers: ['metal', 'cluster', 'storage', 'cloud'], isDryRun: false }],
    ['lab all --remove --dry-run', { action: 'remove', layers: ALL, isDryRun: true }],
    ['lab cloud --rollback keystone', { action: 'rollback', layers: ['cloud'], release: 'keystone' }],
    [
      'lab cloud --rollback Keystone --reason "502 since"',
      { action: 'rollback', layers: ['cloud'], release: 'keystone', reason: '502 since' },
    ],
  ])('reads %j', async (text, input) => {
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'run', fresh: true });
    expect(asked).toMatchObject([{ job: 'deploy', environment: 'lab', by: operator.person }]);
    expect(Input.parse(asked[0]?.input)).toEqual(input);
  });

  it.each([
    ['lab cluster', 'deploy of lab / cluster.'],
    ['lab --from storage --dry-run', 'deploy of lab / storage + other + cloud, dry run.'],
    ['lab cluster --override --reason x', 'deploy of lab / cluster, preflight overridden.'],
    ['lab cloud --rollback keystone', 'deploy of lab / cloud, rollback keystone.'],
    ['lab cloud --remove', 'deploy of lab / cloud, remove.'],
  ])('says what %j started', async (text, what) => {
    const { reply } = await say(text);

    expect(reply.text).toContain(what);
    expect(reply.text).not.toContain('top first');
  });

  it('names what a removal takes along', async () => {
    const real = await say('lab cluster --remove');
    const dry = await say('lab cluster --remove --dry-run');

    expect(real.reply.text).toMatch(/\nWhat goes, top first: cloud, storage and cluster\.$/);
    expect(dry.reply.text).toMatch(/\nIt shows what would go, top first: cloud, storage and cluster\.$/);
  });

  it.each([
    ['lba all', 'lab'],
    ['lab clutser', 'cluster'],
    ['lab --from clutser', 'cluster'],
    ['lab all --dry-rum', '--dry-run'],
    ['lab --dryrun cluster', '--dry-run'],
    ['lab all --overide', '--override'],
    ['lab all --form storage', '--from'],
    ['lab cloud --rollback keyston', 'keystone'],
  ])('guesses what %j meant', async (text, near) => {
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'text', error: true });
    expect(reply.text).toContain(`Did you mean "${near}"?`);
    expect(asked).toEqual([]);
  });

  it.each([
    ['lab --dry-run', /which layer\? Name one, or all\nThere are: metal, cluster, storage, other, cloud, all\./],
    ['lab --remove', /which layer\?/],
    ['lab cluster storage', /"storage" is one word too many/],
    ['--layer cluster storage', /"storage" is one word too many/],
    ['lab cluster --from storage', /either "cluster" or --from/],
    ['lab --from all', /has no layer "all"/],
    ['lab all --override', /--override wants a reason/],
    ['lab all --override --reason', /"--reason" needs a value/],
    ['lab all --override --reason --dry-run', /"--reason" needs a value/],
    ['lab all --reason "  "', /the reason is empty/],
    [`lab all --reason "${'a'.repeat(501)}"`, /at most 500 characters/],
    ['lab cluster --remove --from metal', /--remove and --from do not go together/],
    ['lab cluster --remove --override --reason x', /--remove and --override do not go together/],
    ['lab cloud --remove --rollback keystone', /--remove and --rollback do not go together/],
    ['lab cloud --rollback keystone --dry-run', /--rollback and --dry-run do not go together/],
    ['lab cloud --rollback keystone --override --reason x', /--rollback and --override do not go together/],
    ['lab --from cloud --rollback keystone', /--rollback and --from do not go together/],
    ['lab all --rollback keystone', /--rollback is of one layer/],
    ['lab cluster --rollback keystone', /Helm installs nothing of layer "cluster"/],
    [
      'lab cloud --rollback horizon',
      /names no release "horizon" of layer "cloud"\nThere are: rabbitmq, mariadb, keystone/,
    ],
    ['lab cloud --rollback', /"--rollback" needs a value/],
    ['lab all --remove=no', /"--remove" takes no value/],
    ['lab all --dry-run --dry-run', /"--dry-run" is given twice/],
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
    const { reply, asked } = await say(text);

    expect(reply).toMatchObject({ kind: 'text', form: { command: 'deploy', values } });
    expect(asked).toEqual([]);
  });

  it('shows its usage where there are no forms', async () => {
    const { deps } = world([lab]);
    const origin = { kind: 'terminal', host: 'h' } as const;
    const caller = { ...operator, channel: undefined };

    const reply = await answer(request('deploy', 'lab', { origin, caller }), deps);

    expect(reply).toMatchObject({
      error: true,
      text: expect.stringContaining('Usage: `strata run deploy [environment]'),
    });
    expect(reply).not.toHaveProperty('form');
  });

  it('opens no form for somebody who may not', async () => {
    const { reply } = await say('', { caller: guest });

    expect(reply.text).toMatch(/^You may not run things on environment `lab`/);
    expect(reply).not.toHaveProperty('form');
  });
});
