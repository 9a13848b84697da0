import { words } from '#words/cluster.ts';
import { rowsOf, withHidden } from '../part.ts';
import type { Reader } from '../reader.ts';
import { readCluster, type Reading } from './reading.ts';
import { tablesOf } from './tables.ts';
import { troublesOf } from './troubles.ts';

/** A Kubernetes cluster: its API server, its nodes and the servers under them, its volumes. */
export const kubernetes: Reader<Reading> = {
  name: 'kubernetes',
  title: (layer) => words.read.cluster(layer.name),
  appliesTo: () => true,
  read: readCluster,
  summary: summaryOf,
  troubles: troublesOf,
  tables: tablesOf,
};

function summaryOf(reading: Reading): string {
  if (reading.login.kind !== 'read') return words.notRead;
  const nodes = rowsOf(reading.nodes);
  const ready = nodes.filter((node) => node.ready === 'True').length;
  const counts = words.summary.cluster(reading.login.value.version, ready, nodes.length);
  return withHidden(counts, reading, words.parts);
}
