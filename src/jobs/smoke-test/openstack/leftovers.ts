import type { StepContext } from '#domain/run.ts';
import { prefixOf } from '../../mark.ts';
import type { OpenStackFacts } from './facts.ts';

/** Everything on this layer that still carries the run's name or mark, a line each, with its id. Reads only. */
export async function leftoversOn(
  { name: layer, network, volume }: OpenStackFacts,
  ctx: StepContext,
): Promise<string[]> {
  const cloud = ctx.ports.openstack(layer, ctx.signal);
  const prefix = `${prefixOf(ctx.run)}-`;
  const mark = `strata:${ctx.run.number}-${ctx.run.key}/`;
  type Object = { readonly id?: string; readonly name?: string; readonly description?: string };
  const ours = (kind: string, all: readonly Object[]) =>
    all
      .filter((each) => each.name?.startsWith(prefix) || each.description?.startsWith(mark))
      .map(({ id, name }) => `${layer}: ${kind} ${[name, id].filter(Boolean).join(' ')}`);
  const lists: Promise<string[]>[] = [
    cloud.compute.servers().then((all) => ours('server', all)),
    cloud.compute.keyPairs().then((all) => ours('key pair', all)),
    cloud.compute.serverGroups().then((all) => ours('server group', all)),
  ];
  if (network) {
    const { network: neutron } = cloud;
    lists.push(
      neutron.floatingIps().then((all) => ours('floating IP', all)),
      neutron.ports().then((all) => ours('port', all)),
      neutron.routers().then((all) => ours('router', all)),
      neutron.subnets().then((all) => ours('subnet', all)),
      neutron.networks().then((all) => ours('network', all)),
      neutron.securityGroups().then((all) => ours('security group', all)),
    );
  }
  if (volume) lists.push(cloud.volume.volumes().then((all) => ours('volume', all)));
  return (await Promise.all(lists)).flat();
}
