import { z } from 'zod';
import { InputError, RemoteError } from '#domain/errors.ts';
import type { Select } from '#domain/kubernetes.ts';
import { words } from '#words/kubernetes.ts';
import { type Answer, type Call, type Door, parsed, shaped } from './http.ts';

/** A kind as it stands in paths: `version` is `v1` or `apps/v1`. */
export type Kind = { readonly version: string; readonly plural: string };
export type Listing<T> = {
  readonly rows: T[];
  /** Where a watch goes on from. */
  readonly version: string;
};

/** One cluster, bound to the signal of whoever uses it. */
export type Client = {
  /** How the cluster is called in messages. */
  readonly name: string;
  send(call: Call): Promise<Answer>;
  call<T>(call: Call, shape: z.ZodType<T>): Promise<T>;
  /** undefined on 404. */
  find<T>(call: Call, shape: z.ZodType<T>): Promise<T | undefined>;
  /** Every page of a listing; begun anew when the server forgets where we were (410). */
  list<T>(kind: Kind, shape: z.ZodType<T>, by?: Listed): Promise<Listing<T>>;
  /** undefined when the cluster has no such kind. Known to everybody, whatever the rights. */
  kindOf(version: string, is: (kind: KnownKind) => boolean): Promise<KnownKind | undefined>;
};
/** Which objects, and in which form. */
export type Listed = Select & { readonly accept?: string };

const KindShape = z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() });
export type KnownKind = z.infer<typeof KindShape>;
/** What every user of a cluster shares. */
export type KnownKinds = Map<string, readonly KnownKind[]>;

/** Whose fields ours are; it wins over anybody else's. */
export const MANAGER = { fieldManager: 'strata' };
export const NODES: Kind = { version: 'v1', plural: 'nodes' };

/** Pages of pods are megabytes. Smaller ones than kubectl's 500 are as fast, and hold less memory. */
const PAGE_SIZE = 200;
/** A list that the server forgets more often than this is longer than its memory. */
const RESTARTS = 3;

const Page = z.object({
  metadata: z.object({ continue: z.string().default(''), resourceVersion: z.string().default('') }).prefault({}),
  items: z.array(z.unknown()).nullish(),
});

export function openClient(door: Door, kinds: KnownKinds, signal: AbortSignal): Client {
  const name = `"${door.context.name}"`;
  const send = (call: Call) => door.send(call, signal);
  const call = async <T>(asked: Call, shape: z.ZodType<T>) => parsed(await send(asked), shape);

  async function find<T>(asked: Call, shape: z.ZodType<T>): Promise<T | undefined> {
    const answer = await send({ ...asked, expected: [404] });
    return answer.status === 404 ? undefined : parsed(answer, shape);
  }

  async function list<T>(kind: Kind, shape: z.ZodType<T>, by: Listed = {}): Promise<Listing<T>> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await pages(kind, shape, by);
      } catch (error) {
        if (!isStatus(error, 410) || attempt >= RESTARTS) throw error;
      }
    }
  }

  /** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
  async function pages<T>(kind: Kind, shape: z.ZodType<T>, by: Listed): Promise<Listing<T>> {
    const { accept } = by;
    const asked = { doing: `listing ${kind.plural} of ${name}`, path: pathOf(kind, by), ...(accept ? { accept } : {}) };
    const query = { ...selectorsOf(by), limit: String(PAGE_SIZE) };
    const ask = (token: string) => send({ ...asked, query: token === '' ? query : { ...query, continue: token } });
    const items = z.array(shape);
    const rows: T[] = [];
    for (let next = ask(''); ;) {
      const answer = await next;
      const page = parsed(answer, Page);
      // The next page is on its way while we look at this one.
      const token = page.metadata.continue;
      if (token !== '') {
        next = ask(token);
        next.catch(() => undefined);
      }
      rows.push(...shaped(answer, page.items ?? [], items));
      if (token === '') return { rows, version: page.metadata.resourceVersion };
    }
  }

  async function kindOf(version: string, is: (kind: KnownKind) => boolean): Promise<KnownKind | undefined> {
    const known = kinds.get(version)?.find(is);
    if (known) return known;
    const path = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
    const shape = z.object({ resources: z.array(KindShape) });
    const found = await find({ doing: `asking ${name} for its kinds of ${version}`, path }, shape);
    // Without `pods/log` and the like.
    const resources = found?.resources.filter((resource) => !resource.name.includes('/')) ?? [];
    kinds.set(version, resources);
    return resources.find(is);
  }

  return { name, send, call, find, list, kindOf };
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof RemoteError && error.failure.status === status;
}

type At = { readonly namespace?: string | undefined; readonly name?: string | undefined };

/** `/apis/apps/v1/namespaces/openstack/deployments/horizon` */
export function pathOf({ version, plural }: Kind, { namespace, name }: At = {}): string {
  const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
  const part = (before: string, value: string | undefined) => (value ? `${before}/${encodeURIComponent(value)}` : '');
  return `${root}${part('/namespaces', namespace)}/${plural}${part('', name)}`;
}

/** What selects objects, in the query. */
export function selectorsOf({ labels = {}, fields, notIn = [] }: Select): Record<string, string> {
  const equal = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const away = notIn.map((namespace) => `metadata.namespace!=${namespace}`);
  const fieldSelector = [...(fields ? [fields] : []), ...away].join(',');
  return {
    ...(equal.length === 0 ? {} : { labelSelector: equal.join(',') }),
    ...(fieldSelector === '' ? {} : { fieldSelector }),
  };
}

/** @throws InputError for a kind that the cluster does not have */
export function unknownKind(doing: string, kind: string, version: string): InputError {
  return new InputError(`${doing}: the cluster has no kind "${kind}" of ${version}`, { advice: words.notFound });
}
