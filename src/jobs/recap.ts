import { stripVTControlCharacters } from 'node:util';
import type { Health } from '#domain/health.ts';
import type { Table } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/recap.ts';
import { tableOf } from './status/table.ts';

const COUNTS = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'] as const;
/** What Ansible counts for a host. `rescued`: failed tasks that a rescue block made good. */
export type Recap = { readonly host: string } & Readonly<Record<(typeof COUNTS)[number], number>>;

const LINE = /^(?<host>\S+)\s+:\s+(?<counts>ok=\d+(?:\s+[a-z]+=\d+)+)\s*$/;

/**
 * The hosts of the last PLAY RECAP in the output of ansible-playbook, in its order; none when there is none.
 * @see https://github.com/ansible/ansible/blob/devel/lib/ansible/plugins/callback/default.py v2_playbook_on_stats
 */
export function readRecap(output: string): readonly Recap[] {
  const [, ...plays] = stripVTControlCharacters(output).split(/^PLAY RECAP \*+\s*$/m);
  const lines = (plays.at(-1) ?? '').split('\n').map((line) => LINE.exec(line.trim())?.groups);
  return lines.flatMap((found) => {
    if (!found) return [];
    const counts = Object.fromEntries(
      [...(found['counts'] ?? '').matchAll(/([a-z]+)=(\d+)/g)].map(([, name = '', count]) => [name, Number(count)]),
    );
    const all = Object.fromEntries(COUNTS.map((name) => [name, counts[name] ?? 0])) as Record<
      (typeof COUNTS)[number],
      number
    >;
    return [{ host: found['host'] ?? '', ...all }];
  });
}

function healthOf({ unreachable, failed, ignored }: Recap): Health {
  if (unreachable + failed > 0) return 'failure';
  return ignored > 0 ? 'warning' : 'ok';
}

function stateOf({ unreachable, failed, changed }: Recap): string {
  if (unreachable > 0) return words.state.unreachable;
  if (failed > 0) return words.state.failed;
  return changed > 0 ? words.state.changed : words.state.ok;
}

/** The recap as a table, worst hosts first. `command` as `kolla-ansible deploy -i inventory`. */
export function recapTable(layer: Layer, recaps: readonly Recap[], command: string): readonly Table[] {
  return tableOf(layer, recaps, {
    ...{ id: 'recap', title: words.title, command },
    columns: ['Host', 'State', '#OK', '#Changed', '#Unreachable', '#Failed', '#Skipped', '#Rescued', '#Ignored'],
    cells: (recap) => [recap.host, stateOf(recap), ...COUNTS.map((name) => String(recap[name]))],
    health: healthOf,
  });
}
