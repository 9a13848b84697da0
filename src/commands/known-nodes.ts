import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '#domain/health.ts';
import type { Table } from '#domain/report.ts';
import type { CommandDeps } from './spec.ts';

export type KnownNode = {
  readonly name: string;
  /** As kubectl says it, `NotReady,SchedulingDisabled`. */
  readonly status: string;
  readonly roles: string;
  readonly health: Health;
};

/** Nodes as a status saw them, worst first. `at`: the end of that run; `isWhole`: none was left out. */
export type KnownNodes = {
  readonly run: number;
  readonly at: string;
  readonly nodes: readonly KnownNode[];
  readonly isWhole: boolean;
};

type Cluster = { readonly environment: string; readonly layer: string };

/** How far back a status is looked for. */
const MOST_RUNS = 30;

/**
 * The nodes of a cluster as the newest status that read it saw them: commands read no cloud. undefined when none of the
 * newest 30 runs did, or the store does not tell within `patienceMs`.
 */
export async function knownNodes(
  cluster: Cluster,
  deps: Pick<CommandDeps, 'runs' | 'journal'>,
  patienceMs: number,
): Promise<KnownNodes | undefined> {
  const late = new AbortController();
  const reading = read(cluster, deps, late.signal).catch(() => undefined);
  return Promise.race([reading, sleep(patienceMs, undefined, { ref: false })]).finally(() => late.abort());
}

async function read(
  { environment, layer }: Cluster,
  { runs, journal }: Pick<CommandDeps, 'runs' | 'journal'>,
  late: AbortSignal,
): Promise<KnownNodes | undefined> {
  for (const run of await runs.recent(environment, MOST_RUNS)) {
    if (late.aborted) return undefined;
    const end = (await journal.read(run)).findLast((event) => event.type === 'ended');
    const table = end?.report?.tables.find(({ id }) => id === `${layer}/nodes`);
    if (end && table) {
      return { run: run.number, at: end.at, nodes: nodesOf(table), isWhole: table.all === undefined };
    }
  }
  return undefined;
}

function nodesOf({ columns, rows }: Table): KnownNode[] {
  const cellOf = (cells: readonly string[], title: string) =>
    cells[columns.findIndex((column) => column.title === title)] ?? '';
  return rows.map(({ health, cells }) => ({
    ...{ name: cellOf(cells, 'Name'), status: cellOf(cells, 'Status'), roles: cellOf(cells, 'Roles') },
    health,
  }));
}
