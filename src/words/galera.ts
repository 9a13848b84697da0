import type { Finding, Passage, Stalled } from '#domain/galera.ts';
import { listed, plural } from './language.ts';

type Said = { readonly what: string; readonly cause: string; readonly advice: string };
type Members = readonly string[];

/** Of the narrow passage in bytes: `packets of 1450 bytes pass, those of 1472 vanish`. */
function sizes(passage: Passage): string {
  if (passage.kind !== 'narrow') return '';
  const { passesBytes, lostBytes } = passage;
  if (passesBytes !== undefined && lostBytes !== undefined) {
    return `packets of ${passesBytes} bytes pass, those of ${lostBytes} vanish`;
  }
  return 'small answers pass, large ones vanish';
}

function blackHole(from: string, to: string, passage: Passage): string {
  return `an MTU black hole on the way from ${from} to ${to}: ${sizes(passage)} without a word`;
}

/** A pod gets the MTU of its network when it is made, so the usual way would restart the very members that must live. */
function mend(passage: Passage): string {
  const bytes = passage.kind === 'narrow' ? passage.passesBytes : undefined;
  return (
    'Mend the MTU first, with no pod restarted: raise that of the network below, or lower that of the members as they run ' +
    `(ip link set eth0 mtu ${bytes ?? 'N'} in their network namespaces), and calico_mtu for the pods to come.`
  );
}

/** What of the joiner, once the way is mended or while it is not. */
function thenWait({ joiner, isPair }: Stalled): string {
  const kill = isPair
    ? `Never kill or delete ${joiner} with two members: that takes the quorum, and the other one stops too.`
    : `Kill later, if at all: of three members one may be restarted, after mending, when it hung for long.`;
  return `Then leave ${joiner} alone: it goes on by itself within two minutes. ${kill}`;
}

function stalled(finding: Stalled): Said {
  const { donor, joiner, transfer, port, passage, donorSays } = finding;
  const what = `the state transfer (${transfer}, port ${port}) from ${donor} to ${joiner} stands still`;
  const innocent = donorSays === 'ok' ? '' : `; "${donorSays}" of ${donor} misleads, it is not at fault`;
  switch (passage.kind) {
    case 'narrow':
      return {
        what,
        cause: `${blackHole(donor, joiner, passage)}${innocent}`,
        advice: `${mend(passage)} ${thenWait(finding)}`,
      };
    case 'open':
      return {
        what,
        cause: `the way is open again, and the next retransmission is awaited${innocent}`,
        advice: thenWait(finding),
      };
    case 'dead':
      return {
        what,
        cause: `nothing gets from ${donor} to ${joiner}${innocent}`,
        advice: `Look at the node of ${joiner}, its network, and network policies on ports 4444, 4567 and 4568. ${thenWait(finding)}`,
      };
    case 'unknown':
      return {
        what,
        cause: `the connection sends the same bytes again and again; why could not be measured${innocent}`,
        advice: `Look at the MTU between them, ports 4444, 4567 and 4568, and the disk of ${joiner}. ${thenWait(finding)}`,
      };
  }
}

const GROUPS: Readonly<Record<Exclude<Finding['kind'], 'stalled' | 'narrow' | 'joining'>, (members: Members) => Said>> =
  {
    'no quorum': (members) => ({
      what: `Galera has lost its quorum: ${listed(members)} ${plural(members.length, 'is', 'are')} in no primary component`,
      cause: 'the others ended or cannot be reached, so the rest takes no queries',
      advice:
        'Mend the network and let the others come back with their data; they find each other. A new bootstrap is the last resort, on the member with the highest seqno.',
    }),
    split: (members) => ({
      what: `Galera is split: ${listed(members)} and the rest do not see each other`,
      cause: 'the network between them is cut, or each side was started as a cluster of its own',
      advice:
        'Mend the network first. Of two clusters keep the one that clients wrote to, and let the others join it anew.',
    }),
    'not ready': (members) => ({
      what: `${listed(members)} ${plural(members.length, 'is', 'are')} in the cluster and ${plural(members.length, 'takes', 'take')} no queries`,
      cause: 'the node waits for the group, as after a large write that did not get through',
      advice: 'Look at what gets through between the members before restarting any of them.',
    }),
    down: (members) => ({
      what: `${listed(members)} of Galera ${plural(members.length, 'lets', 'let')} nobody log in`,
      cause: 'the server does not run, starts, or waits for another one that joins',
      advice: 'Read its log. Several wait their turn behind one whose state transfer stands still.',
    }),
  };

/** Sentences about a Galera cluster. */
export const words = {
  read: (layer: string) => `Read the Galera cluster of ${layer}`,
  title: 'Galera',
  parts: { members: 'the members of Galera' },
  counts: (synced: number, all: number) => `Galera: ${synced} of ${all} members synced`,
  none: 'no Galera',
  noCluster: (layer: string) => `reading Galera of layer "${layer}": it stands on no Kubernetes cluster`,
  joining: (members: Members) => `${listed(members)} joining`,
  copying: 'receiving a whole copy',
  silent: 'no login',
  yes: (is: boolean | undefined) => (is === undefined ? '' : is ? 'ON' : 'OFF'),
  /** undefined: that is no trouble. */
  said(finding: Finding): Said | undefined {
    if (finding.kind === 'joining') return undefined;
    if (finding.kind === 'stalled') return stalled(finding);
    if (finding.kind !== 'narrow') return GROUPS[finding.kind](finding.members);
    const { from, to, passage } = finding;
    return {
      what: `large packets from ${from} to ${to} are lost`,
      cause: blackHole(from, to, passage),
      advice: mend(passage),
    };
  },
};
