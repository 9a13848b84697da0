import { describe, expect, it } from 'vitest';
import { digestOf } from '#domain/approval.ts';
import type { Facts } from '#jobs/scale-node/facts.ts';
import type { Input } from '#jobs/scale-node/input.ts';
import { plan } from '#jobs/scale-node/plan.ts';
import type { KubesprayFacts } from '#jobs/scale-node/sources/kubespray/facts.ts';

const REMOVE: Input = { layer: 'cluster', action: 'remove', node: 'node-4' };
const REPLACE: Input = { layer: 'cluster', action: 'replace', node: 'node-4' };
const ADD: Input = { layer: 'cluster', action: 'add', count: 2 };
const SOURCE: KubesprayFacts = {
  ...{ cloud: 'metal', names: [], sibling: 'node-3' },
  hosts: [{ name: 'node-4', ip: '10.0.0.14', groups: ['kube_node'] }],
  playbooks: { path: '/opt/kubespray', files: 'f'.repeat(64), variables: 'e'.repeat(64) },
  pattern: {
    ...{ image: { id: 'i', name: 'debian' }, flavor: { id: 'f', name: 'm1.large' } },
    ports: [{ networkId: 'net', securityGroupIds: ['sg'], allowedAddressPairs: [{ ip: '10.233.64.0/18' }] }],
  },
  machine: {
    ...{ serverId: 'id-4', serverName: 'node-4', portIds: ['port-4'], volumeIds: [], keptVolumeIds: ['data'] },
    floatingIps: [{ id: 'fip-4', address: '192.0.2.4' }],
  },
};

function factsOf(source: Partial<KubesprayFacts> = {}, more: Partial<Facts> = {}): Facts {
  const facts = { ...SOURCE, ...source };
  return {
    ...{ layer: 'cluster', source: { name: 'kubespray', facts }, names: facts.names, nodes: [], labels: {} },
    ...{ nestedClouds: [], computes: [], verdicts: [], drainMs: 60_000, ...more },
  };
}

function idsOf(input: Input, facts: Facts): readonly string[] {
  return plan(input, facts).steps.map(({ id }) => id);
}

describe('plan to add nodes', () => {
  const facts = factsOf({ names: ['node-5', 'node-6'] }, { labels: { 'openstack-compute-node': 'enabled' } });

  it('keeps the names, makes servers, joins them at once and waits for each', () => {
    expect(idsOf(ADD, facts)).toEqual([
      'cluster/names',
      'metal/group',
      'metal/port-node-5',
      'metal/server-node-5',
      'metal/port-node-6',
      'metal/server-node-6',
      'cluster/reach-node-5-node-6',
      'cluster/join-node-5-node-6',
      ...['ready', 'labels', 'daemons'].map((what) => `cluster/${what}-node-5`),
      ...['ready', 'labels', 'daemons'].map((what) => `cluster/${what}-node-6`),
      'cluster/after',
    ]);
  });

  it('is a change, for which no name is typed', () => {
    expect(plan(ADD, facts)).toMatchObject({ risk: 'change', summary: 'add node-5 and node-6 to cluster' });
    expect(plan(ADD, facts).target).toBeUndefined();
  });

  it('joins the server group of the siblings where there is one', () => {
    const { pattern } = SOURCE;
    const grouped = factsOf({ names: ['node-5'], pattern: pattern && { ...pattern, groupId: 'group' } });

    expect(idsOf(ADD, grouped)).not.toContain('metal/group');
  });

  it('makes each a hypervisor of a cloud that stands in the cluster', () => {
    const nestedClouds = [{ layer: 'cloud', namespace: 'openstack', cellSetup: 'nova-cell-setup' }];

    expect(idsOf(ADD, factsOf({ names: ['node-5'] }, { nestedClouds }))).toEqual(
      expect.arrayContaining(['cloud/cell-node-5', 'cloud/hypervisor-node-5']),
    );
  });
});

describe('plan to remove a node', () => {
  const computes = [{ layer: 'cloud', namespace: 'openstack', host: 'node-4', labels: ['openstack-compute-node'] }];

  it('empties the hypervisor, drains, lets the node go, then its machine', () => {
    expect(idsOf(REMOVE, factsOf({}, { computes, highest: 4 }))).toEqual([
      'cloud/disable-node-4',
      'cloud/migrate-node-4',
      'cluster/cordon-node-4',
      'cluster/drain-node-4',
      'cloud/unlabel-node-4',
      'cluster/leave-node-4',
      'cloud/forget-node-4',
      'metal/delete-node-4',
      'metal/rest-node-4',
      'cluster/after',
    ]);
  });

  it('keeps its name from new nodes, before it is out of the cluster, where no higher one would', () => {
    const nodes = [{ name: 'node-4', roles: [], ready: 'True' as const, schedulable: true }];
    const ids = idsOf(REMOVE, factsOf({}, { nodes }));

    expect(ids.indexOf('cluster/names')).toBe(ids.indexOf('cluster/leave-node-4') - 1);
    expect(ids).toContain('cluster/names');
    expect(idsOf(REMOVE, factsOf({}, { nodes, highest: 4 }))).not.toContain('cluster/names');
  });

  it('destroys, so that the name of the node has to be typed', () => {
    expect(plan(REMOVE, factsOf())).toMatchObject({ risk: 'destroy', target: 'node-4' });
  });

  it('tells which server goes, with what, and what stays', () => {
    expect(plan(REMOVE, factsOf()).judged).toEqual(
      expect.arrayContaining([
        'server node-4 (id-4) of metal goes',
        'with its ports port-4',
        'with its floating IPs 192.0.2.4',
        'volumes that stay: data',
      ]),
    );
  });
});

describe('plan to uncordon a node', () => {
  it('takes back what a removal left in the clouds above too, after the cordon', () => {
    const input: Input = { layer: 'cluster', action: 'uncordon', node: 'node-4' };

    expect(idsOf(input, factsOf({}, { clouds: ['cloud'] }))).toEqual([
      'cluster/uncordon-node-4',
      'cloud/enable-node-4',
      'cluster/after',
    ]);
  });
});

describe('plan to replace a dead node', () => {
  it('sees the machine off and has a new node before anything is forced', () => {
    const ids = idsOf(REPLACE, factsOf({ names: ['node-5'] }));

    expect(ids.indexOf('metal/off-node-4')).toBe(0);
    expect(ids.indexOf('cluster/daemons-node-5')).toBeLessThan(ids.indexOf('cluster/fence-node-4'));
    expect(ids.indexOf('cluster/fence-node-4')).toBeLessThan(ids.indexOf('cluster/leave-node-4'));
    expect(ids.indexOf('cluster/leave-node-4')).toBeLessThan(ids.indexOf('metal/delete-node-4'));
  });

  it('evacuates what the dead hypervisor had after the fence', () => {
    const computes = [{ layer: 'cloud', namespace: 'openstack', host: 'node-4', labels: [] }];
    const ids = idsOf(REPLACE, factsOf({ names: ['node-5'] }, { computes }));

    expect(ids.slice(ids.indexOf('cluster/fence-node-4'))).toEqual([
      'cluster/fence-node-4',
      'cloud/down-node-4',
      'cloud/evacuate-node-4',
      'cluster/leave-node-4',
      'cloud/forget-node-4',
      'metal/delete-node-4',
      'metal/rest-node-4',
      'cluster/after',
    ]);
  });
});

describe('what people approve', () => {
  const digest = (facts: Facts) => digestOf(plan(REMOVE, facts)).digest;

  it.each([
    ['a playbook', { playbooks: { ...SOURCE.playbooks, files: '0'.repeat(64) } }],
    ['a variable', { playbooks: { ...SOURCE.playbooks, variables: '0'.repeat(64) } }],
    ['an address in the inventory', { hosts: [{ name: 'node-4', ip: '10.0.0.99', groups: ['kube_node' as const] }] }],
    ['the server', { machine: SOURCE.machine && { ...SOURCE.machine, serverId: 'id-5' } }],
  ])('is another plan when %s has changed', (_what, source) => {
    expect(digest(factsOf(source))).not.toBe(digest(factsOf()));
  });

  it('is the same plan when only the state of a node has', () => {
    const nodes = [{ name: 'node-2', roles: [], ready: 'False' as const, schedulable: true }];

    expect(digest(factsOf({}, { nodes }))).toBe(digest(factsOf()));
  });
});
