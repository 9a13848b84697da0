import { words } from '#words/guards.ts';
import { type Ceph, type Daemon, daemonsOn, openCeph, type Status } from './ceph-reading.ts';
import { clusterOf } from './cluster.ts';
import { type Guard, type Look, type Subject, type Verdict, voiceOf } from './guard.ts';

const { holds, warns, refuses } = voiceOf('ceph');

/** Ceph loses no copy that it needs, and keeps its quorum. Nothing to say of a node without OSD and mon. */
export const ceph: Guard = {
  name: 'ceph',
  before: ['drain', 'delete'],
  async check(subject, look) {
    const daemons = await daemonsOn(subject, look);
    const namespaces = [...new Set(daemons.map(({ namespace }) => namespace))];
    const verdicts = namespaces.map(async (namespace) => {
      const own = daemons.filter((daemon) => daemon.namespace === namespace);
      const opened = await openCeph(clusterOf(subject, look), namespace);
      if (!opened) return [refuses(words.ceph.noToolbox(namespace, own.map(nameOf)), words.ceph.noToolboxAdvice)];
      return verdictsOn(own, { namespace, ceph: opened, subject, look });
    });
    return (await Promise.all(verdicts)).flat();
  },
};

type Asked = {
  readonly namespace: string;
  readonly ceph: Ceph;
  readonly subject: Subject;
  readonly look: Look;
};

async function verdictsOn(daemons: readonly Daemon[], asked: Asked): Promise<readonly Verdict[]> {
  const nameless = daemons.filter(({ role, id }) => role === 'osd' && !/^\d+$/.test(id));
  if (nameless.length > 0) return [refuses(words.ceph.nameless(asked.namespace), words.ceph.namelessAdvice)];
  const status = await asked.ceph.status();
  const mons = daemons.filter(({ role }) => role === 'mon').map(({ id }) => id);
  const osds = daemons.filter(({ role }) => role === 'osd');
  return [
    ...(osds.length > 0 ? [await osdVerdict(osds, status, asked)] : []),
    ...(mons.length > 0 ? [monVerdict(mons, status, asked)] : []),
  ];
}

/** Of all mons, running or not, more than half must be left in the quorum. */
function monVerdict(mons: readonly string[], { quorum_names, monmap }: Status, { namespace }: Asked): Verdict {
  const left = quorum_names.filter((name) => !mons.includes(name));
  const evidence = words.ceph.mons(namespace, left, monmap.num_mons);
  return left.length * 2 > monmap.num_mons ? holds(evidence) : refuses(evidence, words.ceph.monsAdvice);
}

async function osdVerdict(osds: readonly Daemon[], status: Status, asked: Asked): Promise<Verdict> {
  const { namespace, subject, look } = asked;
  const names = osds.map(nameOf);
  if (subject.mode === 'replace' && look.moment !== 'delete') return deadVerdict(names, status, asked);
  const ids = osds.map(({ id }) => id);
  const stored = osds.filter(({ isPortable }) => !isPortable).map(({ id }) => id);
  const [why, needed] = await Promise.all([
    subject.mode === 'remove' ? asked.ceph.unstoppable(ids) : undefined,
    stored.length > 0 ? asked.ceph.needed(stored) : [],
  ]);
  const dirty = statesOf(status, ({ isClean }) => !isClean);
  const faults = [
    ...(dirty.length > 0 ? [words.ceph.dirty(dirty, status.pgmap.num_pgs)] : []),
    ...(why === undefined ? [] : [words.ceph.unstoppable(names, why)]),
    ...(needed.length > 0 ? [words.ceph.needed(needed.map((id) => `osd.${id}`))] : []),
  ];
  if (faults.length > 0) return refuses(words.ceph.osds(namespace, faults), words.ceph.advice(needed));
  return holds(words.ceph.free(namespace, names, status.pgmap.num_pgs));
}

/** Its OSDs are down already, so copies are missing; what counts is that none of them is the last. */
function deadVerdict(names: readonly string[], status: Status, { namespace }: Asked): Verdict {
  const all = status.pgmap.num_pgs;
  const inactive = statesOf(status, ({ isActive }) => !isActive);
  const dirty = statesOf(status, ({ isClean }) => !isClean);
  if (inactive.length > 0) {
    return refuses(words.ceph.osds(namespace, [words.ceph.inactive(inactive, all, names)]), words.ceph.inactiveAdvice);
  }
  if (dirty.length > 0) return warns(words.ceph.osds(namespace, [words.ceph.dirty(dirty, all)]), words.ceph.deadAdvice);
  return holds(words.ceph.healed(namespace, names, all));
}

type State = { readonly name: string; readonly count: number };

/** Placement groups in such states, as `active+clean+scrubbing`. */
function statesOf(
  { pgmap }: Status,
  test: (state: { readonly isActive: boolean; readonly isClean: boolean }) => boolean,
): readonly State[] {
  return pgmap.pgs_by_state
    .filter(({ state_name }) => {
      const flags = state_name.split('+');
      const isActive = flags.includes('active');
      return test({ isActive, isClean: isActive && flags.includes('clean') });
    })
    .map(({ state_name, count }) => ({ name: state_name, count }));
}

function nameOf({ role, id }: Daemon): string {
  return `${role}.${id}`;
}
