import { listed, plural } from './language.ts';

type Names = readonly string[];
/** Of a long list, as of pods. */
const MOST = 8;

/** `, apart from rabbitmq-1 on the dead node` */
function apart(away: Names): string {
  return away.length === 0 ? '' : `, apart from ${listed(away)} on the dead node`;
}

/** The first few of them. */
function some(names: Names): string {
  return names.length <= MOST ? listed(names) : `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`;
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
  worker: (node: string, others: Names) => `${node} is a worker; ${some(others)} can take its pods`,
  soonWorker: (node: string) => `${node} is the only worker, and the new one comes first`,
  lastWorker: (node: string) => `${node} is the last worker: no other node is ready and open for its pods`,
  lastWorkerAdvice: 'Add a worker first: /scale-node ... add.',

  othersReady: (count: number) => `all ${count} other nodes are ready and take pods`,
  away: (node: string, isReady: boolean) => `${node} is ${isReady ? 'cordoned' : 'not ready'}`,
  othersAway: (sentences: Names) => sentences.join('; '),
  othersAdvice: 'One node at a time: bring the others back first (kubectl uncordon, or replace the dead one).',

  peersReady: (sets: Names) => `all other pods of ${some(sets)} are ready`,
  peerDown: (set: string, down: Names, missing: number) =>
    `${set} has a pod here, and ${[
      ...(down.length > 0 ? [`${some(down)} ${plural(down.length, 'is', 'are')} not ready`] : []),
      ...(missing > 0 ? [`${missing} of its pods ${plural(missing, 'is', 'are')} not there`] : []),
    ].join('; ')}`,
  peerDownAdvice: 'Bring its other pods back first: kubectl describe pod tells what they wait for.',

  tooMany: (members: Names) =>
    `${listed(members)} ${plural(members.length, 'is', 'are')} on this node: too few would stay`,
  tooManyAdvice: {
    remove: 'Move them one at a time first: kubectl cordon, kubectl delete pod, and wait until it is whole elsewhere.',
    replace:
      'Bring the dead node back if that can be; else see that the rest serves by itself, and take the node away by hand.',
  },

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
    elsewhere: (namespace: string) => `no broker of RabbitMQ in ${namespace} is on this node`,
    whole: (namespace: string, running: number, away: Names) =>
      `RabbitMQ in ${namespace}: all ${running} brokers run, no partition, no alarm${apart(away)}`,
    ill: (namespace: string, faults: Names) => `RabbitMQ in ${namespace}: ${faults.join('; ')}`,
    down: (broker: string) => `${broker} does not run`,
    few: (running: number, all: number) => `${running} of ${all} brokers run`,
    partition: (broker: string) => `${broker} is cut off from others`,
    alarm: (resource: string, broker: string) => `${broker} has the alarm ${resource}`,
    unreadable: 'its answer could not be understood',
    silent: (broker: string, why: string) => `${broker} does not answer: ${why}`,
    exit: (code: number, text: string) => `rabbitmqctl ended with ${code}: ${text}`,
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
  budgets: {
    free: 'no disruption budget forbids an eviction from this node now',
    blocks: (budget: string, pods: Names, why: string) =>
      `the disruption budget ${budget} lets nobody take ${some(pods)} away now: ${why}`,
    why: (healthy: number, wanted: number, ill: Names) =>
      `${healthy} pods are healthy, ${wanted} must be${ill.length === 0 ? '' : `; ${some(ill)} ${plural(ill.length, 'is', 'are')} not ready`}`,
    advice: 'The drain waits for it. Bring its other pods back, run one more, or change the budget, if it is to end.',
  },
  local: {
    none: 'no pod of this node keeps data here alone',
    volumes: (volumes: Names) => `local volumes that go with the node: ${some(volumes)}`,
    volumesAdvice: 'Copy what is needed first: a pod that wants such a volume starts nowhere else.',
    unowned: (pods: Names) => `pods that nobody makes again: ${some(pods)}`,
    unownedAdvice: 'They have no controller: move them by hand if they are needed.',
    scratch: (pods: Names) => `pods with data in an emptyDir that goes with them: ${some(pods)}`,
  },
  off: {
    alive: (node: string) => `${node} is Ready: it lives`,
    aliveAdvice: 'Nothing is forced on a node that lives. To take it away: /scale-node ... remove.',
    metal: (node: string) => `${node} stands on no cloud that could tell whether its machine is off`,
    metalAdvice: 'Prove by hand that it is off, and take the node away by hand.',
    gone: (node: string, server: string) => `${node} and its server ${server} are gone`,
    another: (node: string, server: { name: string; id: string }, approved: string) =>
      `the server of ${node} is ${server.name} (${server.id}) by now, and ${approved} was approved to go`,
    anotherAdvice: 'Nothing is done to a server that nobody agreed to: ask for the replacement anew.',
    noServer: (node: string, layer: string) => `layer "${layer}" has no one server that is ${node}`,
    noServerAdvice:
      'Without its server nobody can tell that it is off: look whether it is in another project, or two have its name; if it was deleted, kubectl delete node.',
    server: (node: string, server: { name: string; id: string; status: string }, doing: string | undefined) =>
      `the server of ${node}, ${server.name} (${server.id}), is ${server.status}${doing === undefined ? '' : ` (${doing})`}`,
    planAdvice: 'It is stopped, and must be seen SHUTOFF, before anything is forced: what still runs on it ends then.',
    advice: 'It must be SHUTOFF before anything is forced: openstack server stop, and look again.',
  },
  nova: {
    empty: (layer: string, host: string) => `no server of layer "${layer}" is on ${host}`,
    servers: (layer: string, host: string, servers: Names) =>
      `${servers.length} ${plural(servers.length, 'server', 'servers')} of layer "${layer}" on ${host}: ${some(servers)}`,
    moved: {
      remove: 'They are migrated while they run, before anything is drained.',
      replace:
        'They are built anew on other hosts from their disks: what was only in memory, or on a local disk, is lost.',
    },
    leftAdvice: (host: string) =>
      `Move them away: openstack server list --all-projects --host ${host}, then openstack server migrate --live-migration.`,
    open: (layer: string, host: string) =>
      `the compute service of layer "${layer}" on ${host} is enabled: a server can still come`,
    openAdvice: (host: string) => `openstack compute service set --disable ${host} nova-compute`,
    unknown: (layer: string, node: string, label: string) =>
      `${node} has the label ${label}, and layer "${layer}" knows no compute service there`,
    unknownAdvice: 'It never came up, or was deleted: look at nova-compute there if it should have servers.',
  },

  neutron: {
    none: (layer: string, node: string) => `no router of layer "${layer}" is on ${node} alone`,
    alone: (layer: string, node: string, routers: Names) =>
      `${routers.length} ${plural(routers.length, 'router', 'routers')} of layer "${layer}" on ${node} and nowhere else: ${some(routers)}`,
    move: (agent: string) =>
      `Move each to another agent (openstack network agent list --agent-type l3): openstack network agent remove router --l3 ${agent} ROUTER, then openstack network agent add router --l3 OTHER ROUTER.`,
    down: (agent: string) =>
      `Servers behind them are cut off until each is on another agent: openstack network agent remove router --l3 ${agent} ROUTER, then openstack network agent add router --l3 OTHER ROUTER.`,
  },
};
