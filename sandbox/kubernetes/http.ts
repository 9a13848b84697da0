import type { Thing } from './store.ts';

/** What a call asks for, by the parts of its path. */
export type Asked = {
  readonly method: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly sub: string | undefined;
  /** What stands behind the subresource. */
  readonly rest: string;
  readonly query: URLSearchParams;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  readonly type: string;
  readonly accept: string;
};
/** A body that is a string is plain text. */
export type Reply = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const REASONS: Readonly<Record<number, string>> = {
  ...{ 400: 'BadRequest', 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound', 409: 'Conflict', 410: 'Expired' },
  ...{ 422: 'Invalid', 429: 'TooManyRequests', 500: 'InternalError', 503: 'ServiceUnavailable' },
};

/** The Status object of an error. */
export function refusal(code: number, message: string, causes?: readonly object[]): Reply {
  const details = causes ? { details: { causes } } : {};
  return {
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: REASONS[code] ?? '',
      code,
      ...details,
    },
  };
}

const PATH =
  /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+\/[^/]+))(?:\/namespaces\/(?<namespace>[^/]+)(?=\/[a-z]))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>[^/]+)\/?(?<rest>.*))?$/;

/** undefined when the path is not one of an object or a list. */
export function readPath(
  url: URL,
): Pick<Asked, 'version' | 'plural' | 'namespace' | 'name' | 'sub' | 'rest' | 'query'> | undefined {
  const groups = PATH.exec(url.pathname)?.groups;
  if (!groups) return undefined;
  const decoded = (part: string | undefined) => (part === undefined ? undefined : decodeURIComponent(part));
  return {
    version: groups['core'] ?? groups['group'] ?? '',
    plural: groups['plural'] ?? '',
    namespace: decoded(groups['namespace']),
    name: decoded(groups['name']),
    sub: groups['sub'],
    rest: groups['rest'] ?? '',
    query: url.searchParams,
  };
}

/** Whether an object is one of those that the selectors of a call name. */
export function selects({ query, namespace }: Pick<Asked, 'query' | 'namespace'>): (thing: Thing) => boolean {
  const tests = [
    ...termsOf(query.get('labelSelector')).map(
      ([key, isEqual, value]) =>
        (thing: Thing) =>
          (thing.metadata.labels?.[key] === value) === isEqual,
    ),
    ...termsOf(query.get('fieldSelector')).map(
      ([key, isEqual, value]) =>
        (thing: Thing) =>
          (valueAt(thing, key) === value) === isEqual,
    ),
  ];
  return (thing) =>
    (namespace ?? thing.metadata.namespace) === thing.metadata.namespace && tests.every((test) => test(thing));
}

function termsOf(selector: string | null): (readonly [string, boolean, string])[] {
  return (selector ?? '').split(',').flatMap((term) => {
    const [, key, operator, value = ''] = /^([^!=]+)(!=|==?)(.*)$/.exec(term) ?? [];
    return key === undefined ? [] : [[key, operator !== '!=', value] as const];
  });
}

function valueAt(thing: Thing, path: string): unknown {
  // oxlint-disable-next-line typescript/no-explicit-any
  return path.split('.').reduce<any>((at, key) => at?.[key], thing) ?? '';
}

type Json = Record<string, unknown>;

/** As a merge patch: null takes away, objects are merged, all else is replaced. */
export function merged(base: unknown, patch: unknown): unknown {
  const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(patch)) return patch;
  const result: Json = { ...(isMap(base) ? base : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
