import { inject } from 'vitest';
import { openstackContract } from './openstack.ts';

openstackContract('a real OpenStack', async () => ({ file: inject('clouds').file, cloud: 'metal' }));
