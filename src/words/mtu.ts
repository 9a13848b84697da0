/** Sentences about the MTU chain. */
export const words = {
  level: {
    physical: 'physical network',
    network: (network: string, layer: string) => `${network} (${layer})`,
    newNetworks: (layer: string) => `new networks (${layer})`,
    card: (layer: string) => `node card (${layer})`,
    pods: (layer: string) => `pods (${layer})`,
  },
  from: {
    stackFile: 'stack file',
    neutron: 'Neutron',
    secret: 'Secret neutron-etc',
    network: (name: string) => `as ${name}`,
    card: (card: string, node: string) => `${card} of ${node}`,
    calicoConfig: 'ConfigMap calico-config',
    felix: (setting: string) => `${setting} of Felix`,
    auto: (software: string) => `${software}, by itself`,
    flannel: 'ConfigMap kube-flannel-cfg',
    cilium: 'ConfigMap cilium-config',
  },
  assumed: ' (assumed)',
  verdicts: {
    pass: 'PASS',
    unknown: 'unknown',
    info: (bytes: number) => `INFO: ${bytes} unused`,
    fail: (bytes: number) => `FAIL: ${bytes} too many`,
    ipv6: (bytes: number) => `FAIL: ${bytes} too few for IPv6`,
  },
  summary: {
    pass: 'the MTU chain fits',
    info: 'the MTU chain fits, with room to spare',
    fail: (bytes: number, level: string) => `MTU: ${bytes} too many at ${level}`,
    ipv6: (level: string) => `MTU: too small for IPv6 at ${level}`,
    unknown: 'the MTU chain is not known',
  },
  trouble: {
    tooBig: (level: string, mtu: number, bytes: number) => `the MTU of ${level} is ${mtu}: ${bytes} too many`,
    ipv6: (level: string, mtu: number) => `the MTU of ${level} is ${mtu}, and IPv6 needs 1280`,
    cause: ({ over, base, overhead, most, assumed }: CauseFacts) =>
      `${over} carries ${base}, ${overhead === 0 ? 'so' : `${overhead} of that go to the tunnel${assumed ? ' (VXLAN is assumed)' : ''}, so`} at most ${most} fit: larger packets vanish without a word, while small ones pass`,
    also: (levels: readonly string[]) => `; likewise ${levels.join(', ')}`,
  },
  advice: {
    physical: (bytes: number) => `Raise the MTU of its switches and cards to at least ${bytes}.`,
    neutron: (layer: string, { base, most }: { readonly base: number; readonly most: number }) =>
      `On ${layer} set global_physnet_mtu and path_mtu to ${base}, and give its networks that stand already mtu ${most} (openstack network set --mtu ${most}); their servers need a new DHCP lease or a reboot.`,
    host: (most: number) =>
      `Give the cards of the nodes mtu ${most}: renew their DHCP lease, or correct what sets it by hand (netplan, ifcfg).`,
    calico: (most: number) =>
      `Set calico_mtu to ${most} (calico_veth_mtu alone does nothing), or leave both unset so that Calico finds it; then restart the pods.`,
    flannel: (most: number) =>
      `Set Backend.MTU in ConfigMap kube-flannel-cfg to ${most}, or take it out; then restart flannel and the pods.`,
    cilium: (base: number) =>
      `Set mtu in ConfigMap cilium-config to ${base}, or to 0 so that Cilium finds it; then restart it and the pods.`,
    raise: (level: string, bytes: number) => `Or raise below: ${level} to at least ${bytes}.`,
  },
};

type CauseFacts = {
  readonly over: string;
  readonly base: number;
  readonly overhead: number;
  readonly most: number;
  readonly assumed: boolean;
};
