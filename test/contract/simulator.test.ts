import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startOpenStack } from '../../sandbox/openstack/openstack.ts';
import { startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import { kubernetesContract } from './kubernetes.ts';
import { openstackContract, type Subject } from './openstack.ts';
import { serversContract } from './servers.ts';

openstackContract('the simulator', simulator);
serversContract('the simulator', simulator);

async function simulator(): Promise<Subject> {
  const timing = { build: 100, remove: 50, volume: 50, move: 50 };
  const cloud = await startOpenStack({ timing, pageSize: 3 });
  const hosts = [...cloud.store.hosts.values()];
  const agents = [...cloud.store.agents.values()];
  const folder = mkdtempSync(join(tmpdir(), 'strata-simulator-'));
  const file = join(folder, 'clouds.yaml');
  writeFileSync(file, stringify({ clouds: { metal: cloud.clouds } }));
  return {
    file,
    cloud: 'metal',
    async revive() {
      for (const host of hosts) cloud.store.hosts.set(host.id, Object.assign(host, { evacuated: false }));
      for (const agent of agents) cloud.store.agents.set(agent.id, agent);
    },
    async stop() {
      await cloud.close();
      rmSync(folder, { recursive: true });
    },
  };
}

kubernetesContract('the simulator', async () => {
  const cluster = await startKubernetes({ timing: { start: 100, job: 100 }, empty: true });
  const folder = mkdtempSync(join(tmpdir(), 'strata-simulator-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, stringify(cluster.kubeconfig('lab')));
  return {
    kubeconfig,
    context: 'lab',
    readdress: async () => undefined,
    async silence(node, isSilent) {
      if (isSilent) cluster.store.silent.add(node);
      else cluster.store.silent.delete(node);
    },
    async stop() {
      await cluster.close();
      rmSync(folder, { recursive: true });
    },
  };
});
