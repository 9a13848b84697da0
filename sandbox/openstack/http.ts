import { type Store, type Thing, type Things, where } from './store.ts';

/** One call, its token checked. */
export type Call = {
  readonly url: URL;
  readonly query: URLSearchParams;
  /** What the path names: `{id}`, and what else there is. */
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Thing;
  readonly user: Thing;
  /** Minor part of the microversion; 0 where the service has none. */
  readonly minor: number;
  readonly pageSize: number;
};
/** A body that is a string is HTML. */
export type Reply = { status: number; body?: unknown; headers?: Readonly<Record<string, string>> };
/** `GET /servers/{id}`, without the version before it, and what answers. The first that fits does. */
export type Routes = Readonly<Record<string, (call: Call) => Reply>>;

/** An error answer; `type` is the service's own name for it. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  /** @param text as `409 RouterInUse: Router has ports` or `403: No` */
  constructor(text: string) {
    const [as = ''] = text.split(':', 1);
    super(text.slice(as.length + 2));
    this.status = Number(as.slice(0, 3));
    this.type = as.slice(4);
  }
}

/** @throws Refusal of this text unless `ok` */
export function check(ok: unknown, text: string): asserts ok {
  if (!ok) throw new Refusal(text);
}

/** The thing of this id. @throws Refusal 404, its type as in `NetworkNotFound` */
export function known(things: Things, what: string, id = ''): Thing {
  const thing = things.get(id);
  check(thing, `404 ${what}NotFound: ${what} ${id} could not be found.`);
  return thing;
}

export function reply(body?: unknown, status = 200, headers: Reply['headers'] = {}): Reply {
  return { status, body, headers };
}

/** A page of a listing after `marker`, at most `limit` long, and the link to the next one. */
export function page({ query, pageSize, url }: Call, key: string, all: readonly Thing[]): Reply {
  const marker = query.get('marker');
  const start = marker === null ? 0 : all.findIndex(({ id }) => id === marker) + 1;
  check(marker === null || start > 0, `400: marker [${marker}] not found`);
  const end = start + Math.min(Number(query.get('limit') ?? pageSize), pageSize);
  const items = all.slice(start, end);
  if (end >= all.length) return reply({ [key]: items });
  const next = new URL(url);
  next.searchParams.set('marker', items.at(-1)?.id ?? '');
  if (key === 'images') return reply({ images: items, next: next.pathname + next.search });
  return reply({ [key]: items, [`${key}_links`]: [{ rel: 'next', href: next.href }] });
}

/** Those of the caller's project, and of this name where one is asked for. */
export function own({ user, query }: Call, things: Things, name = query.get('name')): Thing[] {
  return where(things, (each) => each.project_id === user.project_id && (name ?? each.name) === each.name);
}

/** True when there may be so many. */
export function allows({ quotas }: Store, name: string, wanted: number): boolean {
  const limit = quotas[name] ?? -1;
  return limit < 0 || wanted <= limit;
}
