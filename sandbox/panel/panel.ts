import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageIn } from '../pages.ts';

/** Something that can go wrong, and be mended again. */
export type Trouble = {
  readonly id: string;
  /** Name of the layer under which its button stands. */
  readonly layer: string;
  readonly title: string;
  /** One line: what happens then. */
  readonly about: string;
  set(on: boolean): Promise<void> | void;
  /** True when it can happen no more, as to a node that is gone: then it is off. */
  isOver?(): boolean;
};
/** How fast the simulated work goes. */
export type Clock = {
  readonly speeds: readonly string[];
  readonly speed: string;
  /** @throws Error for a speed that it does not have */
  set(speed: string): void;
};
export type PanelOptions = {
  readonly port?: number;
  /** Bottom first. */
  readonly layers: readonly { readonly name: string; readonly about: string }[];
  readonly troubles: readonly Trouble[];
  readonly clock?: Clock;
};
export type Panel = {
  readonly url: string;
  /** Switches one trouble. @throws Error for one that does not exist */
  set(id: string, on: boolean): Promise<void>;
  close(): Promise<void>;
};

const pageFile = pageIn(new URL('page/', import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; font-src 'self'; connect-src 'self'; base-uri 'none'";

/** A page on 127.0.0.1 with a switch for each trouble, and one for the clock. */
export async function startPanel({ port = 0, layers, troubles, clock }: PanelOptions): Promise<Panel> {
  const on = new Set<string>();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  async function set(id: string, wanted: boolean): Promise<void> {
    const trouble = troubles.find((each) => each.id === id);
    if (!trouble) throw new Error(`switching trouble "${id}": there is none`);
    if (trouble.isOver?.()) throw new Error(`switching trouble "${id}": it can happen no more`);
    await trouble.set(wanted);
    if (wanted) on.add(id);
    else on.delete(id);
  }
  function state() {
    const over = new Set(troubles.filter((each) => each.isOver?.()).map(({ id }) => id));
    for (const id of over) on.delete(id);
    return {
      layers,
      clock: clock && { speeds: clock.speeds, speed: clock.speed },
      troubles: troubles.map(({ id, layer, title, about }) => ({
        ...{ id, layer, title, about },
        ...{ on: on.has(id), over: over.has(id) },
      })),
    };
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-content-type-options', 'nosniff').setHeader('content-security-policy', POLICY);
    const name = (request.url ?? '/').slice(1);
    const page = pageFile(name);
    try {
      if (request.method === 'POST') await change(request);
      if (request.method === 'POST' || name === 'state') {
        response.setHeader('content-type', 'application/json').setHeader('cache-control', 'no-store');
        response.end(JSON.stringify(state()));
      } else if (page) {
        response.setHeader('content-type', page.type).setHeader('cache-control', 'no-cache').end(page.bytes);
      } else response.writeHead(404).end();
    } catch (error) {
      response.writeHead(400).end(JSON.stringify({ error: String(error) }));
    }
  }
  /** JSON only, so that no other site's form can do it. */
  async function change(request: IncomingMessage): Promise<void> {
    if (!request.headers['content-type']?.includes('json')) throw new Error('changing a trouble: not JSON');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const given = JSON.parse(Buffer.concat(chunks).toString()) as { id: string; on: boolean; speed?: string };
    if (given.speed !== undefined) return clock?.set(given.speed);
    const { id, on: wanted } = given;
    const all = state().troubles.filter((each) => each.on);
    for (const each of id === '*' ? all.map((trouble) => trouble.id) : [id]) await set(each, wanted);
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
