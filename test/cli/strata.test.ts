import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/cli/strata.ts');

const folder = mkdtempSync(join(tmpdir(), 'strata-empty-'));

/** `strata ...` as a process of its own, without a stack file or a Redis. `output`: where standard output goes. */
async function strata(args: readonly string[], output: 'pipe' | number = 'pipe', change: object = {}) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ...change };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env, stdio: ['ignore', output, 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  return { child, ended: once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr })) };
}

const run = async (...args: Parameters<typeof strata>) => (await strata(...args)).ended;

describe('strata', () => {
  it.each([
    ['help'],
    ['--help'],
    ['-h'],
    ['run', '--help'],
    ['run', 'deploy', '--help'],
    ['manifest', '-h'],
    ['up', '--help'],
  ])('tells how it is used: strata %s %s', async (...args) => {
    const { code, stdout } = await run(args.filter(Boolean));

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Exit codes of run') as string });
  });

  it.each([
    [['up', '--port', '80'], 'reading the command: "strata up" takes no "--port"'],
    [['check', 'lab'], 'reading the command: "strata check" takes no "lab"'],
    [['manifest', '--url', 'strata.example.com'], 'writing the manifest: "strata.example.com" is no address'],
    [['manifest', '--prefix'], 'writing the manifest'],
    [['run', 'status', '--picture', '/nowhere/at/all.png'], 'drawing the picture /nowhere/at/all.png'],
    [['chek'], 'no command "chek", did you mean "check"?'],
    [['\u001b]0;owned\u0007'], 'strata: no command ""'],
  ])('refuses %j in a sentence', async (args, why) => {
    const { code, stdout, stderr } = await run(args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
    expect(stderr).not.toContain('\u001b');
  });

  it('ends without a word when nobody reads what it writes', async () => {
    const { child, ended } = await strata(['manifest']);
    child.stdout?.destroy();

    expect(await ended).toMatchObject({ code: 141, stderr: '' });
  });

  it('says that what it writes cannot be kept', async () => {
    expect(await run(['manifest'], openSync('/dev/full', 'w'))).toMatchObject({
      code: 1,
      stderr: 'strata: writing the output: ENOSPC\n',
    });
  });

  it('goes on when nobody reads its log', async () => {
    const { child, ended } = await strata(['run', 'status'], 'pipe', { REDIS_URL: 'redis://127.0.0.1:1' });
    child.stderr?.destroy();

    expect(await ended).toMatchObject({ code: 2 });
  });
});
