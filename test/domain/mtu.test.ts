import { describe, expect, it } from 'vitest';
import { type Encapsulation, judgeMtu, type Level, neutronMtu, overheadOf } from '#domain/mtu.ts';

type Given = {
  readonly physical?: number | undefined;
  readonly tenant: number;
  readonly nic?: number;
  readonly pods?: number;
  readonly bridge?: number;
  readonly nested?: number;
  readonly below?: Encapsulation;
  readonly cni?: Encapsulation;
  readonly above?: Encapsulation;
  readonly ipv6?: boolean;
};

/** A chain in the order it is built: physical, tenant network below, node NIC, pods, tenant network above. */
function chain({ below = 'vxlan', cni = 'vxlan', above = 'vxlan', ipv6 = false, ...given }: Given): Level[] {
  const level = (name: string, mtuBytes: number | undefined, more: Partial<Level>): Level => ({
    ...{ name, layer: 'lab', setter: 'neutron', mtuBytes, encapsulation: 'none', from: 'test' },
    ...more,
  });
  return [
    level('physical', given.physical, { setter: 'physical' }),
    level('tenant', given.tenant, { over: 'physical', encapsulation: below }),
    ...(given.nic ? [level('nic', given.nic, { over: 'tenant', setter: 'host' })] : []),
    ...(given.pods ? [level('pods', given.pods, { over: 'nic', encapsulation: cni, setter: 'calico' })] : []),
    ...(given.bridge ? [level('bridge', given.bridge, { over: 'nic', encapsulation: 'vxlan' })] : []),
    ...(given.nested
      ? [level('nested', given.nested, { over: given.bridge ? 'bridge' : 'nic', encapsulation: above, hasIpv6: ipv6 })]
      : []),
  ];
}

const CORRECT = { physical: 1500, tenant: 1450, nic: 1450, pods: 1400, nested: 1400 };

describe('the MTU chain', () => {
  it.each<[what: string, given: Given, verdict: string, offender?: string, byBytes?: number]>([
    ['the correct one', CORRECT, 'pass'],
    ['the defaults of a nested cloud', { ...CORRECT, nested: 1450 }, 'fail', 'nested', 50],
    ['OVN below', { ...CORRECT, tenant: 1442, nic: 1442, pods: 1392, nested: 1392, below: 'ovn' }, 'pass'],
    ['jumbo frames', { physical: 9000, tenant: 8950, nic: 8950, pods: 8900, nested: 8900 }, 'pass'],
    ['a tunnel on a VXLAN bridge of its own', { ...CORRECT, bridge: 1400, nested: 1350 }, 'pass'],
    ['that tunnel as large as one on the card', { ...CORRECT, bridge: 1400, nested: 1400 }, 'fail', 'nested', 50],
    ['OVN below that is taken for VXLAN', { ...CORRECT, below: 'ovn' }, 'fail', 'tenant', 8],
    ['pods that do without encapsulation', { ...CORRECT, pods: 1450, cni: 'none' }, 'pass'],
    ['pods over IPIP at the MTU of the wire', { ...CORRECT, pods: 1500, cni: 'ipip' }, 'fail', 'pods', 70],
    ['pods over IPIP', { ...CORRECT, pods: 1430, cni: 'ipip' }, 'pass'],
    ['pods over WireGuard', { ...CORRECT, pods: 1390, cni: 'wireguard' }, 'pass'],
    ['pods over the WireGuard of flannel', { ...CORRECT, pods: 1390, cni: 'wireguard-flannel' }, 'fail', 'pods', 20],
    ['a nested cloud on GRE', { ...CORRECT, nested: 1408, above: 'gre' }, 'pass'],
    ['a nested cloud on plain Geneve', { ...CORRECT, nested: 1401, above: 'geneve' }, 'fail', 'nested', 1],
    ['a nested cloud on OVN', { ...CORRECT, nested: 1392, above: 'ovn' }, 'pass'],
    ['a nested flat network', { ...CORRECT, nested: 1450, above: 'none' }, 'pass'],
    ['VLANs below', { ...CORRECT, tenant: 1500, nic: 1500, pods: 1450, nested: 1450, below: 'vlan' }, 'pass'],
    ['room that pods leave unused', { ...CORRECT, pods: 1350 }, 'info'],
    ['a network below that is larger than the wire allows', { ...CORRECT, tenant: 1500 }, 'fail', 'tenant', 50],
    ['a card that is larger than its network', { ...CORRECT, nic: 1500 }, 'fail', 'nic', 50],
    ['a raised wire under the defaults', { physical: 1550, tenant: 1500, nic: 1500, pods: 1450, nested: 1450 }, 'pass'],
    ['a small chain without IPv6', { physical: 1300, tenant: 1250, nic: 1250, pods: 1200, nested: 1200 }, 'pass'],
    [
      'a small chain with IPv6',
      { physical: 1300, tenant: 1250, nic: 1250, pods: 1200, nested: 1200, ipv6: true },
      'fail',
      'nested',
      80,
    ],
    ['one cloud alone', { physical: 1500, tenant: 1450 }, 'pass'],
    ['a wire of which nobody knows', { ...CORRECT, physical: undefined, nested: 1450 }, 'fail', 'nested', 50],
  ])('judges %s', (_what, given, verdict, offender, byBytes) => {
    const judged = judgeMtu(chain(given));

    expect(judged.verdict).toBe(verdict);
    expect(judged.offender?.name).toBe(offender);
    if (byBytes !== undefined) expect(judged.offender?.byBytes).toBe(byBytes);
  });

  it('judges what stands on a level that could not be read by what carries that one', () => {
    const levels = chain({ ...CORRECT, nested: 1450 }).map((level) =>
      level.name === 'nic' ? { ...level, mtuBytes: undefined } : level,
    );

    const { levels: judged, offender } = judgeMtu(levels);

    expect(judged.find(({ name }) => name === 'nic')).toMatchObject({ verdict: 'unknown', mostBytes: 1450 });
    expect(offender).toMatchObject({ name: 'nested', mostBytes: 1400, byBytes: 50 });
  });

  it('holds what stands on a level that lies to what that one can truly carry', () => {
    const { levels } = judgeMtu(chain({ ...CORRECT, tenant: 1500, nic: 1500, nested: 1450 }));

    expect(levels.map(({ verdict, byBytes }) => [verdict, byBytes])).toEqual([
      ['pass', 0],
      ['fail', 50],
      ['fail', 50],
      ['pass', 0],
      ['fail', 50],
    ]);
  });

  it('says nothing of a chain that could not be read', () => {
    expect(judgeMtu([]).verdict).toBe('unknown');
    expect(judgeMtu(chain(CORRECT).map((level) => ({ ...level, mtuBytes: undefined }))).verdict).toBe('unknown');
  });

  it('takes twenty bytes more for IPv6 outside, but where the software has one size for both', () => {
    const sizes = (
      [
        'none',
        'vlan',
        'vxlan',
        'geneve',
        'ovn',
        'gre',
        'ipip',
        'wireguard',
        'wireguard-flannel',
        'wireguard-cilium',
      ] as const
    ).map((encapsulation) => [overheadOf({ encapsulation }), overheadOf({ encapsulation, outerIpv6: true })]);

    expect(sizes).toEqual([
      [0, 0],
      [0, 0],
      [50, 70],
      [50, 70],
      [58, 78],
      [42, 62],
      [20, 40],
      [60, 80],
      [80, 80],
      [80, 80],
    ]);
  });

  it.each([
    [1500, 0, 'vxlan', 1450],
    [1500, 0, 'none', 1500],
    [9000, 1500, 'vxlan', 1450],
    [1450, 0, 'vxlan', 1400],
    [1450, 1450, 'ovn', 1392],
    [9000, 1500, 'vlan', 9000],
  ] as const)('knows that Neutron makes of global %i and path %i over %s %i', (globalBytes, pathBytes, type, mtu) => {
    expect(neutronMtu({ globalBytes, pathBytes }, type)).toBe(mtu);
  });
});
