import { type Finding, isSynced, judge, type MemberReading } from '#domain/galera.ts';
import type { Health } from '#domain/health.ts';
import type { Table, Trouble } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/galera.ts';
import { words as statusWords } from '#words/status.ts';
import { rowsOf, unreadTroubles } from '../part.ts';
import type { Reader } from '../reader.ts';
import { tableOf } from '../table.ts';
import { membersIn } from './members.ts';
import { OPENSTACK_HELM, readGalera, type Reading } from './reading.ts';

/** The database cluster of a cloud that OpenStack-Helm keeps in a namespace. */
export const galera: Reader<Reading> = {
  name: 'galera',
  title: (layer) => words.read(layer.name),
  appliesTo: (layer) => layer.namespace !== undefined && layer.on !== undefined,
  read: ({ layer, ports, signal }) =>
    readGalera(membersIn(layer.name, layer.namespace ?? '', ports), OPENSTACK_HELM, signal),
  summary: summaryOf,
  troubles: troublesOf,
  tables: tablesOf,
};

function findingsOf({ members, links }: Reading): readonly Finding[] {
  return judge(rowsOf(members), links);
}

function summaryOf(reading: Reading): string {
  if (reading.members.kind === 'hidden') return statusWords.unseen([words.parts.members]);
  if (reading.members.kind !== 'read') return statusWords.unread([words.parts.members]);
  const members = reading.members.value;
  if (members.length === 0) return words.none;
  const counts = words.counts(members.filter(isSynced).length, members.length);
  const joining = findingsOf(reading).find(({ kind }) => kind === 'joining');
  return joining && 'members' in joining ? statusWords.also(counts, words.joining(joining.members)) : counts;
}

/** What is wrong, the cause before what follows from it. */
function troublesOf({ name: layer }: Layer, reading: Reading): Trouble[] {
  const told = findingsOf(reading).flatMap((finding): Trouble[] => {
    const said = words.said(finding);
    return said ? [{ layer, health: healthOf(finding), ...said }] : [];
  });
  return [...unreadTroubles(layer, { members: reading.members }, words.parts), ...told];
}

/** A transfer that only waits for its next retransmission mends itself. */
function healthOf(finding: Finding): Health {
  return finding.kind === 'stalled' && finding.passage.kind === 'open' ? 'warning' : 'failure';
}

function tablesOf(layer: Layer, { members }: Reading): Table[] {
  return tableOf(layer, rowsOf(members), {
    ...{ id: 'galera', title: words.title, command: 'mysql -e "show status like \'wsrep_%\'"' },
    columns: ['Member', 'Address', 'State', 'Cluster', 'Ready', '#Size'],
    cells: (member) => {
      const { name, address, wsrep } = member;
      const size = wsrep ? String(wsrep.size) : '';
      return [name, address, stateOf(member), wsrep?.clusterStatus ?? '', words.yes(wsrep?.ready), size];
    },
    health: (member) => (isSynced(member) ? 'ok' : stateOf(member) === words.silent ? 'failure' : 'warning'),
  });
}

function stateOf({ wsrep, isCopying }: MemberReading): string {
  return wsrep?.state ?? (isCopying ? words.copying : words.silent);
}
