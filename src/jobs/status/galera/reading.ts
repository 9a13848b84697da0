import type { Link, Member, MemberReading, Members, Ping } from '#domain/galera.ts';
import type { CommandResult } from '#domain/ports.ts';
import { type Part, partsUntil } from '../part.ts';
import { pingIn, stallsIn, wsrepIn } from './parse.ts';

/** How a member is asked. */
export type GaleraSettings = {
  /** Argument array of the client as the administrator, beside the server. */
  readonly client: readonly string[];
  readonly dataFolder: string;
};
/** What a cluster said. */
export type Reading = { readonly members: Part<readonly MemberReading[]>; readonly links: readonly Link[] };
type Look = { readonly cluster: Members; readonly settings: GaleraSettings; readonly signal: AbortSignal };

/** As OpenStack-Helm's own probes ask. */
export const OPENSTACK_HELM: GaleraSettings = {
  client: ['mysql', '--defaults-file=/etc/mysql/admin_user.cnf', '--connect-timeout=2'],
  dataFolder: '/var/lib/mysql',
};

/** Time for all members, and for all links between them: three seconds at most a try, all at once. */
const PART_TIMEOUT_MS = 20_000;
const ANSWER_S = 3;
/** Whole packets, IP header included: the smallest that means anything, IPv4's and IPv6's least, and the usual limits. */
const PACKET_BYTES = [84, 576, 1280, 1400, 1450, 1472, 1500];
/** IPv4 and ICMP headers. */
const HEADER_BYTES = 28;
/** Larger than any packet of a usual network. */
const LARGE_ANSWER = 3000;

/** Reads every member; and where something stands still or is apart, what gets through between them. Changes nothing. */
export async function readGalera(cluster: Members, settings: GaleraSettings, signal: AbortSignal): Promise<Reading> {
  const part = partsUntil(signal);
  const members = await part((until) => readMembers({ cluster, settings, signal: until }), PART_TIMEOUT_MS);
  if (members.kind !== 'read') return { members, links: [] };
  const links = await part((until) => {
    const look = { cluster, settings, signal: until };
    return Promise.all(suspicious(members.value).map(([from, to]) => readLink(look, from, to)));
  }, PART_TIMEOUT_MS);
  return { members, links: links.kind === 'read' ? links.value : [] };
}

/** Members alone; one that answers nothing is told as such. @throws what was thrown when none answers, or we may not ask */
export async function readMembers(look: Look): Promise<readonly MemberReading[]> {
  const members = await look.cluster.list(look.signal);
  const asked = await Promise.allSettled(members.map((member) => readMember(look, member)));
  const refusals = refusalsIn(asked);
  if (members.length > 0 && refusals.length === members.length) throw refusals[0];
  return members.map((member, index) => {
    const answer = asked[index];
    return answer?.status === 'fulfilled' ? answer.value : { ...member, isCopying: false, stalls: [] };
  });
}

/**
 * What any container can read, with no tool and no traffic; and what its node says.
 * @throws what was thrown when nothing can be run there
 */
async function readMember({ cluster, settings, signal }: Look, member: Member): Promise<MemberReading> {
  const ask = ['timeout', String(ANSWER_S), ...settings.client, '-BN', '-e', "show status like 'wsrep_%'"];
  const commands = [ask, ['ls', settings.dataFolder], ['cat', '/proc/net/tcp', '/proc/net/tcp6']];
  const said = await Promise.allSettled(commands.map((argv) => cluster.exec(member.name, argv, signal)));
  const refusals = refusalsIn(said);
  if (refusals.length === commands.length) throw refusals[0];
  const [status = '', files = '', connections = ''] = said.map((one) =>
    one.status === 'fulfilled' ? one.value.stdout : '',
  );
  return {
    ...member,
    wsrep: wsrepIn(status),
    isCopying: files.split('\n').includes('sst_in_progress'),
    stalls: stallsIn(connections),
  };
}

function refusalsIn(asked: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return asked.flatMap((answer): unknown[] => (answer.status === 'rejected' ? [answer.reason] : []));
}

/** Pairs worth a measurement: those of a stalled connection; else all, when a member is apart or takes no queries. */
function suspicious(members: readonly MemberReading[]): readonly (readonly [MemberReading, MemberReading])[] {
  const pairs = members.flatMap((from) => members.filter((to) => to !== from).map((to) => [from, to] as const));
  const stalled = pairs.filter(([from, to]) => from.stalls.some(({ address }) => address === to.address));
  if (stalled.length > 0) return stalled;
  const isApart = members.some(({ wsrep }) => wsrep && (!wsrep.ready || wsrep.clusterStatus !== 'Primary'));
  return isApart ? pairs : [];
}

/** Answers of the server of `from` to a client at `to`, which go the way of a state transfer; and pings of `from`. */
async function readLink({ cluster, settings, signal }: Look, from: Member, to: Member): Promise<Link> {
  const ask = async (characters: number) => {
    const query = `select repeat('x', ${characters})`;
    const argv = ['timeout', String(ANSWER_S), ...settings.client, '--host', from.address, '-BN', '-e', query];
    return answered(await attempt(cluster.exec(to.name, argv, signal), signal));
  };
  const ping = async (bytes: number): Promise<readonly Ping[]> => {
    const size = ['-M', 'do', '-s', String(bytes - HEADER_BYTES)];
    const argv = ['ping', '-n', '-c', '2', '-i', '0.2', '-W', '1', ...size, to.address];
    const said = await attempt(cluster.exec(from.name, argv, signal), signal);
    const seen = said && pingIn(bytes, said);
    return seen ? [seen] : [];
  };
  const [smallAnswers, largeAnswers, ...pings] = await Promise.all([
    ask(1),
    ask(LARGE_ANSWER),
    ...PACKET_BYTES.map((bytes) => ping(bytes)),
  ]);
  return { from: from.name, to: to.name, smallAnswers, largeAnswers, pings: pings.flat() };
}

/** undefined when it cannot be told, as without a client or with a refused login. */
function answered(said: CommandResult | undefined): boolean | undefined {
  if (said?.exitCode === 0) return true;
  const isLate = said?.exitCode === 124 || /\((110|113)\b|timed out|Lost connection/.test(said?.stderr ?? '');
  return isLate ? false : undefined;
}

/** undefined for what could not be run: not every image has a ping. */
async function attempt(work: Promise<CommandResult>, signal: AbortSignal): Promise<CommandResult | undefined> {
  try {
    return await work;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
