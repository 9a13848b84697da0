import { listed } from './lists.ts';

type Names = readonly string[];

/** `, apart from rabbitmq-1 on the dead node` */
function apart(away: Names): string {
  return away.length === 0 ? '' : `, apart from ${listed(away)} on the dead node`;
}

type States = readonly { readonly name: string; readonly count: number }[];

function sum(states: States): number {
  return states.reduce((total, { count }) => total + count, 0);
}

/** `33 active+undersized+degraded` */
function told(states: States): string {
  return listed(states.map(({ name, count }) => `${count} ${name}`));
}

const PROCEDURE = 'Kubespray documents it in docs/operations/nodes.md';

/** Sentences about what must hold before a node may go. */
export const words = {
  noCluster: (layer: string) => `reading the nodes of layer "${layer}": it is no Kubernetes cluster`,
  unread: (guard: string, why: string) => `the guard "${guard}" could not be read, so it refuses: ${why}`,
  unreadAdvice: 'Mend what cannot be read, then ask again.',
  late: (seconds: number) => `no answer within ${seconds} s`,
  of: (part: number, all: number) => `${part} of ${all}`,
  and: (first: string, second: string) => `${first}; ${second}`,

  gone: (node: string) => `${node} is no node of the cluster any more`,
  noNode: (node: string) => `the cluster has no node "${node}"`,
  noNodeAdvice: (meant: string | undefined) =>
    meant === undefined ? 'kubectl get nodes lists them.' : `Did you mean ${meant}?`,
  controlPlane: (node: string) => `${node} is of the control plane`,
  controlPlaneAdvice:
    `That is done by hand; ${PROCEDURE}: append the new host at the end of kube_control_plane, run cluster.yml, restart ` +
    'nginx-proxy on every host, then remove-node.yml. The first host of the group must be moved to another place, and ' +
    'cluster.yml run, before it can be removed.',
  onlyControlPlane: (node: string) => `${node} is the only control-plane node`,
  onlyControlPlaneAdvice:
    'Without it there is no cluster. Add control-plane nodes first (append them to kube_control_plane and run cluster.yml), ' +
    'and keep the number of etcd members odd.',
  etcd: (node: string) => `${node} is a member of etcd`,
  etcdAdvice:
    `That is done by hand; ${PROCEDURE}: keep the number of members odd, run remove-node.yml, take the node out of the ` +
    'inventory, run cluster.yml, and see that --etcd-servers of every kube-apiserver names only members that are left.',
  worker: (node: string, others: Names) =>
    `${node} is a worker; ${listed(others.slice(0, 3))}${others.length > 3 ? ` and ${others.length - 3} more` : ''} can take its pods`,
  soonWorker: (node: string) => `${node} is the only worker, and the new one comes first`,
  lastWorker: (node: string) => `${node} is the last worker: no other node is ready and open for its pods`,
  lastWorkerAdvice: 'Add a worker first: /scale-node ... add.',

  othersReady: (count: number) => `all ${count} other nodes are ready and take pods`,
  away: (node: string, isReady: boolean) => `${node} is ${isReady ? 'cordoned' : 'not ready'}`,
  othersAway: (sentences: Names) => sentences.join('; '),
  othersAdvice: 'One node at a time: bring the others back first (kubectl uncordon, or replace the dead one).',

  peersReady: (sets: Names) => `all other pods of ${listed(sets)} are ready`,
  peerDown: (set: string, down: Names, missing: number) =>
    `${set} has a pod here, and ${[
      ...(down.length > 0 ? [`${listed(down)} ${down.length === 1 ? 'is' : 'are'} not ready`] : []),
      ...(missing > 0 ? [`${missing} of its pods ${missing === 1 ? 'is' : 'are'} not there`] : []),
    ].join('; ')}`,
  peerDownAdvice: 'Bring its other pods back first: kubectl describe pod tells what they wait for.',

  galera: {
    counts: (namespace: string, synced: string, away: Names) =>
      `Galera in ${namespace}: ${synced} members synced${apart(away)}`,
    onlyMember: 'The only member is on this node: the database is down until it has started on another one.',
    advice: {
      remove: 'Wait until every member is synced and the cluster has its full size.',
      replace: 'Bring the other members back first: they must be synced, and more than half of all.',
    },
  },
  rabbitmq: {
    whole: (namespace: string, running: number, away: Names) =>
      `RabbitMQ in ${namespace}: all ${running} brokers run, no partition, no alarm${apart(away)}`,
    ill: (namespace: string, faults: Names) => `RabbitMQ in ${namespace}: ${faults.join('; ')}`,
    down: (broker: string) => `${broker} does not run`,
    few: (running: number, all: number) => `${running} of ${all} brokers run`,
    partition: (broker: string) => `${broker} is cut off from others`,
    alarm: (resource: string, broker: string) => `${broker} has the alarm ${resource}`,
    unreadable: 'its answer could not be understood',
    silent: (broker: string, why: string) => `${broker} does not answer: ${why}`,
    exit: (code: number, text: string) => `rabbitmqctl ended with ${code}: ${text.trim().split('\n').at(-1) ?? ''}`,
    nobody: 'there is no pod to ask',
    advice:
      'Bring every broker back first, the smaller side of a partition one at a time; one that is gone for good: rabbitmqctl forget_cluster_node.',
    only: (namespace: string) => `the only broker of RabbitMQ in ${namespace} is on this node`,
    onlyAdvice: 'Messages are lost and services wait until it has started on another node.',
    unasked: (namespace: string, why: string, ready: string) =>
      `RabbitMQ in ${namespace} could not be asked (${why}); by their probes ${ready} brokers are ready`,
    unaskedAdvice: 'The probes see no partition and no alarm: look at rabbitmqctl cluster_status yourself.',
  },
  ceph: {
    osds: (namespace: string, faults: Names) => `Ceph in ${namespace}: ${faults.join('; ')}`,
    free: (namespace: string, osds: Names, groups: number) =>
      `Ceph in ${namespace}: ${listed(osds)} may be stopped and destroyed, all ${groups} placement groups are active+clean`,
    healed: (namespace: string, osds: Names, groups: number) =>
      `Ceph in ${namespace}: all ${groups} placement groups are active+clean without ${listed(osds)}`,
    dirty: (states: States, all: number) =>
      `${sum(states)} of ${all} placement groups are not active+clean (${told(states)})`,
    unstoppable: (osds: Names, why: string) => `${listed(osds)} may not be stopped${why === '' ? '' : `: ${why}`}`,
    needed: (osds: Names) => `the data of ${listed(osds)} may still be needed`,
    advice: (ids: Names) =>
      ids.length === 0
        ? 'Wait until all placement groups are active+clean: ceph status tells.'
        : `Move the data away first: ceph osd out ${ids.join(' ')}, wait until all placement groups are active+clean, ` +
          `and until ceph osd safe-to-destroy ${ids.join(' ')} agrees. With no other host for a copy, add one first.`,
    inactive: (states: States, all: number, osds: Names) =>
      `${sum(states)} of ${all} placement groups are not active (${told(states)}) and may need ${listed(osds)}`,
    inactiveAdvice:
      'The disk of the dead node may hold the last copy: bring its OSDs back, by starting the server or by moving its volume, before anything is deleted.',
    deadAdvice:
      'Copies are missing. Before the old machine is deleted they must have been made anew elsewhere, else the run stops there.',
    mons: (namespace: string, left: Names, all: number) =>
      `Ceph in ${namespace}: ${left.length} of ${all} mons stay in the quorum${left.length > 0 ? ` (${listed(left)})` : ''}`,
    monsAdvice:
      'Bring the other mons back first, or let Rook make more (spec.mon.count of the CephCluster, an odd number).',
    noToolbox: (namespace: string, daemons: Names) =>
      `Ceph in ${namespace} has ${listed(daemons)} on this node, and no toolbox to ask in`,
    noToolboxAdvice:
      'Install it: kubectl create -f deploy/examples/toolbox.yaml of Rook (label app=rook-ceph-tools); it must be ready, and on another node than a dead one.',
    nameless: (namespace: string) => `Ceph in ${namespace} has an OSD on this node that does not tell its number`,
    namelessAdvice:
      'It is not of Rook: take it out of Ceph by hand (ceph osd out, safe-to-destroy, purge), then ask again.',
    unreadable: (argv: Names, exitCode: number, said: string) =>
      `running "ceph ${argv.join(' ')}": it ended with ${exitCode}${said === '' ? ', and no answer that can be read' : `: ${said}`}`,
  },
};
