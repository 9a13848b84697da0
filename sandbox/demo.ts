import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { manifestOf } from '#chat/manifest.ts';
import { slashEntries } from '#commands/registry.ts';
import { startRedis } from '../scripts/redis.ts';
import { startStory } from './story/story.ts';
import { appOf } from './workspace/manifest.ts';
import type { WorkspaceOptions } from './workspace/options.ts';
import { startWorkspace } from './workspace/workspace.ts';

/**
 * The whole product on this machine, without Slack or a cloud: a private Redis, a Slack stand-in with a page, the clouds of
 * the story with a panel that breaks them, and Strata itself as an operator would start it.
 */
const OPERATOR = 'U0OPERATOR';
const TOKENS = { bot: 'xoxb-demo', app: 'xapp-demo' };
const WORKSPACE: WorkspaceOptions = {
  members: [
    { id: OPERATOR, name: 'operator', realName: 'An operator' },
    { id: 'U0LEAD', name: 'lead', realName: 'A team lead' },
    { id: 'U0GUEST', name: 'guest', realName: 'A guest: may only look' },
  ],
  channels: [
    {
      id: 'C0CLOUDOPS',
      name: 'cloud-ops',
      topic: 'The lab: OpenStack on metal, Kubernetes on it, Ceph and OpenStack in that',
      tries: [
        ['/cloud-status lab', 'how every layer is; then break something in “The clouds”, and ask again'],
        ['/smoke-test lab', 'proves that the clouds work, and leaves nothing behind'],
        ['/scale-node lab cluster replace node-4', 'heals a node that died: have it die first, in “The clouds”'],
        ['/deploy lab all', 'sets four layers up, once you approve it as the lead: “You are”'],
        ['/strata help', 'everything else'],
      ],
    },
    { id: 'C0GENERAL0', name: 'general', topic: 'Strata answers only in the channels of an environment' },
  ],
  tokens: TOKENS,
  teamName: 'Strata demo',
};
const LAB = {
  channels: ['#cloud-ops'],
  // Short, so that its end can be seen too.
  approvalMinutes: 2,
  people: { view: ['*'], operate: [OPERATOR, 'U0LEAD'], approve: ['U0LEAD'], breakGlass: [OPERATOR] },
};

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Ends before anything was started, where the page cannot stand. */
async function requireFree(port: number): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
    probe.close();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'another program has it' : String(error);
    process.stderr.write(`demo: opening port ${values.port}: ${why}. Choose another: npm run demo -- --port 8066\n`);
    process.exit(1);
  }
}

const { values } = parseArgs({ options: { port: { type: 'string', default: '8065' } } });
const port = Number(values.port);
await requireFree(port);
const folder = mkdtempSync(join(tmpdir(), 'strata-demo-'));
const redis = await startRedis({ dir: folder, appendOnly: true });
say(`Redis       a private one from ${redis.origin}`);
const story = await startStory(folder);
say('Clouds      simulated: OpenStack, Kubernetes on it, Ceph and OpenStack in that');
const hasPython = spawnSync('python3', ['--version']).status === 0;
say(
  `Tools       stand-ins of Kolla-Ansible, Ansible and Helm${hasPython ? '' : '; python3 is missing, and /scale-node and /deploy need it'}`,
);
const beside = { title: 'The clouds', url: story.panel.url };
const app = appOf(manifestOf(slashEntries()));
const workspace = await startWorkspace({ ...WORKSPACE, ...app, beside, port });
say('Slack       a stand-in on this machine; nothing leaves it');

writeFileSync(join(folder, 'clouds.yaml'), stringify({ clouds: story.clouds }));
writeFileSync(join(folder, 'strata.yaml'), stringify({ environments: { lab: { ...LAB, layers: story.layers } } }));
const strata = spawn(process.execPath, [join(import.meta.dirname, '../src/cli/strata.ts'), 'up'], {
  stdio: ['ignore', 'inherit', 'pipe'],
  env: {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TMPDIR: folder,
    STRATA_CONFIG: join(folder, 'strata.yaml'),
    OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml'),
    KUBECONFIG: story.kubeconfig,
    REDIS_URL: redis.url,
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: TOKENS.bot,
    SLACK_APP_TOKEN: TOKENS.app,
    STRATA_LOG_LEVEL: 'warn',
    // Short, so that a watch can be seen at work.
    STRATA_CONFIRM_MS: '3000',
  },
});
strata.stderr.on('data', (text: Buffer) => {
  process.stderr.write(text);
  if (!text.includes('up ready')) return;
  say(`\nOpen ${workspace.url} and type:\n`);
  say('  /cloud-status              all is well; switch a trouble on in the panel beside, and ask again');
  say('  /cloud-status lab --watch 1m   one pinned message, fresh each minute; break something, and mend it');
  say('  /smoke-test lab');
  say(
    '  /deploy lab all            the four layers with their tools, a minute; a dry run first: /deploy lab all --dry-run',
  );
  say('  /scale-node lab cluster replace node-4   once "node-4 dies" is on: as the team lead, approve it by its name;');
  say('                             add and remove node-3 too; with "Galera splits" on, its removal is refused');
  say('  /strata drill lab          a harmless change: as the team lead (lower left), approve it or deny it, or let');
  say('                             its two minutes pass; stop it on its way, then have it go on');
  say('  /strata drill lab destroy  the same, but the approver has to type a name');
  say('  /strata break-glass 3 "why"  lets run 3 go on without a second person, loudly');
  say('  /strata help');
  say(
    '\n"Strata" under Apps is App Home: the health of the layers, what runs, what waits for you.\n\nCtrl-C ends everything.',
  );
});

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  strata.kill('SIGTERM');
  if (strata.exitCode === null) await once(strata, 'exit');
  await Promise.all([workspace.close(), story.close(), redis.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
process.on('SIGINT', () => void stop()).on('SIGTERM', () => void stop());
strata.once('exit', (code) => {
  if (!isStopping) process.exitCode = code ?? 1;
  void stop();
});
