import { describe, expect, it } from 'vitest';
import type { Custom } from '#domain/kubernetes.ts';
import type { Level } from '#domain/mtu.ts';
import type { Network } from '#domain/openstack.ts';
import { cardOf } from '#jobs/status/mtu/card.ts';
import { networkLevel, newNetworkLevel, settingsOf } from '#jobs/status/mtu/neutron.ts';
import { calicoNetwork, ciliumNetwork, flannelNetwork, podLevel } from '#jobs/status/mtu/pods.ts';
import * as a from '../world.ts';

function pool(spec: object): Custom {
  return { ...a.pod('pool'), spec: { cidr: '10.233.64.0/18', ...spec }, status: {} };
}

const VXLAN = pool({ vxlanMode: 'Always', ipipMode: 'Never' });
const IPIP = pool({ vxlanMode: 'Never', ipipMode: 'CrossSubnet' });
const NONE = pool({});
const AUTO = { config: { veth_mtu: '0' }, pools: [VXLAN], settings: { vxlanMTU: 0, wireguardEnabled: false }, env: {} };
const nic: Level = {
  ...{ name: 'card', layer: 'cluster', setter: 'host', mtuBytes: 1450, encapsulation: 'none', from: 'test' },
};

describe('the MTU of pods', () => {
  it.each([
    ['Calico by itself, VXLAN', calicoNetwork(AUTO), 1400, 'vxlan'],
    ['Calico by itself, IPIP', calicoNetwork({ ...AUTO, pools: [IPIP] }), 1430, 'ipip'],
    ['Calico by itself, both', calicoNetwork({ ...AUTO, pools: [IPIP, VXLAN] }), 1400, 'vxlan'],
    ['Calico without a tunnel', calicoNetwork({ ...AUTO, pools: [NONE] }), 1450, 'none'],
    ['Calico with WireGuard', calicoNetwork({ ...AUTO, settings: { wireguardEnabled: true } }), 1390, 'wireguard'],
    ['veth_mtu', calicoNetwork({ ...AUTO, config: { veth_mtu: '1500' } }), 1500, 'vxlan'],
    ['FelixConfiguration', calicoNetwork({ ...AUTO, settings: { vxlanMTU: 1410 } }), 1410, 'vxlan'],
    [
      'the environment, which wins',
      calicoNetwork({ ...AUTO, settings: { vxlanMTU: 1410 }, env: { FELIX_VXLANMTU: '1405' } }),
      1405,
      'vxlan',
    ],
    [
      'WireGuard by the environment',
      calicoNetwork({ ...AUTO, env: { FELIX_WIREGUARDENABLED: 'true' } }),
      1390,
      'wireguard',
    ],
    ['flannel by itself', flannelNetwork({ data: { 'net-conf.json': '{"Backend":{"Type":"vxlan"}}' } }), 1400, 'vxlan'],
    [
      'flannel with an MTU',
      flannelNetwork({ data: { 'net-conf.json': '{"Backend":{"Type":"vxlan","MTU":1500}}' } }),
      1500,
      'vxlan',
    ],
    [
      'flannel without a tunnel',
      flannelNetwork({ data: { 'net-conf.json': '{"Backend":{"Type":"host-gw"}}' } }),
      1450,
      'none',
    ],
    [
      'Cilium by itself',
      ciliumNetwork({ data: { mtu: '0', 'routing-mode': 'tunnel', 'tunnel-protocol': 'vxlan' } }),
      1400,
      'vxlan',
    ],
    [
      'Cilium told of a larger card',
      ciliumNetwork({ data: { mtu: '1500', 'tunnel-protocol': 'geneve' } }),
      1450,
      'geneve',
    ],
    ['Cilium without a tunnel', ciliumNetwork({ data: { 'routing-mode': 'native' } }), 1450, 'none'],
    [
      'Cilium with WireGuard',
      ciliumNetwork({ data: { 'routing-mode': 'native', 'enable-wireguard': 'true' } }),
      1370,
      'wireguard-cilium',
    ],
    [
      'Cilium with WireGuard around its tunnels',
      ciliumNetwork({ data: { 'routing-mode': 'tunnel', 'enable-wireguard': 'true' } }),
      1320,
      'wireguard-cilium-tunnel',
    ],
    [
      'Calico by itself, VXLAN over IPv6 too',
      calicoNetwork({ ...AUTO, pools: [VXLAN, { ...VXLAN, spec: { ...VXLAN.spec, cidr: 'fd00::/48' } }] }),
      1380,
      'vxlan',
    ],
  ])('is read of %s', (_what, podNetwork, mtuBytes, encapsulation) => {
    if (!podNetwork) throw new Error('nothing was read');

    expect(podLevel('cluster', podNetwork, nic)).toMatchObject({ mtuBytes, encapsulation, over: 'card' });
  });

  it('is not known where flannel’s settings are no JSON', () => {
    expect(flannelNetwork({ data: { 'net-conf.json': '{' } })).toBeUndefined();
  });
});

function network(name: string, mtuBytes: number, more: Partial<Network> = {}): Network {
  const rest = { status: 'ACTIVE', external: false, shared: false, subnetIds: [name], description: '' };
  return { id: name, name, mtuBytes, ...rest, ...more };
}

describe('the MTU of a cloud’s networks', () => {
  const facts = { subnets: [{ id: 'six', name: '', cidr: 'fd00::/64', description: '' }], agents: [] };
  const ovn = [
    { id: 'x', type: 'OVN Controller agent', host: 'h', alive: true, adminUp: true, binary: 'ovn-controller' },
  ];

  it('is that of the network the nodes are on', () => {
    const networks = [network('small', 1400, { type: 'vxlan' }), network('lab-net', 1450, { type: 'vxlan' })];

    expect(networkLevel('metal', { ...facts, networks }, { over: 'wire', name: 'small' })?.mtuBytes).toBe(1400);
  });

  it('is else that of the one whose packets are largest with their tunnel, external ones aside', () => {
    const networks = [
      network('flat', 1490, { type: 'flat' }),
      network('six', 1450, { type: 'vxlan' }),
      network('public', 1500, { type: 'flat', external: true }),
    ];

    expect(networkLevel('cloud', { ...facts, networks }, { over: 'card' })).toMatchObject({
      ...{ name: 'six (cloud)', mtuBytes: 1450, encapsulation: 'vxlan', over: 'card', hasIpv6: true },
    });
    expect(networkLevel('cloud', { ...facts, networks: [] }, { over: 'card' })).toBeUndefined();
  });

  it.each([
    ['VXLAN is assumed for who may not see the type', undefined, [], 'vxlan', true],
    ['OVN’s Geneve is assumed where OVN’s agents are', undefined, ovn, 'ovn', true],
    ['Geneve under OVN takes more', 'geneve', ovn, 'ovn', undefined],
    ['plain Geneve', 'geneve', [], 'geneve', undefined],
    ['a VLAN takes nothing', 'vlan', [], 'vlan', undefined],
  ])('%s', (_what, type, agents, encapsulation, assumed) => {
    const networks = [network('net', 1450, type === undefined ? {} : { type })];

    const level = networkLevel('metal', { ...facts, networks, agents }, { over: 'wire' });

    expect([level?.encapsulation, level?.assumed]).toEqual([encapsulation, assumed]);
  });

  it.each([
    ['nothing set', { 'neutron.conf': '[DEFAULT]\ndebug = true\n', 'ml2_conf.ini': '' }, 1450],
    ['both set', { 'neutron.conf': 'global_physnet_mtu = 1450', 'ml2_conf.ini': '[ml2]\npath_mtu = 1450\n' }, 1400],
    ['one set', { 'neutron.conf': 'global_physnet_mtu=9000', 'ml2_conf.ini': 'path_mtu = 1500' }, 1450],
    ['Geneve', { 'neutron.conf': '', 'ml2_conf.ini': 'tenant_network_types = geneve,vxlan' }, 1450],
    ['a comment', { 'neutron.conf': '# global_physnet_mtu = 9000\n', 'ml2_conf.ini': '' }, 1450],
  ])('of new ones follows from the files of a Secret: %s', (_what, files, mtuBytes) => {
    const settings = settingsOf(files);
    if (!settings) throw new Error('nothing was read');

    expect(newNetworkLevel('cloud', settings, 'card')).toMatchObject({ mtuBytes, over: 'card' });
  });

  it('is not guessed from a Secret without those files', () => {
    expect(settingsOf({ 'rally_tests.yaml': 'x' })).toBeUndefined();
  });
});

describe('the card of a node', () => {
  const ROUTES = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'ens3\t00000000\t01000A0A\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'ens3\t00000A0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    'vxlan.calico\t0040E90A\t00000000\t0001\t0\t0\t0\tC0FFFFFF\t0\t0\t0',
  ].join('\n');

  it.each([
    ['10.10.0.12', 'ens3'],
    ['10.233.64.7', 'vxlan.calico'],
    ['192.0.2.1', undefined],
  ])('that holds %s is %s', (ip, card) => {
    expect(cardOf(ROUTES, ip)).toBe(card);
  });
});
