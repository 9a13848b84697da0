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
    /Quota exceeded|exceeded for quota|CreateVolume failed due to exceeded quota|Maximum number of (ports|volumes)/i,
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
    /Select from mysql failed|SST is still in progress|WSREP (not synced|says the node can not receive)|State Transfer|Not in primary cluster/i,
    {
      cause: 'Galera transfers its state, and that does not come to its end: small packets pass, large ones are lost',
      advice:
        'Mend the MTU first, then ports 4444, 4567 and 4568; a joiner that hangs goes on by itself. Kill none of two members.',
    },
  ],
  [
    /failed to reach primary view|failed to open gcomm backend/i,
    {
      cause: 'no member of the Galera cluster knows the state that is valid: a split, or all were down',
      advice: 'OpenStack-Helm elects the newest member by itself; with Kolla run kolla-ansible mariadb-recovery.',
    },
  ],
  [
    /inconsistent_database|running_partitioned_network/i,
    {
      cause: 'RabbitMQ has split after its link was gone for a moment',
      advice: 'Restart the members of the smaller side, one at a time.',
    },
  ],
  [
    /etcdserver: request timed out|apply request took too long|etcdserver: leader changed/i,
    { cause: 'the disk under etcd is too slow', advice: 'Give etcd a faster volume, or its host fewer neighbours.' },
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
  [
    /Kubelet stopped posting node status/i,
    {
      cause: 'its server is down, its kubelet has ended, or its network is cut',
      advice: 'Look at the server in the cloud below, then at journalctl -u kubelet.',
    },
  ],
  [
    /Evicted|DiskPressure|ephemeral-storage/,
    { cause: 'the node runs out of disk', advice: 'Remove old images and logs there; then delete the evicted pods.' },
  ],
  [/MemoryPressure/, { cause: 'the node runs out of memory', advice: 'Move pods away, or give the node more.' }],
  [
    /violate the pod's disruption budget/i,
    { cause: 'a disruption budget forbids it now', advice: 'Wait until its other pods are well; never force OSDs.' },
  ],
  [
    /another operation \(install\/upgrade\/rollback\) is in progress/i,
    {
      cause: 'a helm command was cut off',
      advice: 'See that no helm runs any more, then helm rollback or helm uninstall.',
    },
  ],
  [
    /has no deployed releases/i,
    {
      cause: 'the first install failed',
      advice: 'Read the log of its Jobs; helm uninstall, then install again without --wait.',
    },
  ],
  [
    /BackoffLimitExceeded.*db-(sync|init)|db-(sync|init).*BackoffLimitExceeded/i,
    {
      cause: 'the database was not there, or Galera is not in sync',
      advice: 'Mend the database, delete the Job, and run helm upgrade again.',
    },
  ],
  [
    /BackoffLimitExceeded|DeadlineExceeded/,
    {
      cause: 'its pods failed too often, or took too long',
      advice: 'Read the log of its last pod, mend the cause, delete the Job, and run helm upgrade again.',
    },
  ],
  [
    /has gone into ERROR state, please check Octavia|SyncLoadBalancerFailed/i,
    {
      cause: 'the load balancer of the cloud below is broken',
      advice: 'Look at Octavia there: openstack loadbalancer list.',
    },
  ],
  [
    /address already in use/i,
    {
      cause: 'two overlays want the same UDP port (4789): Calico and Neutron, on the same card',
      advice: 'Give one of them another: calico_vxlan_port, or vxlan_udp_port of the Open vSwitch agent.',
    },
  ],
  [
    /host name not found.*svc\.cluster\.local|lookup \S*svc\.cluster\.local/,
    {
      cause: 'this address exists only inside the cluster',
      advice: 'Give the service a public host name (host_fqdn_override), or run Strata where that name resolves.',
    },
  ],
  [
    /CreateContainerConfigError|secret .* not found|configmap .* not found/i,
    {
      cause: 'a Secret or ConfigMap it needs is not there',
      advice: 'Make it, or have the chart installed that makes it.',
    },
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
