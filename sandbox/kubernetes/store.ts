import { randomUUID } from 'node:crypto';
import type { FaultName } from './faults.ts';
import type { Script } from './exec.ts';
import { type Kind, KINDS } from './kinds.ts';

export type KubernetesOptions = {
  /** On 127.0.0.1. Default: any that is free. */
  readonly port?: number;
  readonly timing?: Partial<typeof TIMING_MS>;
  /** Workers besides node-1. Default 3: node-2 to node-4. */
  readonly workers?: number;
  /** An empty cluster has its nodes and nothing in it. Default false. */
  readonly empty?: boolean;
};

/**
 * `start`: of a container. `job`: until the pod of a Job has ended. `slow`: what the fault `apiSlow` adds. `unreachable`:
 * until the pods of a silent node are told to end.
 */
const TIMING_MS = { start: 1500, job: 1000, slow: 3000, unreachable: 300_000 };
/** What a watch may miss before it must list anew. */
const MEMORY = 5000;

/** One object, as its API shows it: JSON that nobody but the simulator looks into. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Thing = { apiVersion: string; kind: string; metadata: Metadata; [field: string]: any };
type Metadata = {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  labels?: Record<string, string>;
  // oxlint-disable-next-line typescript/no-explicit-any
  [field: string]: any;
};
export type NewThing = Omit<Thing, 'metadata'> & { metadata: Partial<Metadata> & { name: string } };
export type Change = {
  readonly version: number;
  readonly kind: Kind;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Thing;
};

/** Everything a cluster knows; a restart forgets it. */
export type Store = ReturnType<typeof createStore>;

export function createStore(options: KubernetesOptions) {
  const things = new Map(KINDS.map(({ kind }) => [kind, new Map<string, Thing>()]));
  const changes: Change[] = [];
  const listeners = new Set<() => void>();
  let version = 1;

  function record(type: Change['type'], object: Thing): void {
    version += 1;
    object.metadata.resourceVersion = String(version);
    const kind = KINDS.find((each) => each.kind === object.kind);
    if (kind) changes.push({ version, kind, type, object: structuredClone(object) });
    if (changes.length > MEMORY) changes.shift();
    for (const listener of listeners) listener();
  }

  /** In the order of namespace and name, as etcd's. */
  function all(kind: string, test: (thing: Thing) => boolean = () => true): Thing[] {
    const found = [...(things.get(kind)?.values() ?? [])].filter(test);
    return found.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  function find(kind: string, name: string, namespace?: string): Thing | undefined {
    return things.get(kind)?.get(`${namespace ?? ''}/${name}`);
  }

  /** Adds an object. `ageMs`: how long ago it was made. */
  function put(given: NewThing, ageMs = 0): Thing {
    const creationTimestamp = new Date(Date.now() - ageMs).toISOString().replace(/\.\d+/, '');
    const own = { uid: randomUUID(), creationTimestamp, generation: 1, resourceVersion: '' };
    const thing = { ...given, metadata: { ...own, ...given.metadata } } as unknown as Thing;
    things.get(thing.kind)?.set(keyOf(thing), thing);
    born.set(thing.metadata.uid, Date.now() - ageMs);
    record('ADDED', thing);
    return thing;
  }

  /** Changes fields of an object, and tells the watchers if that changed anything. */
  function set(thing: Thing, fields: Record<string, unknown>): void {
    const before = JSON.stringify(thing);
    Object.assign(thing, fields);
    if (JSON.stringify(thing) !== before) record('MODIFIED', thing);
  }

  /** Takes an object away, and what it owns. */
  function remove(thing: Thing): void {
    if (!things.get(thing.kind)?.delete(keyOf(thing))) return;
    record('DELETED', thing);
    const owned = (each: Thing) =>
      each.metadata['ownerReferences']?.some(({ uid }: { uid: string }) => uid === thing.metadata.uid) ||
      (thing.kind === 'Namespace' && each.metadata.namespace === thing.metadata.name);
    for (const { kind } of KINDS) for (const each of all(kind, owned)) remove(each);
  }

  const born = new Map<string, number>();
  return {
    ...{ all, find, put, set, remove },
    timing: { ...TIMING_MS, ...options.timing },
    faults: new Set<FaultName>(),
    /** Names of nodes whose kubelet says nothing any more. */
    silent: new Set<string>(),
    /** What commands in containers answer; the pod of a Job ends with their exit code. */
    script: (() => undefined) as Script,
    /** Milliseconds since it was made. */
    ageOf: ({ metadata }: Thing) => Date.now() - (born.get(metadata.uid) ?? 0),
    version: () => version,
    /** undefined when that is longer ago than it remembers. */
    since: (from: number) =>
      from < (changes[0]?.version ?? 0) - 1 ? undefined : changes.filter((each) => each.version > from),
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function keyOf({ metadata }: Thing): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
