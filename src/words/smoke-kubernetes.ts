import { plural } from './language.ts';

/** Titles, details and advice of the smoke test of a Kubernetes cluster. */
export const words = {
  title: {
    namespace: 'Create a namespace',
    job: 'Run a pod to its end',
    web: 'Start two web servers',
    service: 'Put a Service before them',
    dns: 'Look the Service up by name',
    http: 'Ask through the Service',
    bulk: 'Copy 512 KiB from node to node',
    storageClass: 'Find the storage class',
    claim: 'Claim a volume',
    write: 'Write to it from a pod',
    read: 'Read it on another node',
    measure: 'Measure the largest packet from node to node',
    mtu: 'Compare it with the pods’ MTU',
    nodePort: 'Open a port on every node',
    nodePortHttp: 'Ask through that port of every node',
    route: (kind: string) => `Create an ${kind}`,
    routeHttp: (kind: string) => `Ask through the ${kind}`,
  },
  running: 'running a pod',
  starting: 'starting two web servers',
  askingService: 'asking through the Service in a pod',
  writing: 'writing to a volume',
  reading: 'reading from the volume what another pod wrote',
  routing: 'routing from outside',
  podsSay: 'the pods’ interface says',
  lookingUp: (host: string) => `looking up "${host}" in a pod`,
  copying: (nodes: readonly string[]) => `copying 512 KiB from pods on ${list(nodes)}`,
  gone: (doing: string, kind: string) => `${doing}: the ${kind} is gone`,
  notOurs: (kind: string, name: string) => `looking for ${kind} "${name}": there is one without the mark of this run`,
  noPodYet: 'no pod yet',
  endpoints: (count: number) => `${count} ready ${plural(count, 'endpoint', 'endpoints')}`,
  on: (nodes: readonly string[]) => `on ${list(nodes)}`,
  between: (from: readonly string[], to: readonly string[]) => `${list(from)} to ${list(to)}`,
  sameNode: (nodes: readonly string[]) => `on ${list(nodes)} again: the volume, or the cluster, has no other node`,
  largest: (bytes: number, from: string, to: string) =>
    `${bytes} bytes pass from ${from} to ${to} without fragmentation`,
  answering: (count: number, port: number) => `port ${port} of ${count} ${plural(count, 'node', 'nodes')}`,
  silent: (nodes: string, port: number, said: string) => `${nodes}, port ${port}: ${said}`,
  silentRoute: (host: string, address: string, said: string) => `${host} at ${address}: ${said}`,
  noNodePort: 'no port was given yet',
  noAddress: 'it has no address yet',
  notAccepted: 'no controller has taken it yet',
  noSuchClass: (name: string) => `choosing the storage class: no "${name}"`,
  leftNamespace: (layer: string, name: string) => `${layer}: namespace ${name}`,
  leftVolume: (layer: string, name: string, of: { readonly claim: string; readonly reclaimPolicy: string }) =>
    `${layer}: persistent volume ${name} of ${of.claim} (${of.reclaimPolicy})`,
  noStorageClass: 'there is no default storage class, and smokeTest.storageClass names none',
  noIngressClass: 'there is no ingress class, and smokeTest.gateway names no gateway',
  whichIngressClass: 'there are several ingress classes, and smokeTest.ingressClass names none',
  mayNotList: (what: string) => `this user may not list ${what}`,
  oneNode: 'all pods are on one node, so nothing is between them',
  noExec: 'this user may not run commands in pods',
  imagePing: 'the image’s ping cannot forbid fragmentation',
  noEcho: 'the pods do not answer to small pings either: a network policy may forbid them',
  mayNotPing: 'the pods may not ping',
  noInterface: (said: string) => `the pods’ MTU cannot be read${said === '' ? '' : `: ${said}`}`,
  notMeasured: 'nothing was measured',
  advice: {
    pod: 'Look at the pod’s events and at the kubelet of its node.',
    endpoints: 'The pods are ready and the Service has not noticed: look at kube-controller-manager.',
    dns: 'Look at the CoreDNS pods and their log; if this cluster’s names do not end with cluster.local, set smokeTest.clusterDomain.',
    http: 'The pods are ready and do not answer through the Service: look at kube-proxy (or what replaces it) and network policies.',
    bulk: 'Small requests pass and a bulk copy does not: large packets vanish between the nodes. Compare the MTU of pods, tunnels and node NICs (/cloud-status shows the chain).',
    storageClass: 'Create it, or name another as smokeTest.storageClass in the stack file.',
    volume: 'Look at the claim’s events, the CSI driver’s pods, and the storage behind it.',
    mtu: (largest: number, says: number) =>
      `The network between the nodes carries ${says - largest} bytes less than the pods assume. Set the pod network’s MTU to ${largest} ` +
      `(calico_mtu, FLANNEL_MTU or cilium_mtu) and restart the pods, or raise the MTU of the nodes’ NICs by ${says - largest}.`,
    nodePort: 'Look at kube-proxy of that node, and at firewalls and security groups for ports 30000 to 32767.',
    route: 'Look at the log of the ingress controller, and at the firewall before it.',
    entry: (kind: string) =>
      kind === 'Ingress'
        ? 'Look at the ingress controller of this class, and at what gives it an address.'
        : 'Look at the Gateway: its listeners must allow routes of other namespaces.',
  },
};

function list(nodes: readonly string[]): string {
  return [...new Set(nodes)].toSorted().join(', ');
}
