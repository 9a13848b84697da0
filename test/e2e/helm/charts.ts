import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const WORKLOAD = join(import.meta.dirname, '../../../testbed/kubernetes/workload/');

/** In the order in which OpenStack-Helm installs them. */
export const RELEASES = [
  'ingress-openstack',
  'rabbitmq',
  'mariadb',
  'memcached',
  'keystone',
  'openvswitch',
  'libvirt',
  'neutron',
  'horizon',
];

/** What a pod of MariaDB writes itself; none runs here. */
const STATE = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'mariadb-mariadb-state',
    annotations: {
      'openstackhelm.openstack.org/cluster.state': 'live',
      'openstackhelm.openstack.org/leader.node': 'mariadb-server-0',
      'openstackhelm.openstack.org/leader.expiry': '2099-01-01T00:00:00.000000Z',
    },
  },
};

/** A folder of charts of the shape of OpenStack-Helm's, each with the values of its release beside it. */
export type Charts = {
  readonly folder: string;
  /** Changes what a release lists, in place. */
  change(release: string, edit: (values: Values) => void): void;
  /** Adds a template to the chart of a release, or takes it away again. */
  template(release: string, text: string | undefined): void;
};
type Hook = { nodes?: Record<string, string>; component: string };
type Values = {
  hooks: Record<string, Hook>;
  deployments: Record<string, { replicas?: number }>;
  routes?: object;
  endpoints: Record<string, { target?: number }>;
};

export function makeCharts(folder: string): Charts {
  for (const name of RELEASES) {
    const chart = join(folder, name);
    cpSync(join(WORKLOAD, 'chart'), chart, { recursive: true });
    const about = join(chart, 'Chart.yaml');
    writeFileSync(about, readFileSync(about, 'utf8').replace('NAME', name));
    const values = parse(readFileSync(join(WORKLOAD, `releases/openstack/${name}.yaml`), 'utf8'), {
      merge: true,
    }) as Values;
    // Nobody accepts a route where no gateway is.
    delete values.routes;
    writeFileSync(join(folder, `${name}.yaml`), stringify(values));
  }
  writeFileSync(join(folder, 'mariadb/templates/state.yaml'), stringify(STATE));
  return {
    folder,
    change(release, edit) {
      const file = join(folder, `${release}.yaml`);
      const values = parse(readFileSync(file, 'utf8')) as Values;
      edit(values);
      writeFileSync(file, stringify(values));
    },
    template(release, text) {
      const file = join(folder, release, 'templates/more.yaml');
      if (text === undefined) rmSync(file);
      else writeFileSync(file, text);
    },
  };
}
