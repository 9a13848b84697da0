import type { Table } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/cluster.ts';
import { ageOf } from '#words/time.ts';
import { rowsOf, withHidden } from '../part.ts';
import type { Reader } from '../reader.ts';
import { tableOf } from '../table.ts';
import { readCeph, type Reading } from './reading.ts';
import { cephHealth, daemonsOf, troublesOf } from './troubles.ts';

const GIB = 2 ** 30;

/** Ceph in a cluster, as Rook tells of it. */
export const ceph: Reader<Reading> = {
  name: 'ceph',
  title: (layer) => words.read.ceph(layer.name),
  appliesTo: () => true,
  read: readCeph,
  summary: summaryOf,
  troubles: troublesOf,
  tables: tablesOf,
};

function summaryOf(reading: Reading): string {
  if (reading.login.kind !== 'read') return words.notRead;
  const [cluster] = rowsOf(reading.clusters);
  const own = cluster ? words.summary.ceph(cluster.phase, cluster.ceph.health) : words.summary.noCeph;
  const mons = daemonsOf(reading, 'mon');
  const osds = daemonsOf(reading, 'osd');
  const counts = [own, words.summary.mons(mons.ready, mons.all), words.summary.osds(osds.ready, osds.all)];
  return withHidden(counts.join(', '), reading, words.parts);
}

function tablesOf(layer: Layer, reading: Reading): readonly Table[] {
  return tableOf(layer, rowsOf(reading.clusters), {
    ...{ id: 'clusters', title: 'CephClusters', command: 'kubectl get cephclusters' },
    columns: ['Name', '#Mons', 'Phase', 'Message', 'Health', '#Used GiB', '#Total GiB', '#Age'],
    cells: ({ name, monsWanted, phase, message, ceph: said, createdAt }) => [
      ...[name, String(monsWanted), phase, message, said.health],
      ...[said.capacity?.bytesUsed ?? 0, said.capacity?.bytesTotal ?? 0].map((bytes) =>
        String(Math.round(bytes / GIB)),
      ),
      ageOf(createdAt, reading.at),
    ],
    health: cephHealth,
  });
}
