import type { Health } from '#domain/health.ts';
import type { Table } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import type { Recap } from '#domain/tools.ts';
import { words } from '#words/recap.ts';
import { tableOf } from './status/table.ts';

const COUNTS = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'] as const;

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
