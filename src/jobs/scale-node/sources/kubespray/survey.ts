import { CheckError, InputError } from '#domain/errors.ts';
import type { Node } from '#domain/kubernetes.ts';
import type { OpenStack, Server } from '#domain/openstack.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/scale-node.ts';
import { etcdHosts } from '../../../etcd.ts';
import { matchServers } from '../../../matches.ts';
import { clusterOf } from '../../hold.ts';
import { nextNames } from '../../names.ts';
import type { Wish } from '../source.ts';
import type { KubesprayFacts, Machine, PortPattern, ServerPattern } from './facts.ts';
import { type Host, hostsOf } from '../../../kubespray/inventory.ts';
import { readPlaybooks } from '../../../kubespray/playbooks.ts';
import { shortOfQuota } from '../../../kubespray/quota.ts';
import { METADATA } from '../../../kubespray/mark.ts';
import { settingOf } from '../../../kubespray/setting.ts';

/** Everything that the steps depend on. Reads only. */
export async function survey(wish: Wish, ctx: SurveyContext): Promise<KubesprayFacts> {
  const { layer, nodes, count, goes } = wish;
  const below = cloudBelow(layer, ctx);
  const cloud = ctx.ports.openstack(below, ctx.signal);
  const [servers, playbooks, etcd] = await Promise.all([
    cloud.compute.servers(),
    readPlaybooks(layer, ctx),
    etcdHosts(clusterOf(layer.name, ctx)),
  ]);
  const { nodes: matches } = matchServers(nodes, servers);
  const under = new Map(matches.map(({ node, server }) => [node.name, server]));
  const workers = nodes.filter(({ roles }) => !roles.includes('control-plane'));
  const sibling = workers.findLast(({ name, ready }) => ready === 'True' && under.get(name) !== undefined);
  const pattern = count > 0 ? await patternOf(sibling && under.get(sibling.name), { wish, cloud }) : undefined;
  if (pattern) await requireQuota(cloud, pattern, { count, layer: layer.name });
  const taken = { workers: workers.map(({ name }) => name), others: namesOf(nodes, servers), highest: wish.highest };
  const hosts = hostsOf(nodes, etcd);
  return {
    cloud: below,
    names: nextNames(layer.name, taken, count),
    sibling: sibling?.name,
    hosts,
    dead: deadOf(hosts, nodes),
    playbooks,
    pattern,
    machine: goes && (await machineOf(goes, under.get(goes.name), cloud)),
  };
}

/** Without those of control plane and etcd, whose number Kubespray counts. */
export function deadOf(hosts: readonly Host[], nodes: readonly Node[]): readonly string[] {
  const silent = new Set(nodes.filter(({ ready }) => ready !== 'True').map(({ name }) => name));
  const isWorker = ({ groups }: Host) => groups.every((group) => group === 'kube_node');
  return hosts.filter((host) => isWorker(host) && silent.has(host.name)).map(({ name }) => name);
}

function namesOf(nodes: readonly Node[], servers: readonly Server[]): readonly string[] {
  return [...nodes, ...servers].map(({ name }) => name);
}

/** @throws InputError when the cluster stands on no OpenStack */
function cloudBelow(layer: Layer, { environment }: SurveyContext): string {
  const below = environment.layers.find(({ name, kind }) => name === layer.on && kind === 'openstack');
  if (!below) throw new InputError(words.noCloudBelow(layer.name));
  return below.name;
}

/** What a new server is like: its youngest sibling that is well, but for what somebody named. */
async function patternOf(
  sibling: Server | undefined,
  { wish, cloud }: { readonly wish: Wish; readonly cloud: OpenStack },
): Promise<ServerPattern> {
  const { layer } = wish;
  const setting = settingOf(layer);
  const like = sibling && (await cloud.compute.server(sibling.id));
  if (!like) throw new CheckError(words.noSibling(layer.name), { advice: words.advice.noSibling });
  const [flavors, images, ports] = await Promise.all([
    cloud.compute.flavors(),
    cloud.image.images(),
    cloud.network.ports({ deviceId: like.id }),
  ]);
  const wanted = wish.flavor ?? setting.flavor ?? like.flavor;
  const flavor = flavors.find(({ name }) => name === wanted);
  if (!flavor)
    throw new InputError(words.noFlavor(wanted ?? ''), {
      advice: words.advice.noFlavor(flavors.map(({ name }) => name)),
    });
  const image = images.find(({ id, name }) =>
    setting.image === undefined ? id === like.imageId : name === setting.image,
  );
  if (!image) throw new InputError(words.noImage(setting.image ?? like.imageId), { advice: words.advice.noImage });
  return {
    image: { id: image.id, name: image.name },
    flavor: { id: flavor.id, name: flavor.name },
    keyName: like.keyName,
    zone: like.availabilityZone,
    layerMark: like.metadata[METADATA],
    groupId: like.serverGroupIds?.[0],
    ports: ports.map(({ networkId, securityGroupIds, allowedAddressPairs }): PortPattern => ({
      networkId,
      securityGroupIds,
      // A pair's MAC is the sibling's own.
      allowedAddressPairs: allowedAddressPairs.map(({ ip }) => ({ ip })),
    })),
  };
}

/** @throws CheckError when nobody can tell which server the node is */
async function machineOf(node: Node, server: Server | undefined, cloud: OpenStack): Promise<Machine> {
  if (!server) throw new CheckError(words.noServer(node.name), { advice: words.advice.noServer });
  const [ports, all, volumes] = await Promise.all([
    cloud.network.ports({ deviceId: server.id }),
    cloud.network.floatingIps(),
    Promise.all((server.volumes ?? []).map(({ id }) => cloud.volume.volume(id))),
  ]);
  const portIds = ports.map(({ id }) => id);
  const found = volumes.flatMap((volume) => volume ?? []);
  // A disk of somebody's claim hangs on the server too, and must outlive it.
  const own = found.filter(({ metadata, attachedTo }) => {
    const isRoot = server.imageId === '' && attachedTo.some(({ device }) => /^\/dev\/[a-z]+a$/.test(device));
    return isRoot || metadata['strata'] !== undefined;
  });
  return {
    serverId: server.id,
    serverName: server.name,
    portIds,
    floatingIps: all
      .filter(({ portId }) => portId !== undefined && portIds.includes(portId))
      .map(({ id, address }) => ({ id, address })),
    volumeIds: own.map(({ id }) => id),
    keptVolumeIds: found.filter((volume) => !own.includes(volume)).map(({ id }) => id),
  };
}

/** What people judge of it: which machines, made like what, by which playbooks. */
export function judged({ cloud, names, pattern, playbooks, machine, hosts }: KubesprayFacts): readonly string[] {
  return [
    words.judged.playbooks(playbooks),
    words.judged.hosts(hosts.map(({ name, ip, groups }) => `${name} ${ip} ${groups.join('+')}`)),
    ...(pattern ? names.map((name) => words.judged.server(cloud, name, pattern)) : []),
    ...(machine ? words.judged.machine(cloud, machine) : []),
  ];
}

/** @throws CheckError that says what is too little, and by how much */
async function requireQuota(
  cloud: OpenStack,
  { flavor, ports }: ServerPattern,
  { count, layer }: { readonly count: number; readonly layer: string },
): Promise<void> {
  const whole = (await cloud.compute.flavors()).find(({ id }) => id === flavor.id);
  if (!whole) return;
  const short = await shortOfQuota(cloud, { flavor: whole, count, ports: count * ports.length });
  if (short.length === 0) return;
  const message = words.noQuota({ layer, count, flavor: flavor.name, short });
  throw new CheckError(message, { advice: words.advice.noQuota });
}
