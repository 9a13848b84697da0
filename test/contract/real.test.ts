import { inject } from 'vitest';
import { kubectl, testbed } from '../e2e/kubernetes.ts';
import { restart } from '../e2e/openstack.ts';
import { kubernetesContract } from './kubernetes.ts';
import { openstackContract } from './openstack.ts';
import { serversContract } from './servers.ts';

const metal = async () => ({ file: inject('clouds').file, cloud: 'metal', revive: restart });
openstackContract('a real OpenStack', metal);
serversContract('a real OpenStack', metal);

kubernetesContract("a real API server, with kwok's kubelets", async () => ({
  kubeconfig: inject('cluster').kubeconfig,
  context: 'admin',
  async silence(node, isSilent) {
    await testbed('node', isSilent ? 'fail' : 'heal', node);
  },
  async readdress({ namespace, name }, ip) {
    const patch = JSON.stringify({ status: { podIP: ip, podIPs: [{ ip }] } });
    await kubectl(['patch', 'pod', name, '-n', namespace, '--subresource=status', '--type=merge', '-p', patch]);
  },
}));
