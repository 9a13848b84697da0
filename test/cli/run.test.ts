import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import type { RunRef } from '#domain/run.ts';
import { fingerprintOf } from '#domain/ssh-signature.ts';
import { asking, DIGEST } from '../chat/world.ts';
import { ownRedisUrl } from '../database.ts';
import { openWorld, type World } from '../engine/world.ts';
import { keyPair } from '../keys.ts';
import { nothing } from '../report/fixtures.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/strata.ts');
const ME = 'U0ME000001';
const mine = keyPair();

let world: World;
let run: RunRef;
let configPath: string;
beforeEach(async () => {
  world = await openWorld();
  run = await world.ask();
  await world.journal.append(run, { fence: 0, seq: 1 }, asking());
  configPath = join(mkdtempSync(join(tmpdir(), 'strata-cli-')), 'strata.yaml');
  const people = { view: [ME], operate: [ME], approve: [ME], breakGlass: [] };
  const layers = [
    { name: 'metal', kind: 'openstack', cloud: 'metal' },
    { name: 'cluster', kind: 'kubernetes', on: 'metal', context: 'lab' },
  ];
  const environments = { [world.environment]: { channels: ['#ops'], people, layers } };
  writeFileSync(
    configPath,
    stringify({ environments, terminal: { [userInfo().username]: ME }, keys: { [ME]: [mine.line] } }),
  );
});
afterEach(() => world.close());

/** `strata run ...` as a process of its own. */
async function strata(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const whole = { PATH: process.env['PATH'] ?? '', STRATA_CONFIG: configPath, REDIS_URL: ownRedisUrl(), ...env };
  // In a session of its own it has no terminal to ask for a passphrase at.
  const child = spawn(process.execPath, [MAIN, 'run', ...args], { env: whole, stdio: 'pipe', detached: true });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

describe('strata run approve', () => {
  it('first shows the plan and the command for it, then takes that command with the key', async () => {
    const shown = await strata(['approve', `${run.number}`]);
    const [, command = ''] = /(strata run approve .*)$/m.exec(shown.stderr) ?? [];
    const approved = await strata([...command.split(' ').slice(2), '--key', mine.file]);

    expect({ code: shown.code, stderr: shown.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('make two things') as string,
    });
    expect(approved).toEqual({
      code: 0,
      stdout: `Run #${run.number} is approved, and goes on when its turn comes.\n`,
      stderr: '',
    });
    const event = (await world.journal.read(run)).at(-1);
    expect(event).toMatchObject({ type: 'approved', by: { id: ME }, proof: { key: fingerprintOf(mine.line) } });
  });

  it('takes the key that STRATA_KEY names', async () => {
    const { code } = await strata(['approve', `${run.number}`, '--plan', DIGEST], { STRATA_KEY: mine.file });

    expect(code).toBe(0);
  });

  it.each([
    ['no key', [], 2, 'Deciding at a terminal takes your personal key.'],
    ['a key file that is not there', ['--key', '/nowhere/id'], 1, 'No such file or directory'],
    ['an encrypted key, and nobody to ask', ['--key', keyPair('a passphrase').file], 1, 'incorrect passphrase'],
    ['the key of somebody else', ['--key', keyPair().file], 2, 'no signature of this decision by a key of yours'],
    ['an option without its file', ['--key'], 2, 'running: --key needs a file'],
    ['an option in place of its file', ['--key', '--json'], 2, 'running: --key needs a file'],
    ['an option with nothing behind its =', ['--key='], 2, 'running: --key needs a file'],
    ['a key file that is not there, behind =', ['--key=/nowhere/id'], 1, 'No such file or directory'],
  ])('with %s decides nothing and says why', async (_what, options, code, why) => {
    const ended = await strata(['approve', `${run.number}`, '--plan', DIGEST, ...options]);

    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(why);
    expect((await world.view(run)).approval).toMatchObject({ state: 'asking', by: [] });
  });
});

/** The run that a command has just asked for. */
async function nextRun(): Promise<RunRef> {
  return vi.waitUntil(async () => {
    const [newest] = await world.runs.recent(world.environment, 1);
    return newest?.number === run.number ? undefined : newest;
  }, 20_000);
}

describe('strata run deploy', () => {
  it.each([
    [[], /which layer\? Name one, or all\nThere are: metal, cluster, all\.\nUsage: strata run deploy/],
    [['all', '--dryrun'], /"--dryrun" needs a value\nDid you mean "--dry-run"\?/],
    [['cluster', '--override'], /--override wants a reason/],
  ])('%j starts nothing and says why', async (words, why) => {
    const before = await world.runs.recent(world.environment);

    const ended = await strata(['deploy', ...words]);

    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(why);
    expect(await world.runs.recent(world.environment)).toEqual(before);
  });

  it.each([
    [['--reason=disk swap'], 'disk swap'],
    [['--reason', '<b> & "quotes"'], `<b> & 'quotes'`],
    [['--reason', "'twas"], "'twas"],
    [['--reason=a=“b'], 'a=“b'],
  ])('takes %j as the shell gave it', async (words, reason) => {
    const following = strata(['deploy', world.environment, 'all', '--dry-run', ...words]);
    const made = await nextRun();
    await world.journal.append(made, { fence: 0, seq: 1 }, [
      { type: 'ended', outcome: 'succeeded', leftovers: [], report: nothing },
    ]);
    await following;

    expect((await world.view(made)).request.input).toMatchObject({ reason });
  });

  it('asks for a dry run of every layer, and follows it to its end', async () => {
    const following = strata(['deploy', world.environment, 'all', '--dry-run', '--reason', 'before the upgrade']);
    const made = await nextRun();
    await world.journal.append(made, { fence: 0, seq: 1 }, [
      { type: 'ended', outcome: 'succeeded', leftovers: [], report: nothing },
    ]);

    const { code, stderr } = await following;

    expect((await world.view(made)).request).toMatchObject({
      ...{ job: 'deploy', by: { id: ME }, origin: { kind: 'terminal' } },
      input: {
        ...{ action: 'apply', layers: ['metal', 'cluster'], isDryRun: true, isOverride: false },
        reason: 'before the upgrade',
      },
    });
    expect(code).toBe(0);
    expect(stderr).toContain(`deploy of ${world.environment} / metal + cluster, dry run.`);
  });
});

describe('strata run scale-node', () => {
  it.each([
    [[], /name one\nIt works on: cluster\.\nUsage: strata run scale-node \[environment\] <layer> add/],
    [['cluster', 'remvoe', 'node-4'], /Did you mean "remove"\?/],
    [['cluster', 'remove', '$(reboot)'], /cannot be the name of a node/],
  ])('%j starts nothing and says why', async (words, why) => {
    const before = await world.runs.recent(world.environment);

    const ended = await strata(['scale-node', ...words]);

    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(why);
    expect(await world.runs.recent(world.environment)).toEqual(before);
  });

  it('follows the run to its end, and tells what that offers', async () => {
    const offers = [{ label: 'Uncordon node-4', command: 'scale-node', text: '--layer cluster uncordon node-4' }];
    const following = strata(['scale-node', 'cluster', 'remove', 'node-4']);
    const made = await nextRun();
    const report = { ...nothing, offers };
    await world.journal.append(made, { fence: 0, seq: 1 }, [
      { type: 'ended', outcome: 'failed', leftovers: [], report },
    ]);

    const { code, stdout, stderr } = await following;

    expect((await world.view(made)).request).toMatchObject({
      ...{ job: 'scale-node', by: { id: ME }, origin: { kind: 'terminal' } },
      input: { layer: 'cluster', action: 'remove', node: 'node-4' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('scaling of');
    expect(stdout).toContain('Uncordon node-4: strata run scale-node --layer cluster uncordon node-4');
  });
});
