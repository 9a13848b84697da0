import { CheckError } from '#domain/errors.ts';
import type { FloatingIp, Network, Port, Router, SecurityGroup, Subnet } from '#domain/openstack.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';
import type { Found } from './basics.ts';
import { descriptionOf, LOOK_MS, nameOf, thingStep } from '../../mark.ts';

/** The test's own subnet; nothing routes to it but its own router. */
const CIDR = '10.77.0.0/24';

/** What Neutron takes for name and mark of a step's object. */
function tagOf(ctx: StepContext, id: string, what: string) {
  return { name: nameOf(ctx.run, what), description: descriptionOf(ctx.run, id) };
}

function api(ctx: StepContext, layer: string) {
  return ctx.ports.openstack(layer, ctx.signal).network;
}

/** A network with subnet, router and security group of our own. Its MTU is left to Neutron: that is what we test. */
export function ownNetwork(layer: string, external: Step<Found | undefined>) {
  const network = thingStep<Network>({
    id: `${layer}/network`,
    title: words.title.network,
    layer,
    list: (ctx) => api(ctx, layer).networks(tagOf(ctx, `${layer}/network`, 'network')),
    make: (ctx) => api(ctx, layer).createNetwork(tagOf(ctx, `${layer}/network`, 'network')),
    remove: (ctx, { id }) => api(ctx, layer).deleteNetwork(id),
    detail: ({ mtuBytes }) => `mtu ${mtuBytes}`,
  });
  const subnet = thingStep<Subnet>({
    id: `${layer}/subnet`,
    title: words.title.subnet,
    layer,
    list: (ctx) => api(ctx, layer).subnets(tagOf(ctx, `${layer}/subnet`, 'subnet')),
    make: (ctx) =>
      api(ctx, layer).createSubnet({
        ...tagOf(ctx, `${layer}/subnet`, 'subnet'),
        networkId: ctx.result(network).id,
        cidr: CIDR,
      }),
    remove: (ctx, { id }) => api(ctx, layer).deleteSubnet(id),
    detail: ({ cidr }) => cidr,
  });
  const router = thingStep<Router>({
    id: `${layer}/router`,
    title: words.title.router,
    layer,
    list: (ctx) => api(ctx, layer).routers(tagOf(ctx, `${layer}/router`, 'router')),
    make: (ctx) =>
      api(ctx, layer).createRouter({
        ...tagOf(ctx, `${layer}/router`, 'router'),
        externalNetworkId: ctx.result(external)?.id ?? '',
      }),
    async settle(ctx, made) {
      await api(ctx, layer).addRouterInterface(made.id, ctx.result(subnet).id);
      return { kind: 'ready', value: made };
    },
    async remove(ctx, { id }) {
      const ports = await api(ctx, layer).ports({ deviceId: id });
      const ours = ports.filter((port) => port.deviceOwner.includes('router_interface'));
      for (const { fixedIps } of ours) {
        for (const { subnetId } of fixedIps) await api(ctx, layer).removeRouterInterface(id, subnetId);
      }
      await api(ctx, layer).deleteRouter(id);
    },
  });
  const group = thingStep<SecurityGroup>({
    id: `${layer}/group`,
    title: words.title.group,
    layer,
    list: (ctx) => api(ctx, layer).securityGroups(tagOf(ctx, `${layer}/group`, 'group')),
    make: (ctx) => api(ctx, layer).createSecurityGroup(tagOf(ctx, `${layer}/group`, 'group')),
    async settle(ctx, made) {
      const securityGroupId = made.id;
      await api(ctx, layer).allow({ securityGroupId, direction: 'ingress', protocol: 'icmp' });
      await api(ctx, layer).allow({ securityGroupId, direction: 'ingress', protocol: 'tcp', port: 22 });
      return { kind: 'ready', value: made, detail: 'icmp, tcp/22' };
    },
    remove: (ctx, { id }) => api(ctx, layer).deleteSecurityGroup(id),
  });
  return { network, subnet, router, group };
}

type PortOn = {
  readonly id: string;
  readonly title: string;
  readonly layer: string;
  readonly what: string;
  readonly network: Step<Network>;
  readonly group: Step<SecurityGroup>;
  readonly skip?: string | undefined;
};

export function portStep({ id, title, layer, what, network, group, skip }: PortOn): Step<Port> {
  return thingStep<Port>({
    id,
    title,
    layer,
    skip,
    list: (ctx) => api(ctx, layer).ports(tagOf(ctx, id, what)),
    make: (ctx) =>
      api(ctx, layer).createPort({
        ...tagOf(ctx, id, what),
        networkId: ctx.result(network).id,
        securityGroupIds: [ctx.result(group).id],
      }),
    remove: (ctx, port) => api(ctx, layer).deletePort(port.id),
    detail: ({ fixedIps }) => fixedIps.map(({ ip }) => ip).join(', '),
  });
}

type FloatingOn = { readonly layer: string; readonly external: Step<Found | undefined>; readonly port: Step<Port> };

export function floatingIpStep({ layer, external, port }: FloatingOn): Step<FloatingIp> {
  const id = `${layer}/floating-ip`;
  return thingStep<FloatingIp>({
    id,
    title: words.title.floatingIp,
    layer,
    list: (ctx) => api(ctx, layer).floatingIps({ description: descriptionOf(ctx.run, id) }),
    make: (ctx) =>
      api(ctx, layer).createFloatingIp({
        networkId: ctx.result(external)?.id ?? '',
        portId: ctx.result(port).id,
        description: descriptionOf(ctx.run, id),
      }),
    async settle(ctx, made) {
      if (made.status === 'ACTIVE') return { kind: 'ready', value: made, detail: made.address };
      const now = (await api(ctx, layer).floatingIps({ description: made.description }))[0];
      if (!now) throw new CheckError(words.looks.ipGone(made.address));
      if (now.status === 'ACTIVE') return { kind: 'ready', value: now, detail: now.address };
      return { kind: 'wait', afterMs: LOOK_MS, why: `${now.address} is ${now.status}` };
    },
    remove: (ctx, { id: floatingId }) => api(ctx, layer).deleteFloatingIp(floatingId),
  });
}
