import { AmbiguousError, CheckError } from '#domain/errors.ts';
import type { NetworkApi } from '#domain/openstack.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { words } from '#words/deploy-kubespray.ts';
import { thingStep } from '../../../mark.ts';
import { descriptionOf, nameOf } from '../../../kubespray/mark.ts';

type Thing = { readonly id: string };
export type Ground = { readonly environment: string; readonly layer: string; readonly cloud: string };

function api(ctx: StepContext, { cloud }: Ground): NetworkApi {
  return ctx.ports.openstack(cloud, ctx.signal).network;
}

/** Name and mark of what is made for the layer as a whole. */
function labelOf(ctx: StepContext, { environment, layer }: Ground) {
  return { name: nameOf(environment, layer), description: descriptionOf(ctx, layer) };
}

/** Network, subnet, router and security group of the nodes. Each is found by its name and mark, whichever run made it. */
export function groundSteps(ground: Ground, cidr: string, external: string | undefined) {
  const { cloud } = ground;
  const step = (what: 'network' | 'subnet' | 'router' | 'group', of: Omit<Made, 'id' | 'title' | 'layer'>) =>
    thingStep<Thing>({ ...of, id: `${cloud}/${what}-${ground.layer}`, title: words.title[what], layer: cloud });
  const network = step('network', {
    list: (ctx) => api(ctx, ground).networks(labelOf(ctx, ground)),
    make: (ctx) => api(ctx, ground).createNetwork(labelOf(ctx, ground)),
    async settle(ctx, { id }) {
      const made = await api(ctx, ground).network(id);
      return { kind: 'ready', value: { id }, detail: words.mtu(made?.mtuBytes ?? 0) };
    },
  });
  const subnet = step('subnet', {
    list: (ctx) => api(ctx, ground).subnets(labelOf(ctx, ground)),
    make: (ctx) => api(ctx, ground).createSubnet({ ...labelOf(ctx, ground), networkId: ctx.result(network).id, cidr }),
    detail: () => cidr,
  });
  const router = step('router', {
    list: (ctx) => api(ctx, ground).routers(labelOf(ctx, ground)),
    async make(ctx) {
      const externalNetworkId = await externalOf(ctx, ground, external);
      return api(ctx, ground).createRouter({ ...labelOf(ctx, ground), externalNetworkId });
    },
    async settle(ctx, made) {
      await api(ctx, ground).addRouterInterface(made.id, ctx.result(subnet).id);
      return { kind: 'ready', value: { id: made.id } };
    },
  });
  const group = step('group', {
    list: (ctx) => api(ctx, ground).securityGroups(labelOf(ctx, ground)),
    make: (ctx) => api(ctx, ground).createSecurityGroup(labelOf(ctx, ground)),
    settle: (ctx, made) => openGroup(ctx, ground, made),
  });
  return { network, subnet, router, group };
}

/** The only external network, or the one of that name. @throws CheckError */
async function externalOf(ctx: StepContext, ground: Ground, wanted: string | undefined): Promise<string> {
  const all = (await api(ctx, ground).networks()).filter(({ external }) => external);
  const found = wanted === undefined ? all[all.length - 1] : all.find(({ name }) => name === wanted);
  if (!found || (wanted === undefined && all.length > 1)) {
    throw new CheckError(words.external(wanted).wrong, { advice: words.advice.external });
  }
  return found.id;
}

/** Login and API from anywhere that reaches it, everything between the nodes. @see Kubespray docs/operations/port-requirements.md */
async function openGroup(ctx: StepContext, ground: Ground, { id }: Thing) {
  const ingress = { securityGroupId: id, direction: 'ingress', protocol: 'tcp' } as const;
  await api(ctx, ground).allow({ ...ingress, port: 22 });
  await api(ctx, ground).allow({ ...ingress, port: 6443 });
  await api(ctx, ground).allow({ securityGroupId: id, direction: 'ingress', remoteGroupId: id });
  return { kind: 'ready', value: { id } } as const;
}

type Made = Parameters<typeof thingStep<Thing>>[0];

/** Takes away what `groundSteps` made, whichever run did: the router first, the network last. */
export function ungroundStep(ground: Ground): Step {
  const { cloud, layer } = ground;
  return {
    id: `${cloud}/unground-${layer}`,
    title: words.title.unground,
    layer: cloud,
    timeoutMs: 300_000,
    find: async () => undefined,
    async act(ctx) {
      const neutron = api(ctx, ground);
      const label = labelOf(ctx, ground);
      const [routers, subnets, networks, groups] = await Promise.all([
        neutron.routers(label),
        neutron.subnets(label),
        neutron.networks(label),
        neutron.securityGroups(label),
      ]);
      if (networks.length > 1) throw new AmbiguousError(words.several(label.name, networks.length));
      for (const { id } of routers) {
        for (const subnet of subnets) await neutron.removeRouterInterface(id, subnet.id);
        await neutron.deleteRouter(id);
      }
      for (const { id } of subnets) await neutron.deleteSubnet(id);
      for (const { id } of networks) await neutron.deleteNetwork(id);
      for (const { id } of groups) await neutron.deleteSecurityGroup(id);
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null }),
  };
}
