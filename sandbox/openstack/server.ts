import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, use } from './faults.ts';
import { check, Refusal, type Reply, reply } from './http.ts';
import { errorOf, routesOf, type Service } from './services.ts';
import type { Store, Thing } from './store.ts';

/** `/v2.1`, and Cinder's project behind it. */
const PREFIX = /^\/v\d[\d.]*(?:\/[\da-f]{32}(?=\/))?(?=\/|$)/;
const page = (title: string) => `<html><body><h1>${title}</h1></body></html>`;
const minorIn = (version = '') => Number(version.split('.')[1] ?? 0);

/** Answers the calls of one service, with its faults before and after it. */
export function createHandler({ name, microversion }: Service, store: Store, fault: Fault): RequestListener {
  const routes = Object.entries(routesOf[name](store)).map(([route, answer]) => {
    return { pattern: new RegExp(`^${route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`), answer };
  });

  /** Instead of an answer of its own. */
  function mishap(): Reply | undefined {
    if (fault.down) return reply(page('503 Service Unavailable'), 503);
    if (fault.html !== undefined) return reply(page('Welcome to the intranet'), fault.html);
    return use(fault, 'tooMany') ? reply({ error: { message: 'Slow down' } }, 429, { 'retry-after': '1' }) : undefined;
  }

  function answerOf(request: IncomingMessage, body: string): Reply {
    try {
      return routed(request, body);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(`500: Unexpected API Error. ${String(error)}`);
      const shape = refusal.status === 401 && name !== 'glance' ? 'keystone' : name;
      return reply(errorOf[shape](refusal), refusal.status);
    }
  }

  function routed(request: IncomingMessage, body: string): Reply {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const path = url.pathname.replace(PREFIX, '');
    if (path === '' || path === '/') return versions(url);
    const asked = `${request.method} ${path}`;
    const route = routes.find(({ pattern }) => pattern.test(asked));
    const user = name === 'keystone' ? { id: '' } : userOf(request);
    check(route, '404: The resource could not be found.');
    const given = Object.entries(route.pattern.exec(asked)?.groups ?? {});
    const params = Object.fromEntries(given.map(([key, value]) => [key, decodeURIComponent(value)]));
    const asks = { url, query: url.searchParams, params, id: params['id'] ?? '', minor: minorOf(request) };
    return route.answer({ ...asks, user, pageSize: store.pageSize, body: body === '' ? {} : JSON.parse(body) });
  }

  function versions({ pathname, href }: URL): Reply {
    const newest = microversion?.split(' ')[1];
    const limits = name === 'placement' ? { max_version: newest } : { version: newest };
    const links = [{ rel: 'self', href }];
    const id = { keystone: 'v3.14', placement: 'v1.0', glance: 'v2.15', nova: 'v2.1', neutron: 'v2.0', cinder: 'v3.0' };
    return reply({ versions: [{ id: id[name], status: 'CURRENT', links, ...limits }] }, pathname === '/' ? 300 : 200);
  }

  /** @throws Refusal 401 */
  function userOf({ headers }: IncomingMessage): Thing {
    const id = String(headers['x-auth-token']);
    if (use(fault, 'revoked')) store.tokens.delete(id);
    const token = store.tokens.get(id);
    const isValid = token !== undefined && token.expiresAt > Date.now();
    check(isValid, '401 Unauthorized: The request you have made requires authentication.');
    return token.user;
  }

  /** The oldest unless one is asked for. @throws Refusal 406 */
  function minorOf({ headers }: IncomingMessage): number {
    const asked = String(headers['openstack-api-version'] ?? '');
    if (microversion === undefined || asked === '') return 1;
    const isKnown = asked.split('.')[0] === microversion.split('.')[0] && minorIn(asked) <= minorIn(microversion);
    check(isKnown, `406: Version ${asked} is not supported by the API. Maximum is ${microversion}.`);
    return minorIn(asked);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (fault.slowMs === Infinity) return;
    await sleep(fault.slowMs ?? 0);
    const { status, body, headers } = mishap() ?? answerOf(request, Buffer.concat(chunks).toString());
    if (request.method !== 'GET' && use(fault, 'lost')) return response.destroy();
    const isHtml = typeof body === 'string';
    const type = isHtml ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type, 'x-openstack-request-id': `req-${randomUUID()}`, ...headers });
    return response.end(isHtml || body === undefined ? body : JSON.stringify(body));
  }
  return (request, response) => void handle(request, response).catch(() => response.destroy());
}
