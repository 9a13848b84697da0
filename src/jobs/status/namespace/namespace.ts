import { words } from '#words/cluster.ts';
import { withHidden } from '../part.ts';
import type { Reader } from '../reader.ts';
import { podHealth } from './healths.ts';
import { lookUpOf } from './look-up.ts';
import { readNamespace, type Reading } from './reading.ts';
import { tablesOf } from './tables.ts';
import { troublesOf } from './troubles.ts';
import { workloadsOf } from './workload-troubles.ts';

/** What stands in the namespace of a layer; of a cluster, in all namespaces that no other layer calls its own. */
export const namespace: Reader<Reading> = {
  name: 'namespace',
  title: (layer) => (layer.namespace === undefined ? words.read.rest : words.read.namespace(layer.namespace)),
  appliesTo: (layer) => layer.kind === 'kubernetes' || (layer.namespace !== undefined && layer.on !== undefined),
  read: readNamespace,
  summary: summaryOf,
  troubles: troublesOf,
  tables: tablesOf,
};

function summaryOf(reading: Reading): string {
  if (reading.login.kind !== 'read') return words.notRead;
  const look = lookUpOf(reading);
  const workloads = workloadsOf(reading);
  const whole = workloads.filter(({ ready, desired }) => ready >= desired).length;
  const isWell = new Set(['ok', 'off', 'running']);
  const well = look.pods.filter((pod) => isWell.has(podHealth(pod, look))).length;
  const counts = words.summary.namespace(whole, workloads.length, [well, look.pods.length]);
  return withHidden(counts, reading, words.parts);
}
