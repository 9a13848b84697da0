import { foundationOf } from '#domain/foundation.ts';
import type { Health } from '#domain/health.ts';
import { judgeMtu, type JudgedChain, type JudgedLevel, type Level, type Verdict } from '#domain/mtu.ts';
import type { Hop, Table, Trouble } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words as cluster } from '#words/cluster.ts';
import { words } from '#words/mtu.ts';
import type { Reader, Scope } from '../reader.ts';
import { tableOf } from '../table.ts';
import { readChain, type Reading } from './reading.ts';

const HEALTHS: Readonly<Record<Verdict, Health>> = { pass: 'ok', info: 'ok', fail: 'failure', unknown: 'unknown' };

/** The MTU chain from the wire up to a layer on which no other stands. */
export const mtu: Reader<Reading> = {
  name: 'mtu',
  title: () => cluster.read.mtu,
  appliesTo,
  read: readChain,
  summary: (reading) => summaryOf(judgedOf(reading)),
  troubles: (_layer, reading) => troublesOf(judgedOf(reading)),
  tables: (layer, reading) => tablesOf(layer, judgedOf(reading)),
  hops: (reading) => judgedOf(reading).levels.map(hopOf),
};

/** A chain is read once, from its upper end; one that has a single level says nothing. */
function appliesTo(layer: Layer, { environment, chosen }: Scope): boolean {
  const path = foundationOf(environment, layer);
  const hasMore = path.length > 1 || layer.mtu !== undefined;
  const isUnder = (other: Layer) =>
    other !== layer && other.kind !== 'ceph' && foundationOf(environment, other).includes(layer);
  return hasMore && !chosen.some(isUnder);
}

/** What a chain is told to be, wherever its levels come from. */
export function tellChain(levels: readonly Level[]): {
  readonly summary: string;
  readonly troubles: readonly Trouble[];
  readonly hops: readonly Hop[];
} {
  const judged = judgedOf({ levels });
  return { summary: summaryOf(judged), troubles: troublesOf(judged), hops: judged.levels.map(hopOf) };
}

/** Nothing is known of a wire that nobody has said anything of: it is left out. */
function judgedOf({ levels }: Reading): JudgedChain {
  const known = levels.filter(({ setter, mtuBytes }) => setter !== 'physical' || mtuBytes !== undefined);
  return judgeMtu(known.length < 2 ? [] : known);
}

function summaryOf({ verdict, offender }: JudgedChain): string {
  if (offender) {
    const { tooSmallForIpv6, byBytes, name } = offender;
    return tooSmallForIpv6 ? words.summary.ipv6(name) : words.summary.fail(byBytes, name);
  }
  return verdict === 'fail' ? '' : words.summary[verdict];
}

function hopOf({ name, layer, mtuBytes = 0, verdict }: JudgedLevel): Hop {
  return { name, layer, mtuBytes, health: HEALTHS[verdict] };
}

/** One trouble: the lowest level that is wrong, and how to mend it there, or below. */
function troublesOf({ levels, offender }: JudgedChain): Trouble[] {
  if (!offender) return [];
  const { name, layer, mtuBytes = 0, byBytes, tooSmallForIpv6, mostBytes = 0, overheadBytes, over = '' } = offender;
  if (tooSmallForIpv6) {
    const what = words.trouble.ipv6(name, mtuBytes);
    return [{ layer, health: 'failure', what, advice: raise(levels, byBytes) }];
  }
  const same = levels.filter(
    (level) => level !== offender && level.verdict === 'fail' && level.over === over && level.layer === layer,
  );
  const facts = { over, base: mostBytes + overheadBytes, overhead: overheadBytes, most: mostBytes };
  const cause = words.trouble.cause({ ...facts, assumed: offender.assumed ?? false });
  const also = same.length > 0 ? words.trouble.also(same.map((level) => level.name)) : '';
  return [
    {
      ...{ layer, health: 'failure', what: words.trouble.tooBig(name, mtuBytes, byBytes), cause: `${cause}${also}` },
      advice: [mend(offender), raise(levels, byBytes)].filter((text) => text !== '').join(' '),
    },
  ];
}

/** The settings that bring this level down. */
function mend({ setter, layer, mostBytes: most = 0, overheadBytes }: JudgedLevel): string {
  const base = most + overheadBytes;
  switch (setter) {
    case 'physical':
      return words.advice.physical(most);
    case 'neutron':
      return words.advice.neutron(layer, { base, most });
    case 'host':
      return words.advice.host(most);
    case 'calico':
      return words.advice.calico(most);
    case 'flannel':
      return words.advice.flannel(most);
    case 'cilium':
      return words.advice.cilium(base);
  }
}

/** The other way: make room under it. */
function raise([lowest]: JudgedChain['levels'], bytes: number): string {
  if (!lowest) return '';
  return words.advice.raise(lowest.name, (lowest.mtuBytes ?? 0) + bytes);
}

function tablesOf(layer: Layer, { levels }: JudgedChain): Table[] {
  return tableOf(layer, levels, {
    ...{ id: 'mtu', title: 'MTU chain', command: 'ip link show, level by level' },
    columns: ['Level', '#MTU', '#At most', 'Tunnel', '#Overhead', 'Verdict', 'Read from'],
    cells: (level) => [
      ...[level.name, String(level.mtuBytes ?? ''), String(level.mostBytes ?? '')],
      ...[`${level.encapsulation}${level.assumed ? words.assumed : ''}`, String(level.overheadBytes)],
      ...[verdictOf(level), level.from],
    ],
    health: ({ verdict }) => HEALTHS[verdict],
  });
}

function verdictOf({ verdict, byBytes, tooSmallForIpv6 }: JudgedLevel): string {
  if (verdict === 'fail') return tooSmallForIpv6 ? words.verdicts.ipv6(byBytes) : words.verdicts.fail(byBytes);
  return verdict === 'info' ? words.verdicts.info(byBytes) : words.verdicts[verdict];
}
