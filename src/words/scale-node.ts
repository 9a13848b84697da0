import type { Outcome } from '#domain/run.ts';
import { listed, plural } from './language.ts';

type Verdict = { readonly guard: string; readonly kind: 'holds' | 'warns' | 'refuses'; readonly evidence: string };
const VERDICTS = { holds: 'holds', warns: 'look at this', refuses: 'refuses' } as const;
const GOING = { remove: 'removing', replace: 'replacing' } as const;

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${plural(count, one, many)}`;
}

/** What can be counted of a title's ends, for one kind of work. */
function ends(what: string, done: string): Readonly<Record<Outcome, string>> {
  return { succeeded: done, degraded: `${done}, with remarks`, failed: `${what} failed`, cancelled: `${what} stopped` };
}

const MOST_NAMES = 5;
/** A few of many. */
function few(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return listed(names);
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
}

/** Sentences of /scale-node. */
export const words = {
  noLayer: (layer: string, environment: string) =>
    `scaling layer "${layer}" of environment "${environment}": it has no layer of that name`,
  noCluster: (layer: string) => `scaling layer "${layer}": it is no Kubernetes cluster`,
  noSource: (layer: string, provisioner: string | undefined) =>
    provisioner === undefined
      ? `scaling layer "${layer}": the stack file does not say by what its nodes are made`
      : `scaling layer "${layer}": Strata cannot add or remove nodes that ${provisioner} made`,
  noCloudBelow: (layer: string) => `scaling layer "${layer}": it stands on no OpenStack layer, where servers could be`,
  noNode: (name: string) => `looking for node "${name}": the cluster has none of that name`,
  alive: (node: string) => `replacing node "${node}": it is Ready, so it is not dead`,
  dead: (node: string) => `removing node "${node}": it is not Ready, so its pods cannot be moved in order`,
  badMtu: (why: string) => `adding a node: the MTU chain under it does not fit: ${why}`,
  noSibling: (layer: string) =>
    `adding a node to "${layer}": no worker that is Ready has a server to take as a pattern`,
  noFlavor: (name: string) => `adding a node: the cloud has no flavor "${name}"`,
  noImage: (name: string) => `adding a node: the cloud has no image "${name}"`,
  nameTaken: (name: string) => `creating server "${name}": a server or node is called so since the plan was made`,
  noServer: (node: string) =>
    `finding the server of node "${node}": no server, or more than one, has its id, name or address`,
  noQuota: (of: {
    readonly layer: string;
    readonly count: number;
    readonly flavor: string;
    readonly short: readonly string[];
  }) =>
    `adding ${counted(of.count, 'server')} (${of.flavor}) for "${of.layer}": the quota is too small: ${of.short.join('; ')}`,
  refused: (mode: 'remove' | 'replace', node: string, refusals: readonly Verdict[]) =>
    `${GOING[mode]} node "${node}": ${refusals.map(({ evidence }) => evidence).join('; ')}`,
  verdict: ({ guard, kind, evidence }: Verdict) => `guard ${guard}: ${VERDICTS[kind]}: ${evidence}`,
  summary: {
    add: (layer: string, names: readonly string[]) => `add ${listed(names)} to ${layer}`,
    remove: (layer: string, node: string) => `remove ${node} from ${layer}`,
    replace: (layer: string, node: string, names: readonly string[]) =>
      `replace ${node} of ${layer} by ${listed(names)}`,
    uncordon: (layer: string, node: string) => `let ${node} of ${layer} take pods again`,
  },
  judged: {
    playbooks: ({
      path,
      files,
      variables,
    }: {
      readonly path: string;
      readonly files: string;
      readonly variables?: string | undefined;
    }) =>
      `playbooks in ${path}, sha256 ${files.slice(0, 16)}${variables === undefined ? '' : `, variables ${variables.slice(0, 16)}`}`,
    hosts: (hosts: readonly string[]) => `inventory: ${hosts.join(', ')}`,
    server: (
      cloud: string,
      name: string,
      of: {
        readonly image: { readonly name: string; readonly id: string };
        readonly flavor: { readonly name: string };
        readonly ports: readonly { readonly networkId: string }[];
      },
    ) =>
      `new server ${name} in ${cloud}: ${of.flavor.name}, image ${of.image.name} (${of.image.id}), network ${listed(of.ports.map(({ networkId }) => networkId))}`,
    machine: (
      cloud: string,
      of: {
        readonly serverId: string;
        readonly serverName: string;
        readonly portIds: readonly string[];
        readonly floatingIps: readonly { readonly address: string }[];
        readonly volumeIds: readonly string[];
        readonly keptVolumeIds: readonly string[];
      },
    ) => [
      `server ${of.serverName} (${of.serverId}) of ${cloud} goes`,
      ...(of.portIds.length > 0 ? [`with its ports ${listed(of.portIds)}`] : []),
      ...(of.floatingIps.length > 0
        ? [`with its floating IPs ${listed(of.floatingIps.map(({ address }) => address))}`]
        : []),
      ...(of.volumeIds.length > 0 ? [`with its own volumes ${listed(of.volumeIds)}`] : []),
      ...(of.keptVolumeIds.length > 0 ? [`volumes that stay: ${listed(of.keptVolumeIds)}`] : []),
    ],
  },
  title: {
    names: (names: readonly string[]) => `Reserve the ${plural(names.length, 'name', 'names')} ${listed(names)}`,
    remember: (node: string) => `Keep the name ${node} from ever being given again`,
    group: 'Create a server group that spreads nodes',
    port: (node: string) => `Create a port for ${node}`,
    server: (node: string, flavor: string) => `Boot server ${node} (${flavor})`,
    reach: (names: readonly string[]) => `Wait until Ansible can log in at ${listed(names)}`,
    join: (names: readonly string[]) => `Join ${listed(names)} to the cluster (facts.yml, scale.yml)`,
    ready: (node: string) => `Wait until ${node} is Ready`,
    labels: (node: string, count: number) => `Give ${node} ${counted(count, 'label')} of its siblings`,
    daemons: (node: string) => `Wait for the DaemonSets on ${node}`,
    cell: (node: string) => `Map ${node} into its Nova cell`,
    hypervisor: (node: string) => `Wait until hypervisor ${node} is up`,
    disable: (host: string) => `Schedule no more servers to ${host}`,
    migrate: (host: string) => `Live-migrate the servers on ${host}`,
    cordon: (node: string) => `Cordon ${node}`,
    drain: (node: string) => `Drain ${node} by evictions`,
    unlabel: (node: string) => `Take the compute label off ${node}`,
    leave: (node: string) => `Take ${node} out of the cluster (remove-node.yml)`,
    forget: (host: string) => `Delete compute service and agents of ${host}`,
    delete: (server: string) => `Delete server ${server}`,
    rest: (server: string) => `Delete what hung on server ${server}`,
    off: (server: string) => `Stop server ${server} and see it off`,
    fence: (node: string) => `Mark ${node} out of service: its pods are let go`,
    down: (host: string) => `Declare compute host ${host} dead`,
    evacuate: (host: string) => `Evacuate the servers of ${host}`,
    uncordon: (node: string) => `Uncordon ${node}`,
    enable: (node: string) => `Schedule servers to ${node} again, where its removal had ended that`,
    after: 'Read the nodes as they are now',
  },
  risk: {
    cordon: (node: string) => `${node} stays cordoned`,
    drain: (node: string) => `some pods have left ${node}, the others stay; it stays cordoned`,
    server: (node: string) => `a server called ${node} that is no node yet`,
    join: 'a server that is half a node; running scale.yml again completes it',
    leave: (node: string) => `${node} may be reset and still be in the cluster; remove-node.yml may be run again`,
    delete: (server: string) => `server ${server}, being deleted`,
    off: (server: string) => `server ${server} may be off`,
    fence: (node: string) => `${node} stays tainted: no pod starts there until the taint is taken off`,
    disable: (host: string) => `compute service of ${host} stays disabled`,
    down: (host: string) => `compute service of ${host} stays forced down`,
    migrate: 'servers that are on their way arrive; the others stay',
    evacuate: 'servers that are being built anew are completed; the others stay down',
  },
  disabledReason: (run: number, node: string) => `strata #${run} removes ${node}`,
  drained: 'no pod is left to move',
  blockedPod: (namespace: string, name: string, why: string) => `${namespace}/${name}: ${why}`,
  waitsForPeers: (names: readonly string[], missing: number) =>
    `its StatefulSet loses one at a time: it waits for ${[...names, ...(missing > 0 ? [counted(missing, 'more pod')] : [])].join(', ')}`,
  // What keeps it comes first: a step has room for a line.
  draining: (leaving: readonly string[], blocked: readonly string[]) =>
    [
      ...(blocked.length === 0 ? [] : [`${blocked.length} held back: ${few(blocked)}`]),
      ...(leaving.length === 0 ? [] : [`${counted(leaving.length, 'pod')} leaving: ${few(leaving)}`]),
    ].join('; '),
  stillThere: (names: readonly string[]) => `still there: ${few(names)}`,
  notDrained: (node: string, names: readonly string[]) =>
    `taking node "${node}" out of the cluster: it is not drained: ${few(names)}`,
  notReady: (isThere: boolean, message: string) =>
    isThere ? `not Ready${message === '' ? '' : `: ${message}`}` : 'the cluster does not know it yet',
  daemons: (count: number) => `${counted(count, 'pod')} of DaemonSets ready`,
  missingDaemons: (names: readonly string[]) => `not ready: ${few(names)}`,
  cellFailed: (job: string, message: string) => `job ${job} failed: ${message}; the hourly one comes anyway`,
  jobRuns: (job: string) => `job ${job} runs`,
  hypervisor: (state: string | undefined) => (state === undefined ? 'not known yet' : `state ${state}`),
  hostEmpty: 'no server is left on it',
  moving: (left: number, still: readonly string[]) =>
    still.length === 0
      ? `${counted(left, 'server')} to move`
      : `${counted(left, 'server')} left; not running: ${few(still)}`,
  stuckServer: (server: string, why: string | undefined) =>
    why === undefined ? `${server} comes back` : `${server}: ${why}`,
  stuck: (host: string, servers: readonly string[]) =>
    `moving servers off "${host}": ${servers.slice(0, MOST_NAMES).join('; ')}`,
  enabled: (count: number) => (count === 0 ? 'nothing was left of a removal' : 'enabled'),
  agents: (count: number) => `${counted(count, 'agent')} deleted`,
  silent: (names: readonly string[], why: string) => `${few(names)}: no login yet${why === '' ? '' : `: ${why}`}`,
  reached: (count: number) => `${counted(count, 'host')} reached`,
  joined: (names: readonly string[]) => `${listed(names)} joined`,
  machineGone: (name: string) => `stopping server "${name}": it is gone, so nothing shows that it is off`,
  seenOff: 'SHUTOFF was seen',
  nodeThere: (node: string) => `node "${node}" is still in the cluster`,
  rest: (
    of: { readonly floatingIps: number; readonly ports: number; readonly volumes: number },
    moved: readonly string[],
  ) =>
    `${counted(of.ports, 'port')}, ${counted(of.floatingIps, 'floating IP')}, ${counted(of.volumes, 'volume')}${moved.length > 0 ? `; left where they are now: ${few(moved)}` : ''}`,
  nodes: (ready: number, all: number) => `${ready} of ${counted(all, 'node')} Ready`,
  advice: {
    noSource: (known: readonly string[]) => `Set "provisioner" of the layer to ${listed(known)}.`,
    noNode: (near: string | undefined, names: readonly string[]) =>
      near === undefined ? `Its nodes are ${few(names)}.` : `Did you mean ${near}?`,
    alive: (aim: string, node: string) => `Use: /scale-node ${aim} remove ${node}`,
    dead: (aim: string, node: string) => `Use: /scale-node ${aim} replace ${node}`,
    noSibling: 'Heal one worker first, so that a new one can be made like it.',
    noFlavor: (names: readonly string[]) => `It has ${few(names)}.`,
    noImage: 'Name one as kubespray.image in the stack file.',
    nameTaken: 'Ask anew: the next free name is taken then.',
    noServer: 'Give the server the name of its node, or the node a provider id.',
    noQuota: 'Raise the quota of the project, or remove what is not needed.',
    reach: (user: string) =>
      `See that the server boots, and that "${user}" may log in with the key (kubespray.user, kubespray.key).`,
    daemons: 'See why these pods do not start: /cloud-status shows it.',
    hypervisor: 'See that nova-compute runs on the node, and that it is mapped into a cell.',
    blocked: (node: string) =>
      `Let the budget allow it (a further replica, or a pod that becomes ready), then let the run go on from where it ended; or uncordon ${node}.`,
    leaving: (node: string) =>
      `A pod that does not end has a long grace period or a finalizer; then let the run go on from where it ended, or uncordon ${node}.`,
    stillThere: 'The cluster removes them by itself; see that kube-controller-manager is well.',
    notDrained: 'This run does not drain it again: uncordon it, or ask for its removal anew.',
    nodeThere: 'Take the node out of the cluster first.',
    notLive: 'Servers that do not run are not moved alive: start, migrate or delete them.',
    stuck: (layer: string) => `See the migrations of ${layer}: openstack server migration list`,
    off: (server: string) => `Stop server ${server} by hand, or cut its power; nothing is forced before it is off.`,
  },
  report: {
    title: {
      add: ends('Adding nodes', 'Nodes added'),
      remove: ends('Removing a node', 'Node removed'),
      replace: ends('Replacing a node', 'Node replaced'),
      uncordon: ends('Uncordoning a node', 'Node uncordoned'),
    },
    subtitle: (environment: string, layer: string, time: string | undefined) =>
      `${layer} of ${environment}${time === undefined ? '' : `, in ${time}`}`,
    nodes: 'Nodes',
    ready: 'Ready',
    schedulable: 'Ready and taking pods',
  },
};
