import { listed, plural } from './language.ts';

/** `1 pod`, `3 pods`, `2 are`: how many, and a word for it. */
function count(many: number, one: string, more = `${one}s`): string {
  return `${many} ${many === 1 ? one : more}`;
}

/** The first three, and how many more there are. */
function some(names: readonly string[]): string {
  return names.length <= 4 ? listed(names) : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

const waits = (many: number) => plural(many, 'waits', 'wait');
const are = (many: number) => plural(many, 'is', 'are');
const have = (many: number) => plural(many, 'has', 'have');

/** `3 pods of Deployment nova-api`; a pod that nothing made is called by its own name. */
function podsOf(many: number, owner: string): string {
  return many === 1 && owner.startsWith('Pod ') ? `pod ${owner.slice(4)}` : `${count(many, 'pod')} of ${owner}`;
}

/** Sentences about clusters, and what stands in their namespaces. */
export const words = {
  noCluster: (layer: string) => `finding the cluster of layer "${layer}": it stands on none`,
  noClusterAdvice: 'Say in the stack file, with "on", on which kubernetes layer it stands.',
  read: {
    cluster: (layer: string) => `Read ${layer}`,
    namespace: (namespace: string) => `Read namespace ${namespace}`,
    rest: 'Read the other namespaces',
    ceph: (layer: string) => `Read Ceph of ${layer}`,
    mtu: 'Read the MTU chain',
  },
  notRead: 'could not be read',
  owners: (names: readonly string[]) => some(names),

  parts: {
    login: 'the cluster',
    namespaces: 'namespaces',
    pods: 'pods',
    deployments: 'Deployments',
    statefulSets: 'StatefulSets',
    daemonSets: 'DaemonSets',
    jobs: 'Jobs',
    cronJobs: 'CronJobs',
    services: 'Services',
    slices: 'EndpointSlices',
    routes: 'Ingresses and HTTPRoutes',
    claims: 'PersistentVolumeClaims',
    volumes: 'PersistentVolumes',
    classes: 'StorageClasses',
    releases: 'Helm releases',
    nodes: 'nodes',
    events: 'events',
    unready: '/readyz',
    servers: 'the servers under the nodes',
    clusters: 'CephClusters',
  },

  summary: {
    namespace: (readyWorkloads: number, workloads: number, [ready, pods]: readonly [number, number]) =>
      workloads + pods === 0
        ? 'nothing runs here'
        : `${readyWorkloads} of ${count(workloads, 'workload')} whole, ${ready} of ${count(pods, 'pod')} well`,
    cluster: (version: string, ready: number, nodes: number) =>
      nodes === 0 ? version : `${version}, ${ready} of ${count(nodes, 'node')} ready`,
    ceph: (phase: string, health: string) => `${phase || 'no phase'}, ${health || 'health unknown'}`,
    osds: (ready: number, all: number) => `${ready} of ${count(all, 'OSD')} run`,
    mons: (ready: number, all: number) => `${ready} of ${count(all, 'mon')} run`,
    noCeph: 'no CephCluster',
  },

  webs: {
    dashboard: 'Dashboard',
    targets: 'Prometheus targets',
    alerts: 'Prometheus alerts',
    elasticsearch: 'Elasticsearch',
    login: 'shows its login page',
    noLogin: (status: number) => `answers ${status} without a login page`,
    strange: (status: number) => `answers ${status}, which says nothing`,
    down: (many: number, names: readonly string[]) => (many === 0 ? 'all are up' : `${many} down: ${some(names)}`),
    firing: (many: number, names: readonly string[]) => (many === 0 ? 'none fires' : `${many} fire: ${some(names)}`),
    search: (health: string) => `its cluster is ${health}`,
    hidden: 'not visible to this user',
    trouble: (kind: string, service: string, detail: string) => `${kind} (Service ${service}): ${detail}`,
    advice: 'Look at the pods behind that Service, and at what it shows itself.',
  },

  trouble: {
    terminating: (namespace: string) => `namespace ${namespace} is being deleted`,
    terminatingAdvice:
      'kubectl get namespace -o yaml names in its conditions what is left in it, and which finalizer holds it.',
    gone: (namespace: string) => `there is no namespace ${namespace}`,
    goneAdvice: 'Deploy the layer, or correct its "namespace" in the stack file.',

    // pods
    onNode: (pods: number, node: string) => `${count(pods, 'pod')} ${are(pods)} on node ${node}, which is not ready`,
    onNodes: (pods: number, nodes: readonly string[]) =>
      `${count(pods, 'pod')} ${are(pods)} on ${nodes.length} nodes that are not ready: ${some(nodes)}`,
    onNodeAdvice: 'Mend the node first; see what is said of it.',
    waitFor: (pods: number, kind: string, name: string) => `${count(pods, 'pod')} ${waits(pods)} for ${kind} ${name}`,
    waitForPods: (pods: number, labels: string) =>
      `${count(pods, 'pod')} ${waits(pods)} for a ready pod with ${labels}`,
    who: (state: string, names: readonly string[]) => `${state}; these wait: ${some(names)}`,
    states: {
      absent: 'it does not exist',
      failed: 'it has failed',
      running: 'it has not ended yet',
      empty: 'no ready pod stands behind it',
      unready: 'there is such a pod, but it is not ready',
    },
    waitAdvice: {
      Job: 'kubectl describe job, then the log of its pod; a failed one is deleted and made anew by helm upgrade.',
      Service: 'Look at the pods behind that Service, not at those that wait.',
      Pods: 'Look at those pods on that node, not at those that wait.',
    },
    waitForClaims: (pods: number, claims: readonly string[]) =>
      `${count(pods, 'pod')} ${waits(pods)} for ${plural(claims.length, 'claim', 'claims')} ${some(claims)}`,
    waitForClaimsAdvice: 'Mend the claims first; see what is said of them.',
    unschedulable: (pods: number, owners: readonly string[]) =>
      `${count(pods, 'pod')} of ${some(owners)} cannot be placed`,
    unschedulableAdvice: 'kubectl describe pod names, node by node, what is missing.',
    container: (pods: number, owner: string, reason: string) => `${podsOf(pods, owner)}: ${reason}`,
    exited: (code: number, message: string) => `exit code ${code}${message === '' ? '' : `: ${message}`}`,
    containerAdvice: 'kubectl describe pod and kubectl logs --previous tell more.',
    evicted: (pods: number) => `${count(pods, 'pod')} ${plural(pods, 'was', 'were')} evicted`,
    stuck: (pods: number, owner: string, status: string) => `${podsOf(pods, owner)} ${are(pods)} stuck in ${status}`,
    unready: (pods: number, owner: string) =>
      `${podsOf(pods, owner)} ${plural(pods, 'runs', 'run')} but ${are(pods)} not ready`,
    unreadyAdvice: 'Its readiness probe fails: kubectl describe pod shows what the probe says, kubectl logs why.',

    // workloads
    short: (kind: string, name: string, { ready, desired }: { ready: number; desired: number }) =>
      `${kind} ${name}: ${ready} of ${desired} ready`,
    shortAdvice: 'kubectl describe shows in its events why no more pods are made.',
    noNodes: (name: string, labels: string) => `DaemonSet ${name} runs nowhere: no node has the label ${labels}`,
    noNodesAdvice: (labels: string) => `kubectl label node NODE ${labels.replaceAll(',', ' ')}`,
    fewNodes: (name: string, { desired, labelled }: { desired: number; labelled: number }) =>
      `DaemonSet ${name} runs on ${desired} of ${labelled} nodes with its label`,
    fewNodesAdvice: 'kubectl describe daemonset and kubectl describe node tell what keeps it from the others.',
    jobs: (names: readonly string[], reason: string) =>
      `${plural(names.length, 'Job', 'Jobs')} ${some(names)} failed${reason === '' ? '' : `: ${reason}`}`,
    jobsAdvice: 'Read the log of its last pod, mend the cause, delete the Job, and run helm upgrade again.',

    // services
    noPods: (names: readonly string[]) =>
      `${count(names.length, 'Service')} ${have(names.length)} no pod at all: ${some(names)}`,
    noPodsAdvice: 'Its selector matches nothing: the workload is not installed, scaled to 0, or labelled otherwise.',
    noReady: (names: readonly string[]) =>
      `${count(names.length, 'Service')} ${have(names.length)} no ready endpoint: ${some(names)}`,
    noReadyCause: 'none of the pods behind it is ready',
    unlisted: 'its pods are ready, but the cluster does not list them behind it',
    noReadyAdvice: 'Look at those pods; who calls the Service meanwhile gets no answer.',
    noAddress: (names: readonly string[]) =>
      `${count(names.length, 'load balancer Service')} ${waits(names.length)} for an external address: ${some(names)}`,
    noAddressAdvice:
      'Look at the cloud controller manager, and at Octavia and the floating network of the cloud below.',
    endpoint: (endpoints: readonly string[], service: string) => `${some(endpoints)}: Service ${service} cannot answer`,
    endpoints: (many: number, services: readonly string[]) =>
      `${count(many, 'endpoint')} of the catalogue: ${count(services.length, 'Service')} cannot answer: ${some(services)}`,
    endpointCauses: { absent: 'there is no such Service', empty: 'it has no ready endpoint' },
    endpointAdvice:
      'Clients in the cluster get no answer at this address of the catalogue: look at the pods behind it.',
    routeAddress: (names: readonly string[]) =>
      `${count(names.length, 'Ingress', 'Ingresses')} ${have(names.length)} no address: ${some(names)}`,
    routeAddressAdvice: 'No controller has taken them: look at the ingress class and the pods of its controller.',
    routeRefused: (names: readonly string[]) =>
      `${count(names.length, 'HTTPRoute')} ${are(names.length)} not accepted: ${some(names)}`,
    routeRefusedAdvice: 'Look at its parent Gateway and at the names of its Services.',
    routeBackend: (routes: readonly string[], service: string) => `${some(routes)}: Service ${service} cannot answer`,

    // storage and releases
    claims: (names: readonly string[], phase: string) =>
      `${count(names.length, 'claim')} ${are(names.length)} ${phase || 'Pending'}: ${some(names)}`,
    noClass: (name: string) => `StorageClass ${name} does not exist`,
    noClassAdvice: 'Install what provides it (OpenStack-Helm expects "general" from Rook), or name another class.',
    noDefaultClass: 'they name no class, and none is the default',
    claimAdvice:
      'kubectl describe pvc tells what the provisioner says; then look at its pods and at the storage behind it.',
    release: (name: string, status: string, since: string) => `Helm release ${name} is ${status}${since}`,
    since: (minutes: number) =>
      minutes < 2 ? '' : ` for ${minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`}`,
    pendingCause: 'a helm command still runs, or was cut off',
    pendingAdvice: 'If no helm runs any more: helm rollback, or helm uninstall of a first install; then deploy again.',
    failedCause: 'its last helm command failed',
    failedAdvice:
      'Look at the Jobs and pods of the release, then helm upgrade again; charts with hook Jobs must not be given --wait.',
  },
};
