import type { NetworkApi, Router } from '#domain/openstack.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/guards.ts';
import { cloudsIn, isHost } from './cluster.ts';
import { type Guard, type Look, type Subject, type Verdict, voiceOf } from './guard.ts';

const { holds, warns, refuses } = voiceOf('neutron');

/**
 * A node goes only when no router is on it alone: servers behind one lose the world and their floating IPs with it, and
 * Neutron moves none by itself (`allow_automatic_l3agent_failover` is off by default).
 * @see https://docs.openstack.org/neutron/latest/configuration/neutron.html
 */
export const neutron: Guard = {
  name: 'neutron',
  before: ['drain'],
  async check(subject, look) {
    const clouds = cloudsIn(look.environment, subject.layer);
    return (await Promise.all(clouds.map((cloud) => verdictsOn(cloud, subject, look)))).flat();
  },
};

async function verdictsOn({ name }: Layer, { node, mode }: Subject, look: Look): Promise<readonly Verdict[]> {
  const { network } = look.ports.openstack(name, look.signal);
  const agents = (await network.agents()).filter((agent) => isL3On(agent, node));
  const found = await Promise.all(agents.map(({ id }) => aloneOn(id, network)));
  return agents.map(({ id }, index) => {
    const alone = found[index] ?? [];
    if (alone.length === 0) return holds(words.neutron.none(name, node));
    const evidence = words.neutron.alone(name, node, alone.map(nameOf));
    return mode === 'replace' ? warns(evidence, words.neutron.down(id)) : refuses(evidence, words.neutron.move(id));
  });
}

function isL3On({ binary, host }: { readonly binary: string; readonly host: string }, node: string): boolean {
  return binary === 'neutron-l3-agent' && isHost(host, node);
}

/** Routers of the agent that no other living one has, as those of high availability have. */
async function aloneOn(agent: string, network: NetworkApi): Promise<readonly Router[]> {
  const routers = await network.routersOn(agent);
  const others = await Promise.all(routers.map(({ id }) => network.agentsOf(id)));
  return routers.filter(
    (_, index) => !others[index]?.some(({ id, alive, adminUp }) => id !== agent && alive && adminUp),
  );
}

function nameOf({ name, id }: Router): string {
  return name === '' ? id : name;
}
