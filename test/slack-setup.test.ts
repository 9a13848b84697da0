import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startOpenStack } from '../sandbox/openstack/openstack.ts';
import { appOf } from '../sandbox/workspace/manifest.ts';
import type { WorkspaceOptions } from '../sandbox/workspace/options.ts';
import { startWorkspace, type Workspace } from '../sandbox/workspace/workspace.ts';
import { freePort, type LocalRedis, startRedis } from '../scripts/redis.ts';

const STRATA = join(import.meta.dirname, '../src/cli/strata.ts');
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

const run = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [STRATA, ...args], { env: {} })).stdout;
/** What the page exports in one block. */
function exportsOf(block: string): Record<string, string> {
  const lines = block.split('\n').filter((line) => line.startsWith('export '));
  return Object.fromEntries(
    lines.flatMap((line) => [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value])),
  );
}

/** The page says what to do; this does it, with a stand-in where it says Slack. */
describe('docs/slack-setup.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-setup-'));
  const [, tokens = '', , , prefix = '', http = ''] = blocks('sh');
  const [, command = ''] = blocks('').map((text) => text.trim());
  const ends: (() => Promise<unknown>)[] = [];
  let files: Record<string, string>;
  let redis: LocalRedis;

  beforeAll(async () => {
    redis = await startRedis({ dir: folder, appendOnly: true });
    const cloud = await startOpenStack();
    ends.push(
      () => cloud.close(),
      () => redis.stop(),
    );
    writeFileSync(join(folder, 'strata.yaml'), blocks('yaml')[0]!);
    writeFileSync(join(folder, 'clouds.yaml'), stringify({ clouds: { kolla: cloud.clouds } }));
    files = { STRATA_CONFIG: join(folder, 'strata.yaml'), OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml') };
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A workspace that took the manifest which `strata` writes with these arguments. */
  async function workspaceWith(args: string[], more: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
    const workspace = await startWorkspace({
      members: ['U0OPERATOR', 'U0LEAD'].map((id) => ({ id, name: id.slice(2).toLowerCase() })),
      channels: [{ id: 'C0OPS', name: 'cloud-ops' }],
      tokens: TOKENS,
      ...appOf(JSON.parse(await run('manifest', ...args))),
      ...more,
    });
    ends.push(() => workspace.close());
    return workspace;
  }

  function envFor({ apiUrl }: Workspace, exported: Record<string, string>, database = 0): Record<string, string> {
    const places = { REDIS_URL: `${redis.url}/${database}`, SLACK_API_URL: apiUrl, STRATA_LOG_LEVEL: 'silent' };
    return { PATH: process.env['PATH'] ?? '', HOME: folder, ...files, ...places, ...exported };
  }

  /** Starts it as the page says, and types a command. Gives the message of the run, once it has ended. */
  async function answerTo(typed: string, workspace: Workspace, env: Record<string, string>): Promise<string> {
    const up = spawn(process.execPath, [STRATA, 'up'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    ends.push(async () => up.kill('SIGTERM') && up.exitCode === null && once(up, 'exit'));
    await once(up.stderr, 'data');
    await workspace.as('operator').type(typed, { channel: 'cloud-ops' });
    const said = await workspace.waitFor(
      () => workspace.channel('cloud-ops').messages.find(({ text }) => /Status of lab.*took/s.test(text)),
      60_000,
    );
    return said.text;
  }

  it('has the commands that strata has', () => {
    const lines = blocks('sh').flatMap((text) => text.split('\n').filter((line) => line.startsWith('strata ')));

    expect(lines).toEqual([
      ...['strata manifest > manifest.json', 'strata check', 'strata up'],
      ...['strata manifest --prefix ops-', 'strata manifest --url https://chat.example'],
    ]);
    expect(command).toBe('/cloud-status lab');
  });

  it('brings a check in which all is in order, and an answer to the first command', async () => {
    const workspace = await workspaceWith([]);
    const env = envFor(workspace, exportsOf(tokens));
    const checked = await check(env);

    expect(checked).toMatch(/Socket Mode/);
    expect(checked).toMatch(/^Everything is there\.$/m);
    expect(await answerTo(command, workspace, env)).toMatch(/all well/);
  }, 90_000);

  it('tells of tokens that are exchanged', async () => {
    const { SLACK_BOT_TOKEN: bot = '', SLACK_APP_TOKEN: app = '' } = exportsOf(tokens);
    const env = envFor(await workspaceWith([]), { SLACK_BOT_TOKEN: app, SLACK_APP_TOKEN: bot });

    expect(await check(env)).toMatch(/it refuses SLACK_BOT_TOKEN/);
  });

  it('works with a prefix and in HTTP mode too', async () => {
    const port = await freePort();
    const { SLACK_SIGNING_SECRET: signingSecret = '' } = exportsOf(http);
    const hook = { requestUrl: `http://127.0.0.1:${port}/slack/events`, signingSecret };
    const workspace = await workspaceWith(['--prefix', 'ops-', '--url', 'https://chat.example'], hook);
    const { SLACK_APP_TOKEN: _, ...others } = { ...exportsOf(tokens), ...exportsOf(http), ...exportsOf(prefix) };
    const env = envFor(workspace, { ...others, STRATA_HTTP_PORT: String(port) }, 1);
    const said = await answerTo(command.replace('/', '/ops-'), workspace, env);

    expect(said).toMatch(/all well/);
    expect(await check(env)).toMatch(/HTTP/);
  }, 90_000);
});
