import type { CommandResult } from './ports.ts';

/** A member of a Galera cluster, as the others reach it. */
export type Member = { readonly name: string; readonly address: string };

/** Commands where the members run: in their pods. */
export interface Members {
  list(signal: AbortSignal): Promise<readonly Member[]>;
  /** Runs an argument array beside the server of a member. @throws RemoteError (no such pod), DeadlineError */
  exec(member: string, argv: readonly string[], signal: AbortSignal): Promise<CommandResult>;
}

/**
 * What a node says of itself.
 * @see https://galeracluster.com/library/documentation/galera-status-variables.html
 */
export type Wsrep = {
  /** `Synced`, `Donor/Desynced`, `Joining: receiving State Transfer`, `Initialized`, ... */
  readonly state: string;
  /** `Primary`, `non-Primary`, `Disconnected`. */
  readonly clusterStatus: string;
  readonly ready: boolean;
  readonly connected: boolean;
  /** Nodes in the component that it is part of. */
  readonly size: number;
};

/** An established connection between members on which nothing moves: the same bytes go out again and again. */
export type Stall = {
  readonly address: string;
  readonly port: number;
  readonly retransmissions: number;
  readonly unsentBytes: number;
};

/** One member, looked at from beside its server. */
export type MemberReading = Member & {
  /** undefined: it lets nobody log in. */
  readonly wsrep?: Wsrep | undefined;
  /** A whole copy is on its way to it; nobody can log in meanwhile. */
  readonly isCopying: boolean;
  readonly stalls: readonly Stall[];
};

/** Two packets of a size that may not be fragmented; `too long`: the sender itself knows that they do not fit. */
export type Ping = { readonly bytes: number; readonly outcome: 'passes' | 'lost' | 'too long' };

/** What gets through from one member to another. */
export type Link = {
  readonly from: string;
  readonly to: string;
  /** Whether answers of the server of `from` reach a client at `to`; undefined: not tried, or no client there. */
  readonly smallAnswers?: boolean | undefined;
  readonly largeAnswers?: boolean | undefined;
  /** Smallest first; empty where there is no ping. */
  readonly pings: readonly Ping[];
};

/** How a link is: `narrow`: small passes, and large vanishes without a word, which is an MTU black hole. */
export type Passage =
  | { readonly kind: 'open' | 'dead' | 'unknown' }
  | { readonly kind: 'narrow'; readonly passesBytes?: number | undefined; readonly lostBytes?: number | undefined };

/** A joiner to which the state of a donor does not get through. */
export type Stalled = {
  readonly kind: 'stalled';
  readonly donor: string;
  readonly joiner: string;
  readonly transfer: 'SST' | 'IST';
  readonly port: number;
  readonly passage: Passage;
  /** What the donor's readiness probe says; it is not at fault. */
  readonly donorSays: string;
  /** Killing a joiner of two takes the quorum of the other. */
  readonly isPair: boolean;
};
/** Something about the cluster; `members` are those it is about. */
export type Finding =
  | Stalled
  | { readonly kind: 'narrow'; readonly from: string; readonly to: string; readonly passage: Passage }
  | { readonly kind: 'joining' | 'down' | 'no quorum' | 'split' | 'not ready'; readonly members: readonly string[] };

/** Ports of state transfer: a whole copy, or what is missing since a member left. */
const TRANSFERS: Readonly<Record<number, 'SST' | 'IST'>> = { 4444: 'SST', 4568: 'IST' };
/** All ports that members talk to each other by; 4567 is the group's own. */
export const PORTS: readonly number[] = [4444, 4567, 4568];

/** Small pings that are all lost say that nobody is there, large ones that the way is too narrow. */
export function passageOf({ smallAnswers, largeAnswers, pings }: Link): Passage {
  const passes = pings.findLast(({ outcome }) => outcome === 'passes')?.bytes;
  const lost = pings.find(({ outcome, bytes }) => outcome === 'lost' && bytes > (passes ?? 0))?.bytes;
  const isNarrow = (passes !== undefined && lost !== undefined) || (smallAnswers === true && largeAnswers === false);
  if (isNarrow) return { kind: 'narrow', passesBytes: passes, lostBytes: lost };
  if (passes !== undefined || largeAnswers === true) return { kind: 'open' };
  return { kind: lost !== undefined || smallAnswers === false ? 'dead' : 'unknown' };
}

/** The text of OpenStack-Helm's readiness probe for a node that says this; `ok` when it passes. Order as there. */
export function readinessOf(wsrep: Wsrep | undefined): string {
  if (!wsrep) return 'Select from mysql failed';
  if (!wsrep.ready) return 'WSREP says the node can not receive queries';
  if (!wsrep.connected) return 'WSREP not connected';
  if (wsrep.clusterStatus !== 'Primary') return 'Not in primary cluster';
  return wsrep.state === 'Synced' ? 'ok' : 'WSREP not synced';
}

/** True when the member is whole and part of the whole. */
export function isSynced({ wsrep }: MemberReading): boolean {
  return readinessOf(wsrep) === 'ok';
}

/** What is wrong with the cluster, or going on in it, causes first; empty: it is whole. Pure. */
export function judge(members: readonly MemberReading[], links: readonly Link[]): readonly Finding[] {
  const stalled = members.flatMap((donor) => stallsOf(donor, members, links));
  const narrow = stalled.length > 0 ? [] : links.flatMap(narrowOf);
  const primary = members.filter(({ wsrep }) => wsrep?.clusterStatus === 'Primary');
  const others = members.filter((member) => !primary.includes(member));
  const joining = members.filter(
    (member) => isJoining(member) && !stalled.some(({ joiner }) => joiner === member.name),
  );
  const outside = others.filter((member) => member.wsrep && !isJoining(member));
  const down = others.filter((member) => !member.wsrep && !isJoining(member));
  const idle = primary.filter((member) => !member.wsrep?.ready && !isJoining(member));
  // More say that they are the cluster than are in any one cluster.
  const isTwofold = primary.some(({ wsrep }) => (wsrep?.size ?? 0) < primary.length);
  return [
    ...stalled,
    ...narrow,
    ...about('no quorum', primary.length === 0 ? outside : []),
    ...about('split', isTwofold ? primary : primary.length > 0 ? outside : []),
    ...about('not ready', idle),
    ...about('down', down),
    ...about('joining', joining),
  ];
}

function about(kind: Exclude<Finding['kind'], 'stalled' | 'narrow'>, members: readonly MemberReading[]): Finding[] {
  return members.length === 0 ? [] : [{ kind, members: members.map(({ name }) => name) }];
}

function isJoining({ isCopying, wsrep }: MemberReading): boolean {
  return isCopying || (wsrep?.state.startsWith('Join') ?? false);
}

/** One finding a joiner: a fresh one gets a whole copy and what is missing at once, and either may stall first. */
function stallsOf(donor: MemberReading, members: readonly MemberReading[], links: readonly Link[]): Stalled[] {
  const joiners = members.filter(({ address }) => donor.stalls.some((stall) => stall.address === address));
  return joiners.flatMap((joiner): Stalled[] => {
    const stalls = donor.stalls.filter(({ address, port }) => address === joiner.address && port in TRANSFERS);
    const port = Math.min(...stalls.map((stall) => stall.port));
    const transfer = TRANSFERS[port];
    if (transfer === undefined) return [];
    const link = links.find(({ from, to }) => from === donor.name && to === joiner.name);
    const passage: Passage = link ? passageOf(link) : { kind: 'unknown' };
    const [donorSays, isPair] = [readinessOf(donor.wsrep), (donor.wsrep?.size ?? members.length) <= 2];
    return [{ kind: 'stalled', donor: donor.name, joiner: joiner.name, transfer, port, passage, donorSays, isPair }];
  });
}

function narrowOf(link: Link): Finding[] {
  const passage = passageOf(link);
  return passage.kind === 'narrow' ? [{ kind: 'narrow', from: link.from, to: link.to, passage }] : [];
}
