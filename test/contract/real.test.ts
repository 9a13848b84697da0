import { inject } from 'vitest';
import { kubectl } from '../e2e/kubernetes.ts';
import { kubernetesContract } from './kubernetes.ts';
import { openstackContract } from './openstack.ts';

openstackContract('a real OpenStack', async () => ({ file: inject('clouds').file, cloud: 'metal' }));

kubernetesContract("a real API server, with kwok's kubelets", async () => ({
  kubeconfig: inject('cluster').kubeconfig,
  context: 'admin',
  async readdress({ namespace, name }, ip) {
    const patch = JSON.stringify({ status: { podIP: ip, podIPs: [{ ip }] } });
    await kubectl(['patch', 'pod', name, '-n', namespace, '--subresource=status', '--type=merge', '-p', patch]);
  },
}));
