import type { RedisAddress } from '#domain/redis.ts';

const FORM =
  /^redis(?<tls>s?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<username>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^@/]+)(?<path>\/[^?#]*)?$/;
const HOST = /^(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/i;
const PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 } as const;

/**
 * Reads `redis://[user[:password]@]host[:port][/database]`, `redis+sentinel://...host,host/master[/database]` or
 * `redis+cluster://...host,host`; with `rediss` all of it goes through TLS. undefined when it is none of them.
 */
export function readRedisUrl(url: string): RedisAddress | undefined {
  const groups = FORM.exec(url)?.groups;
  if (!groups) return undefined;
  const kind = (groups['kind'] ?? 'single') as RedisAddress['kind'];
  const hosts = (groups['hosts'] ?? '').split(',').map((text) => readHost(text, PORTS[kind]));
  const path = (groups['path'] ?? '').split('/').slice(1);
  const master = kind === 'sentinel' ? (path.shift() ?? '') : '';
  const [database = '', ...rest] = path;
  const isWhole = hosts.every((host) => host !== undefined) && rest.length === 0 && /^\d{0,4}$/.test(database);
  const isFitting = {
    single: hosts.length === 1,
    sentinel: master !== '',
    cluster: Number(database) === 0,
  };
  const [username, password] = [decoded(groups['username']), decoded(groups['password'])];
  if (!isWhole || !isFitting[kind] || username === null || password === null) return undefined;
  return {
    kind,
    hosts: hosts.filter((host) => host !== undefined),
    master,
    database: Number(database),
    username: username === '' ? undefined : username,
    password,
    tls: groups['tls'] === 's' ? {} : undefined,
  };
}

function readHost(text: string, defaultPort: number): { host: string; port: number } | undefined {
  const groups = HOST.exec(text)?.groups;
  const port = Number(groups?.['port'] ?? defaultPort);
  const host = groups?.['ipv6'] ?? groups?.['name'];
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** null: it is not what percent-encoding makes. */
function decoded(text: string | undefined): string | undefined | null {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return null;
  }
}
