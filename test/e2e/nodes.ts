import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { openCloud } from '#adapters/openstack/cloud.ts';
import { readCloud } from '#adapters/openstack/clouds.ts';
import type { OpenStack } from '#domain/openstack.ts';

const exec = promisify(execFile);
const PLAYBOOKS = join(import.meta.dirname, '../../testbed/kubespray/');
const calm = new AbortController().signal;

/** A cluster of its own whose nodes are servers of a real OpenStack, and the playbooks that make and unmake them. */
export type NodeBed = {
  readonly cloud: OpenStack;
  readonly kubeconfig: string;
  /** Layers `cloud` and `cluster` of a stack file. */
  readonly layers: readonly object[];
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** A verb of the bed's script, as `node fail node-4`. */
  testbed(...args: string[]): Promise<string>;
  /** How often a playbook began while another one was at work. */
  overlaps(): number;
  /** Pods that were on a node when `remove-node.yml` began for it, a line each; not those of DaemonSets, nor ended ones. */
  undrained(): string;
  /** Makes a server for each node, as whoever set the cluster up did. */
  seedServers(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
};

/** Another cluster than the one of the other suites, which count its nodes. */
export async function openNodeBed(kubespray: object = {}): Promise<NodeBed> {
  const { script } = inject('cluster');
  const folder = mkdtempSync(join(tmpdir(), 'strata-nodes-'));
  const port = 30_000 + (process.pid % 600) * 4;
  const env = { ...process.env, KUBERNETES_TESTBED_DIR: folder, KUBERNETES_TESTBED_PORT: String(port) };
  const testbed = async (...args: string[]) => (await exec(script, args, { env, maxBuffer: 64 * 1024 ** 2 })).stdout;
  const kubeconfig = (await testbed('up')).trim();
  const [kubectl, ansible] = [
    (await testbed('program', 'kubectl')).trim(),
    (await ansibleProgram()).replace(/\/[^/]*$/, ''),
  ];
  const cloud = openCloud(readCloud('cloud', inject('clouds').file)).bind(calm);
  const witness = layWitness(folder, ansible);
  const path = `PATH=${witness}:${ansible}:${kubectl.replace(/\/[^/]*$/, '')}:/usr/sbin:/usr/bin:/sbin:/bin`;
  const said = (file: string) => (existsSync(join(witness, file)) ? readFileSync(join(witness, file), 'utf8') : '');
  return {
    cloud,
    kubeconfig,
    layers: [
      { name: 'cloud', kind: 'openstack', cloud: 'cloud' },
      {
        ...{ name: 'cluster', kind: 'kubernetes', on: 'cloud', context: 'admin', provisioner: 'kubespray' },
        // Ansible's async tasks want the home of the user who runs it.
        tools: { command: ['env', path, `HOME=${homedir()}`, `KUBECONFIG=${kubeconfig}`] },
        kubespray: {
          ...{ path: PLAYBOOKS, groupVars: join(PLAYBOOKS, 'inventory/sample/group_vars'), user: 'debian' },
          ...kubespray,
        },
        drainMinutes: 3,
      },
    ],
    testbed,
    overlaps: () => said('overlaps').length,
    undrained: () => said('undrained'),
    async kubectl(args, input) {
      const running = exec(kubectl, ['--kubeconfig', kubeconfig, ...args], { maxBuffer: 64 * 1024 ** 2 });
      running.child.stdin?.end(input);
      return (await running).stdout;
    },
    seedServers: (names) => seedServers(cloud, names),
    async close() {
      await testbed('clean');
      await clean(cloud);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A folder with an `ansible-playbook` that holds a lock while the real one, or anything that it started, is there, and looks
 * at what is on a node that it is to remove.
 */
function layWitness(folder: string, real: string): string {
  const witness = join(folder, 'witness');
  mkdirSync(witness);
  const script = `#!/bin/bash
exec 9>>"${witness}/lock"
flock -n 9 || printf x >>"${witness}/overlaps"
if [[ "\${*: -1}" = remove-node.yml && "$*" =~ \\"node\\":\\"([^\\"]+) ]]; then
  fields="spec.nodeName=\${BASH_REMATCH[1]},status.phase!=Succeeded,status.phase!=Failed"
  template='{range .items[*]}{.metadata.name} {.metadata.ownerReferences[*].kind}{"\\n"}{end}'
  pods=$(kubectl get pods -A --field-selector "$fields" -o "jsonpath=$template" 2>&1) || pods="unknown: $pods"
  grep -v ' DaemonSet$' <<<"$pods" | sed '/^$/d' >>"${witness}/undrained"
fi
exec "${real}/ansible-playbook" "$@"
`;
  writeFileSync(join(witness, 'ansible-playbook'), script, { mode: 0o755 });
  return witness;
}

export async function ansibleProgram(): Promise<string> {
  const script = join(PLAYBOOKS, 'kubespray');
  await exec(script, ['install']);
  return (await exec(script, ['program', 'ansible-playbook'])).stdout.trim();
}

const NAME = 'nodes';

async function seedServers({ compute, network, image }: OpenStack, names: readonly string[]): Promise<void> {
  const description = 'the nodes of a cluster';
  const net = await network.createNetwork({ name: NAME, description });
  await network.createSubnet({ name: NAME, description, networkId: net.id, cidr: '10.90.0.0/24' });
  const group = await network.createSecurityGroup({ name: NAME, description });
  const [cirros] = await image.images({ name: 'cirros' });
  const flavor = (await compute.flavors()).find(({ name }) => name === 'm1.tiny');
  for (const name of names) {
    const allowedAddressPairs = [{ ip: '10.233.64.0/18' }];
    const port = await network.createPort({
      ...{ name, description, networkId: net.id, securityGroupIds: [group.id], allowedAddressPairs },
    });
    await compute.createServer({
      ...{ name, imageId: cirros?.id ?? '', flavorId: flavor?.id ?? '', portIds: [port.id], metadata: {} },
    });
  }
}

async function clean({ compute, network }: OpenStack): Promise<void> {
  for (const { id } of await compute.servers()) await compute.deleteServer(id);
  while ((await compute.servers()).length > 0) await new Promise((resolve) => setTimeout(resolve, 200));
  for (const { id, deviceOwner } of await network.ports()) if (deviceOwner === '') await network.deletePort(id);
  for (const { id, name } of await compute.serverGroups()) {
    if (name.startsWith('strata-')) await compute.deleteServerGroup(id);
  }
  for (const { id } of await network.subnets({ name: NAME })) await network.deleteSubnet(id);
  for (const { id } of await network.networks({ name: NAME })) await network.deleteNetwork(id);
  for (const { id } of await network.securityGroups({ name: NAME })) await network.deleteSecurityGroup(id);
}
