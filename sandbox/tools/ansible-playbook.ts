import { basename } from 'node:path';
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { doDeed } from './cluster.ts';
import { type Host, pace, readInventory, switches } from './inventory.ts';
import { type Play, PLAYBOOKS, type Task } from './playbooks.ts';

/**
 * `ansible-playbook` as Strata meets it: Kubespray's playbooks by name, Ansible's own output, its exit codes, progress to the
 * file of STRATA_PROGRESS. What a play does shows in the cluster of KUBECONFIG. Files in the folder that SANDBOX_TOOLS names
 * are faults: `fail-PART OF A TASK'S NAME`, `down-HOST`, `slow`.
 */
const VERSION = `ansible-playbook [core 2.18.12]
  config file = None
  python version = 3.11.7 (a stand-in)
`;
const WIDTH = 79;
const counts = { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 };
type Counts = typeof counts;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'boolean' },
    become: { type: 'boolean', short: 'b' },
    inventory: { type: 'string', short: 'i', default: '' },
    limit: { type: 'string', short: 'l' },
    'extra-vars': { type: 'string', short: 'e', multiple: true, default: [] },
  },
});
if (values.version) {
  process.stdout.write(VERSION);
  process.exit(0);
}

const path = process.env['STRATA_PROGRESS'];
const progress = path === undefined ? undefined : openSync(path, 'a');
function tell(event: string, facts: object): void {
  if (progress !== undefined) writeSync(progress, `${JSON.stringify({ event, ...facts })}\n`);
}
function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
function banner(text: string): void {
  say(`\n${`${text} `.padEnd(WIDTH, '*')}`);
}

const variables: Record<string, unknown> = Object.assign(
  {},
  ...values['extra-vars'].map((text) => (text.startsWith('{') ? JSON.parse(text) : pairsOf(text))),
);
const node = typeof variables['node'] === 'string' ? variables['node'] : '';
const { hosts, down } = readInventory(values.inventory);
const limit = values.limit?.split(',');
const recap = new Map<string, Counts>();

function pairsOf(text: string): object {
  return Object.fromEntries(text.split(' ').map((pair) => pair.split('=', 2)));
}
function countsOf(name: string): Counts {
  const own = recap.get(name) ?? { ...counts };
  recap.set(name, own);
  return own;
}
function isOut(name: string): boolean {
  const { failed, unreachable } = countsOf(name);
  return failed + unreachable > 0;
}

async function runPlay(play: Play): Promise<void> {
  banner(`PLAY [${play.name}]`);
  tell('play', { name: play.name });
  const chosen = [...hosts.values()].filter((host) => play.hosts(host, node) && (limit?.includes(host.name) ?? true));
  for (const task of play.tasks) {
    const left = chosen.filter(({ name }) => !isOut(name));
    if (left.length === 0) return;
    banner(`TASK [${task.name}]`);
    tell('task', { name: task.name });
    await sleep((switches().includes('slow') ? 2000 : 150) * pace());
    for (const host of left) await runTask(task, host);
  }
}

async function runTask(task: Task, host: Host): Promise<void> {
  const { name } = host;
  const own = countsOf(name);
  if (down.has(name) && variables['reset_nodes'] !== false) {
    own.unreachable += 1;
    const message = 'Failed to connect to the host via ssh: ssh: connect to host port 22: No route to host';
    tell('failure', { kind: 'unreachable', host: name, task: task.name, message, ignored: false });
    return say(
      `fatal: [${name}]: UNREACHABLE! => ${JSON.stringify({ changed: false, msg: message, unreachable: true })}`,
    );
  }
  for (let left = task.retries ?? 0; left > 0; left--) {
    say(`FAILED - RETRYING: [${name}]: ${task.name} (${left} retries left).`);
    tell('retry', { host: name, left });
    await sleep(300 * pace());
  }
  const isBroken = switches().some((file) => file.startsWith('fail-') && task.name.includes(file.slice(5)));
  const done = isBroken
    ? { changed: false, failed: 'it was told to fail' }
    : task.deed
      ? await doDeed(task.deed, host)
      : { changed: false };
  if ('failed' in done && done.failed !== undefined) {
    own.failed += 1;
    tell('failure', { kind: 'failed', host: name, task: task.name, message: done.failed, ignored: false });
    return say(`fatal: [${name}]: FAILED! => ${JSON.stringify({ changed: false, msg: done.failed })}`);
  }
  own.ok += 1;
  if (done.changed) own.changed += 1;
  say(`${done.changed ? 'changed' : 'ok'}: [${name}]`);
}

const playbook = basename(positionals[0] ?? '', '.yml').replace('-', '_');
const plays = Object.hasOwn(PLAYBOOKS, playbook) ? (PLAYBOOKS[playbook] ?? []) : undefined;
if (!plays) {
  say(`ERROR! the playbook: ${positionals[0] ?? ''} could not be found`);
  process.exit(1);
}
if (playbook === 'remove_node' && variables['skip_confirmation'] !== true) {
  say('ERROR! Delete nodes confirmation failed');
  process.exit(2);
}
tell('playbook', { plays: plays.length });
for (const play of plays) await runPlay(play);
banner('PLAY RECAP');
for (const [host, own] of [...recap].toSorted(([a], [b]) => a.localeCompare(b))) {
  tell('recap', { host, ...own });
  say(
    `${host.padEnd(26)} : ${Object.entries(own)
      .map(([key, count]) => `${key}=${count}`.padEnd(key.length + 5))
      .join(' ')}`,
  );
}
const totals = [...recap.values()];
process.exitCode = totals.some(({ unreachable }) => unreachable > 0)
  ? 4
  : totals.some(({ failed }) => failed > 0)
    ? 2
    : 0;
