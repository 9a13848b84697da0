import { z } from 'zod';
import type { ConfigMap, Custom, Kubernetes } from '#domain/kubernetes.ts';
import { type Encapsulation, type Level, overheadOf, type Setter } from '#domain/mtu.ts';
import { words } from '#words/mtu.ts';

/** How the pods' network is set up. `mtuBytes` undefined: taken from the node's card, less what is put around packets. */
export type PodNetwork = {
  readonly setter: Setter;
  readonly mtuBytes?: number | undefined;
  readonly encapsulation: Encapsulation;
  /** Its tunnels go over IPv6, at least those of some pods. Default false. */
  readonly outerIpv6?: boolean | undefined;
  readonly hasIpv6: boolean;
  readonly from: string;
  /** Where tunnels end on the nodes; known of Calico's VXLAN. */
  readonly udpPort?: number | undefined;
};

/** @see https://docs.tigera.io/calico/latest/reference/resources/felixconfig vxlanPort; OVS takes the same by default */
export const VXLAN_PORT = 4789;
const FELIX = { group: 'crd.projectcalico.org', version: 'v1', plural: 'felixconfigurations' };
const POOLS = { group: 'crd.projectcalico.org', version: 'v1', plural: 'ippools' };

/** Calico's, flannel's or Cilium's settings; undefined when none of them is there. */
export async function readPodNetwork(cluster: Kubernetes): Promise<PodNetwork | undefined> {
  const find = async (name: string, ...namespaces: readonly string[]): Promise<ConfigMap | undefined> =>
    (await Promise.all(namespaces.map((namespace) => cluster.configMap(namespace, name)))).find((map) => map);
  const [calico, pools, flannel, cilium] = await Promise.all([
    find('calico-config', 'kube-system'),
    cluster.custom(POOLS),
    find('kube-flannel-cfg', 'kube-flannel', 'kube-system'),
    find('cilium-config', 'kube-system'),
  ]);
  if (cilium) return ciliumNetwork(cilium);
  if (flannel) return flannelNetwork(flannel);
  if (!calico && (pools ?? []).length === 0) return undefined;
  const [felix, ...daemonSets] = await Promise.all([
    cluster.custom(FELIX),
    ...['kube-system', 'calico-system'].map((namespace) =>
      cluster.get({ apiVersion: 'apps/v1', kind: 'DaemonSet', namespace, name: 'calico-node' }),
    ),
  ]);
  const settings = felix?.find(({ name }) => name === 'default')?.spec ?? {};
  return calicoNetwork({
    config: calico?.data ?? {},
    pools: pools ?? [],
    settings,
    env: envOf(daemonSets.find((set) => set)),
  });
}

type Calico = {
  readonly config: Readonly<Record<string, string>>;
  readonly pools: readonly Custom[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
};

/**
 * `veth_mtu` where it is set; else the smallest that the encapsulations in use allow. `FELIX_*` of the DaemonSet wins over
 * FelixConfiguration.
 * @see felix/config/config_params.go SourcesInDescendingOrder
 */
export function calicoNetwork({ config, pools, settings, env }: Calico): PodNetwork {
  const uses = (mode: 'vxlanMode' | 'ipipMode') => pools.some(({ spec }) => isTunnelled(spec[mode]));
  const setting = (name: string) => env[`FELIX_${name.toUpperCase()}`] ?? settings[name];
  const isOverIpv6 = pools.some(({ spec }) => isTunnelled(spec['vxlanMode']) && isIpv6(spec));
  const used: { encapsulation: Encapsulation; outerIpv6?: boolean; own: unknown; from: string }[] = [
    ...(uses('vxlanMode') ? [{ encapsulation: 'vxlan' as const, own: setting('vxlanMTU'), from: 'vxlanMTU' }] : []),
    ...(isOverIpv6
      ? [{ encapsulation: 'vxlan' as const, outerIpv6: true, own: setting('vxlanMTUV6'), from: 'vxlanMTUV6' }]
      : []),
    ...(uses('ipipMode')
      ? [{ encapsulation: 'ipip' as const, own: env['FELIX_IPINIPMTU'] ?? settings['ipipMTU'], from: 'ipipMTU' }]
      : []),
    ...(String(setting('wireguardEnabled')) === 'true'
      ? [{ encapsulation: 'wireguard' as const, own: setting('wireguardMTU'), from: 'wireguardMTU' }]
      : []),
  ];
  const [widest] = used.toSorted((a, b) => overheadOf(b) - overheadOf(a));
  const encapsulation = widest?.encapsulation ?? 'none';
  const hasIpv6 = pools.some(({ spec }) => isIpv6(spec));
  const udpPort = uses('vxlanMode') ? (bytesOf(setting('vxlanPort')) ?? VXLAN_PORT) : undefined;
  const common = { setter: 'calico', encapsulation, outerIpv6: widest?.outerIpv6, hasIpv6, udpPort } as const;
  const veth = bytesOf(config['veth_mtu']);
  if (veth !== undefined) return { ...common, mtuBytes: veth, from: words.from.calicoConfig };
  const own = used.flatMap((each) => {
    const mtuBytes = bytesOf(each.own);
    return mtuBytes === undefined ? [] : [{ mtuBytes, from: words.from.felix(each.from) }];
  });
  const [smallest] = own.toSorted((a, b) => a.mtuBytes - b.mtuBytes);
  return { ...common, ...(smallest ?? { from: words.from.auto('Calico') }) };
}

function isTunnelled(mode: unknown): boolean {
  return mode !== undefined && mode !== 'Never';
}

function isIpv6(spec: Custom['spec']): boolean {
  return String(spec['cidr']).includes(':');
}

const FlannelConfig = z.object({
  IPv6Network: z.string().optional(),
  Backend: z.object({ Type: z.string().default('udp'), MTU: z.number().optional() }).default({ Type: 'udp' }),
});
const FLANNEL: Readonly<Record<string, Encapsulation>> = {
  vxlan: 'vxlan',
  'host-gw': 'none',
  ipip: 'ipip',
  wireguard: 'wireguard-flannel',
};

export function flannelNetwork({ data }: Pick<ConfigMap, 'data'>): PodNetwork | undefined {
  let config: z.infer<typeof FlannelConfig>;
  try {
    config = FlannelConfig.parse(JSON.parse(data['net-conf.json'] ?? '{}'));
  } catch {
    return undefined;
  }
  const mtuBytes = bytesOf(config.Backend.MTU);
  return {
    ...{ setter: 'flannel', mtuBytes, encapsulation: FLANNEL[config.Backend.Type] ?? 'vxlan' },
    hasIpv6: config.IPv6Network !== undefined,
    from: mtuBytes === undefined ? words.from.auto('flannel') : words.from.flannel,
  };
}

/** Cilium's `mtu` is that of the card below; it takes its overhead off by itself. */
export function ciliumNetwork({ data }: Pick<ConfigMap, 'data'>): PodNetwork {
  const isNative = data['routing-mode'] === 'native' || data['tunnel'] === 'disabled';
  const protocol = data['tunnel-protocol'] ?? data['tunnel'] ?? 'vxlan';
  const tunnel: Encapsulation = protocol === 'geneve' ? 'geneve' : 'vxlan';
  const wireguard: Encapsulation = isNative ? 'wireguard-cilium' : 'wireguard-cilium-tunnel';
  const encapsulation = data['enable-wireguard'] === 'true' ? wireguard : isNative ? 'none' : tunnel;
  const card = bytesOf(data['mtu']);
  return {
    ...{ setter: 'cilium', encapsulation, hasIpv6: data['enable-ipv6'] === 'true' },
    mtuBytes: card === undefined ? undefined : card - overheadOf({ encapsulation }),
    from: card === undefined ? words.from.auto('Cilium') : words.from.cilium,
  };
}

/** The level of the pods above the node's card, whose MTU is `nicBytes`. */
export function podLevel(layer: string, network: PodNetwork, { name, mtuBytes: nicBytes }: Level): Level {
  const { setter, encapsulation, outerIpv6, hasIpv6, from } = network;
  const auto = nicBytes === undefined ? undefined : nicBytes - overheadOf(network);
  const mtuBytes = network.mtuBytes ?? auto;
  return {
    setter,
    encapsulation,
    outerIpv6,
    hasIpv6,
    from,
    name: words.level.pods(layer),
    layer,
    over: name,
    mtuBytes,
  };
}

/** 0 means: find it out. */
function bytesOf(value: unknown): number | undefined {
  const bytes = Number(value ?? 0);
  return Number.isInteger(bytes) && bytes > 0 ? bytes : undefined;
}

const DaemonSet = z.object({
  template: z.object({
    spec: z.object({
      containers: z.array(
        z.object({
          name: z.string(),
          env: z.array(z.object({ name: z.string(), value: z.string().default('') })).default([]),
        }),
      ),
    }),
  }),
});

/** The environment of calico-node, as far as it stands in the DaemonSet itself. */
function envOf(daemonSet: Custom | undefined): Readonly<Record<string, string>> {
  const { data } = DaemonSet.safeParse(daemonSet?.spec);
  const containers = data?.template.spec.containers ?? [];
  return Object.fromEntries(containers.flatMap(({ env }) => env.map(({ name, value }) => [name, value] as const)));
}
