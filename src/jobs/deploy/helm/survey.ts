import { createHash } from 'node:crypto';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import type { Part } from '../provisioner.ts';
import { type Chart, chartOf, readCharts } from './charts.ts';
import { type HelmFacts, isKept, type ReleaseFact } from './facts.ts';
import { findingsOf } from './findings.ts';
import { unlabelledOf } from './labels.ts';
import { isOwn } from './marks.ts';
import { clusterOf, namespaceOf, setsOf, settingOf } from './setting.ts';
import { readWorld } from './world.ts';

/** What is there, what is to be, and what would fail. Where the cluster is still to come, only the charts are read. */
export async function survey(
  layer: Layer,
  ctx: SurveyContext & { readonly isBelowPlanned: boolean },
): Promise<HelmFacts> {
  const cluster = ctx.isBelowPlanned ? undefined : clusterOf(layer, ctx);
  const kubernetes = (await cluster?.connect())?.version;
  const [charts, world] = await Promise.all([readCharts(layer, ctx, kubernetes), cluster && readWorld(layer, cluster)]);
  const releases = settingOf(layer).releases.map((setting): ReleaseFact => {
    const namespace = namespaceOf(layer, setting);
    const chart = charts.releases.find((each) => each.name === setting.name && each.namespace === namespace);
    return {
      ...{ name: setting.name, namespace, chart: chartOf(layer, setting), version: setting.version },
      values: setting.values.map((file) => pathOf(layer, file)),
      sets: setsOf(layer, setting),
      wanted:
        chart && chart.error === undefined
          ? { version: chart.version, digest: digestOf(chart, setsOf(layer, setting)) }
          : undefined,
      now: world?.installations.get(`${namespace}/${setting.name}`),
    };
  });
  const wanted = [...new Set(releases.map(({ namespace }) => namespace))];
  const known = new Set(world?.namespaces.map(({ name }) => name));
  const own = world?.namespaces.filter(({ labels }) => isOwn(labels, ctx.environment, layer)) ?? [];
  const facts = {
    releases,
    newNamespaces: wanted.filter((name) => !known.has(name)),
    ownNamespaces: own.map(({ name }) => name).filter((name) => wanted.includes(name)),
    unlabelled: world && unlabelledOf(world.nodes, settingOf(layer).labels).map(({ name }) => name),
    claims: world?.claims ?? [],
  };
  return {
    ...facts,
    parts: [
      ...releases.map(partOf),
      ...facts.newNamespaces.map((name) => ({ what: words.part.namespace(name), to: words.made })),
      ...labelParts(layer, facts.unlabelled),
    ],
    findings: findingsOf({ layer, environment: ctx.environment, charts, kubernetes, releases, world }),
    hashes: charts.releases.flatMap(hashesOf),
  };
}

/** A node that lacks a label is something to change, as a release is. */
function labelParts(layer: Layer, unlabelled: readonly string[] = [words.part.workers]): readonly Part[] {
  const { labels } = settingOf(layer);
  if (Object.keys(labels).length === 0) return [];
  return unlabelled.map((node) => ({ what: words.part.labels(node), to: words.labelsOf(labels) }));
}

function digestOf({ version, namespace, chartHash, valueHashes }: Chart, sets: readonly string[]): string {
  // A label of Kubernetes holds 63 characters at most.
  return createHash('sha256')
    .update(JSON.stringify([version, namespace, chartHash, valueHashes, ...sets]))
    .digest('hex')
    .slice(0, 40);
}

function pathOf(layer: Layer, file: string): string {
  const { charts } = settingOf(layer);
  return file.startsWith('/') || !charts.startsWith('/') ? file : `${charts.replace(/\/$/, '')}/${file}`;
}

function partOf(release: ReleaseFact): Part {
  const { name, namespace, now, wanted } = release;
  const what = words.part.release(namespace, name);
  if (isKept(release)) return { what, from: wanted?.version, to: wanted?.version };
  const to = wanted ? words.part.to(wanted.version, wanted.digest) : words.part.unknown;
  return { what, from: now && words.part.from(now), to };
}

function hashesOf({ name, chartHash, valueHashes }: Chart): readonly string[] {
  return chartHash === '' ? [] : [words.hash(name, chartHash, valueHashes)];
}
