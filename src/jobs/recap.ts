import type { Health } from '#domain/health.ts';
import type { Table } from '#domain/report.ts';
import type { RunOutcome, StepOutcome } from '#domain/run.ts';
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

/** A table for each playbook that the steps of a run carried to its end. */
export function recapsOf({ environment, steps }: RunOutcome): readonly Table[] {
  return Object.entries(steps).flatMap(([id, end]) => {
    const layer = environment.layers.find(({ name }) => id.startsWith(`${name}/`));
    const recaps = recapIn(end);
    return !layer || recaps.length === 0 ? [] : recapTable(layer, recaps, words.command(id));
  });
}

/** Steps that run a playbook have its recap as their value. */
function recapIn(end: StepOutcome): readonly Recap[] {
  if (end.status !== 'done' || !Array.isArray(end.value)) return [];
  const isRecap = (row: unknown): row is Recap => typeof row === 'object' && row !== null && 'unreachable' in row;
  return (end.value as readonly unknown[]).filter(isRecap);
}
