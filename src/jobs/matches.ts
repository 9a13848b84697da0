import type { Node } from '#domain/kubernetes.ts';
import type { Server } from '#domain/openstack.ts';

/** A node and the server that it runs on. */
export type Match = { readonly node: Node; readonly server?: Server | undefined };
export type Matches = {
  readonly nodes: readonly Match[];
  /** Servers that look as if they were to be nodes and are none. */
  readonly strays: readonly Server[];
};

/** What a cloud provider writes: `openstack:///<id>`, `openstack://<region>/<id>`. */
const PROVIDER_ID = /^openstack:\/\/[^/]*\/(?<id>[0-9a-f-]{32,36})$/i;

/**
 * Finds the server of each node: by what the cloud provider wrote, else by its name, else by its internal address. A name
 * or address that several servers have tells nothing.
 */
export function matchServers(nodes: readonly Node[], servers: readonly Server[]): Matches {
  const byId = new Map(servers.map((server) => [server.id, server]));
  const byName = alone(servers, ({ name }) => [name]);
  const byAddress = alone(servers, ({ addresses }) => addresses.map(({ ip }) => ip));
  const matched = nodes.map((node): Match => {
    const id = PROVIDER_ID.exec(node.providerId)?.groups?.['id'];
    // What the provider wrote is the truth, also when that server is gone.
    const server =
      id === undefined
        ? (byName.get(node.name) ?? byName.get(hostOf(node)) ?? byAddress.get(node.internalIp))
        : byId.get(id);
    return { node, server };
  });
  const taken = new Set(matched.flatMap(({ server }) => server?.id ?? []));
  return { nodes: matched, strays: servers.filter((server) => !taken.has(server.id) && isAlike(server, matched)) };
}

/** `node-4` of `node-4.lab.example` */
function hostOf({ name }: Node): string {
  return name.split('.')[0] ?? name;
}

function alone(servers: readonly Server[], keysOf: (server: Server) => readonly string[]): ReadonlyMap<string, Server> {
  const found = new Map<string, Server | undefined>();
  for (const server of servers) for (const key of keysOf(server)) found.set(key, found.has(key) ? undefined : server);
  return new Map([...found].flatMap(([key, server]) => (server ? [[key, server] as const] : [])));
}

/** A server is a node's sibling when it is called as one but for the number at its end. */
function isAlike({ name }: Server, matches: readonly Match[]): boolean {
  const stem = stemOf(name);
  return stem !== '' && matches.some(({ server }) => server !== undefined && stemOf(server.name) === stem);
}

function stemOf(name: string): string {
  return /^(?<stem>.*\D)\d+$/.exec(name)?.groups?.['stem'] ?? '';
}
