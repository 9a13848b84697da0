import { type Ping, PORTS, type Stall, type Wsrep } from '#domain/galera.ts';

/** Retransmissions of the same bytes from which on a connection counts as stalled: some six seconds. */
const STALLED = 4;

/** What `show status like 'wsrep_%'` answered, a name and a value a line; undefined when it is no such answer. */
export function wsrepIn(output: string): Wsrep | undefined {
  const values = new Map(output.split('\n').map((line) => line.split('\t') as [string, string | undefined]));
  const state = values.get('wsrep_local_state_comment');
  if (state === undefined) return undefined;
  return {
    state,
    clusterStatus: values.get('wsrep_cluster_status') ?? '',
    ready: values.get('wsrep_ready') === 'ON',
    connected: values.get('wsrep_connected') === 'ON',
    size: Number(values.get('wsrep_cluster_size') ?? 0),
  };
}

/**
 * Connections to the members' ports that are established (state 01), whose retransmission timer runs (tr 01), and that have
 * sent the same bytes four times or more.
 * @see https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
 */
export function stallsIn(procNetTcp: string): readonly Stall[] {
  return procNetTcp.split('\n').flatMap((line): Stall[] => {
    const [, , remote = '', state, queues = '', timer = '', retransmissions = ''] = line.trim().split(/\s+/);
    const [host = '', portHex = ''] = remote.split(':');
    const [port, unsentBytes, times] = [portHex, queues.split(':')[0] ?? '', retransmissions].map((hex) =>
      Number.parseInt(hex, 16),
    );
    if (state !== '01' || !timer.startsWith('01:') || port === undefined || !PORTS.includes(port)) return [];
    if (unsentBytes === undefined || times === undefined || times < STALLED || unsentBytes === 0) return [];
    return [{ address: addressOf(host), port, retransmissions: times, unsentBytes }];
  });
}

/** Words of four bytes, each the wrong way round; an IPv4 address in IPv6's clothes is told as what it is. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  const isMapped = bytes.length === 16 && bytes.slice(0, 12).join('').toUpperCase() === '00000000000000000000FFFF';
  if (bytes.length === 4 || isMapped)
    return bytes
      .slice(-4)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  const groups = (bytes.join('').toLowerCase().match(/.{4}/g) ?? []).join(':');
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

/** What ping said of packets of this size; undefined when it could not be run as asked. */
export function pingIn(
  bytes: number,
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): Ping | undefined {
  if (/message too long/i.test(stdout + stderr)) return { bytes, outcome: 'too long' };
  const received = /(\d+)(?: packets)? received/.exec(stdout)?.[1];
  if (received === undefined) return undefined;
  return { bytes, outcome: received === '0' ? 'lost' : 'passes' };
}
