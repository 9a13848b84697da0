import type { SimulatedKubernetes } from '../kubernetes/kubernetes.ts';
import { startOpenStack } from '../openstack/openstack.ts';
import { hostFor } from '../openstack/life.ts';
import { addHost } from '../openstack/seeds.ts';
import { put, type Store, type Thing, where } from '../openstack/store.ts';
import { RELEASES } from '../kubernetes/seeds.ts';
import type { SimulatedTools } from '../tools/tools.ts';
import { faultOf } from './cluster.ts';
import { TIMING_MS } from './metal.ts';
import type { Part } from './part.ts';

/** What fits in the cluster's network: the node's 1450 less 50 for the tunnel. */
const MTU_BYTES = 1400;

/** Each node with the label is a hypervisor; one that dies leaves its service behind, and one that comes brings it. */
function followNodes(cluster: SimulatedKubernetes['store'], { hosts, agents }: Store): void {
  const follow = () => {
    for (const { metadata, status } of cluster.all('Node')) {
      const up = status?.conditions?.some((each: Thing) => each.type === 'Ready' && each.status === 'True') ?? false;
      const [host] = where(hosts, ({ name }) => name === metadata.name);
      if (host) host.up = up;
      else if (up && metadata.labels?.['openstack-compute-node'] !== undefined)
        addHost({ hosts, agents }, metadata.name);
      for (const agent of where(agents, (each) => each.host === metadata.name)) agent.alive = up;
    }
  };
  cluster.onChange(follow);
  follow();
}

type CloudTools = { readonly tools: SimulatedTools; readonly charts: string };

/** OpenStack in the cluster. */
export async function startCloud(cluster: SimulatedKubernetes, { tools, charts }: CloudTools) {
  const cloud = await startOpenStack({
    ...{ timing: TIMING_MS, region: 'RegionTwo', mtuBytes: MTU_BYTES },
    ...{ hosts: [], servers: [{ name: 'cirros' }], volumes: [{ name: 'data', size: 10 }] },
  });
  const { store } = cloud;
  followNodes(cluster.store, store);
  for (const server of where(store.servers)) server.host = hostFor(store, server)?.name ?? '';
  const part: Part = {
    layer: {
      ...{ name: 'cloud', kind: 'openstack', on: 'cluster', cloud: 'cloud', namespace: 'openstack' },
      ...{ provisioner: 'openstack-helm', tools: { command: tools.command } },
      helm: { charts, releases: RELEASES.map((name) => ({ name })) },
    },
    about: 'OpenStack in the cluster',
    troubles: [
      {
        ...{ id: 'mtu', title: 'MTU wrong', about: 'The nested network has 1450, as if it lay on the wire.' },
        set: (on) => {
          for (const network of where(store.networks, ({ name }) => name === 'lab'))
            network.mtu = on ? MTU_BYTES + 50 : MTU_BYTES;
        },
      },
      {
        ...{ id: 'server', title: 'No valid host', about: 'A server could not be placed.' },
        set(on) {
          const [like] = where(store.servers);
          const fault = { code: 500, message: 'No valid host was found. There are not enough hosts available.' };
          if (on) put(store.servers, { ...like, id: 'db-2', name: 'db-2', status: 'ERROR', host: '', fault });
          else store.servers.delete('db-2');
        },
      },
      {
        ...{ id: 'volume', title: 'Volume broken', about: 'Cinder gave up on a volume.' },
        set(on) {
          for (const volume of where(store.volumes)) volume.status = on ? 'error' : 'available';
        },
      },
      {
        ...{ id: 'deployFails', title: 'Nova does not deploy', about: 'The next deploy of nova fails in its Job.' },
        set: (on) => tools.setFault('fail-nova', on),
      },
      faultOf(cluster, 'galeraDown', 'Galera splits'),
      faultOf(cluster, 'imagePull', 'An image is missing'),
      faultOf(cluster, 'crashLoop', 'Glance crashes'),
      faultOf(cluster, 'jobFailed', 'A job failed'),
      faultOf(cluster, 'noEndpoints', 'Keystone is gone'),
      faultOf(cluster, 'releasePending', 'A release is stuck'),
    ],
    close: () => cloud.close(),
  };
  return { part, cloud };
}
