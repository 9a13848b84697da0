import { describe, expect, it } from 'vitest';
import { digestOf } from '#domain/approval.ts';
import type { Environment } from '#domain/stack.ts';
import type { Facts } from '#jobs/deploy/facts.ts';
import type { Input } from '#jobs/deploy/input.ts';
import { plan } from '#jobs/deploy/plan.ts';
import type { Finding } from '#jobs/deploy/provisioner.ts';
import type { KubesprayFacts } from '#jobs/deploy/provisioners/kubespray/facts.ts';
import { report } from '#jobs/deploy/report.ts';
import { layerOf } from '../status/world.ts';

const SERVERS = { controlPlane: 1, workers: 2, prefix: 'node-', cidr: '10.10.0.0/24' };
const LAB = {
  name: 'lab',
  layers: [
    layerOf('metal', 'openstack', { cloud: 'kolla' }),
    layerOf('cluster', 'kubernetes', {
      ...{ on: 'metal', context: 'lab', provisioner: 'kubespray' },
      kubespray: { path: '/opt/kubespray', user: 'debian', flavor: 'm1.large', image: 'debian', servers: SERVERS },
    }),
  ],
} as unknown as Environment;
const APPLY = { action: 'apply' as const, layers: ['cluster'], isDryRun: false, isOverride: false };
const REMOVE = { action: 'remove' as const, layers: ['cluster'], isDryRun: false };
const NEW: KubesprayFacts = {
  ...{ cloud: 'metal', digest: 'abc', isSetUp: false, hashes: ['playbooks sha256 abc'], findings: [] },
  servers: [
    { name: 'node-1', isControlPlane: true },
    { name: 'node-2', isControlPlane: false },
    { name: 'node-3', isControlPlane: false },
  ],
  parts: [
    { what: 'server node-1', to: 'm1.large' },
    { what: 'Kubernetes by Kubespray', to: 'abc' },
  ],
};
const have = (index: number) => ({ id: `id-${index}`, ip: `10.10.0.${index}` });
const KEPT: KubesprayFacts = {
  ...{ ...NEW, isSetUp: true, servers: NEW.servers.map((server, index) => ({ ...server, have: have(index + 1) })) },
  parts: [{ what: 'Kubernetes by Kubespray', from: 'abc', to: 'abc' }],
};

function factsOf(cluster: KubesprayFacts, findings: readonly Finding[] = []): Facts {
  return { layers: [{ name: 'cluster', provisioner: 'kubespray', facts: cluster }], findings, chain: [] };
}
function idsOf(input: Input, facts: Facts): readonly string[] {
  return plan(input, facts, LAB).steps.map(({ id }) => id);
}
const BLOCKING: Finding = {
  ...{ layer: 'cloud', check: 'mtu', health: 'failure', what: 'the MTU is 1450: 50 too many', advice: 'set path_mtu' },
};

describe('plan of a deploy', () => {
  it('checks first, makes network and servers, sets the cluster up, and looks at it', () => {
    expect(idsOf(APPLY, factsOf(NEW))).toEqual([
      'preflight',
      ...['network', 'subnet', 'router', 'group', 'spread'].map((what) => `metal/${what}-cluster`),
      ...[1, 2, 3].flatMap((index) => [`metal/port-node-${index}`, `metal/server-node-${index}`]),
      ...['reach', 'cluster', 'kubeconfig', 'answers', 'keep'].map((what) => `cluster/${what}`),
      'cluster/kubernetes',
      'cluster/namespace',
      'cluster/mtu',
    ]);
    expect(plan(APPLY, factsOf(NEW), LAB)).toMatchObject({ risk: 'change' });
  });

  it('makes only the servers that are missing', () => {
    const servers = NEW.servers.map((server, index) => (index < 2 ? { ...server, have: have(index + 1) } : server));

    const ids = idsOf(APPLY, factsOf({ ...NEW, servers }));

    expect(ids.filter((id) => id.startsWith('metal/server-'))).toEqual(['metal/server-node-3']);
  });

  it('needs nobody when there is nothing to change, and says so', () => {
    expect(plan(APPLY, factsOf(KEPT), LAB)).toMatchObject({ risk: 'read' });
    expect(idsOf(APPLY, factsOf(KEPT))).toEqual([
      'preflight',
      'cluster/kubernetes',
      'cluster/namespace',
      'cluster/mtu',
    ]);
    const end = { environment: LAB, outcome: 'succeeded', steps: {}, leftovers: [], tookMs: 1, endedAt: '' } as const;
    expect(report(APPLY, factsOf(KEPT), end).title).toBe('Nothing to change: all is as it is to be');
  });

  it('only shows its steps in a dry run', () => {
    const { risk, steps } = plan({ ...APPLY, isDryRun: true }, factsOf(NEW), LAB);

    expect(risk).toBe('read');
    expect(steps.slice(1).every(({ skip }) => skip === 'a dry run changes nothing')).toBe(true);
  });

  it('stops at a preflight that fails, before anybody is asked', async () => {
    const { risk, steps } = plan(APPLY, factsOf(NEW, [BLOCKING]), LAB);

    expect(risk).toBe('read');
    expect(steps.map(({ id }) => id)).toEqual(['preflight']);
    await expect(steps[0]?.settle({} as never, null)).rejects.toMatchObject({
      message: 'checking before anything is changed: the MTU is 1450: 50 too many',
      advice: 'set path_mtu',
    });
  });

  it('lets it through as sharply as a destruction, with the reason in the plan', () => {
    const reason = 'the wires were changed an hour ago';
    const overridden = plan({ ...APPLY, isOverride: true, reason }, factsOf(NEW, [BLOCKING]), LAB);

    expect(overridden).toMatchObject({ risk: 'destroy', target: 'cluster' });
    expect(overridden.judged?.slice(0, 2)).toEqual(['although the preflight says no', `because: ${reason}`]);
    expect(overridden.judged).toContain('cloud: mtu blocks: the MTU is 1450: 50 too many');
  });

  it('tells of every part whether it is new, kept, changes or goes', () => {
    const parts = [
      { what: 'server node-1', from: 'a', to: 'a' },
      { what: 'release nova', from: '1.0', to: '1.1' },
      { what: 'release heat', to: '1.0' },
      { what: 'release old', from: '1.0' },
    ];

    expect(plan(APPLY, factsOf({ ...NEW, parts }), LAB).judged?.slice(0, 4)).toEqual([
      'cluster: server node-1: kept (a)',
      'cluster: release nova: changes, 1.0 to 1.1',
      'cluster: release heat: new (1.0)',
      'cluster: release old: goes (1.0)',
    ]);
  });

  it('is another plan when a playbook has changed', () => {
    const digest = (facts: KubesprayFacts) => digestOf(plan(APPLY, factsOf(facts), LAB)).digest;

    expect(digest({ ...NEW, hashes: ['playbooks sha256 def'] })).not.toBe(digest(NEW));
  });
});

describe('plan of a removal', () => {
  it('destroys, so that the layer has to be typed, and takes the servers before their network', () => {
    expect(plan(REMOVE, factsOf(KEPT), LAB)).toMatchObject({ risk: 'destroy', target: 'cluster' });
    expect(idsOf(REMOVE, factsOf(KEPT))).toEqual(['preflight', 'metal/unbuild-cluster', 'metal/unground-cluster']);
  });

  it('tells what goes, and is not kept from it by what keeps a deploy', () => {
    const parts = [
      { what: 'server node-1', from: 'id-1', to: 'id-1' },
      { what: 'server node-2', to: 'm1.large' },
    ];

    const { judged, steps } = plan(REMOVE, factsOf({ ...KEPT, parts }, [BLOCKING]), LAB);

    expect(judged?.[0]).toBe('cluster: server node-1: goes (id-1)');
    expect(judged?.join()).not.toContain('node-2: new');
    expect(steps).toHaveLength(3);
  });
});
