import { plural } from './language.ts';

/** Sentences about Ceph. */
export const words = {
  absent: 'there is no CephCluster, and no pod of Ceph',
  absentAdvice: 'Deploy Rook and its cluster, or correct the "namespace" of this layer in the stack file.',
  noQuorum: (ready: number, all: number) => `${ready} of ${all} mons run: Ceph has no quorum and serves nothing`,
  noQuorumAdvice: 'Bring back a majority of the mons first: look at their nodes; delete none of them.',
  mons: (ready: number, all: number) => `${ready} of ${all} mons run`,
  monsAdvice: 'There is a quorum, with less to lose: look at the missing mon before anything else is taken down.',
  noOsds: (all: number) =>
    all === 0 ? 'no OSD was made' : plural(all, 'the only OSD does not run', `none of ${all} OSDs runs`),
  noOsdsAdvice:
    'Look at the log of the rook-ceph-osd-prepare Jobs: no empty device, or one that is not visible, is the usual cause.',
  osds: (ready: number, all: number) => `${ready} of ${all} OSDs run`,
  osdsAdvice: 'Look at its node and device. Take no other OSD down until the placement groups are active+clean.',
  unhealthy: (name: string, phase: string, health: string) =>
    `CephCluster ${name} is ${[health, phase === 'Ready' ? '' : phase].filter((part) => part !== '').join(', phase ') || 'without a status'}`,
  unhealthyAdvice:
    'In the toolbox, ceph status and ceph health detail tell more; a warning still serves reads and writes.',
  stale: (name: string, health: string, minutes: number) =>
    `CephCluster ${name} is told to be ${health} by a look of ${minutes} minutes ago`,
  staleAdvice:
    'Look at the log of the deployment rook-ceph-operator: it looks each minute, unless spec.healthCheck says otherwise.',
  full: (name: string, percent: number) => `CephCluster ${name} is ${percent} % full`,
  fullAdvice: 'Add OSDs or delete data: at 95 % Ceph stops writing.',
};
