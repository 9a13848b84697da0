/** What may be put around a packet on its way, and how many bytes of IPv4 underlay it takes. */
const OVERHEAD_BYTES = {
  none: 0,
  /** Four bytes on the wire only: the IP MTU stays, where the card takes 1504. */
  vlan: 0,
  /** Outer IP 20, UDP 8, VXLAN 8, inner Ethernet 14. @see neutron_lib VXLAN_ENCAP_OVERHEAD, felix int_dataplane.go */
  vxlan: 50,
  /** Without options. @see neutron type_geneve max_header_size 30 */
  geneve: 50,
  /** Geneve with the option that OVN adds. @see neutron/plugins/ml2 ovn: max_header_size 38 */
  ovn: 58,
  /** @see neutron_lib GRE_ENCAP_OVERHEAD 22 */
  gre: 42,
  ipip: 20,
  /** @see felix int_dataplane.go */
  wireguard: 60,
  /** flannel takes this much for either kind of underlay. @see flannel backend/wireguard */
  'wireguard-flannel': 80,
  /** Cilium takes this much for either kind; around its tunnels 50 more. @see cilium pkg/mtu/mtu.go */
  'wireguard-cilium': 80,
  'wireguard-cilium-tunnel': 130,
} as const;

export type Encapsulation = keyof typeof OVERHEAD_BYTES;

/** The smallest MTU with which IPv6 works. */
export const IPV6_BYTES = 1280;
/** An IPv6 header is this much longer than an IPv4 one. */
const IPV6_MORE_BYTES = 20;

/** Which software sets a level's MTU. */
export type Setter = 'physical' | 'neutron' | 'host' | 'calico' | 'flannel' | 'cilium';

/** One level of the MTU chain: the largest IP packet in it, and what carries that packet. */
export type Level = {
  readonly name: string;
  readonly layer: string;
  readonly setter: Setter;
  /** undefined: it could not be read. */
  readonly mtuBytes: number | undefined;
  /** Name of the level that carries it; undefined: the lowest. */
  readonly over?: string | undefined;
  readonly encapsulation: Encapsulation;
  /** True when the outer packets are IPv6. Default false. */
  readonly outerIpv6?: boolean | undefined;
  /** True when nobody could tell the encapsulation, so that the usual one is taken. Default false. */
  readonly assumed?: boolean | undefined;
  /** True when IPv6 is used in it. Default false. */
  readonly hasIpv6?: boolean | undefined;
  /** Where it was read, as `ConfigMap calico-config`. */
  readonly from: string;
};

/** `info`: it fits, with room that nobody uses. `unknown`: it, or all that carries it, could not be read. */
export type Verdict = 'pass' | 'info' | 'fail' | 'unknown';

export type JudgedLevel = Level & {
  readonly overheadBytes: number;
  /** The largest that what carries it lets through. */
  readonly mostBytes: number | undefined;
  readonly verdict: Verdict;
  /** Bytes too many (`fail`), or unused (`info`). */
  readonly byBytes: number;
  /** It is too small for the IPv6 that is used in it. */
  readonly tooSmallForIpv6: boolean;
};

export type JudgedChain = {
  readonly verdict: Verdict;
  readonly levels: readonly JudgedLevel[];
  /** The lowest level that is wrong: mend this one. */
  readonly offender?: JudgedLevel | undefined;
};

/** Bytes that an encapsulation takes of the level that carries it. */
export function overheadOf({ encapsulation, outerIpv6 = false }: Pick<Level, 'encapsulation' | 'outerIpv6'>): number {
  const bytes = OVERHEAD_BYTES[encapsulation];
  const isFixed = bytes === 0 || encapsulation.startsWith('wireguard-');
  return outerIpv6 && !isFixed ? bytes + IPV6_MORE_BYTES : bytes;
}

/** What Neutron computes for a new network. `pathBytes` 0: not set. @see neutron ml2 drivers helpers.py get_mtu */
export function neutronMtu(
  { globalBytes, pathBytes }: { readonly globalBytes: number; readonly pathBytes: number },
  encapsulation: Encapsulation,
): number {
  const isOverlay = OVERHEAD_BYTES[encapsulation] > 0;
  const underlay = isOverlay && pathBytes > 0 ? Math.min(globalBytes, pathBytes) : globalBytes;
  return underlay - OVERHEAD_BYTES[encapsulation];
}

/**
 * Judges a chain, lowest level first: each level must fit into what carries it, after the encapsulation's bytes. What a
 * level can truly carry is never more than what is below it lets through, whatever it says of itself.
 */
export function judgeMtu(levels: readonly Level[]): JudgedChain {
  const carried = new Map<string, number | undefined>();
  const judged = levels.map((level): JudgedLevel => {
    const overheadBytes = overheadOf(level);
    const base = level.over === undefined ? undefined : carried.get(level.over);
    const mostBytes = base === undefined ? undefined : base - overheadBytes;
    carried.set(level.name, least(level.mtuBytes, mostBytes));
    return { ...level, overheadBytes, mostBytes, ...judgeLevel(level, mostBytes) };
  });
  const offender = judged.find(({ verdict }) => verdict === 'fail');
  const has = (verdict: Verdict) => judged.some((level) => level.verdict === verdict);
  const rest = has('info') ? 'info' : has('pass') ? 'pass' : 'unknown';
  return { verdict: offender ? 'fail' : rest, levels: judged, offender };
}

function judgeLevel(
  { mtuBytes, hasIpv6 = false }: Level,
  mostBytes: number | undefined,
): Pick<JudgedLevel, 'verdict' | 'byBytes' | 'tooSmallForIpv6'> {
  if (mtuBytes === undefined) return { verdict: 'unknown', byBytes: 0, tooSmallForIpv6: false };
  const surplus = mostBytes === undefined ? 0 : mtuBytes - mostBytes;
  const tooSmallForIpv6 = hasIpv6 && mtuBytes < IPV6_BYTES;
  if (surplus > 0) return { verdict: 'fail', byBytes: surplus, tooSmallForIpv6 };
  if (tooSmallForIpv6) return { verdict: 'fail', byBytes: IPV6_BYTES - mtuBytes, tooSmallForIpv6 };
  return { verdict: surplus < 0 ? 'info' : 'pass', byBytes: Math.abs(surplus), tooSmallForIpv6 };
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
