/** What known failure texts mean, first match wins: cause and what to do. */
type Meaning = { readonly cause: string; readonly advice: string };

const KNOWN: readonly (readonly [RegExp, Meaning])[] = [
  [
    /No valid host was found/i,
    {
      cause: 'the scheduler found no hypervisor with room for it',
      advice: 'Look at the capacity of the hypervisors and for disabled compute services; or take a smaller flavor.',
    },
  ],
  [
    /Quota exceeded|exceeded for quota|Maximum number of (ports|volumes)/i,
    {
      cause: 'a quota of the project is used up',
      advice: 'Delete what is no longer needed (ports and volumes of dead servers first), or have the quota raised.',
    },
  ],
  [
    /No more IP addresses available/i,
    { cause: 'the address pool is empty', advice: 'Release unused floating IPs and ports, or add a pool.' },
  ],
  [
    /Failed to allocate the network|Virtual Interface creation failed/i,
    {
      cause: 'the network agent of the host did not plug the port in time',
      advice: 'Look at the network agents and Open vSwitch on that host.',
    },
  ],
  [
    /Exceeded maximum number of retries/i,
    {
      cause: 'the server could not be started on any host',
      advice: 'Look at the log of nova-compute; without nested virtualisation set virt_type to qemu.',
    },
  ],
  [
    /not mapped to any cell/i,
    { cause: 'a compute host was not discovered', advice: 'Run cell discovery (the cell-setup job).' },
  ],
  [
    /No valid backend was found/i,
    { cause: 'no volume backend takes it', advice: 'Look at the volume services and at Ceph.' },
  ],
  [
    /ImagePullBackOff|ErrImagePull|InvalidImageName|ErrImageNeverPull/,
    {
      cause: 'the node cannot pull the image',
      advice: 'Pull it on that node by hand: name, tag, registry, its limit of pulls; if TLS hangs, look at the MTU.',
    },
  ],
  [
    /executable file not found/,
    {
      cause: 'the image lacks that command',
      advice: 'Take another image: for tests smokeTest.image in the stack file.',
    },
  ],
  [/OOMKilled/, { cause: 'it used more memory than its limit', advice: 'Raise the memory limit of the container.' }],
  [/CrashLoopBackOff/, { cause: 'it ends again and again', advice: 'Read its previous log: kubectl logs --previous.' }],
  [
    /volume node affinity conflict/,
    {
      cause: 'its volume can be used on other nodes only',
      advice: 'Look at the zone and the node of the volume, and whether that node is up.',
    },
  ],
  [
    /unbound immediate PersistentVolumeClaims|storageclass\S* "[^"]*" not found|ProvisioningFailed|failed to provision volume/i,
    {
      cause: 'its volume is not there',
      advice:
        'Look at the claim, its storage class, the CSI provisioner’s pods, and the storage behind it (Ceph: OSDs up, not full).',
    },
  ],
  [
    /Multi-Attach error/,
    {
      cause: 'its volume is still attached to another node',
      advice: 'If that node is dead, prove it, then give it the taint node.kubernetes.io/out-of-service.',
    },
  ],
  [
    /didn't match Pod's node affinity|didn't match node selector/,
    {
      cause: 'no node has the label that it asks for',
      advice: 'Look at the labels of the nodes: kubectl get nodes --show-labels.',
    },
  ],
  [
    /Insufficient (cpu|memory|ephemeral-storage)|Too many pods/,
    {
      cause: 'no node has room for it',
      advice: 'Free or add room: what the nodes’ pods request counts, not what they use.',
    },
  ],
  [
    /untolerated taint/,
    {
      cause: 'the nodes that are left carry a taint',
      advice: 'Look at the taints of the nodes, and why they have them: not ready, pressure, cordoned.',
    },
  ],
  [
    /violates PodSecurity/,
    {
      cause: 'Pod Security does not let it in',
      advice: 'Look at the label pod-security.kubernetes.io/enforce of its namespace.',
    },
  ],
  [
    /exceeded quota/i,
    { cause: 'a quota of the namespace is used up', advice: 'Look at the ResourceQuota of the namespace.' },
  ],
];

/** Cause and what to do as two sentences; undefined for a text we know nothing about. */
export function adviceOn(text: string): string | undefined {
  const meaning = meaningOf(text);
  return meaning && `${meaning.cause[0]?.toUpperCase() ?? ''}${meaning.cause.slice(1)}. ${meaning.advice}`;
}

/** undefined for a text we know nothing about. */
export function meaningOf(text: string): Meaning | undefined {
  return KNOWN.find(([pattern]) => pattern.test(text))?.[1];
}
