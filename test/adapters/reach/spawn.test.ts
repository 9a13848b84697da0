import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spawnCommand } from '#adapters/reach/spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'strata-spawn-'));

/** A shell script with a child of its own; both write their process ids. */
function script(name: string, trap: string): { path: string; pids: () => number[] } {
  const path = join(folder, name);
  const pids = `${path}.pids`;
  writeFileSync(path, `#!/bin/sh\n${trap}\nsleep 60 &\necho "$$ $!" > "${pids}"\nwait; wait; sleep 60\n`, {
    mode: 0o755,
  });
  return { path, pids: () => readFileSync(pids, 'utf8').trim().split(' ').map(Number) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie has ended; only its parent has not looked.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('a command', () => {
  it('gives exit code and output, and takes every argument as it is', async () => {
    const hostile = ['$(id)', '; rm -rf /', "it's", '*', ''];
    const { exitCode, stdout } = await spawnCommand(['printf', '%s|', ...hostile], AbortSignal.timeout(5000));

    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${hostile.join('|')}|` });
  });

  it('that does not exist is named', async () => {
    await expect(spawnCommand(['no-such-tool'], AbortSignal.timeout(5000))).rejects.toThrow('"no-such-tool"');
  });

  it.each([
    ['that ends when it is told', 'trap "exit 3" TERM'],
    ['that does not listen', 'trap "" TERM'],
  ])('%s is gone with its children when it is aborted', async (name, trap) => {
    const { path, pids } = script(name.replaceAll(' ', '-'), trap);
    const stopping = new AbortController();
    const ended = spawnCommand([path], stopping.signal);
    ended.catch(() => undefined);
    await expect.poll(() => pids().length).toBe(2);

    stopping.abort(new Error('stopped by a person'));

    await expect(ended).rejects.toThrow('stopped by a person');
    await expect.poll(() => pids().filter(isAlive), { timeout: 5000 }).toEqual([]);
  });
});
