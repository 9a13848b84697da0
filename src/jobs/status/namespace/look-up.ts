import type { Job, Labels, PersistentVolumeClaim, Pod, Service } from '#domain/kubernetes.ts';
import { rowsOf, valueOf } from '../part.ts';
import type { Reading } from './reading.ts';

type Named = { readonly namespace: string; readonly name: string };

/** The reading, by name. */
export type LookUp = {
  readonly atMs: number;
  readonly pods: readonly Pod[];
  job(thing: Named): Job | undefined;
  service(thing: Named): Service | undefined;
  claim(thing: Named): PersistentVolumeClaim | undefined;
  /** Ready addresses behind a Service. */
  readyBehind(service: Named): number;
  /** True when this namespace is among those that were read, so that what is not found is not there. */
  isKnown(part: 'jobs' | 'services' | 'slices' | 'pods' | 'claims', namespace: string): boolean;
  /** False for a node that is not Ready; nodes that could not be read count as ready. */
  isReady(node: string): boolean;
  /** undefined: the storage classes could not be read. */
  hasClass(name: string): boolean | undefined;
  /** The newest warning about an object; empty when there is none. */
  warning(kind: string, thing: Named): string;
};

/** `namespace/name` */
export function keyOf({ namespace, name }: Named): string {
  return `${namespace}/${name}`;
}

/** True when an object with these labels is meant by a selector. */
export function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

function byKey<T extends Named>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [keyOf(item), item]));
}

export function lookUpOf(reading: Reading): LookUp {
  const jobs = byKey(rowsOf(reading.jobs));
  const services = byKey(rowsOf(reading.services));
  const claims = byKey(rowsOf(reading.claims));
  const ready = new Map<string, number>();
  for (const { namespace, service: name, ready: count } of rowsOf(reading.slices)) {
    const key = keyOf({ namespace, name });
    ready.set(key, (ready.get(key) ?? 0) + count);
  }
  const unready = new Set(rowsOf(reading.nodes).flatMap((node) => (node.ready === 'True' ? [] : [node.name])));
  const classes = valueOf(reading.classes)?.map(({ name }) => name);
  const warnings = new Map(
    rowsOf(reading.events).map(({ namespace, object, message }) => [
      `${object.kind}/${namespace}/${object.name}`,
      message,
    ]),
  );
  const seen = new Set(rowsOf(reading.pods).map(({ namespace }) => namespace));
  for (const { namespace } of rowsOf(reading.services)) seen.add(namespace);
  return {
    atMs: Date.parse(reading.at),
    pods: rowsOf(reading.pods),
    job: (thing) => jobs.get(keyOf(thing)),
    service: (thing) => services.get(keyOf(thing)),
    claim: (thing) => claims.get(keyOf(thing)),
    readyBehind: (service) => ready.get(keyOf(service)) ?? 0,
    isKnown: (part, namespace) => reading[part]?.kind === 'read' && seen.has(namespace),
    isReady: (node) => !unready.has(node),
    hasClass: (name) => classes?.includes(name),
    warning: (kind, { namespace, name }) => warnings.get(`${kind}/${namespace}/${name}`) ?? '',
  };
}
