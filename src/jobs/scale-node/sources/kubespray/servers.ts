import { CheckError } from '#domain/errors.ts';
import type { Port, Server } from '#domain/openstack.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { METADATA } from '../../../kubespray/mark.ts';
import { type Booted, bootedOf, isWhole, removeBroken, untilActive } from '../../../kubespray/server.ts';
import { descriptionOf, metadataOf, thingStep } from '../../../mark.ts';
import { clusterOf } from '../../hold.ts';
import type { KubesprayFacts, PortPattern, ServerPattern } from './facts.ts';

type Group = { readonly id: string };

/** Ports, then the server, of one new node; with a server group where there is none yet. */
export function serverSteps(
  { layer, name }: { readonly layer: string; readonly name: string },
  { cloud, pattern }: KubesprayFacts,
  group: Step<Group> | undefined,
) {
  if (!pattern) throw new Error(`planning server "${name}": nothing says what it is like`);
  const ports = pattern.ports.map((port, index) => portStep({ name, cloud, port, index }));
  return { ports, server: serverStep({ layer, name, cloud, pattern, ports, group }) };
}

/** Spreads the nodes over hypervisors as far as it can: soft, so that a full cloud still gives a node. */
export function groupStep(layer: string, cloud: string): Step<Group> {
  const name = `strata-${layer}`;
  return thingStep<Group>({
    id: `${cloud}/group`,
    title: words.title.group,
    layer: cloud,
    async list(ctx) {
      const groups = await ctx.ports.openstack(cloud, ctx.signal).compute.serverGroups();
      return groups.filter((group) => group.name === name).slice(0, 1);
    },
    make: (ctx) => ctx.ports.openstack(cloud, ctx.signal).compute.createServerGroup(name, 'soft-anti-affinity'),
    detail: () => name,
  });
}

type PortOn = { readonly name: string; readonly cloud: string; readonly port: PortPattern; readonly index: number };

function portStep({ name, cloud, port, index }: PortOn): Step<Port> {
  const suffix = index === 0 ? '' : `-${index + 1}`;
  const id = `${cloud}/port-${name}${suffix}`;
  const api = (ctx: StepContext) => ctx.ports.openstack(cloud, ctx.signal).network;
  return thingStep<Port>({
    id,
    title: words.title.port(name),
    layer: cloud,
    list: (ctx) => api(ctx).ports({ description: descriptionOf(ctx.run, id) }),
    make: (ctx) => api(ctx).createPort({ ...port, name: `${name}${suffix}`, description: descriptionOf(ctx.run, id) }),
    detail: ({ fixedIps }) => fixedIps.map(({ ip }) => ip).join(', '),
  });
}

type ServerOn = {
  /** The cluster. */
  readonly layer: string;
  readonly name: string;
  readonly cloud: string;
  readonly pattern: ServerPattern;
  readonly ports: readonly Step<Port>[];
  readonly group: Step<Group> | undefined;
};

function serverStep({ layer, name, cloud, pattern, ports, group }: ServerOn): Step<Booted> {
  const id = `${cloud}/server-${name}`;
  const api = (ctx: StepContext) => ctx.ports.openstack(cloud, ctx.signal).compute;
  const isOurs = (ctx: StepContext) => {
    const mark = metadataOf(ctx.run, id)['strata'];
    return ({ metadata }: Server) => metadata['strata'] === mark;
  };
  const marked = async (ctx: StepContext) => (await api(ctx).servers({ name })).filter(isOurs(ctx));
  /** Days may lie between the plan and a retry, and a node that joins under the name of another one takes its place. */
  async function requireFree(ctx: StepContext): Promise<void> {
    const [servers, nodes] = await Promise.all([
      api(ctx).servers({ name }),
      clusterOf(layer, ctx).nodes({ fields: `metadata.name=${name}` }),
    ]);
    if (nodes.length === 0 && servers.every(isOurs(ctx))) return;
    throw new CheckError(words.nameTaken(name), { advice: words.advice.nameTaken });
  }
  return {
    ...thingStep<Booted>({
      id,
      title: words.title.server(name, pattern.flavor.name),
      layer: cloud,
      timeoutMs: 900_000,
      list: async (ctx) => (await marked(ctx)).filter(isWhole).map(bootedOf),
      async make(ctx) {
        await requireFree(ctx);
        await removeBroken(ctx, cloud, await marked(ctx));
        const made = await api(ctx).createServer({
          name,
          imageId: pattern.image.id,
          flavorId: pattern.flavor.id,
          portIds: ports.map((port) => ctx.result(port).id),
          keyName: pattern.keyName,
          serverGroupId: pattern.groupId ?? (group && ctx.result(group).id),
          availabilityZone: pattern.zone,
          metadata: { ...metadataOf(ctx.run, id), ...layerMarkOf(pattern) },
        });
        return bootedOf(made);
      },
      settle: (ctx, made) => untilActive(ctx, cloud, made),
    }),
    risk: words.risk.server(name),
  };
}

/** What a deploy knows its servers by: a new one is part of the cluster as its siblings are. */
function layerMarkOf({ layerMark }: ServerPattern): Readonly<Record<string, string>> {
  return layerMark === undefined ? {} : { [METADATA]: layerMark };
}
