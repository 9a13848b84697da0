import { isSynced, judge, type MemberReading } from '#domain/galera.ts';
import { words as galeraWords } from '#words/galera.ts';
import { words } from '#words/guards.ts';
import { MARIADB, membersIn } from '../../status/galera/members.ts';
import { OPENSTACK_HELM, readMembers } from '../../status/galera/reading.ts';
import { clusterOf, type Group, groupsOf, isLeaving } from './cluster.ts';
import { type Guard, type Look, type Subject, type Verdict, voiceOf } from './guard.ts';

const { holds, warns, refuses } = voiceOf('galera');

/** A database cluster in one namespace. `away`: members on a node that is dead, which are not asked. */
type Database = {
  readonly namespace: string;
  readonly desired: number;
  readonly members: readonly MemberReading[];
  readonly away: readonly string[];
  /** Members on the node that is to go, dead or living. */
  readonly here: readonly string[];
};

/** Every Galera in the cluster loses at most one member, and only when all others are whole. */
export const galera: Guard = {
  name: 'galera',
  before: ['drain', 'delete'],
  async check(subject, look) {
    const groups = await groupsOf(clusterOf(subject, look), MARIADB);
    const databases = await Promise.all(groups.map((group) => readDatabase(group, subject, look)));
    return databases.map((database) => verdictOn(database, subject, look));
  },
};

async function readDatabase({ namespace, desired, pods: all }: Group, subject: Subject, look: Look): Promise<Database> {
  const pods = all.filter((pod) => !isLeaving(pod, subject, look));
  const here = pods.filter(({ node }) => node === subject.node);
  // Nobody answers on a dead node, and waiting for it takes minutes.
  const away = subject.mode === 'replace' ? here : [];
  const asked = pods.filter((pod) => !away.includes(pod)).map(({ name, ip }) => ({ name, address: ip }));
  const { exec } = membersIn(subject.layer.name, namespace, look.ports);
  const cluster = { list: async () => asked, exec };
  return {
    namespace,
    desired,
    members: await readMembers({ cluster, settings: OPENSTACK_HELM, signal: look.signal }),
    away: away.map(({ name }) => name),
    here: here.map(({ name }) => name),
  };
}

function verdictOn(database: Database, { mode }: Subject, { moment }: Look): Verdict {
  const { namespace, desired, members, away, here } = database;
  const synced = members.filter(isSynced).length;
  const all = Math.max(desired, members.length + away.length);
  const counts = words.galera.counts(namespace, words.of(synced, all), away);
  const isPrimary = members.some(({ wsrep }) => wsrep?.clusterStatus === 'Primary');
  // Nothing of it is on the node any more; a member that joins elsewhere goes on.
  const hasLeft = moment === 'delete' || (moment === 'drain' && here.length === 0);
  if (hasLeft && isPrimary) return holds(counts);
  if (!hasLeft && desired === 1 && here.length === 1) return warns(counts, words.galera.onlyMember);
  const isWhole = synced === members.length && members.length + away.length >= desired && sizesFit(database);
  if (!hasLeft && isWhole) {
    // One that takes its leave is not counted any more; several at once may leave the rest without a majority.
    const keepsQuorum = (members.length + away.length - here.length) * 2 > desired;
    if (keepsQuorum || (mode === 'remove' && here.length < 2)) return holds(counts);
    return refuses(words.and(counts, words.tooMany(here)), words.tooManyAdvice[mode]);
  }
  const said = judge(members, []).flatMap((finding) => galeraWords.said(finding) ?? [])[0];
  const evidence = said ? words.and(counts, said.what) : counts;
  return refuses(evidence, said?.advice ?? words.galera.advice[mode]);
}

/** Each sees all others: a component of fewer is a cluster of its own. */
function sizesFit({ members }: Database): boolean {
  return members.every(({ wsrep }) => (wsrep?.size ?? 0) >= members.length);
}
