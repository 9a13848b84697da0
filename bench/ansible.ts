import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openArtifacts } from '#adapters/artifacts/artifacts.ts';
import { openRedisShelf } from '#adapters/redis/artifacts.ts';
import { openRedis } from '#adapters/redis/connect.ts';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { openTools } from '#adapters/tools/tools.ts';
import { readRedisUrl } from '#config/redis-url.ts';
import type { RunRef } from '#domain/run.ts';
import type { PlaybookProgress, Tools } from '#domain/tools.ts';
import { openRecorder, type Recorder } from '#engine/recorder.ts';
import { noteOf } from '#words/tools.ts';
import { startWorkspace } from '../sandbox/workspace/workspace.ts';
import { OPERATOR, openBed } from './bed.ts';
import { inPairs, median, ratio, row } from './figures.ts';

const TASKS = 1500;
const PAIRS = 11;
const SCRIPT = join(import.meta.dirname, '../testbed/kubespray/kubespray');
const TOKENS = { bot: 'xoxb-bench', app: 'xapp-bench' };
const PLAYBOOK = `- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
${Array.from({ length: TASKS }, (_, index) => `    - {name: "task ${index + 1}", debug: {msg: all is well}}\n`).join('')}`;
const ARGV = ['ansible-playbook', 'site.yml'];
const calm = new AbortController().signal;

/**
 * A playbook of 1,500 tasks by itself, its output to a file, and under Strata's guard, with progress and log; then with its
 * progress in a thread of Slack. The tasks do nothing: on real ones the share of the overhead is smaller still.
 */
export async function run(): Promise<void> {
  execFileSync(SCRIPT, ['install'], { stdio: 'inherit' });
  const programs = dirname(execFileSync(SCRIPT, ['program', 'ansible-playbook'], { encoding: 'utf8' }).trim());
  const bed = await openBed({ clouds: [] });
  const workspace = await startWorkspace({
    ...{ members: [{ id: OPERATOR, name: 'operator' }], channels: [{ id: 'C0CLOUDOPS', name: 'cloud-ops' }] },
    tokens: TOKENS,
  });
  const folder = mkdtempSync(join(tmpdir(), 'strata-ansible-'));
  const address = readRedisUrl(bed.env['REDIS_URL'] ?? '');
  if (!address) throw new Error('the bed has no Redis');
  const redis = openRedis(address, 'patient');
  try {
    const variables = { PATH: `${programs}:${process.env['PATH']}`, HOME: folder, LANG: 'C.UTF-8' };
    const artifacts = openArtifacts(openRedisShelf(redis, 1));
    const tools = openTools({ command: [], mark: 'bench/ansible', variables, artifacts }, calm);
    const { carried, recorder } = await begin(redis);
    const play = (at?: (progress: PlaybookProgress) => void) => playUnderGuard(tools, carried, at);
    await playBare(folder, variables);

    const { peer, own, ratios, ofFastest } = await inPairs(PAIRS, {
      peer: () => playBare(folder, variables),
      own: () => play(),
    });
    row(`${TASKS} tasks, ansible-playbook alone`, peer);
    row(`${TASKS} tasks, under the guard`, own);
    const percents = ratios.map((each) => (each - 1) * 100);
    console.log(`  overhead of each pair, %: ${percents.map((each) => each.toFixed(1)).join(', ')}`);
    ratio('overhead, %, median of the pairs', median(percents), { atMost: 2 });
    ratio('overhead, %, of the fastest of each', (ofFastest - 1) * 100, { atMost: 2 });

    const slack = { SLACK_API_URL: workspace.apiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app };
    await bed.start('bot', slack);
    await recorder.record({ type: 'step-started', stepId: 'scale' });
    await play((progress) => recorder.note('scale', noteOf(progress)));
    await recorder.record(
      { type: 'step-done', stepId: 'scale', value: null, found: false, tookMs: 1 },
      { type: 'ended', outcome: 'succeeded', leftovers: [] },
    );
    const messages = await workspace.waitFor(() => {
      const all = workspace.channel('cloud-ops').messages;
      return JSON.stringify(all).includes('done') ? all : undefined;
    }, 60_000);
    const edits = workspace.calls.filter(({ method }) => method === 'chat.update').map(({ atMs }) => atMs);
    const most = Math.max(...edits.map((from) => edits.filter((at) => at >= from && at < from + 1000).length));
    console.log(`  ${edits.length} edits of its message`);
    ratio('messages in Slack', messages.length, { atMost: 19 });
    ratio('most edits in any one second', most, { atMost: 1 });
  } finally {
    redis.disconnect();
    await bed.close();
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function playBare(folder: string, env: Readonly<Record<string, string>>): Promise<void> {
  writeFileSync(join(folder, 'site.yml'), PLAYBOOK);
  const [command = '', ...args] = ARGV;
  const log = openSync(join(folder, 'log'), 'w');
  const [code] = (await once(spawn(command, args, { cwd: folder, env, stdio: ['ignore', log, log] }), 'exit')) as [
    number,
  ];
  closeSync(log);
  if (code !== 0) throw new Error(`ansible-playbook ended with ${code}`);
}

async function playUnderGuard(
  tools: Tools,
  carried: RunRef,
  onProgress: (progress: PlaybookProgress) => void = () => undefined,
): Promise<void> {
  const { playbook } = await tools.run({
    ...{ doing: 'measuring', argv: ARGV, files: { 'site.yml': PLAYBOOK } },
    ...{ log: { run: carried, name: 'site.log' }, onProgress },
  });
  if (playbook?.tasks !== TASKS) throw new Error(`told of ${playbook?.tasks} tasks`);
}

/** A run as a worker carries it. */
async function begin(redis: ReturnType<typeof openRedis>): Promise<{ carried: RunRef; recorder: Recorder }> {
  const runs = openRuns(redis, { environments: ['lab'], subscriber: () => redis, advice: '' });
  const journal = openJournal(redis);
  const asked = { environment: 'lab', job: 'drill', input: {}, once: 'ansible' } as const;
  const by = { id: OPERATOR, name: 'operator' };
  const { request: carried } = await runs.create({ ...asked, by, origin: { kind: 'terminal', host: 'here' } });
  const leaseMs = 3_600_000;
  const claim = await runs.claim(carried, leaseMs);
  if (claim.kind !== 'held') throw new Error(`the run is ${claim.kind}`);
  const recorder = openRecorder({ journal, run: carried, ...claim, leaseMs });
  const steps = [{ id: 'scale', title: 'run scale.yml', layer: 'cluster' }];
  await recorder.record({ type: 'started', worker: 'bench', attempt: 1 });
  await recorder.record({ type: 'planned', summary: 'scale', risk: 'probe', steps, facts: {} });
  return { carried, recorder };
}
