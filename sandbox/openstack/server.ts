import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, use } from './faults.ts';
import { check, keystoneBody, Refusal, type Reply, reply, type Service } from './http.ts';
import type { Store, User } from './store.ts';

/** `/v2.1`, and Cinder's project behind it. */
const PREFIX = /^\/v\d[\d.]*(?:\/[\da-f]{32}(?=\/))?(?=\/|$)/;

/** Answers the calls of one service, with its faults before and after it. */
export function createHandler(service: Service, store: Store, fault: Fault): RequestListener {
  const routes = Object.entries(service.routes).map(([route, answer]) => {
    return { pattern: new RegExp(`^${route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`), answer };
  });

  function answerOf(request: IncomingMessage, body: string): Reply {
    const wait = { 'retry-after': String(fault.retryAfterSeconds ?? 1) };
    if (fault.down) return reply('<html><body><h1>503 Service Unavailable</h1></body></html>', 503);
    if (fault.html !== undefined)
      return reply('<html><body><h1>Welcome to the intranet</h1></body></html>', fault.html);
    if (use(fault, 'tooMany')) return reply({ error: { code: 429, message: 'Too many requests' } }, 429, wait);
    try {
      return routed(request, body);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, `Unexpected API Error. ${String(error)}`);
      const isMiddleware = refusal.status === 401 && service.name !== 'glance';
      return reply((isMiddleware ? keystoneBody : service.errorBody)(refusal), refusal.status);
    }
  }

  function routed(request: IncomingMessage, body: string): Reply {
    const url = new URL(request.url ?? '/', store.urls[service.name]);
    const path = url.pathname.replace(PREFIX, '');
    if (path === '' || path === '/') return versions(service, url);
    const asked = `${request.method} ${path}`;
    const route = routes.find(({ pattern }) => pattern.test(asked));
    const user = service.name === 'keystone' ? ({} as User) : userOf(request);
    check(route, '404', 'The resource could not be found.');
    const given = Object.entries(route.pattern.exec(asked)?.groups ?? {});
    return route.answer({
      ...{ url, query: url.searchParams, user, minor: minorOf(request), pageSize: store.pageSize },
      params: Object.fromEntries(given.map(([key, value]) => [key, decodeURIComponent(value)])),
      body: body === '' ? undefined : JSON.parse(body),
    });
  }

  /** @throws Refusal 401 */
  function userOf({ headers }: IncomingMessage): User {
    const id = String(headers['x-auth-token']);
    if (use(fault, 'revoked')) store.tokens.delete(id);
    const token = store.tokens.get(id);
    const isValid = token !== undefined && token.expiresAt > Date.now();
    check(isValid, '401 Unauthorized', 'The request you have made requires authentication.');
    return token.user;
  }

  /** @throws Refusal 406 */
  function minorOf({ headers }: IncomingMessage): number {
    if (!service.microversion) return 0;
    const { name, newest } = service.microversion;
    const asked = String(headers['openstack-api-version'] ?? '').replace(`${name} `, '');
    const [major, last = 0] = newest.split('.').map(Number);
    if (asked === '' || asked === 'latest') return asked === '' ? 1 : last;
    const [askedMajor, minor = 0] = asked.split('.').map(Number);
    const text = `Version ${asked} is not supported by the API. Minimum is ${major}.0 and maximum is ${newest}.`;
    check(askedMajor === major && minor <= last, '406', text);
    return minor;
  }

  async function handle(request: IncomingMessage, body: string): Promise<Reply | undefined> {
    await sleep(fault.slowMs ?? 0);
    const answer = fault.hang ? undefined : answerOf(request, body);
    if (request.method === 'GET' || !use(fault, 'lost')) return answer;
    request.socket.destroy();
    return undefined;
  }

  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void handle(request, Buffer.concat(chunks).toString()).then((answer) => {
        if (!answer) return;
        const { status, body, headers } = answer;
        const isHtml = typeof body === 'string';
        const type = isHtml ? 'text/html' : 'application/json';
        response.writeHead(status, {
          'content-type': type,
          'x-openstack-request-id': `req-${randomUUID()}`,
          ...headers,
        });
        response.end(isHtml || body === undefined ? body : JSON.stringify(body));
      });
    });
  };
}

/** The version documents: the list at the root of a service and the one below it. */
function versions({ name, version, microversion }: Service, { pathname, href }: URL): Reply {
  const { newest } = microversion ?? {};
  const limits = name === 'placement' ? { max_version: newest } : { version: newest };
  const document = { id: version, status: 'CURRENT', links: [{ rel: 'self', href }], ...limits };
  const isRoot = pathname === '/';
  if (name === 'keystone' && isRoot) return reply({ versions: { values: [document] } }, 300);
  if (!isRoot && (name === 'keystone' || name === 'nova')) return reply({ version: document });
  return reply({ versions: [document] }, isRoot && (name === 'glance' || name === 'cinder') ? 300 : 200);
}
