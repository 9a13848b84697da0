import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type Fate, KOLLA, lifeOf, type Thing } from './kolla.ts';

export type DockerOptions = {
  /** Path of the socket to listen on. */
  readonly socket: string;
  /** Default: all of an all-in-one. */
  readonly names?: readonly string[];
  /** Oldest and newest version of the API. Default 1.12 and 1.41. */
  readonly versions?: readonly [oldest: string, newest: string];
};
/** Docker's daemon on the host of a Kolla cloud: its list, details and events, with no container behind them. */
export type SimulatedDocker = {
  /** For the stack file. */
  readonly host: string;
  /** @param detail exit code, or what the health check prints */
  set(name: string, fate: Fate, detail?: string): void;
  /** What the daemon itself does: answers, takes calls and never answers, or answers with something else. */
  behave(as: 'well' | 'hangs' | 'breaks' | 'is no Docker'): void;
  close(): Promise<void>;
};

/** The containers were made three weeks ago. */
const AGE_MS = 1_814_400_000;
const NEVER = '0001-01-01T00:00:00Z';

export async function startDocker({ socket, names = KOLLA, versions = ['1.12', '1.41'] }: DockerOptions) {
  const things = new Map(names.map((name) => [name, thingOf(name, AGE_MS)]));
  let behaviour: Parameters<SimulatedDocker['behave']>[0] = 'well';

  function answer(url: URL, response: ServerResponse): unknown {
    if (behaviour === 'hangs') return undefined;
    if (behaviour === 'is no Docker') return response.end('<html><body>Welcome</body></html>');
    if (behaviour === 'breaks') return refuse(response, 500, 'the layer store is corrupt');
    if (url.pathname === '/version') return say(response, versionDocument(versions));
    const [, asked = '', path = ''] = /^\/v([\d.]+)(\/.*)$/.exec(url.pathname) ?? [];
    const [oldest, newest] = versions.map(minorOf);
    if (minorOf(asked) > Number(newest)) return refuse(response, 400, `client version ${asked} is too new`);
    if (minorOf(asked) < Number(oldest)) return refuse(response, 400, `client version ${asked} is too old`);
    if (path === '/containers/json') return say(response, [...things.values()].map(summaryOf));
    if (path === '/events') return response.end(eventsOf([...things.values()], url.searchParams).join('\n'));
    const id = /^\/containers\/(\w+)\/json$/.exec(path)?.[1];
    const thing = [...things.values()].find((each) => each.id === id);
    return thing ? say(response, detailOf(thing)) : refuse(response, 404, `No such container: ${id}`);
  }

  const server = createServer((request, response) => answer(new URL(request.url ?? '', 'http://docker'), response));
  server.listen(socket);
  await once(server, 'listening');
  const simulated: SimulatedDocker = {
    host: `unix://${socket}`,
    set(name, fate, detail = '') {
      if (fate === 'absent') things.delete(name);
      else {
        const thing = things.get(name) ?? thingOf(name, 0);
        // What was ill has run all the time; everything else begins now.
        const hasRun = thing.fate === 'unhealthy' && fate === 'healthy';
        things.set(name, { ...thing, fate, detail, sinceMs: hasRun ? thing.createdMs : Date.now() });
      }
    },
    behave: (as) => void (behaviour = as),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return simulated;
}

function thingOf(name: string, ageMs: number): Thing {
  const sinceMs = Date.now() - ageMs;
  const id = createHash('sha256').update(name).digest('hex');
  return { id, name, createdMs: sinceMs, fate: 'healthy', sinceMs, detail: '' };
}

function summaryOf(thing: Thing) {
  const { state, status } = lifeOf(thing, Date.now());
  return {
    ...{ Id: thing.id, Names: [`/${thing.name}`], Ports: [] },
    Image: `registry.test/openstack.kolla/${thing.name.replaceAll('_', '-')}:2026.1-ubuntu-noble`,
    Command: 'dumb-init --single-child -- kolla_start',
    ...{ Created: Math.floor(thing.createdMs / 1000), State: state, Status: status },
  };
}

function detailOf(thing: Thing) {
  const { startedMs, endings } = lifeOf(thing, Date.now());
  const isIll = thing.fate === 'unhealthy';
  const StartedAt = startedMs === undefined ? NEVER : new Date(startedMs).toISOString();
  const Log = [
    { ExitCode: isIll ? 1 : 0, Output: isIll ? `${thing.detail || `${thing.name} is not responding`}\n` : '' },
  ];
  const State = { OOMKilled: false, Error: '', StartedAt, Health: { Log } };
  return { RestartCount: thing.fate === 'restarting' ? endings.length : 0, State };
}

/** One line a container that has ended in that time. */
function eventsOf(things: readonly Thing[], query: URLSearchParams): string[] {
  const [since, until] = ['since', 'until'].map((name) => Number(query.get(name)));
  return things.flatMap((thing) =>
    lifeOf(thing, Date.now())
      .endings.map((ms) => Math.floor(ms / 1000))
      .filter((time) => time >= Number(since) && time <= Number(until))
      .map((time) => JSON.stringify({ Type: 'container', Action: 'die', Actor: { ID: thing.id }, time })),
  );
}

function versionDocument([oldest, newest]: readonly [string, string]) {
  return { Version: '20.10.24', ApiVersion: newest, MinAPIVersion: oldest, Components: [{ Name: 'Engine' }] };
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}

function say(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.statusCode = status;
  say(response, { message });
}
