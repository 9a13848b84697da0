import { describe, expect, it } from 'vitest';
import type { OpenStack } from '#domain/openstack.ts';
import { extraTables, extraTroubles, readExtras } from '#jobs/status/openstack/extras.ts';
import { partsUntil } from '#jobs/status/part.ts';
import { layerOf } from '../world.ts';

const metal = layerOf('metal', 'openstack', { cloud: 'kolla' });

/** A catalogue with these answers by the first type of the service. */
async function readOf(answers: Readonly<Record<string, unknown>>) {
  const generic: OpenStack['generic'] = { get: async ({ types: [type = ''] }) => answers[type] };
  const part = partsUntil(new AbortController().signal);
  return readExtras((read) => part(() => read({ generic } as OpenStack)));
}

describe('services that not every cloud has', () => {
  it('are left out where the catalogue has none of them', async () => {
    const extras = await readOf({});

    expect(Object.values(extras).map(({ kind }) => kind)).toEqual(['absent', 'absent', 'absent']);
    expect([...extraTables(metal, extras), ...extraTroubles('metal', extras)]).toEqual([]);
  });

  it('tell their things, and what is wrong with them', async () => {
    const balancer = (name: string, provisioning: string, operating: string) => ({
      ...{ id: name, name, vip_address: '10.0.0.5' },
      ...{ provisioning_status: provisioning, operating_status: operating },
    });
    const extras = await readOf({
      'load-balancer': {
        loadbalancers: [
          balancer('api', 'ACTIVE', 'ONLINE'),
          balancer('web', 'ACTIVE', 'DEGRADED'),
          balancer('new', 'PENDING_CREATE', 'OFFLINE'),
        ],
      },
      'container-infra': {
        clusters: [
          { uuid: 'c1', name: 'k8s', status: 'UPDATE_COMPLETE', health_status: 'UNHEALTHY', node_count: 3 },
          { uuid: 'c2', name: 'new', status: 'CREATE_IN_PROGRESS', health_status: null },
        ],
      },
      baremetal: {
        nodes: [
          { uuid: 'n1', name: 'rack-1', provision_state: 'active', power_state: 'power on', maintenance: false },
          {
            uuid: 'n2',
            name: null,
            provision_state: 'clean failed',
            power_state: 'power off',
            maintenance: true,
            maintenance_reason: 'disk',
          },
        ],
      },
    });

    expect(extraTables(metal, extras).map(({ id, rows }) => [id, rows.map(({ health }) => health)])).toEqual([
      ['metal/loadBalancers', ['warning', 'running', 'ok']],
      ['metal/clusters', ['failure', 'running']],
      ['metal/bareMetal', ['failure', 'ok']],
    ]);
    expect(extraTroubles('metal', extras).map(({ what }) => what)).toEqual([
      'load balancer web is ACTIVE/DEGRADED',
      'Magnum cluster k8s is UPDATE_COMPLETE, 3 nodes, UNHEALTHY',
      'bare metal node n2 is clean failed, maintenance: disk',
    ]);
  });

  it('are unknown when they answer something strange, and the others still tell', async () => {
    const extras = await readOf({ 'load-balancer': { error: 'x' }, baremetal: { nodes: [] } });

    expect([extras.loadBalancers?.kind, extras.bareMetal?.kind]).toEqual(['unknown', 'read']);
  });
});
