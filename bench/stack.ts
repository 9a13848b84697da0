import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openBed } from './bed.ts';
import { inTurn, ratio, row } from './figures.ts';
import { LISTS } from './status.ts';

const SCRIPT = join(import.meta.dirname, '../testbed/kubernetes/kubernetes');
const PORT = '20443';
const ROUNDS = 3;
/** The openstack command line has it only with a plugin. */
const PLUGIN = 'resource provider list';

const LAYERS = [
  { name: 'metal', kind: 'openstack', cloud: 'metal' },
  { name: 'cluster', kind: 'kubernetes', on: 'metal', context: 'admin' },
  { name: 'storage', kind: 'ceph', on: 'cluster', namespace: 'ceph' },
  { name: 'cloud', kind: 'openstack', on: 'cluster', cloud: 'cloud', namespace: 'openstack' },
];

/** The kinds that the status of a stack reads from its cluster, as kubectl names them. */
const KINDS = [
  ...['nodes', 'namespaces', 'pods', 'events', 'services', 'persistentvolumes', 'persistentvolumeclaims'],
  ...['deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch', 'cronjobs.batch'],
  ...['endpointslices.discovery.k8s.io', 'ingresses.networking.k8s.io', 'httproutes.gateway.networking.k8s.io'],
  ...['storageclasses.storage.k8s.io', 'cephclusters.ceph.rook.io'],
];

/** `strata run cloud-status` of four layers against what an operator types for the same facts, all of it at once. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-stack-'));
  const cluster = { ...process.env, KUBERNETES_TESTBED_DIR: folder, KUBERNETES_TESTBED_PORT: PORT };
  const script = (...args: string[]) =>
    execFileSync(SCRIPT, args, { env: cluster, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  const exec = promisify(execFile);
  try {
    script('install');
    const kubeconfig = script('up');
    script('workload');
    const [kubectl, helm] = [script('program', 'kubectl'), script('program', 'helm')];
    const bed = await openBed({ clouds: ['metal', 'cloud'], kubeconfig, layers: LAYERS });
    try {
      await bed.start('worker');
      const tool = (program: string, ...args: string[]) => exec(program, args, { env: bed.env, maxBuffer: 1e9 });
      const ofClouds = ['metal', 'cloud'].flatMap((name) =>
        LISTS.filter((list) => list !== PLUGIN).map(
          (list) => () => bed.openstack('--os-cloud', name, ...list.split(' ')),
        ),
      );
      const ofCluster = [
        ...KINDS.map((kind) => () => tool(kubectl, 'get', kind, '-A', '-o', 'json')),
        () => tool(kubectl, 'get', '--raw', '/readyz'),
        () => tool(helm, 'list', '-A', '-o', 'json'),
      ];
      expectAllRead(await bed.strata('run', 'cloud-status', 'lab', '--json'));
      const [strata = 0, tools = 0, openstack = 0, kubernetes = 0] = await inTurn(ROUNDS, [
        async () => expectAllRead(await bed.strata('run', 'cloud-status', 'lab', '--json')),
        () => Promise.all([...ofClouds, ...ofCluster].map((list) => list())),
        () => Promise.all(ofClouds.map((list) => list())),
        () => Promise.all(ofCluster.map((list) => list())),
      ]);
      console.log(
        `medians of ${ROUNDS} rounds, on two real OpenStacks and a real control plane with OpenStack-Helm's shape`,
      );
      row('strata run cloud-status, 4 layers (whole process)', strata);
      row(`openstack, kubectl, helm: ${ofClouds.length + ofCluster.length} at once`, tools);
      row(`  of these, openstack: ${ofClouds.length} lists of both clouds`, openstack);
      row(`  of these, kubectl and helm: ${ofCluster.length} of the cluster`, kubernetes);
      ratio('the tools / strata', tools / strata, { atLeast: 10 });
    } finally {
      await bed.close();
    }
  } finally {
    script('clean');
    rmSync(folder, { recursive: true, force: true });
  }
}

type Layer = { readonly layer: string; readonly health: string; readonly summary: string };

/** @throws Error unless the report tells of each layer, and none of them could not be read */
function expectAllRead(json: string): void {
  const { report } = JSON.parse(json) as { report: { layers: readonly Layer[] } };
  const read = new Set(report.layers.filter(({ health }) => health !== 'unknown').map(({ layer }) => layer));
  const missing = LAYERS.filter(({ name }) => !read.has(name)).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`the status has nothing of ${missing.join(', ')}`);
}
