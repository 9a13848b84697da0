import { words } from '#words/status.ts';
import type { Reader } from '../reader.ts';
import { rowsOf, withHidden } from '../part.ts';
import { readCloud, type Reading } from './reading.ts';
import { tablesOf } from './tables.ts';
import { troublesOf } from './troubles.ts';

/** The API of an OpenStack cloud. */
export const openstack: Reader<Reading> = {
  name: 'openstack',
  title: (layer) => words.read(layer.name),
  appliesTo: () => true,
  read: ({ layer, ports, signal }) => readCloud((until) => ports.openstack(layer.name, until), signal),
  summary: summaryOf,
  troubles: troublesOf,
  tables: tablesOf,
};

function summaryOf(reading: Reading): string {
  if (reading.login.kind !== 'read') return words.notRead;
  const servers = rowsOf(reading.servers);
  if (reading.servers?.kind !== 'read') return words.unread([words.parts.servers]);
  const active = servers.filter(({ status }) => status === 'ACTIVE').length;
  const counts = servers.length === 0 ? words.empty : words.counts(active, servers.length);
  return withHidden(counts, reading, words.parts);
}
