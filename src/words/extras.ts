import { plural } from './language.ts';

/** Sentences about services that not every OpenStack has. */
export const words = {
  nodes: (count: number, health: string) =>
    `${count} ${plural(count, 'node', 'nodes')}${health === '' ? '' : `, ${health}`}`,
  maintenance: (reason: string) => `maintenance${reason === '' ? '' : `: ${reason}`}`,
  loadBalancer: {
    what: (name: string, status: string) => `load balancer ${name} is ${status}`,
    advice:
      'Look at its amphorae (openstack loadbalancer amphora list) and at octavia-worker; failover makes them anew.',
  },
  cluster: {
    what: (name: string, status: string, detail: string) => `Magnum cluster ${name} is ${status}, ${detail}`,
    advice: 'openstack coe cluster show tells the reason; then its Heat stack: openstack stack failures list.',
  },
  bareMetal: {
    what: (name: string, status: string, detail: string) => `bare metal node ${name} is ${status}, ${detail}`,
    advice: 'openstack baremetal node show tells its last error; mend it, then set it manageable and provide it again.',
  },
};
