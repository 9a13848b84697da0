import type { ServiceName } from './options.ts';
import { type Store, type Thing, type User, where } from './store.ts';

/** One call, its token checked. */
export type Call = {
  readonly url: URL;
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- as it came; each route says what it expects
  readonly body: any;
  readonly user: User;
  /** Minor part of the microversion; 0 where the service has none. */
  readonly minor: number;
  readonly pageSize: number;
};
/** A string is HTML. */
export type Reply = { status: number; body?: unknown; headers?: Readonly<Record<string, string>> };
/** `GET /servers/{id}`, without the version before it, and what answers. The first that fits does. */
export type Routes = Readonly<Record<string, (call: Call) => Reply>>;

export type Service = {
  readonly name: ServiceName;
  readonly version: string;
  readonly microversion?: { readonly name: string; readonly newest: string };
  readonly routes: Routes;
  errorBody(refusal: Refusal): unknown;
};

/** An error answer; `type` is the service's own name for it. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, message: string, type = '') {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** @param as the status and the service's name for the error, as `409 RouterInUse` @throws Refusal unless `ok` */
export function check(ok: unknown, as: string, message: string): asserts ok {
  if (!ok) throw new Refusal(Number(as.slice(0, 3)), message, as.slice(4));
}

/** The thing of this id. @throws Refusal 404, its type as in `NetworkNotFound` */
export function known<T>(map: ReadonlyMap<string, T>, what: string, id = ''): T {
  const thing = map.get(id);
  check(thing, `404 ${what}NotFound`, `${what} ${id} could not be found.`);
  return thing;
}

export function reply(body?: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body, headers };
}

/** A page of a listing after `marker`, at most `limit` long, and the link to the next one. */
export function page(call: Call, key: string, all: readonly object[]): Reply {
  const marker = call.query.get('marker');
  const ids = all.map((thing) => ('id' in thing ? thing.id : undefined));
  const start = marker === null ? 0 : ids.indexOf(marker) + 1;
  check(marker === null || start > 0, '400', `marker [${marker}] not found`);
  const end = start + Math.min(Number(call.query.get('limit') ?? call.pageSize), call.pageSize);
  const items = all.slice(start, end);
  if (end >= all.length) return reply({ [key]: items });
  const next = new URL(call.url);
  next.searchParams.set('marker', String(ids[end - 1]));
  if (key === 'images') return reply({ images: items, next: next.pathname + next.search });
  return reply({ [key]: items, [`${key}_links`]: [{ rel: 'next', href: next.href }] });
}

/** Those of the caller's project. */
export function own<T extends Thing>({ user }: Call, map: ReadonlyMap<string, T>): T[] {
  return where(map, (thing) => thing.project_id === user.project_id);
}

/** True when there may be so many. */
export function allows({ quotas }: Store, name: string, wanted: number): boolean {
  const limit = quotas[name] ?? -1;
  return limit < 0 || wanted <= limit;
}

/** The same for administrators alone. */
export function admin(rule: string, answer: (call: Call) => Reply): (call: Call) => Reply {
  return (call) => {
    check(call.user.role === 'admin', '403', `Policy doesn't allow ${rule} to be performed.`);
    return answer(call);
  };
}

const NAMES = new Map([
  [400, 'badRequest'],
  [403, 'forbidden'],
  [404, 'itemNotFound'],
  [409, 'conflictingRequest'],
  [413, 'overLimit'],
]);

/** Nova's and Cinder's. */
export function faultBody({ status, message }: Refusal): unknown {
  const retry = status === 413 ? { retryAfter: '0' } : {};
  return { [NAMES.get(status) ?? 'computeFault']: { code: status, message, ...retry } };
}

/** Keystone's, and that of the middleware before the others. */
export function keystoneBody({ status, message, type }: Refusal): unknown {
  return { error: { code: status, message, title: type } };
}
