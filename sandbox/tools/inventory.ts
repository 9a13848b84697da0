import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Host = { readonly name: string; readonly ip: string; readonly groups: readonly string[] };
type Group = { readonly hosts?: Record<string, unknown>; readonly children?: Record<string, Group> };

/**
 * The hosts of a YAML inventory with their groups. A file `down-NAME` in the folder that SANDBOX_TOOLS names switches that
 * machine off.
 */
export function readInventory(path: string): {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly down: ReadonlySet<string>;
} {
  const { all } = parse(readFileSync(path, 'utf8')) as {
    all: Group & { hosts: Record<string, { ip?: string; ansible_host?: string }> };
  };
  const groups = Object.entries(all.children ?? {});
  const hosts = Object.entries(all.hosts).map(([name, { ip, ansible_host: address }]): [string, Host] => [
    name,
    {
      ...{ name, ip: ip ?? address ?? '127.0.0.1' },
      groups: groups.filter(([, group]) => Object.hasOwn(group?.hosts ?? {}, name)).map(([group]) => group),
    },
  ]);
  const down = switches().flatMap((file) => (file.startsWith('down-') ? [file.slice(5)] : []));
  return { hosts: new Map(hosts), down: new Set(down) };
}

/** Name of the file that says how many times as long as usual work takes. */
export const PACE = 'pace';

/** What that file says; 1 without it. */
export function pace(): number {
  return switches().includes(PACE) ? Number(readFileSync(join(process.env['SANDBOX_TOOLS'] ?? '', PACE), 'utf8')) : 1;
}

/** Names of what is switched, as `fail-Join cluster`, `slow`. */
export function switches(): readonly string[] {
  const folder = process.env['SANDBOX_TOOLS'];
  return folder === undefined ? [] : readdirSync(folder);
}
