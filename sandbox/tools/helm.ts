import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { call } from './api.ts';
import { type Chart, chartOf, type Manifest } from './charts.ts';
import { switches } from './inventory.ts';

/**
 * `helm` as Strata meets it: Helm's own words, its exit codes, its Secrets. What a release makes shows in the cluster of
 * KUBECONFIG. Files in the folder that SANDBOX_TOOLS names are faults: `fail-RELEASE` has its Jobs fail.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{
      install: { type: 'boolean', short: 'i' },
      short: { type: 'boolean' },
      namespace: { type: 'string', short: 'n' },
    },
    ...{
      values: { type: 'string', short: 'f', multiple: true },
      version: { type: 'string' },
      timeout: { type: 'string' },
    },
    ...{ labels: { type: 'string', short: 'l' }, 'kube-version': { type: 'string' }, kubeconfig: { type: 'string' } },
    'kube-context': { type: 'string' },
  },
});
const [verb = '', first = '', second = ''] = positionals;
const { namespace = 'default' } = values;
if (values.kubeconfig !== undefined) process.env['KUBECONFIG'] = values.kubeconfig;

type Revision = {
  readonly number: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly content: Content;
};
type Content = {
  readonly namespace: string;
  readonly chart: {
    readonly metadata: { readonly name: string; readonly version: string; readonly appVersion: string };
  };
  readonly manifest: string;
  readonly hooks: readonly { readonly manifest: string; readonly events: readonly string[] }[];
};

class Refused extends Error {}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const SECRETS = `/api/v1/namespaces/${namespace}/secrets`;
const secretOf = (name: string, revision: number) => `sh.helm.release.v1.${name}.v${revision}`;

async function revisionsOf(name: string): Promise<readonly (Revision & { readonly status: string })[]> {
  const { text } = await call('GET', `${SECRETS}?labelSelector=owner=helm,name=${name}`);
  const { items } = JSON.parse(text) as {
    items: readonly { metadata: Manifest['metadata']; data?: { release: string } }[];
  };
  return items
    .map(({ metadata, data }) => ({
      ...{ number: Number(metadata['labels'].version), labels: metadata['labels'], status: metadata['labels'].status },
      content: unpack(data?.release),
    }))
    .toSorted((a, b) => a.number - b.number);
}

/** One of the story's own, which was there before, says nothing of itself: its chart does. */
function unpack(packed: string | undefined): Content {
  if (packed === undefined) return contentOf(first, metaOf(first));
  const inner = Buffer.from(Buffer.from(packed, 'base64').toString(), 'base64');
  return JSON.parse(gunzipSync(inner).toString()) as Content;
}

function contentOf(name: string, metadata: Content['chart']['metadata']): Content {
  const { objects, hooks }: Chart = chartOf(name);
  return {
    ...{ namespace, chart: { metadata } },
    manifest: objects.map((each) => JSON.stringify(each)).join('\n---\n'),
    hooks: hooks.map((each) => ({ manifest: JSON.stringify(each), events: ['post-install', 'post-upgrade'] })),
  };
}

function metaOf(chart: string): Content['chart']['metadata'] {
  const file = join(chart, 'Chart.yaml');
  const about = existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Partial<Content['chart']['metadata']>) : {};
  return { name: about.name ?? chart, version: about.version ?? '2026.1.0', appVersion: about.appVersion ?? '' };
}

async function keep(name: string, { number, labels, content }: Revision, status: string): Promise<void> {
  const inner = gzipSync(JSON.stringify({ name, version: number, ...content })).toString('base64');
  const own = { owner: 'helm', name, status, version: String(number) };
  await send('APPLY', `${SECRETS}/${secretOf(name, number)}`, {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'helm.sh/release.v1' },
    metadata: { name: secretOf(name, number), namespace, labels: { ...labels, ...own } },
    data: { release: Buffer.from(inner).toString('base64') },
  });
}

const PLURALS: Readonly<Record<string, string>> = { Ingress: 'ingresses' };

function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/${namespace}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}/${metadata.name}`;
}

/** @throws Refused with what the API said */
async function send(method: 'APPLY' | 'DELETE', path: string, body: object): Promise<void> {
  const { status, text } = await call(method, path, body);
  if (status > 299 && !(method === 'DELETE' && status === 404)) throw new Refused(text);
}

function objectsIn({ manifest }: Content): readonly Manifest[] {
  return manifest
    .split('\n---\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text) as Manifest);
}

function hooksIn({ hooks }: Content): readonly Manifest[] {
  return hooks.map(({ manifest }) => JSON.parse(manifest) as Manifest);
}

/** One hook after the other, each until its Job has ended. @throws Refused as Helm does */
async function runHooks(name: string, content: Content, when: string): Promise<void> {
  for (const job of hooksIn(content)) {
    await send('DELETE', pathOf(job), {});
    await send('APPLY', pathOf(job), job);
    for (;;) {
      await sleep(200);
      const { text } = await call('GET', pathOf(job));
      const { status } = JSON.parse(text) as { status?: { conditions?: readonly { type: string }[] } };
      const end = status?.conditions?.[0]?.type;
      if (end === 'Failed' || switches().includes(`fail-${name}`)) {
        throw new Refused(
          `failed ${when}: 1 error occurred:\n\t* job ${job.metadata.name} failed: BackoffLimitExceeded\n\n`,
        );
      }
      if (end === 'Complete') break;
    }
  }
}

async function upgrade(name: string, chart: string): Promise<void> {
  const [newest] = (await revisionsOf(name)).toReversed();
  const failing = newest ? 'UPGRADE FAILED' : 'INSTALLATION FAILED';
  if (newest?.status.startsWith('pending-')) {
    throw new Refused(`${failing}: another operation (install/upgrade/rollback) is in progress`);
  }
  if (!newest) say(`Release "${name}" does not exist. Installing it now.`);
  const labels = Object.fromEntries(
    (values.labels ?? '')
      .split(',')
      .filter(Boolean)
      .map((pair) => pair.split('=', 2)),
  );
  const revision = { number: (newest?.number ?? 0) + 1, labels, content: contentOf(name, metaOf(chart)) };
  await keep(name, revision, newest ? 'pending-upgrade' : 'pending-install');
  await make(name, revision, { newest, failing });
  if (newest) say(`Release "${name}" has been upgraded. Happy Helming!`);
  tell(name, revision.number);
}

type Before = { readonly newest: Revision | undefined; readonly failing: string };

/** Its objects, its hooks, and how it ended. */
async function make(name: string, revision: Revision, { newest, failing }: Before): Promise<void> {
  try {
    for (const each of objectsIn(revision.content)) await send('APPLY', pathOf(each), each);
    await runHooks(name, revision.content, newest ? 'post-upgrade' : 'post-install');
  } catch (error) {
    await keep(name, revision, 'failed');
    throw new Refused(`${failing}: ${(error as Error).message}`);
  }
  await supersede(name);
  await keep(name, revision, 'deployed');
}

/** What was deployed is so no more; what failed stays so. */
async function supersede(name: string): Promise<void> {
  for (const each of await revisionsOf(name)) if (each.status === 'deployed') await keep(name, each, 'superseded');
}

function tell(name: string, revision: number): void {
  const lines = [
    `NAME: ${name}`,
    `LAST DEPLOYED: ${new Date().toUTCString()}`,
    `NAMESPACE: ${namespace}`,
    'STATUS: deployed',
  ];
  say([...lines, `REVISION: ${revision}`, 'TEST SUITE: None'].join('\n'));
}

async function rollback(name: string, to: number): Promise<void> {
  const all = await revisionsOf(name);
  const [newest, target] = [all.at(-1), all.find(({ number }) => number === to)];
  if (!newest || !target) throw new Refused('release: not found');
  const revision = { ...target, number: newest.number + 1 };
  for (const each of objectsIn(revision.content)) await send('APPLY', pathOf(each), each);
  await supersede(name);
  await keep(name, revision, 'deployed');
  say('Rollback was a success! Happy Helming!');
}

async function uninstall(name: string): Promise<void> {
  const all = await revisionsOf(name);
  const newest = all.at(-1);
  if (!newest) throw new Refused(`uninstall: Release not loaded: ${name}: release: not found`);
  for (const each of objectsIn(newest.content).toReversed()) await send('DELETE', pathOf(each), {});
  for (const { number } of all) await send('DELETE', `${SECRETS}/${secretOf(name, number)}`, {});
  say(`release "${name}" uninstalled`);
}

function show(chart: string): void {
  const file = join(chart, 'Chart.yaml');
  if (!existsSync(file)) throw new Refused(`path "${chart}" not found`);
  say(readFileSync(file, 'utf8'));
}

function template(name: string): void {
  const { objects, hooks } = chartOf(name);
  for (const each of [...objects, ...hooks])
    say(`---\n# Source: ${name}/templates/${each.kind}.yaml\n${JSON.stringify(each)}`);
}

async function run(): Promise<void> {
  if (verb === 'version') return say('v3.20.2+g80b9fbc');
  if (verb === 'show') return show(second);
  if (verb === 'template') return template(first);
  if (verb === 'upgrade') return upgrade(first, second);
  if (verb === 'rollback') return rollback(first, Number(second));
  if (verb === 'uninstall') return uninstall(first);
  if (verb !== 'status') throw new Refused(`unknown command "${verb}" for "helm"`);
  const newest = (await revisionsOf(first)).at(-1);
  if (!newest) throw new Refused('release: not found');
  say(`NAME: ${first}\nNAMESPACE: ${namespace}\nSTATUS: ${newest.status}\nREVISION: ${newest.number}`);
}

try {
  await run();
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stderr.write(`Error: ${error.message}\n`);
  process.exitCode = 1;
}
