import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../sandbox/workspace/state.ts';
import { startWorkspace, type Workspace } from '../../sandbox/workspace/workspace.ts';
import { freePort, startRedis } from '../../scripts/redis.ts';
import { everything } from './openstack.ts';
import { ADA, cloudLayer, installStrata, metalLayer, type Strata } from './strata.ts';

const TOKENS = { bot: 'xoxb-e2e-bot', app: 'xapp-e2e-app' };
const SIGNING_SECRET = 'e2e-signing-secret';
const PATIENCE_MS = 90_000;

type Mode = 'Socket Mode' | 'HTTP';
type Scene = { readonly workspace: Workspace; readonly strata: Strata; readonly env: Record<string, string> };

/** A workspace with Strata's bot in it; bot and workers are started by the test. */
async function installIn(mode: Mode, database: number, redisUrl?: string): Promise<Scene> {
  const port = await freePort();
  const workspace = await startWorkspace({
    members: [
      { id: ADA, name: 'operator' },
      { id: 'U0EVE00001', name: 'outsider' },
    ],
    channels: [
      { id: 'C0OPS00001', name: 'cloud-ops' },
      { id: 'C0GEN00001', name: 'general' },
    ],
    tokens: TOKENS,
    ...(mode === 'HTTP' ? { requestUrl: `http://127.0.0.1:${port}/slack/events`, signingSecret: SIGNING_SECRET } : {}),
  });
  const env = {
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: TOKENS.bot,
    ...(mode === 'HTTP'
      ? { SLACK_SIGNING_SECRET: SIGNING_SECRET, STRATA_HTTP_PORT: String(port) }
      : { SLACK_APP_TOKEN: TOKENS.app }),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  };
  const strata = await installStrata({ database, layers: [metalLayer(), cloudLayer()], env });
  return { workspace, strata, env };
}

async function close({ workspace, strata }: Scene): Promise<void> {
  await strata.close();
  await workspace.close();
}

/** Everything a message says, blocks included. */
function said(message: object): string {
  return JSON.stringify(message);
}

function type({ workspace }: Scene, who: string, text: string, channel = 'cloud-ops') {
  return workspace.as(who).type(text, { channel });
}

/** The root message of the newest run in the channel. */
function rootOf({ workspace }: Scene) {
  return workspace
    .channel('cloud-ops')
    .messages.findLast(
      (message) => message.thread_ts === undefined && message.visible_to === undefined && message.bot_id !== undefined,
    );
}

/** The steps in the plan of a message. */
function tasksIn({ blocks = [] }: Message): readonly unknown[] {
  return blocks.flatMap(({ type: kind, tasks }) => (kind === 'plan' ? (tasks as readonly unknown[]) : []));
}

/** Sockets are no messages, so nothing announces them. */
async function bothSockets({ workspace }: Scene): Promise<void> {
  while (workspace.connections() < 2) await sleep(20);
}

/** The file behind the picture of a thread. */
function pictureIn({ workspace }: Scene, ts: string) {
  const image = workspace
    .thread(ts)
    .flatMap(({ blocks }) => blocks ?? [])
    .find((block) => block.type === 'image');
  const file = image?.['slack_file'] as { id: string } | undefined;
  return file && workspace.file(file.id);
}

async function endOf(scene: Scene, words: RegExp) {
  return scene.workspace.waitFor(() => {
    const root = rootOf(scene);
    return root && words.test(root.text) && pictureIn(scene, root.ts) ? root : undefined;
  }, PATIENCE_MS);
}

describe.each<[Mode, number]>([
  ['Socket Mode', 6],
  ['HTTP', 7],
])('Slack in %s, with two real OpenStacks', (mode, database) => {
  let scene: Scene;
  let before: Awaited<ReturnType<typeof everything>>;

  beforeAll(async () => {
    before = await everything('cloud');
    scene = await installIn(mode, database);
    await scene.strata.start('bot');
    await scene.strata.start('worker');
    if (mode === 'Socket Mode') await bothSockets(scene);
  });
  afterAll(() => close(scene));

  it('/smoke-test runs to its picture in one thread, and leaves nothing', async () => {
    const answer = await type(scene, 'operator', '/smoke-test lab cloud standard');

    expect(answer.ok).toBe(true);
    const root = await endOf(scene, /passed/);
    const file = pictureIn(scene, root.ts);
    expect(file?.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(tasksIn(root)).toContainEqual(expect.objectContaining({ title: 'Boot a server', status: 'complete' }));
    expect(
      scene.workspace.thread(root.ts).filter((message) => said(message).includes('Smoke test passed')),
    ).not.toEqual([]);
    expect(await everything('cloud')).toEqual(before);
  });

  it('/cloud-status shows every layer', async () => {
    await type(scene, 'operator', '/cloud-status');

    const root = await endOf(scene, /Status of lab.*all well/);
    expect(said(root)).toContain('Read metal');
  });

  it('the same commands work behind /strata, and a command delivered twice makes one run', async () => {
    scene.workspace.faults.set({ duplicates: 1 });

    await type(scene, 'operator', '/strata smoke-test lab cloud quick');

    await endOf(scene, /lab \/ cloud, quick: passed/);
    const history = await type(scene, 'operator', '/strata history lab');
    expect(history.ok && said(history.payload).match(/#\d+/g)).toHaveLength(3);
  });

  it.each([
    ['an unknown environment', 'operator', '/smoke-test lob', 'Did you mean'],
    ['an unknown layer', 'operator', '/smoke-test lab metl', 'Did you mean'],
    ['somebody who may not', 'outsider', '/smoke-test lab cloud quick', `<@${ADA}>`],
    ['what contradicts itself', 'operator', '/deploy lab cloud --remove --override --reason x', 'do not go together'],
    ['a quote that is not closed', 'operator', '/smoke-test "lab', 'quote'],
  ])('%s is answered privately, and nothing is started', async (_what, who, text, words) => {
    const root = rootOf(scene);

    const answer = await type(scene, who, text);

    expect(answer.ok && answer.payload['response_type']).toBe('ephemeral');
    expect(answer.ok && answer.payload['text']).toContain(words);
    expect(rootOf(scene)?.ts).toBe(root?.ts);
  });

  it('/cloud-status --private comes to the caller alone, picture included, and nothing of it to the channel', async () => {
    const { workspace } = scene;
    const seen = workspace.channel('cloud-ops').messages.length;

    const answer = await type(scene, 'operator', '/cloud-status lab metal --private');

    expect(answer.ok && said(answer.payload)).toMatch(/to you alone/);
    const root = await workspace.waitFor(() => {
      const found = workspace.channel(ADA).messages.find(({ text }) => /Status of lab \/ metal: all well/.test(text));
      return found && pictureIn(scene, found.ts) ? found : undefined;
    }, PATIENCE_MS);
    expect(said(root)).toContain('Read metal');
    const fresh = workspace.channel('cloud-ops').messages.slice(seen);
    expect(fresh.filter((message) => message.visible_to === undefined)).toEqual([]);
  });

  it('a command in a channel of no environment is refused, naming the channel', async () => {
    const answer = await type(scene, 'operator', '/smoke-test lab cloud quick', 'general');

    expect(answer.ok && answer.payload['text']).toContain('#cloud-ops');
  });
});

describe('Slack going away while a run goes on', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await installIn('Socket Mode', 8);
    await scene.strata.start('worker');
  });
  afterAll(() => close(scene));

  it('loses nothing: the run ends, and its end is shown once Slack is back', async () => {
    const bot = await scene.strata.start('bot');
    await type(scene, 'operator', '/smoke-test lab cloud standard');
    await scene.workspace.waitFor(() => rootOf(scene), PATIENCE_MS);

    scene.workspace.faults.set({ down: true });
    await sleep(8000);
    scene.workspace.faults.clear();

    const root = await endOf(scene, /passed/);
    expect(scene.workspace.thread(root.ts).filter((message) => said(message).includes('"image"'))).toHaveLength(1);
    await bot.end('SIGTERM');
  });

  it('a bot that is killed goes on in the same messages when it is started again', async () => {
    const bot = await scene.strata.start('bot');
    await type(scene, 'operator', '/smoke-test lab cloud standard');
    const first = await scene.workspace.waitFor(() => {
      const root = rootOf(scene);
      return root && /Boot a server/.test(said(root)) && /step \d+/.test(root.text) ? root : undefined;
    }, PATIENCE_MS);

    await bot.end('SIGKILL');
    const again = await scene.strata.start('bot');

    const root = await endOf(scene, /passed/);
    expect(root.ts).toBe(first.ts);
    expect(scene.workspace.thread(root.ts).filter((message) => said(message).includes('"image"'))).toHaveLength(1);
    await again.end('SIGTERM');
  });

  it('a routine disconnect of one socket loses no command', async () => {
    const bot = await scene.strata.start('bot');
    await bothSockets(scene);
    scene.workspace.disconnect('refresh', 1);

    const answer = await type(scene, 'operator', '/strata whoami');

    expect(answer.ok && answer.payload['text']).toContain('operate');
    await bot.end('SIGTERM');
  });
});

describe('Redis going away for thirty seconds', () => {
  it('a run under way goes on to its end when it is back; a command meanwhile is refused in time', async () => {
    const port = await freePort();
    const dir = mkdtempSync(join(tmpdir(), 'strata-redis-'));
    let redis = await startRedis({ port, dir, appendOnly: true });
    const scene = await installIn('Socket Mode', 9, redis.url);
    try {
      const bot = await scene.strata.start('bot');
      const worker = await scene.strata.start('worker');
      await type(scene, 'operator', '/smoke-test lab cloud standard');
      await scene.workspace.waitFor(() => /Boot a server/.test(said(rootOf(scene) ?? {})), PATIENCE_MS);

      process.kill(redis.pid, 'SIGKILL');
      const refused = await type(scene, 'operator', '/smoke-test lab cloud quick');
      await sleep(30_000);
      redis = await startRedis({ port, dir, appendOnly: true });

      expect(refused.ok && refused.payload['text']).toMatch(/Redis/);
      expect(refused.tookMs).toBeLessThan(3000);
      await endOf(scene, /passed/);
      expect(
        scene.workspace.channel('cloud-ops').messages.filter((m) => /quick/.test(m.text) && !m.visible_to),
      ).toEqual([]);
      await Promise.all([bot.end('SIGTERM'), worker.end('SIGTERM')]);
    } finally {
      await close(scene);
      await redis.stop();
    }
  });
});
