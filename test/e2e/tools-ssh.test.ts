import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { marked, openWorld, sh, type World } from '../adapters/tools/world.ts';
import { type SshServer, startSshServer } from './ssh-server.ts';

const HOSTILE = ['$(id)', '; rm -rf /', "it's", '*', '', 'two words', '"', '\\', 'line\nbreak'];

let world: World;
let server: SshServer;
beforeAll(async () => {
  world = await openWorld();
  server = await startSshServer({});
});
afterAll(async () => {
  await server.stop();
  world.close();
});
beforeEach(() => server.trust({ host: true, key: true }));

function tools(signal?: AbortSignal) {
  const command = ['ssh', '-T', '-o', 'BatchMode=yes', '-p', String(server.port), `${server.user}@127.0.0.1`];
  return world.tools({ command }, signal);
}

describe('a tool over ssh', () => {
  it('gets every word as it is, and gives exit code and output', async () => {
    const { exitCode, output } = await tools().run(sh('printf "%s|" "$@"; exit 3', ...HOSTILE));

    expect({ exitCode, output }).toEqual({ exitCode: 3, output: `${HOSTILE.join('|')}|` });
  });

  it('sees the environment over there, and nothing of the worker', async () => {
    process.env['SLACK_BOT_TOKEN'] = 'xoxb-precious';
    const { output } = await tools().run(sh('env'));
    delete process.env['SLACK_BOT_TOKEN'];

    expect(output).toMatch(/^PATH=.*\/there:/m);
    expect(output).not.toContain('precious');
  });

  it('is gone there when it is stopped here', async () => {
    const stopping = new AbortController();
    const ended = tools(stopping.signal).run(sh('trap "" TERM; sleep 300 & while :; do wait; done'));
    ended.catch(() => undefined);
    await expect.poll(() => marked(world.mark).length, { timeout: 20_000 }).toBe(2);

    stopping.abort(new Error('stopped by a person'));

    await expect(ended).rejects.toThrow('stopped by a person');
    expect(marked(world.mark)).toEqual([]);
  });

  it.each([
    ['the host', { host: false, key: true }, /host key verification failed/i, /known here/],
    ['the key', { host: true, key: false }, /permission denied/i, /key for it/],
  ])('that does not know %s is told of, with what to do', async (_name, knows, why, advice) => {
    server.trust(knows);

    await expect(tools().run(sh('true'))).rejects.toMatchObject({
      message: expect.stringMatching(why),
      advice: expect.stringMatching(advice),
    });
  });
});
