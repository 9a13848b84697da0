import { describe, expect, it } from 'vitest';
import type { MemberReading, Members } from '#domain/galera.ts';
import { RemoteError } from '#domain/errors.ts';
import type { CommandResult } from '#domain/ports.ts';
import { galera } from '#jobs/status/galera/galera.ts';
import { OPENSTACK_HELM, readGalera, type Reading } from '#jobs/status/galera/reading.ts';
import { layerOf } from '../world.ts';

const cloud = layerOf('cloud', 'openstack', { namespace: 'openstack', on: 'cluster' });
const calm = new AbortController().signal;
const DONOR = { state: 'Donor/Desynced', clusterStatus: 'Primary', ready: true, connected: true, size: 2 };

function stalled(size: number, ...members: readonly MemberReading[]): Reading {
  const stalls = [{ address: '10.0.0.2', port: 4444, retransmissions: 5, unsentBytes: 32_768 }];
  const donor = { name: 'mariadb-server-0', address: '10.0.0.1', wsrep: { ...DONOR, size }, isCopying: false, stalls };
  const joiner = { name: 'mariadb-server-1', address: '10.0.0.2', isCopying: true, stalls: [] };
  const pings = [
    { bytes: 1450, outcome: 'passes' },
    { bytes: 1472, outcome: 'lost' },
  ] as const;
  const links = [{ from: donor.name, to: joiner.name, smallAnswers: true, largeAnswers: false, pings }];
  return { members: { kind: 'read', value: [donor, joiner, ...members] }, links };
}

describe('a stalled state transfer, told', () => {
  it('names the black hole at its link, clears the donor, and says to mend first and never to kill one of two', () => {
    const [trouble] = galera.troubles(cloud, stalled(2));

    expect(trouble).toEqual({
      layer: 'cloud',
      health: 'failure',
      what: 'the state transfer (SST, port 4444) from mariadb-server-0 to mariadb-server-1 stands still',
      cause:
        'an MTU black hole on the way from mariadb-server-0 to mariadb-server-1: packets of 1450 bytes pass, those of 1472 vanish without a word; "WSREP not synced" of mariadb-server-0 misleads, it is not at fault',
      advice: expect.stringMatching(
        /^Mend the MTU first, with no pod restarted: .*eth0 mtu 1450.*Then leave mariadb-server-1 alone: it goes on by itself within two minutes\. Never kill or delete mariadb-server-1 with two members/,
      ),
    });
  });

  it('allows to restart one of three, after mending', () => {
    const [trouble] = galera.troubles(cloud, stalled(3));

    expect(trouble?.advice).toContain('of three members one may be restarted, after mending');
    expect(trouble?.advice).not.toContain('Never kill');
  });

  it('is a warning once the way is open: it goes on by itself', () => {
    const { members } = stalled(2);
    const pings = [{ bytes: 1500, outcome: 'passes' }] as const;

    const [trouble] = galera.troubles(cloud, {
      members,
      links: [{ from: 'mariadb-server-0', to: 'mariadb-server-1', pings }],
    });

    expect(trouble).toMatchObject({
      health: 'warning',
      cause: expect.stringContaining('the next retransmission is awaited'),
    });
  });

  it('shows a line a member', () => {
    const [table] = galera.tables(
      cloud,
      stalled(2, { name: 'mariadb-server-2', address: '', isCopying: false, stalls: [] }),
    );

    expect(table?.rows).toEqual([
      { health: 'failure', cells: ['mariadb-server-2', '', 'no login', '', '', ''] },
      { health: 'warning', cells: ['mariadb-server-0', '10.0.0.1', 'Donor/Desynced', 'Primary', 'ON', '2'] },
      { health: 'warning', cells: ['mariadb-server-1', '10.0.0.2', 'receiving a whole copy', '', '', ''] },
    ]);
    expect(galera.summary(stalled(2))).toBe('Galera: 0 of 2 members synced');
  });
});

describe('reading a cluster', () => {
  const status = ['wsrep_local_state_comment\tSynced', 'wsrep_cluster_size\t2', 'wsrep_cluster_status\tPrimary'];
  const synced = [...status, 'wsrep_connected\tON', 'wsrep_ready\tON'].join('\n');

  /** Two pods in which commands answer as given, by the command's name behind `timeout`; others fail. */
  function pods(answers: Readonly<Record<string, string | Error>>, asked: string[] = []): Members {
    return {
      list: async () => [1, 2].map((number) => ({ name: `db-${number}`, address: `10.0.0.${number}` })),
      async exec(member, argv): Promise<CommandResult> {
        asked.push([member, ...argv].join(' '));
        const answer = answers[argv[0] === 'timeout' ? String(argv[2]) : String(argv[0])];
        if (answer instanceof Error) throw answer;
        return { exitCode: answer === undefined ? 1 : 0, stdout: answer ?? '', stderr: '' };
      },
    };
  }

  it('asks each member three things and measures nothing while all is well', async () => {
    const asked: string[] = [];

    const reading = await readGalera(pods({ mysql: synced, cat: '' }, asked), OPENSTACK_HELM, calm);

    expect(galera.troubles(cloud, reading)).toEqual([]);
    expect(galera.summary(reading)).toBe('Galera: 2 of 2 members synced');
    expect(asked.filter((line) => line.startsWith('db-1'))).toEqual([
      "db-1 timeout 3 mysql --defaults-file=/etc/mysql/admin_user.cnf --connect-timeout=2 -BN -e show status like 'wsrep_%'",
      'db-1 ls /var/lib/mysql',
      'db-1 cat /proc/net/tcp /proc/net/tcp6',
    ]);
  });

  const failure = { service: 'kubernetes', method: 'GET', url: 'https://k8s' };
  const forbidden = new RemoteError('running "cat": 403', { failure: { ...failure, status: 403 } });
  const cut = new RemoteError('running "cat": connection refused', { failure });

  it('is hidden where we may not run anything in pods', async () => {
    const { members } = await readGalera(
      pods({ mysql: forbidden, ls: forbidden, cat: forbidden }),
      OPENSTACK_HELM,
      calm,
    );

    expect(members).toEqual({ kind: 'hidden' });
  });

  it('is unknown, and nobody is called down, where nothing can be run at all', async () => {
    const reading = await readGalera(pods({ mysql: cut, ls: cut, cat: cut }), OPENSTACK_HELM, calm);

    expect(galera.troubles(cloud, reading).map(({ what, cause }) => [what, cause])).toEqual([
      ['the members of Galera could not be read', 'running "cat": connection refused'],
    ]);
  });
});
