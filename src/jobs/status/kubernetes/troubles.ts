import type { Node } from '#domain/kubernetes.ts';
import type { Server } from '#domain/openstack.ts';
import type { Trouble } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words as clusterWords } from '#words/cluster.ts';
import { meaningOf } from '#words/failures.ts';
import { words } from '#words/nodes.ts';
import { rowsOf, unreadTroubles } from '../part.ts';
import { type Match, matchServers } from '../../matches.ts';
import type { Reading } from './reading.ts';

/** Conditions of a node that are bad when they hold. */
const PRESSURES = new Set(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']);
const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';
/** Taints that say what is said otherwise already, or that every cluster has. */
const KNOWN_TAINTS = /^(node\.kubernetes\.io\/|node\.cloudprovider\.kubernetes\.io\/|node-role\.kubernetes\.io\/)/;

/** What is wrong with a cluster: the servers under dead nodes first, for they are the cause of all the rest. */
export function troublesOf(layer: Layer, reading: Reading): readonly Trouble[] {
  const unread = unreadTroubles(layer.name, reading, clusterWords.parts);
  if (reading.login.kind !== 'read') return unread.map((trouble) => ({ ...trouble, health: 'failure' }));
  const nodes = rowsOf(reading.nodes);
  const matches = matchServers(nodes, rowsOf(reading.servers));
  // When no node has a server there, the nodes stand elsewhere.
  const isMatched = matches.nodes.some(({ server }) => server !== undefined);
  const wrong = (trouble: Told): Trouble => ({ layer: layer.name, health: 'failure', ...trouble });
  return [
    ...matches.nodes.flatMap((match) => deadNode(match, isMatched)),
    ...matches.strays.map(strayServer),
    ...readyz(rowsOf(reading.unready)),
    ...twins(nodes),
    ...nodes.flatMap(nodeTroubles),
    ...volumeTroubles(reading),
  ]
    .map(wrong)
    .concat(unread);
}

type Told = Omit<Trouble, 'layer' | 'health'> & Partial<Pick<Trouble, 'health'>>;

/** A node that is not ready, with how its server is; a server that is ill under a node that does not know yet. */
function deadNode({ node, server }: Match, isMatched: boolean): Told[] {
  const condition = node.conditions.find(({ type }) => type === 'Ready');
  const said = condition?.message ?? '';
  if (node.ready === 'True') {
    if (!isMatched) return [];
    if (!server) return [{ what: words.noServer(node.name), health: 'warning', advice: words.noServerAdvice }];
    return server.status === 'ACTIVE'
      ? []
      : [
          {
            what: words.serverIll(node.name, server.name, server.status),
            health: 'warning',
            advice: words.serverIllAdvice,
          },
        ];
  }
  if (isMatched && !server) return [{ what: words.gone(node.name), cause: said, advice: words.goneAdvice }];
  if (server && server.status !== 'ACTIVE') {
    const cause = [words.serverCause(server.status), server.fault?.message ?? '']
      .filter((part) => part !== '')
      .join(': ');
    return [{ what: words.dead(node.name, server.name, server.status), cause, advice: words.deadAdvice }];
  }
  const meaning = meaningOf(said);
  const what = server ? words.notReadyAlive(node.name, server.name) : words.notReady(node.name);
  return [{ what, cause: said === '' ? meaning?.cause : said, advice: meaning?.advice ?? words.notReadyAdvice }];
}

function strayServer({ name, status }: Server): Told {
  return { what: words.stray(name, status), health: 'warning', advice: words.strayAdvice };
}

function readyz(unready: readonly string[]): Told[] {
  return unready.length === 0 ? [] : [{ what: words.readyz(unready), advice: words.readyzAdvice }];
}

/** Two nodes that are one machine: one of them came back under another name, or was never removed. */
function twins(nodes: readonly Node[]): Told[] {
  const shared = (kind: 'providerId' | 'internalIp') =>
    [
      ...Map.groupBy(
        nodes.filter((node) => node[kind] !== ''),
        (node) => node[kind],
      ),
    ].filter(([, those]) => those.length > 1);
  const pairs = new Map(
    [...shared('providerId'), ...shared('internalIp')].map(([value, those]) => [
      those.map(({ name }) => name).join(' '),
      {
        what: words.twins(
          those.map(({ name }) => name),
          value,
        ),
        advice: words.twinsAdvice,
      },
    ]),
  );
  return [...pairs.values()];
}

function nodeTroubles({ name, conditions, schedulable, taints }: Node): Told[] {
  const pressures = conditions.filter(({ type, status }) => PRESSURES.has(type) && status === 'True');
  const isUninitialized = taints.some(({ key }) => key === UNINITIALIZED);
  const strange = taints.filter(({ key, effect }) => effect !== 'PreferNoSchedule' && !KNOWN_TAINTS.test(key));
  return [
    ...pressures.map(({ type, message }) => ({
      what: words.pressure(name, type),
      cause: message === '' ? undefined : message,
      advice: meaningOf(type)?.advice ?? words.pressureAdvice,
    })),
    ...(isUninitialized ? [{ what: words.uninitialized(name), advice: words.uninitializedAdvice }] : []),
    ...(schedulable
      ? []
      : [{ what: words.cordoned(name), health: 'warning' as const, advice: words.cordonedAdvice(name) }]),
    ...strange.map(({ key, value, effect }) => ({
      what: words.tainted(name, `${key}${value === '' ? '' : `=${value}`}:${effect}`),
      health: 'warning' as const,
      advice: words.taintedAdvice,
    })),
  ];
}

function volumeTroubles(reading: Reading): Told[] {
  const failed = rowsOf(reading.volumes).filter(({ phase }) => phase === 'Failed');
  if (failed.length === 0) return [];
  return [{ what: words.volumes(failed.map(({ name }) => name)), health: 'warning', advice: words.volumesAdvice }];
}
