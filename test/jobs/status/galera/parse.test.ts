import { describe, expect, it } from 'vitest';
import { pingIn, stallsIn, wsrepIn } from '#jobs/status/galera/parse.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
/** A connection of 203.0.113.1 to 203.0.113.2, as a real donor shows it. */
function line({
  remote = '027100CB:115C',
  state = '01',
  queue = '00008000',
  timer = '01:000000BE',
  times = '00000004',
} = {}) {
  return `   5: 017100CB:AD8E ${remote} ${state} ${queue}:00000000 ${timer} ${times}     0        0 216580 2`;
}

describe('stalled connections in /proc/net/tcp', () => {
  it('are those that send the same bytes again and again', () => {
    expect(stallsIn(`${HEAD}\n${line()}\n`)).toEqual([
      { address: '203.0.113.2', port: 4444, retransmissions: 4, unsentBytes: 32_768 },
    ]);
  });

  it.each([
    ['towards IST', line({ remote: '027100CB:11D8', times: '0000000A' }), { port: 4568, retransmissions: 10 }],
    ['within the group', line({ remote: '027100CB:11D7' }), { port: 4567 }],
    ['of IPv4 in IPv6', line({ remote: '0000000000000000FFFF0000027100CB:115C' }), { address: '203.0.113.2' }],
    ['of IPv6', line({ remote: 'B80D0120000000000000000002000000:115C' }), { address: '2001:db8::2' }],
  ])('are found %s', (_, text, stall) => {
    expect(stallsIn(text)).toEqual([expect.objectContaining(stall)]);
  });

  it.each([
    ['on its third try', line({ times: '00000003' })],
    ['that is not established', line({ state: '06' })],
    ['whose timer is another', line({ timer: '02:000000BE' })],
    ['with nothing to send', line({ queue: '00000000' })],
    ['to another port', line({ remote: '027100CB:0CEA' })],
  ])('are not taken from one %s', (_, text) => {
    expect(stallsIn(`${HEAD}\n${text}`)).toEqual([]);
  });

  it('are none in what is no such table', () => {
    expect(stallsIn('cat: /proc/net/tcp: No such file or directory')).toEqual([]);
  });
});

describe('the status of a node', () => {
  it('is read from name and value, which may have spaces', () => {
    const output = [
      'wsrep_local_state_comment\tJoining: receiving State Transfer',
      ...['wsrep_cluster_size\t2', 'wsrep_cluster_status\tnon-Primary', 'wsrep_connected\tON', 'wsrep_ready\tOFF'],
    ].join('\n');

    expect(wsrepIn(output)).toEqual({
      ...{ state: 'Joining: receiving State Transfer', clusterStatus: 'non-Primary' },
      ...{ ready: false, connected: true, size: 2 },
    });
  });

  it('is nothing where nobody could log in', () => {
    expect(wsrepIn('')).toBeUndefined();
    expect(wsrepIn("ERROR 2002 (HY000): Can't connect to local server through socket")).toBeUndefined();
  });
});

describe('two pings of a size', () => {
  it.each([
    ['2 packets transmitted, 2 received, 0% packet loss, time 202ms', '', 'passes'],
    ['2 packets transmitted, 1 received, 50% packet loss, time 202ms', '', 'passes'],
    ['2 packets transmitted, 0 received, 100% packet loss, time 205ms', '', 'lost'],
    ['2 packets transmitted, 1 received, +1 errors', 'ping: local error: message too long, mtu=1450', 'too long'],
    ['ping: sendmsg: Message too long\n2 packets transmitted, 0 packets received', '', 'too long'],
  ])('%s', (stdout, stderr, outcome) => {
    expect(pingIn(1472, { stdout, stderr })).toEqual({ bytes: 1472, outcome });
  });

  it('say nothing where ping does not know the option', () => {
    expect(pingIn(1472, { stdout: '', stderr: 'ping: unrecognized option: M\nBusyBox v1.36' })).toBeUndefined();
  });
});
