import type { NetworkApi } from '#domain/openstack.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { CheckError } from '#domain/errors.ts';
import { words } from '#words/scale-node.ts';
import { undrained } from '../../drain.ts';
import { clusterOf, hold, layerOf, type Target } from '../../hold.ts';
import type { KubesprayFacts, Machine } from './facts.ts';
import { workerOf } from '../../../kubespray/inventory.ts';
import { runPlaybook } from '../../../kubespray/playbook.ts';
import type { Booted } from '../../../kubespray/server.ts';

const LOOK_MS = 1000;

function machineOf({ machine }: KubesprayFacts): Machine {
  if (!machine) throw new Error('planning to remove a machine: nothing says which');
  return machine;
}

/** Stops the server through the cloud below. Only what was seen SHUTOFF after that is proof. */
export function offStep(target: Target, facts: KubesprayFacts): Step {
  const { cloud } = facts;
  const { serverId, serverName } = machineOf(facts);
  return {
    id: `${cloud}/off-${target.node}`,
    title: words.title.off(serverName),
    layer: cloud,
    timeoutMs: 600_000,
    risk: words.risk.off(serverName),
    find: async () => undefined,
    async act(ctx) {
      await hold({ ...target, serverId }, 'plan', ctx);
      await requireDead(ctx, target);
      await ctx.ports.openstack(cloud, ctx.signal).compute.stopServer(serverId);
      return null;
    },
    async settle(ctx) {
      const server = await ctx.ports.openstack(cloud, ctx.signal).compute.server(serverId);
      if (!server) throw new CheckError(words.machineGone(serverName));
      if (server.status === 'SHUTOFF') return { kind: 'ready', value: null, detail: words.seenOff };
      return { kind: 'wait', afterMs: LOOK_MS, why: server.status, advice: words.advice.off(serverName) };
    },
  };
}

/** @throws CheckError when the node speaks again: it can be removed in order */
async function requireDead(ctx: StepContext, { layer, node }: Target): Promise<void> {
  const [found] = await clusterOf(layer, ctx).nodes({ fields: `metadata.name=${node}` });
  if (found?.ready !== 'True') return;
  throw new CheckError(words.alive(node), { advice: words.advice.alive(`${ctx.run.environment} ${layer}`, node) });
}

/**
 * Kubespray resets a living node and deletes it from the cluster; of a dead one it only deletes it. The node that goes
 * stays in the inventory until that is done.
 * @see https://github.com/kubernetes-sigs/kubespray/blob/master/docs/operations/nodes.md
 */
export function forgetNodeStep(target: Target, facts: KubesprayFacts, added: readonly Step<Booted>[]): Step {
  const { layer, node, mode } = target;
  const id = `${layer}/leave-${node}`;
  const isDead = mode === 'replace';
  return {
    id,
    title: words.title.leave(node),
    layer,
    timeoutMs: 3_600_000,
    risk: words.risk.leave(node),
    async find(ctx) {
      const nodes = await clusterOf(layer, ctx).nodes({ fields: `metadata.name=${node}` });
      return nodes.length === 0 ? [] : undefined;
    },
    async act(ctx) {
      await hold({ ...target, serverId: facts.machine?.serverId }, 'delete', ctx);
      await requireDrained(ctx, target);
      const made = added.map((server) => ctx.result(server)).map(({ name, ip }) => workerOf(name, ip));
      const variables = {
        ...{ node, skip_confirmation: true },
        ...(isDead ? { reset_nodes: false, allow_ungraceful_removal: true } : {}),
      };
      const hosts = [...facts.hosts, ...made];
      return runPlaybook(ctx, {
        layer: layerOf(layer, ctx),
        playbook: 'remove-node.yml',
        hosts,
        variables,
        stepId: id,
      });
    },
    async settle(ctx, recap) {
      const nodes = await clusterOf(layer, ctx).nodes({ fields: `metadata.name=${node}` });
      if (nodes.length === 0) return { kind: 'ready', value: recap };
      return { kind: 'wait', afterMs: LOOK_MS, why: words.nodeThere(node) };
    },
  };
}

/** Pods that came after the drain, or never left: what deletes their node would lose them. */
async function requireDrained(ctx: StepContext, target: Target): Promise<void> {
  const left = await undrained(ctx, target);
  if (left.length === 0) return;
  const names = left.map(({ namespace, name }) => `${namespace}/${name}`);
  throw new CheckError(words.notDrained(target.node, names), { advice: words.advice.notDrained });
}

/** The server and what hung on it. Ids that people approved, so nothing that was given the same name since. */
export function machineSteps(target: Target, facts: KubesprayFacts): readonly Step[] {
  const { cloud } = facts;
  const { serverId, serverName, portIds, floatingIps, volumeIds } = machineOf(facts);
  const parts = (ctx: StepContext) => ctx.ports.openstack(cloud, ctx.signal);
  const server: Step = {
    id: `${cloud}/delete-${target.node}`,
    title: words.title.delete(serverName),
    layer: cloud,
    timeoutMs: 600_000,
    risk: words.risk.delete(serverName),
    async find(ctx) {
      const left = await parts(ctx).compute.server(serverId);
      return left === undefined || left.taskState === 'deleting' ? null : undefined;
    },
    async act(ctx) {
      await requireGone(ctx, target);
      // The playbook took its time, and its disks may have become the last copy since.
      await hold({ ...target, serverId }, 'delete', ctx);
      await parts(ctx).compute.deleteServer(serverId);
      return null;
    },
    async settle(ctx) {
      const left = await parts(ctx).compute.server(serverId);
      if (!left) return { kind: 'ready', value: null, detail: serverId };
      return { kind: 'wait', afterMs: LOOK_MS, why: [left.status, left.taskState].filter(Boolean).join(', ') };
    },
  };
  const rest: Step = {
    id: `${cloud}/rest-${target.node}`,
    title: words.title.rest(serverName),
    layer: cloud,
    timeoutMs: 300_000,
    find: async () => undefined,
    act: async () => null,
    async settle(ctx) {
      const { volume } = parts(ctx);
      const moved = await removeAddresses(parts(ctx).network, machineOf(facts));
      const busy: string[] = [];
      for (const id of volumeIds) {
        const found = await volume.volume(id);
        if (!found) continue;
        if (['available', 'error'].includes(found.status)) await volume.deleteVolume(id);
        busy.push(`${found.name || id}: ${found.status}`);
      }
      if (busy.length > 0) return { kind: 'wait', afterMs: LOOK_MS, why: busy.join(', ') };
      const counts = {
        floatingIps: floatingIps.length - moved.floatingIps.length,
        ports: portIds.length - moved.ports.length,
        volumes: volumeIds.length,
      };
      return { kind: 'ready', value: null, detail: words.rest(counts, [...moved.floatingIps, ...moved.ports]) };
    },
  };
  return [server, rest];
}

/** Floating IPs, then ports. What somebody has put elsewhere since the plan was made serves another server: it stays. */
async function removeAddresses(
  network: NetworkApi,
  { serverId, portIds, floatingIps }: Machine,
): Promise<{ readonly floatingIps: readonly string[]; readonly ports: readonly string[] }> {
  const moved = { floatingIps: [] as string[], ports: [] as string[] };
  for (const { id, address } of floatingIps) {
    const found = await network.floatingIp(id);
    if (found?.portId !== undefined && !portIds.includes(found.portId)) moved.floatingIps.push(address);
    else await network.deleteFloatingIp(id);
  }
  for (const id of portIds) {
    const found = await network.port(id);
    if (found && found.deviceId !== '' && found.deviceId !== serverId) moved.ports.push(found.name || id);
    else await network.deletePort(id);
  }
  return moved;
}

/** The machine goes when the cluster has let its node go, and not before. */
async function requireGone(ctx: StepContext, { layer, node }: Target): Promise<void> {
  const nodes = await clusterOf(layer, ctx).nodes({ fields: `metadata.name=${node}` });
  if (nodes.length > 0) throw new CheckError(words.nodeThere(node), { advice: words.advice.nodeThere });
}
