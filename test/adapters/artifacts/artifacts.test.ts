import { mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openArtifacts } from '#adapters/artifacts/artifacts.ts';
import { openFolder } from '#adapters/artifacts/folder.ts';
import type { Shelf } from '#adapters/artifacts/shelf.ts';
import { openRedisShelf } from '#adapters/redis/artifacts.ts';
import { runKeys } from '#adapters/redis/keys.ts';
import type { RunRef, Step } from '#domain/run.ts';
import { carry } from '#engine/carry.ts';
import { jobOf, Shelf as Cloud, thingStep } from '../../engine/job.ts';
import { calm, openWorld, type World } from '../../engine/world.ts';

const KEY = Buffer.alloc(32, 7);
const KUBECONFIG = 'users: [{ user: { token: very-secret-token } }]';

let world: World;
let root: string;
let run: RunRef;
beforeEach(async () => {
  world = await openWorld();
  root = mkdtempSync(join(tmpdir(), 'strata-artifacts-'));
  run = await world.ask();
});
afterEach(() => world.close());

const SHELVES: readonly (readonly [string, () => Shelf])[] = [
  ['in Redis', () => openRedisShelf(world.redis, 30)],
  ['in a folder', () => openFolder(root)],
];

describe.each(SHELVES)('files of runs, %s', (_where, open) => {
  it('come back as they were put, the last of a name alone, and are listed', async () => {
    const artifacts = openArtifacts(open(), KEY);
    const picture = Buffer.from([0, 255, 13, 10, 0]);

    await artifacts.put(run, { name: 'report.png', content: Buffer.from('first') });
    await artifacts.put(run, { name: 'report.png', content: picture });
    await artifacts.put(run, { name: 'kubeconfig', content: KUBECONFIG, isSecret: true });

    expect(await artifacts.get(run, 'report.png')).toEqual(picture);
    expect(String(await artifacts.get(run, 'kubeconfig'))).toBe(KUBECONFIG);
    expect((await artifacts.list(run)).map(({ name }) => name)).toEqual(['kubeconfig', 'report.png']);
    expect(await artifacts.get(run, 'other')).toBeUndefined();
    expect(await artifacts.list(await world.ask())).toEqual([]);
  });

  it('are stored encrypted with a key, and open with no other, nor in another place', async () => {
    const shelf = open();
    await openArtifacts(shelf, KEY).put(run, { name: 'kubeconfig', content: KUBECONFIG, isSecret: true });
    const stored = await shelf.get(run, 'kubeconfig');

    expect(stored?.toString('latin1')).not.toContain('very-secret-token');
    const read = (key?: Buffer) => openArtifacts(shelf, key).get(run, 'kubeconfig');
    await expect(read()).rejects.toMatchObject({
      code: 'INPUT',
      advice: expect.stringContaining('STRATA_ARTIFACTS_KEY'),
    });
    await expect(read(Buffer.alloc(32, 8))).rejects.toThrow('encrypted');
    await shelf.put(run, 'inventory', stored ?? Buffer.of());
    await expect(openArtifacts(shelf, KEY).get(run, 'inventory')).rejects.toThrow('encrypted');
  });

  it('without a key: those with secrets are refused, and texts have theirs masked', async () => {
    const artifacts = openArtifacts(open());
    const secret = artifacts.put(run, { name: 'kubeconfig', content: KUBECONFIG, isSecret: true });
    await expect(secret).rejects.toMatchObject({ code: 'INPUT', advice: expect.stringContaining('openssl rand') });

    await artifacts.put(run, { name: 'ansible.log', content: 'ok: admin_password=hunter2 done' });

    expect(String(await artifacts.get(run, 'ansible.log'))).toBe('ok: admin_password=[redacted] done');
    expect(await artifacts.list(run)).toHaveLength(1);
  });

  it.each(['', '.', '..', '../x', 'a/b', '/etc/passwd', '.hidden', 'a\\b', 'a\0', 'x'.repeat(81)])(
    'have no name that leaves their run: %j',
    async (name) => {
      const artifacts = openArtifacts(open());

      await expect(artifacts.put(run, { name, content: 'x' })).rejects.toMatchObject({ code: 'INPUT' });
      await expect(artifacts.get(run, name)).rejects.toMatchObject({ code: 'INPUT' });
    },
  );

  it('are read by the next worker when the one that put them was killed', async () => {
    const shelf = open();
    const [cloud, dead] = [new Cloud(), new AbortController()];
    const install = thingStep(cloud, 'install', {
      async act(ctx) {
        await ctx.ports.artifacts.put(ctx.run, { name: 'kubeconfig', content: KUBECONFIG, isSecret: true });
        return cloud.make(`${ctx.run.key}-install`);
      },
    });
    const joining = thingStep(cloud, 'join', {
      async act(ctx) {
        dead.abort();
        const kubeconfig = await ctx.ports.artifacts.get(ctx.run, 'kubeconfig');
        return cloud.make(String(kubeconfig));
      },
    });
    const job = jobOf({ summary: 'a cluster', risk: 'probe', steps: [install, joining].map(lasting) });
    const own = () => {
      const ports = world.engine(job).ports;
      return (environment: Parameters<typeof ports>[0]) => ({
        ...ports(environment),
        artifacts: openArtifacts(shelf, KEY),
      });
    };
    cloud.budget = 2;

    void carry({ ...world.mortal(job, dead.signal), ports: own() }, run, calm());
    await expect.poll(() => dead.signal.aborted).toBe(true);
    cloud.budget = Number.POSITIVE_INFINITY;
    await carry({ ...world.engine(job), ports: own() }, run, calm());

    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded' });
    expect([...cloud.things.keys()]).toContain(KUBECONFIG);
  });
});

function lasting<T>(step: Step<T>): Step<T> {
  const { undo: _, ...rest } = step;
  return rest;
}

describe('files in Redis', () => {
  it('go a while after the last came, and are no larger than 1 MiB', async () => {
    const artifacts = openArtifacts(openRedisShelf(world.redis, 2));

    await artifacts.put(run, { name: 'console.log', content: 'x' });

    expect(await world.redis.ttl(runKeys(run).artifacts)).toBeGreaterThan(2 * 86_400 - 60);
    const large = artifacts.put(run, { name: 'large', content: Buffer.alloc(2 ** 20 + 1) });
    await expect(large).rejects.toMatchObject({ advice: expect.stringContaining('STRATA_ARTIFACTS') });
  });
});

describe('files in a folder', () => {
  it('are for their system user alone, and one that cannot be put leaves nothing behind', async () => {
    const artifacts = openArtifacts(openFolder(root));
    await artifacts.put(run, { name: 'console.log', content: 'x' });
    const folder = join(root, run.environment, `${run.number}-${run.key}`);

    expect(statSync(join(folder, 'console.log')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    mkdirSync(join(folder, 'taken'));
    await expect(artifacts.put(run, { name: 'taken', content: 'x' })).rejects.toThrow('EISDIR');
    expect(readdirSync(folder)).toEqual(['console.log', 'taken']);
  });
});
