import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readEnv } from '#config/env.ts';
import { ToolError } from '#domain/errors.ts';
import type { PlaybookProgress, ToolCall } from '#domain/tools.ts';
import { folders, marked, openWorld, program, sh, variables, type World } from './world.ts';

const HOSTILE = ['$(id)', '; rm -rf /', "it's", '*', '', 'two words', '"', '\\', '{', 'line\nbreak'];
/** Ends by nothing but SIGKILL; says its process id and its child's. */
const STUBBORN = 'trap "" TERM; sleep 300 & echo "here $$ $!"; while :; do wait; done';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** The error of a call that must not succeed. */
async function refusal(work: Promise<unknown>): Promise<ToolError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ToolError);
  return error as ToolError;
}

describe('a tool', () => {
  it('gives exit code and output, and takes every word as it is', async () => {
    const { exitCode, output } = await world.tools().run(sh('printf "%s|" "$@"; echo " err" >&2; exit 3', ...HOSTILE));

    expect({ exitCode, output }).toEqual({ exitCode: 3, output: `${HOSTILE.join('|')}| err\n` });
  });

  it('that a signal ended has the exit code that a shell gives it', async () => {
    expect(await world.tools().run(sh('kill -SEGV $$'))).toMatchObject({ exitCode: 139 });
  });

  it('runs in a fresh folder with its files, for this user alone, which is gone afterwards', async () => {
    const call = sh('pwd; cat "$1"; stat -c "%a" . sub inventory.ini', '{folder}/sub/deep');
    const files = { 'inventory.ini': '[all]\n', 'sub/deep': 'ünïcode\n' };
    const { output } = await world.tools().run({ ...call, files });

    const [folder = '', text] = output.split('\n');
    expect(text).toBe('ünïcode');
    expect(output).toContain('700\n700\n600\n');
    expect(existsSync(folder)).toBe(false);
  });

  it('reads what is linked into its folder', async () => {
    const call = { ...sh('readlink "$1/sub/vars"', '{folder}'), cwd: '/', links: { 'sub/vars': '/etc' } };

    expect((await world.tools().run(call)).output).toBe('/etc\n');
  });

  it('lays no file outside of its folder', async () => {
    const outside = { ...sh('true'), files: { '../outside': 'x' } };

    expect((await refusal(world.tools().run(outside))).message).toMatch(/no folder for its files.*\.\.\/outside/);
    expect(folders(world.mark)).toEqual([]);
  });

  it('gets its own variables and a few of the worker, none of its secrets', async () => {
    const exported = { HOME: '/home/strata', HTTPS_PROXY: 'http://proxy:3128', SLACK_BOT_TOKEN: 'xoxb-precious' };
    const { toolVariables } = readEnv({ ...variables(), ...exported, REDIS_URL: 'redis://redis.example' });
    const call = { ...sh('env'), env: { OWN: '{folder}/own' } };
    const { output } = await world.tools({ variables: toolVariables }).run(call);

    const names = output.split('\n').map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['PATH', 'HOME', 'HTTPS_PROXY', 'OWN', 'STRATA_TOOL']));
    expect(output).toMatch(/OWN=\/.*\/own/);
    expect(output).not.toContain('precious');
    expect(names).not.toContain('REDIS_URL');
    expect(names).not.toContain('SLACK_BOT_TOKEN');
    expect(names).not.toContain('VITEST');
  });

  it('gets what the command of its layer sets', async () => {
    const { output } = await world.tools({ command: ['env', 'KUBECONFIG=/etc/lab'] }).run(sh('echo "$KUBECONFIG"'));

    expect(output).toBe('/etc/lab\n');
  });

  it.each(['LC_ALL=C', 'LANG=zh_CN.UTF-8', 'LC_ALL=de_DE@euro'])('speaks English in UTF-8 where %s', async (locale) => {
    const call = sh('locale charmap; ls /nowhere');

    expect((await world.tools({ command: ['env', locale] }).run(call)).output).toMatch(
      /^UTF-8\nls: .*No such file or directory\n$/,
    );
  });

  it('reads nothing from standard input, so that what asks a person ends', async () => {
    expect(await world.tools().run(sh('read answer || echo nobody answers'))).toMatchObject({
      output: 'nobody answers\n',
    });
  });
});

describe('a tool that is stopped', () => {
  it.each([
    ['that ends when it is told', 'trap "exit 0" TERM; sleep 300 & echo here; wait'],
    ['that does not listen', STUBBORN],
    ['whose child left its group', 'setsid sleep 300 & echo here; wait'],
  ])('%s is gone with all its processes and its folder', async (_name, script) => {
    const stopping = new AbortController();
    const mark = `${world.mark}-stop`;
    const ended = world.tools({ mark }, stopping.signal).run(sh(script));
    ended.catch(() => undefined);
    await expect.poll(() => marked(mark).length).toBeGreaterThanOrEqual(2);

    stopping.abort(new Error('stopped by a person'));

    await expect(ended).rejects.toThrow('stopped by a person');
    expect(marked(mark)).toEqual([]);
    expect(folders(mark)).toEqual([]);
  });

  it('was never begun when the signal came first', async () => {
    await expect(world.tools({}, AbortSignal.abort(new Error('no'))).run(sh('true'))).rejects.toThrow('no');
  });

  it('leaves nothing that it put into the background when it ended by itself', async () => {
    const { exitCode } = await world.tools().run(sh('setsid sleep 300 & sleep 300 & exit 0'));

    expect(exitCode).toBe(0);
    expect(marked(world.mark)).toEqual([]);
  });

  it('is not waited for when the way to it hangs', async () => {
    const stopping = new AbortController();
    const hung = world.tools({ command: [program('ssh', 'sleep 300')] }, stopping.signal).run(sh('true'));
    hung.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));

    stopping.abort(new Error('stopped by a person'));

    await expect(hung).rejects.toThrow('stopped by a person');
  });
});

describe('a tool of a worker', { timeout: 90_000 }, () => {
  const workers: ChildProcess[] = [];
  afterEach(() => {
    for (const worker of workers.splice(0)) worker.kill('SIGKILL');
  });

  /** A worker in a process of its own, once its tool runs. */
  async function startWorker(name: string, script: string) {
    const mark = `${world.mark}-${name}`;
    const path = fileURLToPath(new URL('worker.ts', import.meta.url));
    const worker = spawn(process.execPath, [path, mark, script], {
      env: variables(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    workers.push(worker);
    let said = '';
    worker.stdout.on('data', (text: Buffer) => (said += text.toString()));
    await expect.poll(() => marked(mark).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    return { mark, worker, said: () => said };
  }

  it('is killed at once when the worker dies', async () => {
    const { mark, worker } = await startWorker('kill', STUBBORN);

    worker.kill('SIGKILL');

    await expect.poll(() => [...marked(mark), ...folders(mark)], { timeout: 30_000 }).toEqual([]);
  });

  it('is killed when the worker stands still, and a worker that goes on again says so', async () => {
    const { mark, worker, said } = await startWorker('stop', STUBBORN);

    worker.kill('SIGSTOP');

    await expect.poll(() => [...marked(mark), ...folders(mark)], { timeout: 30_000 }).toEqual([]);
    worker.kill('SIGCONT');
    await expect.poll(said, { timeout: 30_000 }).toMatch(/^trying a script: this worker stood still/);
  });

  it('is killed when nothing but its guard is', async () => {
    const { mark, said } = await startWorker('guard', STUBBORN);
    const tools = marked(mark);
    const tool = tools.find((pid) => !tools.includes(parentOf(pid))) ?? 0;

    process.kill(parentOf(tool), 'SIGKILL');

    await expect.poll(said, { timeout: 30_000 }).toMatch(/connection by this host was lost/);
    await expect.poll(() => existsSync(`/proc/${tool}`), { timeout: 30_000 }).toBe(false);
  });

  it('is not begun before what a dead worker left has ended', async () => {
    const mark = `${world.mark}-left`;
    const left = spawn('sh', ['-c', STUBBORN], { env: { STRATA_TOOL: mark, PATH: '/usr/bin:/bin' }, detached: true });
    await expect.poll(() => marked(mark).length).toBe(2);

    const { output } = await world.tools({ mark }).run(sh('kill -0 "$1" 2>/dev/null || echo alone', `${left.pid}`));

    expect(output).toBe('alone\n');
    expect(marked(mark)).toEqual([]);
  });

  it('leaves what another layer runs alone', async () => {
    const other = spawn('sleep', ['300'], { env: { STRATA_TOOL: `${world.mark}2` } });
    await expect.poll(() => marked(`${world.mark}2`).length).toBe(1);

    await world.tools().run(sh('true'));

    expect(marked(`${world.mark}2`)).toEqual([other.pid]);
    other.kill();
  });
});

describe('what a tool says', () => {
  it('is kept whole as a file of the run, which a second attempt does not write over', async () => {
    const own = await openWorld();
    const log = { run: own.run, name: 'scale.log' };
    const first = await own.tools().run({ ...sh('echo one; echo two'), log });
    const second = await own.tools().run({ ...sh('echo three'), log });

    expect([first.log, second.log]).toEqual(['scale.log', 'scale-2.log']);
    expect((await own.artifacts.list(own.run)).map(({ name }) => name)).toEqual(['scale-2.log', 'scale.log']);
    expect(await own.log()).toBe('three\none\ntwo\n');
    own.close();
  });

  it('is there while it still runs', async () => {
    const own = await openWorld();
    const stopping = new AbortController();
    const call = { ...sh('echo begun; sleep 300'), log: { run: own.run, name: 'long.log' } };
    const ended = own.tools({}, stopping.signal).run(call);
    ended.catch(() => undefined);

    await expect.poll(() => own.log(), { timeout: 30_000 }).toBe('begun\n');
    stopping.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
    own.close();
  });

  it.each([
    ['in lines', 'yes "ok: [node-1] => (item=password)"'],
    ['without a line end', 'cat /dev/zero'],
  ])(
    'is 200 MB %s: its beginning and its end are kept, and what is missing is said',
    async (_name, script) => {
      const own = await openWorld();
      const call = {
        ...sh(`${script} | head -c 200000000; echo; echo the end`),
        log: { run: own.run, name: 'big.log' },
      };
      const before = process.memoryUsage().rss;
      const { output, exitCode } = await own.tools().run(call);

      expect(exitCode).toBe(0);
      expect(output).toHaveLength(64 * 1024);
      expect(output).toMatch(/the end\n$/);
      const files = await own.artifacts.list(own.run);
      expect(files).toHaveLength(10);
      expect(files.map(({ name }) => name).slice(0, 2)).toEqual(['big.log', 'big.log.001']);
      expect(Math.max(...files.map(({ bytes }) => bytes))).toBeLessThan(600_000);
      expect(String(await own.artifacts.get(own.run, 'big.log.001'))).toMatch(
        /\[strata: [\d,]+ bytes that came here are not kept; the log goes on in big\.log\.\d+\]\n$/,
      );
      expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
      own.close();
    },
    60_000,
  );

  it('may be no UTF-8', async () => {
    const { output } = await world.tools().run(sh(String.raw`printf 'a\377\376b\n\303'; sleep 0.2; printf '\244\n'`));

    expect(output).toBe('a\u{FFFD}\u{FFFD}b\nä\n');
  });

  it('tells no secret, not even one that comes in two parts', async () => {
    const own = await openWorld();
    const call = {
      ...sh('echo "the key is corr"; printf "corr"; sleep 0.3; echo "ect horse"; echo password=hunter2'),
      secrets: ['correct horse'],
      log: { run: own.run, name: 'secret.log' },
    };
    const { output } = await own.tools().run(call);

    expect(output).toBe('the key is corr\n[redacted]\npassword=[redacted]\n');
    expect(await own.log()).toBe(output);
    own.close();
  });
});

describe('the progress of a playbook', () => {
  /** Stands where `ansible-playbook` does and says what the callback plugin would. */
  const playbook = (script: string): ToolCall => ({
    doing: 'running site.yml',
    argv: [program('ansible-playbook', script)],
  });
  const task = (name: string) => `printf '{"event":"task","name":"${name}"}\\n' >>"$STRATA_PROGRESS"`;

  it('is counted whole, also what comes right before the end', async () => {
    const seen: PlaybookProgress[] = [];
    const loop = `for n in $(seq 300); do ${task('Loop')}; echo "TASK [Loop]"; done; ${task('Last')}`;
    const call = { ...playbook(loop), onProgress: (at: PlaybookProgress) => seen.push(at) };
    const { playbook: found, output } = await world.tools().run(call);

    expect(found?.tasks).toBe(301);
    expect(seen.at(-1)).toMatchObject({ task: 301, taskName: 'Last' });
    expect(output).toBe('TASK [Loop]\n'.repeat(300));
  });

  it('names the task that takes long while it takes long', async () => {
    const stopping = new AbortController();
    const onProgress = ({ taskName }: PlaybookProgress) => taskName === 'Long' && stopping.abort(new Error('seen'));
    const call = { ...playbook(`${task('Short')}; ${task('Long')}; sleep 300`), onProgress };

    await expect(world.tools({}, stopping.signal).run(call)).rejects.toThrow('seen');
  });
});

describe('a place of tools', () => {
  it('behind ssh gets every word as it is, though ssh hands them to a shell', async () => {
    const ssh = program('ssh', '[ "$1" = kolla@metal ] && shift && exec sh -c "$*"');
    const { output } = await world.tools({ command: [ssh, 'kolla@metal'] }).run(sh('printf "%s|" "$@"', ...HOSTILE));

    expect(output).toBe(`${HOSTILE.join('|')}|`);
  });

  it('behind another command gets no quotes', async () => {
    const docker = program('docker', 'shift 3; exec "$@"');
    const { output } = await world
      .tools({ command: [docker, 'exec', '-i', 'box'] })
      .run(sh('printf "%s|" "$@"', 'a b'));

    expect(output).toBe('a b|');
  });

  it.each<[string, readonly string[], RegExp, RegExp]>([
    ['no command', ['/nowhere/ssh', 'metal'], /ENOENT/, /Install it on this host/],
    [
      'no host',
      [program('ssh', 'echo "ssh: connect to host metal port 22: No route to host" >&2; exit 255')],
      /No route to host$/,
      /is it up/,
    ],
    [
      'no login',
      [program('ssh', 'echo "kolla@metal: Permission denied (publickey)." >&2; exit 255')],
      /Permission denied/,
      /key/,
    ],
    [
      'no container',
      [program('docker', 'echo "Error response from daemon: No such container: box" >&2; exit 1')],
      /No such container: box$/,
      /Start the container/,
    ],
    [
      'no Python there',
      [program('docker', 'echo "exec: \\"python3\\": executable file not found in \\$PATH" >&2; exit 126')],
      /python3/,
      /Python 3.8/,
    ],
    ['no Python in its PATH', ['env', 'PATH=/nowhere'], /python3/, /Python 3.8/],
    ['nothing to say', ['false'], /exit code 1/, /by hand/],
  ])('with %s is named, with what to do', async (_name, command, why, advice) => {
    const error = await refusal(world.tools({ command }).run(sh('true')));

    expect(error.message).toMatch(/^trying a script: nothing can be run by "/);
    expect(error.message).toContain(command[0]);
    expect(error.message).toMatch(why);
    expect(error.advice).toMatch(advice);
  });

  it('without the program, or the folder, is named', async () => {
    const tool = await refusal(world.tools().run({ doing: 'scaling', argv: ['no-such-tool'] }));
    const cwd = await refusal(world.tools().run({ ...sh('true'), cwd: '/no/such/folder' }));

    expect(tool.message).toBe('scaling: "no-such-tool" cannot be started on this host');
    expect(tool.advice).toContain('PATH');
    expect(cwd.message).toBe('trying a script: there is no folder "/no/such/folder" on this host');
    expect(folders(world.mark)).toEqual([]);
  });

  it('that is lost on the way is named', async () => {
    const lost = 'kill -9 $!; echo "Connection to metal closed." >&2; exit 255';
    const way = program('way', `exec 3<&0; "$@" <&3 & until [ -e "$0.begun" ]; do sleep 0.1; done; ${lost}`);
    const call = { ...sh('touch "$1"; sleep 300', `${way}.begun`), doing: 'scaling' };
    const error = await refusal(world.tools({ command: [way] }).run(call));

    expect(error.message).toMatch(/^scaling: the connection by ".*" was lost: Connection to metal closed/);
    expect(error.advice).toContain('within 10 s');
  });
});

it('is a file for everybody to read: the guard and the plugin are no programs', () => {
  for (const name of ['guard.py', 'strata_progress.py']) {
    const path = join(import.meta.dirname, `../../../src/adapters/tools/${name}`);
    expect(statSync(path).mode & 0o111).toBe(0);
  }
});
