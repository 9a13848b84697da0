import { describe, expect, it } from 'vitest';
import { matchServers } from '#jobs/matches.ts';
import * as a from './status/world.ts';

const ID = '5f3d9552-77a1-4c0e-9b1d-0123456789ab';
const at = (ip: string) => [{ network: 'lab-net', ip, type: 'fixed' as const }];

describe('matching nodes and servers', () => {
  it.each([
    [
      'what the cloud provider wrote',
      a.node('node-1', { providerId: `openstack:///${ID}` }),
      a.server('other', { id: ID }),
    ],
    [
      'what it wrote, with a region',
      a.node('node-1', { providerId: `openstack://RegionOne/${ID}` }),
      a.server('other', { id: ID }),
    ],
    ['the name', a.node('node-1'), a.server('node-1')],
    ['the name without its domain', a.node('node-1.lab.example'), a.server('node-1')],
    [
      'the internal address',
      a.node('worker', { internalIp: '10.10.0.12' }),
      a.server('vm', { addresses: at('10.10.0.12') }),
    ],
  ])('goes by %s', (_what, node, server) => {
    expect(matchServers([node], [a.server('node-9'), server]).nodes).toEqual([{ node, server }]);
  });

  it.each([
    [
      'a server that was deleted, though another has its name',
      a.node('node-1', { providerId: `openstack:///${ID}` }),
      [a.server('node-1')],
    ],
    [
      'a name that two servers have',
      a.node('node-1'),
      [a.server('node-1', { id: 'a' }), a.server('node-1', { id: 'b' })],
    ],
    [
      'an address that two servers have',
      a.node('x', { internalIp: '10.0.0.1' }),
      ['a', 'b'].map((id) => a.server(id, { addresses: at('10.0.0.1') })),
    ],
    ['nothing in common', a.node('node-1'), [a.server('web-1')]],
  ])('does not guess by %s', (_what, node, servers) => {
    expect(matchServers([node], servers).nodes).toEqual([{ node, server: undefined }]);
  });

  it('calls a server a stray that is called like the nodes and is none', () => {
    const servers = [a.server('node-1'), a.server('node-5'), a.server('web-1'), a.server('bastion')];

    expect(matchServers([a.node('node-1')], servers).strays.map(({ name }) => name)).toEqual(['node-5']);
  });
});
