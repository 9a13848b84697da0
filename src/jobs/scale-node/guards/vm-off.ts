import { foundationOf } from '#domain/foundation.ts';
import type { Server } from '#domain/openstack.ts';
import { words } from '#words/guards.ts';
import { matchServers } from '../../matches.ts';
import { clusterOf } from './cluster.ts';
import { type Guard, type Look, type Subject, type Verdict, voiceOf } from './guard.ts';

const { holds, warns, refuses } = voiceOf('vm-off');

/**
 * A dead node is dead only when the cloud below says that its machine is off: one that lives on, cut off, would write to
 * volumes that another node has by then. Silence proves nothing.
 */
export const vmOff: Guard = {
  name: 'vm-off',
  before: ['drain', 'delete'],
  async check(subject, look) {
    if (subject.mode !== 'replace') return [];
    const nodes = await clusterOf(subject, look).nodes();
    const node = nodes.find(({ name }) => name === subject.node);
    if (node?.ready === 'True') return [refuses(words.off.alive(subject.node), words.off.aliveAdvice)];
    const below = foundationOf(look.environment, subject.layer).findLast(({ kind }) => kind === 'openstack');
    if (!below) return [refuses(words.off.metal(subject.node), words.off.metalAdvice)];
    const { compute } = look.ports.openstack(below.name, look.signal);
    const all = await compute.servers();
    const match = node
      ? matchServers(nodes, all).nodes.find((each) => each.node === node)?.server
      : alone(all, subject);
    if (match && (subject.serverId ?? match.id) !== match.id) {
      return [refuses(words.off.another(subject.node, match, subject.serverId ?? ''), words.off.anotherAdvice)];
    }
    // A list may be older than what became of one server since.
    const server = match && (await compute.server(match.id));
    // A worker before has deleted just this one, and died before it could say so.
    if (!server && !node && subject.serverId !== undefined) {
      return [holds(words.off.gone(subject.node, subject.serverId))];
    }
    if (!server) return [refuses(words.off.noServer(subject.node, below.name), words.off.noServerAdvice)];
    return [verdictOn(server, subject, look)];
  },
};

/** By what was approved, else by its name, when the node object is gone already. */
function alone(servers: readonly Server[], { node, serverId }: Subject): Server | undefined {
  if (serverId !== undefined) return servers.find(({ id }) => id === serverId);
  const named = servers.filter(({ name }) => name === node || name === node.split('.')[0]);
  return named.length === 1 ? named[0] : undefined;
}

/** Off, nothing going on with it, and its hypervisor does not say otherwise. */
function verdictOn(server: Server, { node }: Subject, { moment }: Look): Verdict {
  const { name, id, status, taskState, powerState } = server;
  const doing = taskState ?? (status === 'SHUTOFF' && powerState === 'running' ? powerState : undefined);
  const evidence = words.off.server(node, { name, id, status }, doing);
  if (status === 'SHUTOFF' && doing === undefined) return holds(evidence);
  return moment === 'plan' ? warns(evidence, words.off.planAdvice) : refuses(evidence, words.off.advice);
}
