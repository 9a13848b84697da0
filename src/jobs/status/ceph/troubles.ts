import type { Health } from '#domain/health.ts';
import type { Trouble } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/ceph.ts';
import { words as clusterWords } from '#words/cluster.ts';
import { rowsOf, unreadTroubles, valueOf } from '../part.ts';
import { type CephCluster, type Reading, roleOf } from './reading.ts';

/** Space used beyond this share is worth a warning; Ceph stops writing at 95 %. */
const FULL = 0.8;
/** What Rook has not looked at for longer is no health of now: its operator is down, or does not get through to Ceph. */
const STALE_MS = 10 * 60_000;
const HEALTHS: Readonly<Record<string, Health>> = { HEALTH_OK: 'ok', HEALTH_WARN: 'warning', HEALTH_ERR: 'failure' };

/** What Rook's phase and Ceph's own word amount to together. */
export function cephHealth({ phase, ceph }: CephCluster): Health {
  const said = HEALTHS[ceph.health] ?? 'unknown';
  if (phase === 'Failure') return 'failure';
  return phase === 'Ready' || phase === '' ? said : said === 'failure' ? 'failure' : 'warning';
}

/** How many of a kind of Ceph's daemons run, and how many there should be. */
export function daemonsOf(reading: Reading, role: 'mon' | 'osd'): { readonly ready: number; readonly all: number } {
  const pods = rowsOf(reading.pods).filter((pod) => roleOf(pod) === role);
  const ready = pods.filter(({ isReady }) => isReady).length;
  const wanted =
    role === 'osd'
      ? rowsOf(reading.deployments).length
      : rowsOf(reading.clusters).reduce((sum, { monsWanted }) => sum + monsWanted, 0);
  return { ready, all: Math.max(wanted, pods.length) };
}

export function troublesOf({ name: layer }: Layer, reading: Reading): readonly Trouble[] {
  const unread = unreadTroubles(layer, reading, clusterWords.parts);
  if (reading.login.kind !== 'read') return unread.map((trouble) => ({ ...trouble, health: 'failure' }));
  const wrong = (what: string, more: Partial<Trouble>): Trouble => ({ layer, health: 'failure', what, ...more });
  const mons = daemonsOf(reading, 'mon');
  const osds = daemonsOf(reading, 'osd');
  const isAbsent = reading.clusters?.kind === 'absent' || rowsOf(reading.clusters).length === 0;
  const canTell = reading.clusters?.kind !== 'unknown' && reading.clusters?.kind !== 'hidden';
  if (canTell && isAbsent && osds.all + mons.all === 0)
    return [...unread, wrong(words.absent, { advice: words.absentAdvice })];
  const quorum = Math.floor(mons.all / 2) + 1;
  const hasPods = reading.pods?.kind === 'read';
  return [
    ...(hasPods && mons.all > 0 && mons.ready < quorum
      ? [wrong(words.noQuorum(mons.ready, mons.all), { advice: words.noQuorumAdvice })]
      : []),
    ...(hasPods && mons.ready >= quorum && mons.ready < mons.all
      ? [wrong(words.mons(mons.ready, mons.all), { health: 'warning', advice: words.monsAdvice })]
      : []),
    ...(hasPods && mons.all > 0 && osds.ready === 0
      ? [wrong(words.noOsds(osds.all), { advice: words.noOsdsAdvice })]
      : []),
    ...(osds.ready > 0 && osds.ready < osds.all
      ? [wrong(words.osds(osds.ready, osds.all), { advice: words.osdsAdvice })]
      : []),
    ...rowsOf(reading.clusters).flatMap((cluster) =>
      [...clusterTroubles(cluster), ...staleTroubles(cluster, reading)].map(({ what, ...more }) => wrong(what, more)),
    ),
    ...unread,
  ];
}

/** By the clock of the cluster, which the look was written by. */
function staleTroubles({ name, ceph }: CephCluster, { at, login }: Reading): readonly Told[] {
  const nowMs = Date.parse(at) + (valueOf(login)?.clockAheadMs ?? 0);
  const ageMs = nowMs - Date.parse(ceph.lastChecked ?? '');
  if (!(ageMs > STALE_MS)) return [];
  const what = words.stale(name, ceph.health, Math.round(ageMs / 60_000));
  return [{ what, health: 'unknown', advice: words.staleAdvice }];
}

type Told = Omit<Trouble, 'layer' | 'health'> & Partial<Trouble>;

function clusterTroubles(cluster: CephCluster): readonly Told[] {
  const { name, phase, message, ceph } = cluster;
  const health = cephHealth(cluster);
  const { bytesTotal = 0, bytesUsed = 0 } = ceph.capacity ?? {};
  const share = bytesTotal === 0 ? 0 : bytesUsed / bytesTotal;
  const details = Object.entries(ceph.details).map(([check, detail]) => `${check}: ${detail.message}`);
  const cause = [...details, message].find((text) => text !== '');
  return [
    ...(health === 'ok'
      ? []
      : [
          {
            what: words.unhealthy(name, phase, ceph.health),
            health,
            cause: details.length > 1 ? details.join('; ') : cause,
            advice: words.unhealthyAdvice,
          },
        ]),
    ...(share >= FULL
      ? [{ what: words.full(name, Math.round(share * 100)), health: 'warning' as const, advice: words.fullAdvice }]
      : []),
  ];
}
