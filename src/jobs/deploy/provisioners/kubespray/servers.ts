import { CheckError } from '#domain/errors.ts';
import type { Step, StepContext } from '#domain/run.ts';
import type { ServersSetting } from '#domain/stack.ts';
import { words } from '#words/deploy-kubespray.ts';
import { type Booted, bootedOf, isWhole, removeBroken, untilActive } from '../../../kubespray/server.ts';
import { thingStep } from '../../../mark.ts';
import type { Wanted } from './facts.ts';
import { descriptionOf, markOf, METADATA, nameOf } from '../../../kubespray/mark.ts';
import type { Ground, groundSteps } from './network.ts';

type Thing = { readonly id: string };
export type Site = Ground & {
  readonly setting: ServersSetting;
  readonly flavor: string;
  readonly image: string;
  readonly pods: readonly string[];
};

function computeOf(ctx: StepContext, { cloud }: Ground) {
  return ctx.ports.openstack(cloud, ctx.signal).compute;
}

/** Spreads the nodes over hypervisors as far as it can. */
export function spreadStep(site: Site): Step<Thing> {
  const name = nameOf(site.environment, site.layer);
  return thingStep<Thing>({
    id: `${site.cloud}/spread-${site.layer}`,
    title: words.title.spread,
    layer: site.cloud,
    async list(ctx) {
      const groups = await computeOf(ctx, site).serverGroups();
      return groups.filter((group) => group.name === name).slice(0, 1);
    },
    make: (ctx) => computeOf(ctx, site).createServerGroup(name, 'soft-anti-affinity'),
  });
}

/** Port and server of one node. */
export function nodeSteps(
  site: Site,
  wanted: Wanted,
  on: ReturnType<typeof groundSteps> & { readonly spread: Step<Thing> },
) {
  const { cloud, layer, setting, pods } = site;
  const { name } = wanted;
  const network = (ctx: StepContext) => ctx.ports.openstack(cloud, ctx.signal).network;
  const port = thingStep<Thing>({
    id: `${cloud}/port-${name}`,
    title: words.title.port(name),
    layer: cloud,
    list: (ctx) => network(ctx).ports({ name, description: descriptionOf(ctx, layer) }),
    make: (ctx) =>
      network(ctx).createPort({
        ...{ name, description: descriptionOf(ctx, layer), networkId: ctx.result(on.network).id },
        securityGroupIds: [ctx.result(on.group).id],
        // Where the pod network sends packets as they are, they carry addresses of pods.
        allowedAddressPairs: pods.map((ip) => ({ ip })),
      }),
  });
  const own = async (ctx: StepContext) => {
    const mark = markOf(site.environment, layer);
    return (await computeOf(ctx, site).servers({ name })).filter(({ metadata }) => metadata[METADATA] === mark);
  };
  const server = thingStep<Booted>({
    id: `${cloud}/server-${name}`,
    title: words.title.server(name, site.flavor),
    layer: cloud,
    timeoutMs: 900_000,
    list: async (ctx) => (await own(ctx)).filter(isWhole).map(bootedOf),
    async make(ctx) {
      await removeBroken(ctx, cloud, await own(ctx));
      const made = await computeOf(ctx, site).createServer({
        ...{ name, ...(await idsOf(ctx, site)), portIds: [ctx.result(port).id] },
        ...{ keyName: setting.keyName, serverGroupId: ctx.result(on.spread).id },
        metadata: { [METADATA]: markOf(site.environment, layer) },
      });
      return bootedOf(made);
    },
    settle: (ctx, made) => untilActive(ctx, cloud, made),
  });
  return { port, server };
}

/** By name, now: when the plan was made, the cloud may not have been there. @throws CheckError when it lacks one */
async function idsOf(ctx: StepContext, { cloud, flavor, image }: Site) {
  const { compute, image: glance } = ctx.ports.openstack(cloud, ctx.signal);
  const [flavors, images] = await Promise.all([compute.flavors(), glance.images({ name: image })]);
  const flavorId = flavors.find(({ name }) => name === flavor)?.id;
  const imageId = images.find(({ status }) => status === 'active')?.id;
  if (flavorId === undefined) throw new CheckError(words.flavor(flavor).wrong, { advice: words.advice.flavor });
  if (imageId === undefined) throw new CheckError(words.image(image).wrong, { advice: words.advice.image });
  return { flavorId, imageId };
}

/** Takes away every server of the layer, then their ports, then their group. */
export function unbuildStep(ground: Ground): Step {
  const { cloud, layer, environment } = ground;
  const mark = markOf(environment, layer);
  const own = async (ctx: StepContext) =>
    (await computeOf(ctx, ground).servers()).filter(({ metadata }) => metadata[METADATA] === mark);
  return {
    id: `${cloud}/unbuild-${layer}`,
    title: words.title.unbuild,
    layer: cloud,
    timeoutMs: 900_000,
    find: async () => undefined,
    async act(ctx) {
      for (const { id } of await own(ctx)) await computeOf(ctx, ground).deleteServer(id);
      return null;
    },
    async settle(ctx) {
      const left = await own(ctx);
      if (left.length > 0) return { kind: 'wait', afterMs: 1000, why: words.left(left.map(({ name }) => name)) };
      const { network, compute } = ctx.ports.openstack(cloud, ctx.signal);
      // Those of nodes that /scale-node added carry the mark of its run.
      const grounds = await network.networks({
        name: nameOf(environment, layer),
        description: descriptionOf(ctx, layer),
      });
      const ports = await Promise.all(grounds.map(({ id: networkId }) => network.ports({ networkId })));
      for (const { id, description } of ports.flat()) {
        if (description.startsWith('strata:')) await network.deletePort(id);
      }
      const groups = (await compute.serverGroups()).filter(({ name }) => name === nameOf(environment, layer));
      for (const { id } of groups) await compute.deleteServerGroup(id);
      return { kind: 'ready', value: null };
    },
  };
}
