import { expect, it } from 'vitest';
import { labelsLike } from '#jobs/scale-node/labels.ts';

it('a new node gets what people and charts gave its sibling, and not what names the sibling itself', () => {
  const labels = {
    'openstack-compute-node': 'enabled',
    'kubernetes.io/hostname': 'node-3',
    'node.kubernetes.io/instance-type': 'm1.large',
    'topology.topolvm.io/node': 'node-3.lab.example',
    'openebs.io/nodename': 'node-3',
    'projectcalico.org/ip': '10.0.0.13',
    rack: 'b',
  };

  const like = labelsLike({ name: 'node-3.lab.example', labels, internalIp: '10.0.0.13' });

  expect(like).toEqual({ 'openstack-compute-node': 'enabled', rack: 'b' });
});
