import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDocker } from '../docker/docker.ts';
import { startOpenStack } from '../openstack/openstack.ts';
import { type Thing, type Things, where } from '../openstack/store.ts';
import type { Part } from './part.ts';

/** As slow as a small cloud, so that there is something to watch. */
export const TIMING_MS = { build: 3000, boot: 1000, remove: 800, volume: 800 };
/** Room for as many nodes more as there are. */
const QUOTAS = { cores: 32, ram: 65_536 };
const NODES = ['node-1', 'node-2', 'node-3', 'node-4'];
/** Longer than anybody waits for one part of a cloud. */
const SLOW_MS = 12_000;

/** Configuration and inventory as Kolla wants them; the stand-in reads the hosts. */
function layKolla(config: string): { readonly config: string; readonly inventory: string } {
  const inventory = join(config, 'all-in-one');
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, 'globals.yml'), 'kolla_base_distro: debian\nneutron_plugin_agent: openvswitch\n');
  writeFileSync(inventory, 'all: { hosts: { metal-01: { ansible_host: 127.0.0.1 } } }\n');
  return { config, inventory };
}

/** OpenStack on one server, and the four virtual machines that carry the cluster. */
export async function startMetal(folder: string, command: readonly string[]) {
  const metal = await startOpenStack({
    timing: TIMING_MS,
    quotas: QUOTAS,
    servers: NODES.map((name) => ({ name, flavor: 'm1.large' })),
    volumes: [{ name: 'ceph-1', size: 100 }],
  });
  const docker = await startDocker({ socket: join(folder, 'docker.sock') });
  const { store, faults } = metal;
  const used = () => where(store.servers).reduce((sum, { flavor }) => sum + Number(flavor.vcpus), 0);
  const part: Part = {
    layer: {
      ...{ name: 'metal', kind: 'openstack', cloud: 'metal', host: docker.host, provisioner: 'kolla-ansible' },
      ...{ kolla: layKolla(join(folder, 'kolla')), tools: { command } },
    },
    about: 'OpenStack on one server',
    troubles: [
      {
        ...{ id: 'hypervisor', title: 'compute3 dies', about: 'A hypervisor and its agents fall silent.' },
        set: (on) => setHost(store, 'compute3', !on),
      },
      {
        ...{ id: 'quota', title: 'Quota used up', about: 'No core is left in the project.' },
        set: (on) => void Object.assign(store.quotas, { cores: on ? used() : QUOTAS.cores }),
      },
      {
        ...{ id: 'slow', title: 'API slow', about: `Nova answers after ${SLOW_MS / 1000} s.` },
        set: (on) => faults.set('nova', { slowMs: on ? SLOW_MS : undefined }),
      },
      {
        ...{ id: 'container', title: 'A container is ill', about: 'The health check of neutron_server fails.' },
        set: (on) => docker.set('neutron_server', on ? 'unhealthy' : 'healthy'),
      },
      {
        ...{ id: 'exited', title: 'Horizon is down', about: 'Its container has ended, and nobody starts it.' },
        set: (on) => docker.set('horizon', on ? 'exited' : 'healthy'),
      },
    ],
    close: () => Promise.all([metal.close(), docker.close()]),
  };
  return { part, metal };
}

/** A server that is on, or off. */
export function setPower({ servers }: { readonly servers: Things }, name: string, isOn: boolean): void {
  named(servers, name).status = isOn ? 'ACTIVE' : 'SHUTOFF';
}

function setHost(
  { hosts, agents }: { readonly hosts: Things; readonly agents: Things },
  name: string,
  up: boolean,
): void {
  named(hosts, name).up = up;
  for (const agent of where(agents, ({ host }) => host === name)) agent.alive = up;
}

function named(things: Things, name: string): Thing {
  const [found] = where(things, (thing) => thing.name === name);
  if (!found) throw new Error(`looking for "${name}": it is gone`);
  return found;
}
