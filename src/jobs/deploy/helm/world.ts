import { z } from 'zod';
import type { Kubernetes, ObjectRef, PersistentVolumeClaim, Release } from '#domain/kubernetes.ts';
import type { Layer } from '#domain/stack.ts';
import type { Installation } from './facts.ts';
import { DIGEST } from './marks.ts';
import { namespaceOf, settingOf } from './setting.ts';

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces' };
export const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);
/** From these a release can be brought back. */
const ONCE_WELL = new Set(['deployed', 'superseded']);

/** What of the cluster a plan depends on. */
export type World = Awaited<ReturnType<typeof readWorld>>;

export async function readWorld(layer: Layer, cluster: Kubernetes) {
  const { releases } = settingOf(layer);
  const wanted = releases.map((release) => ({ namespace: namespaceOf(layer, release), release: release.name }));
  const names = [...new Set(wanted.map(({ namespace }) => namespace))];
  const [namespaces, nodes, classes, claims, installed] = await Promise.all([
    cluster.custom(NAMESPACES),
    cluster.nodes(),
    cluster.storageClasses(),
    Promise.all(names.map((namespace) => cluster.persistentVolumeClaims({ namespace }))),
    Promise.all(wanted.map((of) => readInstallation(cluster, of))),
  ]);
  const sets = installed.flatMap((each) => each?.workloads ?? []).filter(({ kind }) => kind === 'StatefulSet');
  const stems = new Set((await Promise.all(sets.map((set) => claimStems(cluster, set)))).flat());
  const installations = new Map(
    wanted.flatMap(({ namespace, release }, index) => {
      const found = installed[index];
      return found ? [[`${namespace}/${release}`, found] as const] : [];
    }),
  );
  return {
    namespaces: namespaces ?? [],
    nodes,
    classes: classes.map(({ name }) => name),
    claims: claims
      .flat()
      .filter((claim) => stems.has(stemOf(claim)))
      .map(({ namespace, name }) => ({ namespace, name })),
    installations,
  };
}

const Templates = z.object({ volumeClaimTemplates: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/**
 * A StatefulSet's claims are called `<template>-<set>-<ordinal>`. The templates are read: an ending alone may be that of
 * another StatefulSet, whose data are nobody's to delete.
 */
async function claimStems(cluster: Kubernetes, set: ObjectRef): Promise<readonly string[]> {
  const { data } = Templates.safeParse((await cluster.get(set))?.spec);
  return (data?.volumeClaimTemplates ?? []).map(
    ({ metadata }) => `${set.namespace ?? ''}/${metadata.name}-${set.name}`,
  );
}

function stemOf({ namespace, name }: Pick<PersistentVolumeClaim, 'namespace' | 'name'>): string {
  return `${namespace}/${name.replace(/-\d+$/, '')}`;
}

async function readInstallation(
  cluster: Kubernetes,
  of: { readonly namespace: string; readonly release: string },
): Promise<Installation | undefined> {
  const revisions = await cluster.revisions(of);
  const newest = revisions.at(-1);
  if (!newest) return undefined;
  const content = await cluster.installed(newest);
  return {
    ...{ revision: newest.revision, status: newest.status, digest: newest.labels[DIGEST] },
    ...{ version: content?.version, hooks: content?.hooks ?? [] },
    workloads: (content?.objects ?? []).filter(({ kind }) => WORKLOADS.has(kind)),
    previous: previousOf(newest, revisions),
  };
}

/** The last revision before the newest that was well: what is deployed while a later one failed comes first. */
export function previousOf(newest: Release | undefined, revisions: readonly Release[]): Installation['previous'] {
  const isEarlier = ({ revision, status }: Release) => revision < (newest?.revision ?? 0) && ONCE_WELL.has(status);
  const earlier = revisions.filter(isEarlier);
  const found = earlier.findLast(({ status }) => status === 'deployed') ?? earlier.at(-1);
  return found && { revision: found.revision, digest: found.labels[DIGEST] };
}
