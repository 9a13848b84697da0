import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deletedServers, everything, setUnderlay } from './openstack.ts';
import { cloudLayer, installStrata, metalLayer, type Strata } from './strata.ts';

type Check = { readonly title: string; readonly health: string; readonly detail?: string };
type Json = {
  readonly run: number;
  readonly outcome: string;
  readonly leftovers: readonly string[];
  readonly report: {
    readonly checks: readonly Check[];
    readonly troubles: readonly { readonly what: string; readonly advice?: string }[];
    readonly hops: readonly { readonly name: string; readonly mtuBytes: number; readonly health: string }[];
  };
};

describe('smoke-test from a terminal, on real OpenStacks', () => {
  let strata: Strata;
  let before: Record<'metal' | 'cloud', Awaited<ReturnType<typeof everything>>>;

  beforeAll(async () => {
    strata = await installStrata({ database: 1, layers: [metalLayer(), cloudLayer()] });
    await strata.start('worker');
    before = { metal: await everything('metal'), cloud: await everything('cloud') };
  });
  afterAll(() => strata.close());

  async function smokeTest(...args: string[]): Promise<Json & { code: number | null; stderr: string }> {
    const { code, stdout, stderr } = await strata.run('run', 'smoke-test', 'lab', ...args, '--json');
    return { ...(JSON.parse(stdout) as Json), code, stderr };
  }

  it('quick: boots a server, reads its console, leaves nothing', async () => {
    const { code, outcome, report, leftovers } = await smokeTest('cloud', 'quick');

    expect({ code, outcome, leftovers }).toEqual({ code: 0, outcome: 'succeeded', leftovers: [] });
    expect(report.checks.map(({ health }) => health)).toEqual(report.checks.map(() => 'ok'));
    expect(report.checks.at(-1)?.detail).toMatch(/login:/);
    expect(await everything('cloud')).toEqual(before.cloud);
  });

  it('standard: network, router, security group, key, floating IP and volume as well, on both layers at once', async () => {
    const picture = join(tmpdir(), `strata-${process.pid}.png`);

    const { code, outcome, report } = await smokeTest('all', 'standard', '--picture', picture);

    expect({ code, outcome }).toEqual({ code: 0, outcome: 'succeeded' });
    expect(report.checks.length).toBeGreaterThan(25);
    expect(report.checks.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');
    rmSync(picture);
    expect(await everything('cloud')).toEqual(before.cloud);
    expect(await everything('metal')).toEqual(before.metal);
  });

  it('full: pings, logs in by ssh and measures the MTU over the real path, within and between servers', async () => {
    const { code, outcome, report } = await smokeTest('metal', 'full');

    expect({ code, outcome, troubles: report.troubles }).toEqual({ code: 0, outcome: 'succeeded', troubles: [] });
    expect(report.hops.map(({ name, mtuBytes }) => [name, mtuBytes])).toEqual([
      ['underlay', 1500],
      ['network', 1450],
      ['largest packet', 1450],
    ]);
    expect(report.checks.map(({ detail }) => detail)).toContain('1450 passes, 1451 does not');
    expect(await everything('metal')).toEqual(before.metal);
  });

  it('full without reach: says what was not tried, and never that it passed', async () => {
    const { code, report } = await smokeTest('cloud', 'full');

    const ping = report.checks.find(({ title }) => title === 'Ping the floating IP');
    expect(code).toBe(0);
    expect(ping).toMatchObject({ health: 'off', detail: expect.stringContaining('no reach') });
    expect(report.hops).toEqual([]);
  });

  it('full over an underlay that is too small: fails at the MTU probe with the number and the advice', async () => {
    setUnderlay(1400);
    try {
      const { code, outcome, report, leftovers } = await smokeTest('metal', 'full');

      expect({ code, outcome, leftovers }).toEqual({ code: 1, outcome: 'failed', leftovers: [] });
      expect(report.troubles).toHaveLength(1);
      expect(report.troubles[0]?.what).toContain('the network says 1450, the largest packet that passes is 1350');
      expect(report.troubles[0]?.advice).toContain('global_physnet_mtu and path_mtu = 1400');
      expect(report.hops.map(({ mtuBytes, health }) => [mtuBytes, health])).toEqual([
        [1400, 'failure'],
        [1450, 'ok'],
        [1350, 'failure'],
      ]);
    } finally {
      setUnderlay(1500);
    }
    expect(await everything('metal')).toEqual(before.metal);
  });

  it('two runs on one cloud do not disturb each other', async () => {
    const [one, two] = await Promise.all([smokeTest('cloud', 'standard'), smokeTest('cloud', 'standard')]);

    expect([one, two].map(({ outcome, report }) => [outcome, report.troubles])).toEqual([
      ['succeeded', []],
      ['succeeded', []],
    ]);
    expect(one.run).not.toBe(two.run);
    expect(await everything('cloud')).toEqual(before.cloud);
  });

  it('made exactly one server a run and layer, but for the second one of a full test', async () => {
    // Other suites have had servers of other names there.
    const names = (await deletedServers('cloud')).filter((name) => /^strata-\d+-[0-9a-f]{8}-/.test(name));

    expect(names.length).toBeGreaterThan(2);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !name.endsWith('-server'))).toEqual([]);
  });
});

describe('a server that the cloud does not bring up', () => {
  it.each([
    ['testbed:fail', 'no space left on hypervisor', /No valid host|no space left/],
    ['testbed:abort', 'image is broken', /image is broken/],
  ])('%s: ends with the text of the fault, and nothing is left', async (key, text, said) => {
    const layer = cloudLayer({ smokeTest: { metadata: { [key]: text } } });
    const strata = await installStrata({ database: 2, layers: [layer] });
    try {
      await strata.start('worker');
      const before = await everything('cloud');

      const { code, stdout } = await strata.run('run', 'smoke-test', 'lab', 'cloud', 'quick', '--json');

      const { outcome, report, leftovers } = JSON.parse(stdout) as Json;
      expect({ code, outcome, leftovers }).toEqual({ code: 1, outcome: 'failed', leftovers: [] });
      expect(report.troubles[0]?.what).toMatch(said);
      expect(await everything('cloud')).toEqual(before);
    } finally {
      await strata.close();
    }
  });
});
