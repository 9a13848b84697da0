import { InputError } from '#domain/errors.ts';
import type { Members } from '#domain/galera.ts';
import type { JobPorts } from '#domain/ports.ts';
import { words } from '#words/galera.ts';

/** OpenStack-Helm's labels of the pods and of their StatefulSet, and the container that the server runs in. */
export const MARIADB = { application: 'mariadb', component: 'server' };
const CONTAINER = 'mariadb';

/** The pods of a namespace as members. None where there is no cluster below `layer`. */
export function membersIn(layer: string, namespace: string, ports: JobPorts): Members {
  return {
    async list(signal) {
      const pods = (await ports.kubernetes(layer, signal)?.pods({ namespace, labels: MARIADB })) ?? [];
      // One whose container never began is no member yet: what keeps its pod back is told of the namespace.
      return pods.filter(({ phase }) => phase !== 'Pending').map(({ name, ip }) => ({ name, address: ip }));
    },
    async exec(name, argv, signal) {
      const cluster = ports.kubernetes(layer, signal);
      if (!cluster) throw new InputError(words.noCluster(layer));
      return cluster.exec({ namespace, name, container: CONTAINER }, argv);
    },
  };
}
