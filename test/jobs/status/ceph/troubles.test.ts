import { describe, expect, it } from 'vitest';
import type { CephCluster, Reading } from '#jobs/status/ceph/reading.ts';
import { daemonsOf, troublesOf } from '#jobs/status/ceph/troubles.ts';
import * as a from '../world.ts';

const storage = a.layerOf('storage', 'ceph', { namespace: 'ceph', on: 'cluster' });

function cephCluster(health: string, more: Partial<CephCluster> = {}): CephCluster {
  const ceph = { health, details: {}, capacity: { bytesTotal: 100, bytesUsed: 10 } };
  return {
    name: 'ceph',
    namespace: 'ceph',
    createdAt: a.NOW,
    monsWanted: 3,
    phase: 'Ready',
    message: '',
    ceph,
    ...more,
  };
}

function lookedAt(now: string, minutes: number): CephCluster {
  const lastChecked = new Date(Date.parse(now) + minutes * 60_000).toISOString();
  return cephCluster('HEALTH_OK', { ceph: { health: 'HEALTH_OK', details: {}, lastChecked } });
}

function daemons(role: string, ready: number, all = ready) {
  return Array.from({ length: all }, (_, index) =>
    a.pod(`rook-ceph-${role}-${index}`, { labels: { app: `rook-ceph-${role}` }, isReady: index < ready }),
  );
}

function readingOf(rows: { readonly [Part in keyof Reading]?: unknown }): Reading {
  const osds = Array.from({ length: 3 }, (_, index) => a.workload('Deployment', `rook-ceph-osd-${index}`));
  const given = Object.entries({ deployments: osds, clusters: [cephCluster('HEALTH_OK')], ...rows });
  const parts = Object.fromEntries(given.map(([name, value]) => [name, Array.isArray(value) ? a.read(value) : value]));
  return { at: a.NOW, login: a.read({}), ...parts };
}

const whole = [...daemons('mon', 3), ...daemons('osd', 3)];

describe('the troubles of Ceph', () => {
  it('are none while it is whole', () => {
    expect(troublesOf(storage, readingOf({ pods: whole }))).toEqual([]);
  });

  it.each<[what: string, rows: { readonly [Part in keyof Reading]?: unknown }, troubles: readonly string[]]>([
    ['a mon is missing', { pods: [...daemons('mon', 2), ...daemons('osd', 3)] }, ['warning: 2 of 3 mons run']],
    [
      'there is no quorum',
      { pods: [...daemons('mon', 1, 3), ...daemons('osd', 3)] },
      ['failure: 1 of 3 mons run: Ceph has no quorum and serves nothing'],
    ],
    ['an OSD has no pod', { pods: [...daemons('mon', 3), ...daemons('osd', 2)] }, ['failure: 2 of 3 OSDs run']],
    ['no OSD runs', { pods: [...daemons('mon', 3), ...daemons('osd', 0, 3)] }, ['failure: none of 3 OSDs runs']],
    ['no OSD was ever made', { pods: daemons('mon', 3), deployments: [] }, ['failure: no OSD was made']],
    [
      'Rook has not written a status',
      { pods: whole, clusters: [cephCluster('', { phase: '' })] },
      ['unknown: CephCluster ceph is without a status'],
    ],
    [
      'Rook has not looked for long, so that what it wrote is of another time',
      { pods: whole, clusters: [lookedAt(a.NOW, -47)] },
      ['unknown: CephCluster ceph is told to be HEALTH_OK by a look of 47 minutes ago'],
    ],
    ['Rook looks each minute', { pods: whole, clusters: [lookedAt(a.NOW, -2)] }, []],
    [
      'the clock of the cluster is another one',
      { login: a.read({ clockAheadMs: 40 * 60_000 }), pods: whole, clusters: [lookedAt(a.NOW, 39)] },
      [],
    ],
    [
      'Rook is still at work',
      { pods: whole, clusters: [cephCluster('HEALTH_OK', { phase: 'Progressing' })] },
      ['warning: CephCluster ceph is HEALTH_OK, phase Progressing'],
    ],
    [
      'Ceph is in error',
      { pods: whole, clusters: [cephCluster('HEALTH_ERR')] },
      ['failure: CephCluster ceph is HEALTH_ERR'],
    ],
    [
      'there is none',
      { pods: [], deployments: [], clusters: [] },
      ['failure: there is no CephCluster, and no pod of Ceph'],
    ],
    [
      'the kind is not there',
      { pods: [], deployments: [], clusters: { kind: 'absent' } },
      ['failure: there is no CephCluster, and no pod of Ceph'],
    ],
    ['it may not be seen', { pods: whole, clusters: { kind: 'hidden' } }, []],
  ])('are told when %s', (_what, rows, troubles) => {
    expect(troublesOf(storage, readingOf(rows)).map(({ health, what }) => `${health}: ${what}`)).toEqual(troubles);
  });

  it('give the checks of Ceph as the cause, and warn before it is full', () => {
    const details = {
      OSD_DOWN: { severity: 'HEALTH_WARN', message: '1 osds down' },
      PG_DEGRADED: { severity: 'HEALTH_WARN', message: 'Degraded data redundancy' },
    };
    const ceph = { health: 'HEALTH_WARN', details, capacity: { bytesTotal: 100, bytesUsed: 85 } };

    expect(troublesOf(storage, readingOf({ pods: whole, clusters: [cephCluster('', { ceph })] }))).toMatchObject([
      { health: 'warning', cause: 'OSD_DOWN: 1 osds down; PG_DEGRADED: Degraded data redundancy' },
      { health: 'warning', what: 'CephCluster ceph is 85 % full' },
    ]);
  });

  it('know the labels of the older charts', () => {
    const pods = ['mon', 'osd', 'api'].map((component) =>
      a.pod(component, { labels: { application: 'ceph', component } }),
    );

    expect(daemonsOf(readingOf({ pods, clusters: [], deployments: [] }), 'osd')).toEqual({ ready: 1, all: 1 });
  });
});
