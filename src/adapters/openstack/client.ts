import { z } from 'zod';
import { InputError, RemoteError } from '#domain/errors.ts';
import { words } from '#words/openstack.ts';
import { type Answer, type Call, parsed } from './http.ts';
import type { ServiceType, Session } from './session.ts';

/** One service of one cloud, bound to the signal of whoever uses it. Paths begin with a slash. */
export type Client = {
  /** @throws RemoteError, DeadlineError, InputError when the catalogue has no such service */
  call<T>(request: Request, shape: z.ZodType<T>): Promise<T>;
  /** As `call`, without reading the answer. */
  send(request: Request): Promise<Answer>;
  /** undefined on 404. */
  get<T>(doing: string, path: string, shape: z.ZodType<T>): Promise<T | undefined>;
  /** Every page of a listing: `key` is the field with the items. */
  list<T>(
    doing: string,
    { path, key }: { readonly path: string; readonly key: string },
    item: z.ZodType<T>,
  ): Promise<T[]>;
  /** False on 404. */
  remove(doing: string, path: string, body?: unknown): Promise<boolean>;
  projectId(): Promise<string>;
};
export type Request = {
  readonly doing: string;
  readonly method?: NonNullable<Call['method']>;
  readonly path: string;
  readonly body?: unknown;
};

export type ServiceSettings = {
  readonly type: ServiceType;
  /** Appended to the catalogue's URL when it is not its end already, as `/v2.0`. */
  readonly version?: string;
  /** The newest microversion we know and what its header is about, as `compute 2.100`. */
  readonly microversion?: { readonly name: string; readonly newest: string };
};

const NO_SERVICE = {
  compute: 'Nova',
  network: 'Neutron',
  image: 'Glance',
  volume: 'Cinder',
  placement: 'Placement',
  identity: 'Keystone',
};

export function openClient(session: Session, settings: ServiceSettings, signal: AbortSignal): Client {
  const { type } = settings;
  const name = NO_SERVICE[type];

  async function base(): Promise<string> {
    const url = await session.endpoint(type, signal);
    if (url === undefined) {
      const { name: cloud, interface: side } = session.config;
      throw new InputError(
        `reading the catalogue of cloud "${cloud}": no ${side} endpoint of type "${type}" (${name})`,
        {
          advice: words.notFound,
        },
      );
    }
    const { version = '' } = settings;
    return url.endsWith(version) ? url : url + version;
  }

  async function send({ doing, method = 'GET', path, body }: Request): Promise<Answer> {
    const root = await base();
    const headers = await microversionHeaders(session, settings, { root, signal });
    const url = path.startsWith('http') ? path : root + path;
    return session.send(
      { doing, service: name, method, url, headers, ...(body === undefined ? {} : { body }) },
      signal,
    );
  }

  async function call<T>(request: Request, shape: z.ZodType<T>): Promise<T> {
    return parsed(await send(request), shape);
  }

  async function get<T>(doing: string, path: string, shape: z.ZodType<T>): Promise<T | undefined> {
    try {
      return await call({ doing, path }, shape);
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async function list<T>(
    doing: string,
    { path, key }: { readonly path: string; readonly key: string },
    item: z.ZodType<T>,
  ): Promise<T[]> {
    const Page = z.looseObject({ [key]: z.array(item) });
    const items: T[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const page: Record<string, unknown> = await call({ doing, path: next }, Page);
      items.push(...(page[key] as T[]));
      next = nextOf(page, key, await base());
    }
    return items;
  }

  async function remove(doing: string, path: string, body?: unknown): Promise<boolean> {
    try {
      await send({
        doing,
        method: body === undefined ? 'DELETE' : 'PUT',
        path,
        ...(body === undefined ? {} : { body }),
      });
      return true;
    } catch (error) {
      if (isStatus(error, 404)) return false;
      throw error;
    }
  }

  return { call, send, get, list, remove, projectId: async () => (await session.login(signal)).projectId };
}

export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof RemoteError && error.failure.status !== undefined && statuses.includes(error.failure.status);
}

const Links = z.array(z.object({ rel: z.string(), href: z.string() }));

/** The next page: `<key>_links[rel=next]` (Nova, Neutron, Cinder) or `next` (Glance), always on our own base URL. */
function nextOf(page: Record<string, unknown>, key: string, root: string): string | undefined {
  const links = Links.safeParse(page[`${key}_links`]);
  const href = links.success ? links.data.find((link) => link.rel === 'next')?.href : page['next'];
  if (typeof href !== 'string') return undefined;
  // Behind a proxy the link may name a host that only the service knows; only its path's end and query count.
  const { pathname, search } = new URL(href, `${root}/`);
  const last = pathname.split(`${new URL(root).pathname.replace(/\/+$/, '')}/`).at(-1) ?? '';
  return `/${last.replace(/^\/+/, '')}${search}`;
}

const VersionDocument = z.looseObject({
  version: z.looseObject({ version: z.string().default(''), max_version: z.string().optional() }).optional(),
  versions: z.array(z.looseObject({ version: z.string().default(''), max_version: z.string().optional() })).optional(),
});

type Where = { readonly root: string; readonly signal: AbortSignal };
const negotiated = new WeakMap<Session, Map<string, Promise<string>>>();

/** The microversion header both sides know; asked once a session and service. */
async function microversionHeaders(session: Session, { microversion }: ServiceSettings, where: Where) {
  if (!microversion) return {};
  const known = negotiated.get(session) ?? new Map<string, Promise<string>>();
  negotiated.set(session, known);
  const pending = known.get(microversion.name) ?? negotiate(session, microversion, where);
  known.set(microversion.name, pending);
  try {
    const version = await pending;
    return version === '' ? {} : { 'openstack-api-version': `${microversion.name} ${version}` };
  } catch (error) {
    known.delete(microversion.name);
    throw error;
  }
}

type Microversion = NonNullable<ServiceSettings['microversion']>;

/** The newest version that the service and we know; empty when the service has none. */
async function negotiate(session: Session, { name, newest }: Microversion, { root, signal }: Where): Promise<string> {
  // Cinder's base ends with the project, where no version document is.
  const url = `${root.replace(/(\/v\d[\d.]*)\/[\da-f-]{32,36}$/, '$1')}/`;
  const doing = `asking cloud "${session.config.name}" for its ${name} version`;
  const document = parsed(await session.send({ doing, service: name, url }, signal), VersionDocument);
  const entry = document.version ?? document.versions?.at(-1);
  const offered = entry?.max_version ?? entry?.version ?? '';
  return offered === '' ? '' : lower(offered, newest);
}

function lower(a: string, b: string): string {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB ? ((majorA - majorB || minorA - minorB) < 0 ? a : b) : a;
}
