import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type SimulatedOpenStack, startOpenStack } from '../sandbox/openstack/openstack.ts';
import { appOf } from '../sandbox/workspace/manifest.ts';
import { startWorkspace, type Workspace } from '../sandbox/workspace/workspace.ts';
import { type LocalRedis, startRedis } from '../scripts/redis.ts';

const STRATA = new URL('../src/cli/strata.ts', import.meta.url).pathname;
const PAGE = readFileSync(new URL('../docs/slack-setup.md', import.meta.url), 'utf8');
/** The blocks of the page in one language, in order. */
const blocks = (language: string): string[] =>
  [...PAGE.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, is, text = '']) => (is === language ? [text] : []));
const TOKENS = { bot: 'xoxb-your-token', app: 'xapp-your-token' };

/** What `strata check` prints, whatever its verdict. */
async function check(env: Record<string, string>): Promise<string> {
  const done = promisify(execFile)(process.execPath, [STRATA, 'check'], { env });
  const { stdout } = await done.catch((error: unknown) => error as { stdout: string });
  return stdout;
}

/** The page says what to do; this does it, with a stand-in where it says Slack. */
describe('docs/slack-setup.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-setup-'));
  let redis: LocalRedis;
  let cloud: SimulatedOpenStack;
  let workspace: Workspace;
  let env: Record<string, string>;
  let up: ChildProcess | undefined;

  beforeAll(async () => {
    redis = await startRedis({ dir: folder, appendOnly: true });
    cloud = await startOpenStack();
    const { stdout } = await promisify(execFile)(process.execPath, [STRATA, 'manifest']);
    const [operator, lead] = [/U0OPERATOR/, /U0LEAD/].map((id) => id.exec(PAGE)![0]);
    workspace = await startWorkspace({
      members: [
        { id: operator!, name: 'operator' },
        { id: lead!, name: 'lead' },
      ],
      channels: [{ id: 'C0OPS', name: 'cloud-ops' }],
      tokens: TOKENS,
      ...appOf(JSON.parse(stdout)),
    });
    writeFileSync(join(folder, 'strata.yaml'), blocks('yaml')[0]!);
    writeFileSync(join(folder, 'clouds.yaml'), stringify({ clouds: { kolla: cloud.clouds } }));
    const exported = Object.fromEntries(
      [...blocks('sh')[1]!.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    );
    env = {
      ...{ PATH: process.env['PATH'] ?? '', HOME: folder, ...exported },
      ...{ STRATA_CONFIG: join(folder, 'strata.yaml'), OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml') },
      ...{ REDIS_URL: redis.url, SLACK_API_URL: workspace.apiUrl, STRATA_LOG_LEVEL: 'silent' },
    };
  });
  afterAll(async () => {
    up?.kill('SIGTERM');
    if (up && up.exitCode === null) await once(up, 'exit');
    await Promise.all([workspace?.close(), cloud?.close(), redis?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('has the commands that strata has', () => {
    const lines = blocks('sh').flatMap((text) => text.split('\n').filter((line) => line.startsWith('strata ')));

    expect(lines).toEqual([
      ...['strata manifest > manifest.json', 'strata check', 'strata up'],
      ...['strata manifest --prefix ops-', 'strata manifest --url https://chat.example'],
    ]);
  });

  it('brings a check in which all is in order', async () => {
    const stdout = await check(env);

    expect(stdout).toMatch(/Socket Mode/);
    expect(stdout).toMatch(/^Everything is there\.$/m);
  });

  it('tells of tokens that are exchanged', async () => {
    const exchanged = { ...env, SLACK_BOT_TOKEN: TOKENS.app, SLACK_APP_TOKEN: TOKENS.bot };

    expect(await check(exchanged)).toMatch(/SLACK_BOT_TOKEN/);
  });

  it('ends with an answer to the first command', async () => {
    up = spawn(process.execPath, [STRATA, 'up'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    await once(up.stderr!, 'data');
    const [, command = ''] = blocks('').map((text) => text.trim());
    await workspace.as('operator').type(command, { channel: 'cloud-ops' });
    const said = await workspace.waitFor(
      () =>
        workspace.channel('cloud-ops').messages.find(({ text }) => /Status of lab/.test(text) && /after/.test(text)),
      60_000,
    );

    expect(command).toBe('/cloud-status lab');
    expect(said.text).toMatch(/all well/);
  }, 90_000);
});
