import { describe, expect, it } from 'vitest';
import type { JobPorts } from '#domain/ports.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { chainFindings, chainTo } from '#jobs/deploy/chain.ts';
import { layerOf } from '../status/world.ts';

/** Nothing is there yet: every API is silent. */
const SILENT = {
  openstack: () => {
    throw new Error('nobody answers');
  },
  kubernetes: () => undefined,
} as unknown as JobPorts;

const metal = (mtu?: number) => layerOf('metal', 'openstack', mtu === undefined ? {} : { mtu: { physical: mtu } });
const cluster = layerOf('cluster', 'kubernetes', { on: 'metal' });
const cloud = (mtu?: number) =>
  layerOf('cloud', 'openstack', { on: 'cluster', ...(mtu === undefined ? {} : { mtu: { physical: mtu } }) });

async function findings(...layers: readonly Layer[]) {
  const environment = { layers } as unknown as SurveyContext['environment'];
  const top = layers.at(-1) as Layer;
  const ctx = { environment, ports: SILENT, signal: new AbortController().signal };
  return chainFindings(top, await chainTo(top, ctx));
}

describe('the MTU chain of a stack that is still to come', () => {
  it('fails where a nested Neutron assumes 1500: names the layer, 50 too many, and the settings', async () => {
    const [finding, ...others] = await findings(metal(1500), cluster, cloud());

    expect(others).toEqual([]);
    expect(finding).toMatchObject({ layer: 'cloud', check: 'mtu', health: 'failure' });
    expect(finding?.what).toContain('is 1450: 50 too many');
    expect(finding?.advice).toContain('global_physnet_mtu');
    expect(finding?.advice).toContain('path_mtu');
  });

  it('passes when the stack file tells Neutron what carries it', async () => {
    expect(await findings(metal(1500), cluster, cloud(1450))).toMatchObject([{ check: 'mtu', health: 'ok' }]);
  });

  it('passes on wires that carry jumbo frames', async () => {
    expect(await findings(metal(9000), cluster, cloud(8950))).toMatchObject([{ check: 'mtu', health: 'ok' }]);
  });

  it('passes for the cluster alone: pods fit into the card of their node', async () => {
    expect(await findings(metal(1500), cluster)).toMatchObject([{ check: 'mtu', health: 'ok' }]);
  });
});
