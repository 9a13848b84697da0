import type { Trouble } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/cluster.ts';
import { rowsOf, unreadTroubles, valueOf } from '../part.ts';
import { groupsOf } from './groups.ts';
import { lookUpOf } from './look-up.ts';
import { podTrouble } from './pod-troubles.ts';
import type { Reading } from './reading.ts';
import { serviceTroubles } from './service-troubles.ts';
import { claimTroubles, releaseTroubles, webTroubles } from './storage-troubles.ts';
import { jobTroubles, workloadTroubles } from './workload-troubles.ts';

/** What is wrong in a namespace: storage and Jobs first, for pods wait for them; then what comes of it. */
export function troublesOf(layer: Layer, reading: Reading): readonly Trouble[] {
  // What cannot be read of the cloud itself is told with the cloud.
  const { endpoints: _, ...parts } = reading;
  const unread = unreadTroubles(layer.name, parts, words.parts);
  if (reading.login.kind !== 'read') return unread.map((trouble) => ({ ...trouble, health: 'failure' }));
  const look = lookUpOf(reading);
  const groups = groupsOf(look, rowsOf(reading.services));
  const told = new Set(groups.flatMap(({ provides }) => [...provides]));
  return [
    ...unread,
    ...namespaceTroubles(layer, reading),
    ...claimTroubles(layer.name, reading, look),
    ...jobTroubles(layer.name, reading),
    ...groups.map((group) => podTrouble(layer.name, group, look.atMs)),
    ...workloadTroubles(layer, reading, { look, told }),
    ...releaseTroubles(layer.name, reading, look),
    ...serviceTroubles(layer.name, reading, look),
    ...webTroubles(layer.name, reading, look),
  ];
}

function namespaceTroubles({ name: layer, namespace }: Layer, { namespaces }: Reading): Trouble[] {
  const say = words.trouble;
  const wrong = (what: string, advice: string): Trouble => ({ layer, health: 'failure', what, advice });
  const found = valueOf(namespaces) ?? [];
  const isGone = namespace !== undefined && namespaces?.kind === 'read' && found.length === 0;
  const dying = found.filter(({ deletingAt, status }) => deletingAt !== undefined || status['phase'] === 'Terminating');
  return [
    ...(isGone ? [wrong(say.gone(namespace), say.goneAdvice)] : []),
    ...dying.map(({ name }) => wrong(say.terminating(name), say.terminatingAdvice)),
  ];
}
