import { describe, expect, it } from 'vitest';
import type { Reading } from '#jobs/status/kubernetes/reading.ts';
import { troublesOf } from '#jobs/status/kubernetes/troubles.ts';
import * as a from '../world.ts';

const cluster = a.layerOf('cluster', 'kubernetes', { context: 'lab', on: 'metal' });
const LOGIN = { version: 'v1.35.4', server: 'https://cluster', user: 'admin' };

function told(rows: { readonly [Part in keyof Reading]?: unknown }) {
  const given = Object.entries({ nodes: [], servers: [], unready: [], volumes: [], classes: [], ...rows });
  const parts = Object.fromEntries(given.map(([name, value]) => [name, Array.isArray(value) ? a.read(value) : value]));
  return troublesOf(cluster, { at: a.NOW, login: a.read(LOGIN), below: 'metal', ...parts });
}

const nodes = ['node-1', 'node-2', 'node-3'].map((name) => a.node(name));
const servers = ['node-1', 'node-2', 'node-3', 'node-4'].map((name) => a.server(name));

describe('the troubles of a cluster', () => {
  it('are none where nodes and servers are well', () => {
    expect(told({ nodes, servers: servers.slice(0, 3) })).toEqual([]);
  });

  it('say of a dead node first that its server is dead', () => {
    const off = a.server('node-4', { status: 'SHUTOFF' });
    const cordoned = a.node('node-2', { schedulable: false });

    const troubles = told({
      nodes: [nodes[0], cordoned, a.deadNode('node-4')],
      servers: [...servers.slice(0, 2), off],
    });

    expect(troubles[0]).toMatchObject({
      health: 'failure',
      what: 'node node-4 is not ready: its server node-4 is SHUTOFF',
      advice: expect.stringMatching(/server first/),
    });
    expect(troubles[1]).toMatchObject({ health: 'warning', advice: expect.stringMatching(/kubectl uncordon node-2/) });
  });

  it.each([
    [
      'a server in error',
      [a.deadNode('node-4')],
      [a.server('node-4', { status: 'ERROR' })],
      'node node-4 is not ready: its server node-4 is ERROR',
    ],
    [
      'a server that is gone',
      [nodes[0], a.deadNode('node-4')],
      [servers[0]],
      'node node-4 is not ready, and the cloud below has no server for it',
    ],
    [
      'a server that runs',
      [a.deadNode('node-4')],
      [servers[3]],
      'node node-4 is not ready, though its server node-4 is ACTIVE',
    ],
    ['servers of which nothing is known', [a.deadNode('node-4')], { kind: 'hidden' }, 'node node-4 is not ready'],
    [
      'a node without a server',
      [nodes[0], a.node('alien')],
      [servers[0]],
      'node alien has no server in the cloud below',
    ],
    ['a server without a node', nodes, servers, 'server node-4 (ACTIVE) is called like a node and is none'],
    [
      'a server that went down just now',
      [nodes[0]],
      [a.server('node-1', { status: 'SHUTOFF' })],
      'server node-1 of node node-1 is SHUTOFF',
    ],
  ])('tell %s', (_what, some, those, what) => {
    expect(told({ nodes: some, servers: those }).map((trouble) => trouble.what)).toEqual([what]);
  });

  it('say nothing of servers when the nodes stand elsewhere', () => {
    expect(told({ nodes, servers: [a.server('web-1'), a.server('web-2')] })).toEqual([]);
  });

  it.each([
    [
      'a machine that is there twice',
      [a.node('node-4', { internalIp: '10.0.0.4' }), a.node('old-4', { internalIp: '10.0.0.4' })],
      /nodes node-4 and old-4 are one machine/,
    ],
    [
      'pressure',
      [
        a.node('n', {
          conditions: [{ type: 'DiskPressure', status: 'True', reason: '', message: 'kubelet has disk pressure' }],
        }),
      ],
      /node n has DiskPressure/,
    ],
    [
      'a taint of the cloud provider',
      [
        a.node('n', {
          taints: [{ key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' }],
        }),
      ],
      /waits for the cloud provider/,
    ],
    [
      'a taint of somebody',
      [a.node('n', { taints: [{ key: 'disk', value: 'slow', effect: 'NoExecute' }] })],
      /node n has the taint disk=slow:NoExecute/,
    ],
  ])('tell %s', (_what, some, what) => {
    expect(told({ nodes: some, servers: { kind: 'absent' } }).map((trouble) => trouble.what)).toEqual([
      expect.stringMatching(what),
    ]);
  });

  it('take control planes and cordoned nodes for what they are', () => {
    const taints = ['node-role.kubernetes.io/control-plane', 'node.kubernetes.io/unschedulable'].map((key) => ({
      key,
      value: '',
      effect: 'NoSchedule',
    }));

    expect(told({ nodes: [a.node('n', { taints })], servers: { kind: 'absent' } })).toEqual([]);
  });

  it('tell what /readyz says, and volumes that failed', () => {
    const volume = { ...a.claim('pv-1'), phase: 'Failed', reclaimPolicy: 'Delete', claim: '', isLocal: false };

    expect(told({ unready: ['etcd'], volumes: [volume] }).map(({ what }) => what)).toEqual([
      'the API server is not ready: etcd',
      'PersistentVolume pv-1 failed',
    ]);
  });

  it('say once why nothing can be read', () => {
    const error = { code: 'INPUT', message: 'reading context "lab": the certificate has expired', advice: 'Renew it.' };

    const troubles = troublesOf(cluster, { at: a.NOW, login: { kind: 'unknown', error } });

    expect(troubles).toEqual([
      {
        layer: 'cluster',
        health: 'failure',
        what: 'the cluster could not be read',
        cause: error.message,
        advice: 'Renew it.',
      },
    ]);
  });
});
