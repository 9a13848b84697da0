import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';

/** The lists that kubectl is asked for: every pod, as JSON on standard output; then the peak of its memory, kB. */
const [kubeconfig = ''] = process.argv.slice(2);
const cluster = openCluster(readContext('admin', [kubeconfig])).bind(new AbortController().signal);
process.stdout.write(JSON.stringify(await cluster.pods()));
process.stderr.write(String(process.resourceUsage().maxRSS));
