import { listed, plural } from './language.ts';

/** Sentences about the nodes of a cluster and the servers under them. */
export const words = {
  dead: (node: string, server: string, status: string) =>
    `node ${node} is not ready: its server ${server} is ${status}`,
  serverCause: (status: string) => `the cloud below says ${status}`,
  deadAdvice:
    'Mend the server first: openstack server show, then start or reboot it. Before its pods are moved by force, it must be off for sure.',
  gone: (node: string) => `node ${node} is not ready, and the cloud below has no server for it`,
  goneAdvice: 'It was deleted under the cluster: kubectl delete node, and bring a new one in.',
  notReady: (node: string) => `node ${node} is not ready`,
  notReadyAlive: (node: string, server: string) => `node ${node} is not ready, though its server ${server} is ACTIVE`,
  notReadyAdvice: 'Look at its kubelet (journalctl -u kubelet) and at its way to the API server, port 6443.',
  noServer: (node: string) => `node ${node} has no server in the cloud below`,
  noServerAdvice: 'It stands elsewhere, or in a project that this user does not see; then nothing below it is watched.',
  serverIll: (node: string, server: string, status: string) => `server ${server} of node ${node} is ${status}`,
  serverIllAdvice: 'The node still counts as ready: the cluster may notice within a minute.',
  stray: (server: string, status: string) => `server ${server} (${status}) is called like a node and is none`,
  strayAdvice: 'It did not join, or was left over: join it, or delete it with its port and volume.',
  twins: (nodes: readonly string[], value: string) => `nodes ${listed(nodes)} are one machine (${value})`,
  twinsAdvice: 'Only one of them lives: kubectl delete node takes the other away.',
  readyz: (checks: readonly string[]) => `the API server is not ready: ${listed(checks)}`,
  readyzAdvice: 'kubectl get --raw "/readyz?verbose" tells more; etcd on a slow disk is the usual cause.',
  pressure: (node: string, condition: string) => `node ${node} has ${condition}`,
  pressureAdvice: 'kubectl describe node shows what its pods take; free some of it, or move pods away.',
  uninitialized: (node: string) => `node ${node} waits for the cloud provider`,
  uninitializedAdvice:
    'Only the openstack-cloud-controller-manager takes that taint away: look at its pods and at its cloud.conf.',
  cordoned: (node: string) => `node ${node} is cordoned: no new pods are placed there`,
  cordonedAdvice: (node: string) => `When the maintenance is over: kubectl uncordon ${node}`,
  tainted: (node: string, taint: string) => `node ${node} has the taint ${taint}`,
  taintedAdvice: 'Pods that do not bear it stay away; take it off when it is no longer meant: kubectl taint node ... -',
  volumes: (names: readonly string[]) =>
    `${plural(names.length, 'PersistentVolume', 'PersistentVolumes')} ${listed(names.slice(0, 4))} failed`,
  volumesAdvice: 'It could not be given back: kubectl describe pv tells why.',
};
