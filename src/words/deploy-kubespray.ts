import { listed } from './language.ts';
import { plural } from './language.ts';

type Said = { readonly fine: string; readonly wrong: string };
const MOST_NAMES = 5;

function few(names: readonly string[]): string {
  return names.length <= MOST_NAMES
    ? listed(names)
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
}

/** What a check says, when the thing is there and when it is not. */
function thing(what: string, name: string | undefined): Said {
  if (name === undefined) return { fine: `${what}: found`, wrong: `no ${what} is named in the stack file` };
  return { fine: `${what} ${name}: there`, wrong: `the cloud has no ${what} "${name}"` };
}

/** Sentences of the deploy of a cluster by Kubespray. */
export const words = {
  noCloudBelow: (layer: string) => `deploying "${layer}": it stands on no OpenStack layer, where servers could be`,
  notThereYet: (cloud: string) => `${cloud} is not there yet: what it offers is checked when it is`,
  hash: ({ files, variables }: { readonly files: string; readonly variables?: string | undefined }) =>
    `playbooks sha256 ${files.slice(0, 16)}${variables === undefined ? '' : `, variables ${variables.slice(0, 16)}`}`,
  groundParts: ['network', 'subnet', 'router', 'security group'],
  server: (name: string) => `server ${name}`,
  cluster: 'Kubernetes by Kubespray',
  other: 'set up from something else',
  unread: 'unknown',
  doubt: (servers: readonly string[], why: string) =>
    servers.length === 0
      ? `whether the cluster is there cannot be told: ${why}`
      : `${few(servers)} of it ${plural(servers.length, 'is', 'are')} there, and it could not be read: ${why}`,
  fewer: (have: number, wanted: number) => `the cluster has ${have} of ${wanted} servers`,
  flavor: (name: string | undefined) => thing('flavor', name),
  image: (name: string | undefined) => thing('image', name),
  keyPair: (name: string) => thing('key pair', name),
  external: (name: string | undefined): Said =>
    name === undefined
      ? { fine: 'external network: the only one', wrong: 'there is no external network, or more than one' }
      : thing('external network', name),
  foreign: (names: readonly string[]): Said => ({
    fine: 'no server of somebody else has such a name',
    wrong: `servers of somebody else are called ${few(names)}`,
  }),
  quota: (servers: number, short: readonly string[]): Said => ({
    fine: `the quota is enough for ${servers} more servers`,
    wrong: `the quota is too small for ${servers} more servers: ${short.join('; ')}`,
  }),
  title: {
    network: 'Create the network of the nodes',
    subnet: 'Create its subnet',
    router: 'Create a router and connect it',
    group: 'Create a security group for the nodes',
    spread: 'Create a server group, so that nodes spread over hypervisors',
    port: (node: string) => `Create a port for ${node}`,
    server: (node: string, flavor: string) => `Boot server ${node} (${flavor})`,
    reach: 'Wait until Ansible can log in at every node',
    cluster: 'Set up Kubernetes (cluster.yml)',
    kubeconfig: 'Fetch the kubeconfig of the new cluster',
    answers: 'Wait until the cluster answers and its nodes are Ready',
    keep: 'Keep in the cluster what it was set up from',
    unbuild: 'Delete the servers of the nodes',
    unground: 'Delete their network',
  },
  risk: { cluster: 'a cluster that is half set up; running cluster.yml again completes it' },
  mtu: (bytes: number) => `mtu ${bytes}`,
  several: (name: string, count: number) => `removing network "${name}": ${count} networks carry its name and mark`,
  left: (names: readonly string[]) => `still there: ${few(names)}`,
  silent: (names: readonly string[], why: string) => `${few(names)}: no login yet${why === '' ? '' : `: ${why}`}`,
  known: 'the workers reach the cluster by theirs',
  kept: (run: number, name: string) => `strata artifact ${run} ${name}`,
  nodes: (count: number) => `${count} ${plural(count, 'node', 'nodes')} Ready`,
  notReady: (names: readonly string[]) => (names.length === 0 ? 'no node yet' : `not Ready: ${few(names)}`),
  advice: {
    doubt:
      'If it is in use, mend that first. If a run stopped half way, /strata retry goes on with that run. --override with a reason sets it up again.',
    fewer: (layer: string) => `Nodes of a cluster that is set up are added by: /scale-node ${layer} add`,
    flavor: 'Name one of the cloud as kubespray.flavor in the stack file.',
    image: 'Upload it, or name another as kubespray.image in the stack file.',
    external: 'Name it as kubespray.servers.externalNetwork in the stack file.',
    foreign: 'Choose another kubespray.servers.prefix in the stack file, or remove them.',
    keyPair: 'Import it, or name another as kubespray.servers.keyName in the stack file.',
    quota: 'Raise the quota of the project, or ask for fewer workers.',
    reach: 'See that the servers boot, and that kubespray.user may log in with kubespray.key.',
    kubeconfig: (layer: string, context: string) =>
      `Put the kubeconfig that the run has kept into that of the workers, as context "${context}" (layer ${layer}).`,
  },
};
