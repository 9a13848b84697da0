import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';

const SCRIPT = join(import.meta.dirname, '../../../testbed/kubernetes/kubernetes');
const CLUSTER = new URL('../../../testbed/kubernetes/workload/cluster.yaml', import.meta.url);
const exec = promisify(execFile);

export type Bed = {
  readonly kubeconfig: string;
  /** Folder of helm. */
  readonly programs: string;
  kubectl(args: readonly string[], input?: string): Promise<string>;
  helm(...args: string[]): Promise<string>;
  clean(): Promise<void>;
};

/** A cluster of its own, so that nothing here is in the counts of other suites: as Kubespray and Rook leave one. */
export async function startBed(): Promise<Bed> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-helm-'));
  // Beside those of the suite's cluster, which lie from 20,000 on.
  const port = 31_000 + (process.pid % 400) * 4;
  const env = { ...process.env, KUBERNETES_TESTBED_DIR: folder, KUBERNETES_TESTBED_PORT: String(port) };
  const run = async (args: readonly string[], input?: string) => {
    const running = exec(SCRIPT, args, { env, maxBuffer: 64 * 1024 ** 2 });
    running.child.stdin?.end(input);
    return (await running).stdout;
  };
  await run(['install']);
  const kubeconfig = (await run(['up'])).trim();
  const bed: Bed = {
    kubeconfig,
    programs: dirname((await run(['program', 'helm'])).trim()),
    kubectl: (args, input) => run(['kubectl', ...args], input),
    helm: (...args) => run(['helm', ...args]),
    async clean() {
      await run(['clean']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  // Without what a layer of Strata's is to make.
  const there = parseAllDocuments(readFileSync(CLUSTER, 'utf8'))
    .map((document) => document.toJS() as { kind: string; metadata: { name: string; namespace?: string } })
    .filter(
      ({ kind, metadata }) =>
        metadata.namespace !== 'openstack' && !(kind === 'Namespace' && metadata.name === 'openstack'),
    );
  await bed.kubectl(['apply', '-f', '-'], there.map((each) => stringify(each)).join('---\n'));
  return bed;
}
