import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './exec.ts';
import { type Asked, readPath, refusal, type Reply, selects } from './http.ts';
import { kindOf, KINDS } from './kinds.ts';
import { settle } from './life.ts';
import { isSilent } from './nodes.ts';
import { answer, bare } from './objects.ts';
import type { Store, Thing } from './store.ts';

export const TOKEN = 'sandbox-token';
const USER = 'sandbox';

export type Handlers = {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex): void;
};

/** Answers the calls of an API server, with its faults before. */
export function createHandlers(store: Store): Handlers {
  let calls = 0;

  /** Instead of an answer of its own; undefined when all is well. */
  function mishapOf(): Reply | undefined {
    calls += 1;
    if (store.faults.has('apiBroken')) return refusal(500, 'etcdserver: request timed out');
    if (!store.faults.has('apiBusy') || calls % 2 === 0) return undefined;
    return { status: 429, body: 'Too many requests, please try again later.\n', headers: { 'retry-after': '1' } };
  }

  async function request(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (store.faults.has('apiHangs')) return;
    if (store.faults.has('apiSlow')) await sleep(store.timing.slow);
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const text = Buffer.concat(chunks).toString();
    const { accept = '', 'content-type': type = '' } = incoming.headers;
    const at = readPath(url);
    const asked = at && {
      ...at,
      method: incoming.method ?? 'GET',
      body: text === '' ? {} : JSON.parse(text),
      type,
      accept,
    };
    const mishap = mishapOf();
    if (!mishap && asked?.query.get('watch') === 'true' && isLetIn(incoming)) return watch(store, asked, response);
    const reply = mishap ?? (isLetIn(incoming) ? routed(store, url, asked) : refusal(401, 'Unauthorized'));
    if (asked && asked.method !== 'GET') settle(store);
    send(store, response, reply);
  }

  function upgrade(incoming: IncomingMessage, socket: Duplex): void {
    const at = readPath(new URL(incoming.url ?? '/', 'http://localhost'));
    const pod = at?.sub === 'exec' ? store.find('Pod', at.name ?? '', at.namespace) : undefined;
    if (store.faults.has('apiHangs')) return;
    if (!at || !pod) return void socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
    // There is no container yet, or nobody who would start a command in it.
    if (pod['status'].phase === 'Pending' || isSilent(store, pod['spec'].nodeName))
      return void socket.end('HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\n\r\n');
    const argv = at.query.getAll('command');
    runCommand({ request: incoming, socket }, pod, {
      argv,
      hasStdin: at.query.get('stdin') === 'true',
      script: store.script,
    });
  }

  return {
    request: (incoming, response) => void request(incoming, response).catch(() => response.destroy()),
    upgrade,
  };
}

function isLetIn({ headers }: IncomingMessage): boolean {
  return headers.authorization === `Bearer ${TOKEN}`;
}

function send(store: Store, response: ServerResponse, { status, body, headers }: Reply): void {
  const isText = typeof body === 'string';
  const late = store.faults.has('clockBehind') ? 600_000 : 0;
  response.writeHead(status, {
    'content-type': isText ? 'text/plain' : 'application/json',
    date: new Date(Date.now() - late).toUTCString(),
    'audit-id': crypto.randomUUID(),
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}

function routed(store: Store, url: URL, asked: Asked | undefined): Reply {
  const { pathname } = url;
  if (pathname === '/version') return { status: 200, body: { gitVersion: 'v1.35.4' } };
  if (pathname === '/readyz') return { status: 200, body: '[+]ping ok\n[+]etcd ok\nreadyz check passed\n' };
  const [, core, group] = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))$/.exec(pathname) ?? [];
  const version = core ?? group;
  if (version !== undefined) return discovery(store, version);
  if (!asked) return { status: 404, body: '404 page not found' };
  if (asked.plural === 'selfsubjectreviews') return { status: 201, body: { status: { userInfo: { username: USER } } } };
  const { sub, name = '', namespace } = asked;
  if (sub === 'log') return logOf(store, store.find('Pod', name, namespace), asked);
  return sub === 'proxy' ? proxied(store, name, asked) : answer(store, asked);
}

function discovery(store: Store, version: string): Reply {
  const here = KINDS.filter(
    (each) => each.version === version && !(each.kind === 'CephCluster' && store.faults.has('noCeph')),
  );
  if (here.length === 0) return { status: 404, body: '404 page not found' };
  const resources = here.map(({ plural, kind, namespaced }) => ({
    name: plural,
    kind,
    namespaced,
    singularName: '',
    verbs: [],
  }));
  return { status: 200, body: { kind: 'APIResourceList', groupVersion: version, resources } };
}

function logOf(store: Store, pod: Thing | undefined, { query, name }: Asked): Reply {
  if (!pod) return refusal(404, `pods "${name}" not found`);
  const said = store.script(pod, pod['spec'].containers[0].command ?? [], '');
  if (said) return { status: 200, body: `${said.stdout ?? ''}${said.stderr ?? ''}` };
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1} of ${pod.metadata.name}\n`);
  return { status: 200, body: lines.slice(-Number(query.get('tailLines') ?? lines.length)).join('') };
}

/** What a Service answers, when there is something behind it. */
function proxied(store: Store, target: string, { namespace, rest }: Asked): Reply {
  const [name = ''] = target.replace(/^https?:/, '').split(':');
  const slice = store.find('EndpointSlice', `${name}-1`, namespace);
  if (!slice) return refusal(404, `services "${name}" not found`);
  const isServed = slice['endpoints'].some(({ conditions }: { conditions: { ready: boolean } }) => conditions.ready);
  if (!isServed) return refusal(503, `no endpoints available for service "${target}"`);
  if (rest === 'nothing') return { status: 404, body: 'no such page\n' };
  const body = name === 'horizon-int' ? '<html><title>Login - OpenStack Dashboard</title></html>' : 'ok\n';
  return { status: 200, body, headers: { 'content-type': 'text/html' } };
}

/** Tells changes from a version on, a line each, until the time is over. */
function watch(store: Store, asked: Asked, response: ServerResponse): void {
  const { version, plural, query } = asked;
  const kind = kindOf(version, plural);
  const fits = selects(asked);
  let at = Number(query.get('resourceVersion') ?? 0);
  const tell = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`);
  response.writeHead(200, { 'content-type': 'application/json' });
  const end = (type: string, object: unknown) => {
    if (!response.writableEnded) tell(type, object);
    response.end();
  };
  const look = () => {
    if (response.writableEnded) return;
    const changes = store.faults.has('apiForgets') ? undefined : store.since(at);
    if (changes === undefined) {
      store.faults.delete('apiForgets');
      return end('ERROR', refusal(410, `too old resource version: ${at}`).body);
    }
    for (const change of changes)
      if (change.kind === kind && fits(change.object)) tell(change.type, bare(store, change.object));
    at = store.version();
  };
  const stop = store.onChange(look);
  const bookmark = () => end('BOOKMARK', { kind: kind?.kind, metadata: { resourceVersion: String(at) } });
  const timer = setTimeout(bookmark, Number(query.get('timeoutSeconds') ?? 60) * 1000).unref();
  response.on('close', () => {
    stop();
    clearTimeout(timer);
  });
  look();
}
