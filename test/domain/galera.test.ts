import { describe, expect, it } from 'vitest';
import { judge, type Link, type MemberReading, passageOf, type Ping, readinessOf, type Wsrep } from '#domain/galera.ts';

const SYNCED: Wsrep = { state: 'Synced', clusterStatus: 'Primary', ready: true, connected: true, size: 3 };
const DONOR: Wsrep = { ...SYNCED, state: 'Donor/Desynced', size: 2 };
const IST: Wsrep = {
  ...SYNCED,
  state: 'Joining: receiving State Transfer',
  clusterStatus: 'non-Primary',
  ready: false,
};
const ALONE: Wsrep = { state: 'Initialized', clusterStatus: 'non-Primary', ready: false, connected: true, size: 1 };

function member(number: number, wsrep?: Wsrep, more: Partial<MemberReading> = {}): MemberReading {
  return { name: `db-${number}`, address: `203.0.113.${number}`, wsrep, isCopying: false, stalls: [], ...more };
}

/** What `/proc/net/tcp` of a donor tells when nothing gets through to a member. */
function stalledTo(number: number, port: number): Pick<MemberReading, 'stalls'> {
  return { stalls: [{ address: `203.0.113.${number}`, port, retransmissions: 5, unsentBytes: 32_768 }] };
}

function pings(outcomes: Readonly<Record<number, Ping['outcome']>>): readonly Ping[] {
  return Object.entries(outcomes).map(([bytes, outcome]) => ({ bytes: Number(bytes), outcome }));
}

const NARROW = pings({ 84: 'passes', 1400: 'passes', 1450: 'passes', 1472: 'lost', 1500: 'lost' });

function link(from: number, to: number, more: Partial<Link>): Link {
  return { from: `db-${from}`, to: `db-${to}`, pings: [], ...more };
}

describe('what gets through between two members', () => {
  it.each<readonly [string, Partial<Link>, ReturnType<typeof passageOf>]>([
    ['narrow, by pings', { pings: NARROW }, { kind: 'narrow', passesBytes: 1450, lostBytes: 1472 }],
    [
      'narrow, by answers alone where there is no ping',
      { smallAnswers: true, largeAnswers: false },
      { kind: 'narrow', passesBytes: undefined, lostBytes: undefined },
    ],
    [
      'narrow, when even the greeting of a login is too large',
      { smallAnswers: false, largeAnswers: false, pings: NARROW },
      { kind: 'narrow', passesBytes: 1450, lostBytes: 1472 },
    ],
    [
      'open',
      { smallAnswers: true, largeAnswers: true, pings: pings({ 84: 'passes', 1500: 'passes' }) },
      { kind: 'open' },
    ],
    [
      'open, when the sender knows the limit',
      { pings: pings({ 84: 'passes', 1450: 'passes', 1472: 'too long' }) },
      { kind: 'open' },
    ],
    [
      'open, when one size was lost by chance',
      { pings: pings({ 84: 'passes', 1400: 'lost', 1500: 'passes' }) },
      { kind: 'open' },
    ],
    [
      'open, where pings are forbidden',
      { smallAnswers: true, largeAnswers: true, pings: pings({ 84: 'lost', 1500: 'lost' }) },
      { kind: 'open' },
    ],
    [
      'dead',
      { smallAnswers: false, largeAnswers: false, pings: pings({ 84: 'lost', 1500: 'lost' }) },
      { kind: 'dead' },
    ],
    ['unknown', {}, { kind: 'unknown' }],
  ])('is %s', (_, seen, passage) => {
    expect(passageOf(link(1, 2, seen))).toEqual(passage);
  });
});

describe("the text of OpenStack-Helm's readiness probe", () => {
  it.each<readonly [string, Wsrep | undefined]>([
    ['Select from mysql failed', undefined],
    ['WSREP says the node can not receive queries', { ...SYNCED, ready: false, connected: false }],
    ['WSREP not connected', { ...SYNCED, connected: false }],
    ['Not in primary cluster', { ...SYNCED, clusterStatus: 'non-Primary' }],
    ['WSREP not synced', DONOR],
    ['ok', SYNCED],
  ])('%s', (text, wsrep) => {
    expect(readinessOf(wsrep)).toBe(text);
  });
});

describe('a Galera cluster, judged', () => {
  it('is whole when all are synced', () => {
    expect(
      judge(
        [1, 2, 3].map((number) => member(number, SYNCED)),
        [],
      ),
    ).toEqual([]);
  });

  it.each([
    ['SST', member(2, undefined, { isCopying: true })],
    ['IST', member(2, IST)],
  ])('is joining while an %s moves on', (_, joiner) => {
    expect(judge([member(1, DONOR), joiner], [])).toEqual([{ kind: 'joining', members: ['db-2'] }]);
  });

  it('has a stalled SST to the joiner behind a black hole; the donor only looks ill', () => {
    const members = [member(1, DONOR, stalledTo(2, 4444)), member(2, undefined, { isCopying: true })];

    expect(judge(members, [link(1, 2, { pings: NARROW })])).toEqual([
      {
        ...{ kind: 'stalled', donor: 'db-1', joiner: 'db-2', transfer: 'SST', port: 4444 },
        passage: { kind: 'narrow', passesBytes: 1450, lostBytes: 1472 },
        ...{ donorSays: 'WSREP not synced', isPair: true },
      },
    ]);
  });

  it('has a stalled IST to a joiner that lets people log in, of a donor that looks well', () => {
    const members = [member(1, SYNCED, stalledTo(3, 4568)), member(2, SYNCED), member(3, IST)];

    expect(judge(members, [])).toEqual([
      expect.objectContaining({ kind: 'stalled', joiner: 'db-3', transfer: 'IST', donorSays: 'ok', isPair: false }),
    ]);
  });

  it('tells first what stalls, then what follows: the donor that a large write took down', () => {
    const donor = member(1, { ...DONOR, ready: false }, stalledTo(2, 4444));
    const members = [donor, member(2, undefined, { isCopying: true }), member(3)];

    expect(judge(members, []).map(({ kind }) => kind)).toEqual(['stalled', 'not ready', 'down']);
  });

  it('has lost its quorum when nobody is in a primary component', () => {
    expect(judge([member(1, ALONE), member(2)], [])).toEqual([
      { kind: 'no quorum', members: ['db-1'] },
      { kind: 'down', members: ['db-2'] },
    ]);
  });

  it('is split when one is outside the primary component, or when each is a cluster of its own', () => {
    const two = { ...SYNCED, size: 2 };

    expect(judge([member(1, two), member(2, two), member(3, ALONE)], [])).toEqual([
      { kind: 'split', members: ['db-3'] },
    ]);
    expect(judge([member(1, { ...SYNCED, size: 1 }), member(2, { ...SYNCED, size: 1 })], [])).toEqual([
      { kind: 'split', members: ['db-1', 'db-2'] },
    ]);
  });

  it('names the narrow way between members that are apart, as its cause', () => {
    const findings = judge(
      [member(1, ALONE), member(2, ALONE)],
      [link(1, 2, { smallAnswers: true, largeAnswers: false })],
    );

    expect(findings.map(({ kind }) => kind)).toEqual(['narrow', 'no quorum']);
  });
});
