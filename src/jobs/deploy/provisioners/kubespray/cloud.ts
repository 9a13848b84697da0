import type { Flavor, KeyPair, Network, Server } from '#domain/openstack.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-kubespray.ts';
import { shortOfQuota } from '../../../kubespray/quota.ts';
import { settingOf } from '../../../kubespray/setting.ts';
import type { Finding } from '../../provisioner.ts';
import { markOf, METADATA, nameOf } from '../../../kubespray/mark.ts';

/** What the cloud has of a cluster to be, and what it could be made of. */
export type Read = {
  /** By name: the servers that Strata made for the layer. */
  readonly own: ReadonlyMap<string, Server>;
  readonly others: readonly string[];
  readonly hasNetwork: boolean;
  readonly flavors: readonly Flavor[];
  readonly images: readonly string[];
  readonly externals: readonly Network[];
  readonly keyPairs: readonly KeyPair[];
};

export async function readCloud({ name }: Layer, ctx: SurveyContext, cloud: string): Promise<Read> {
  const { compute, network, image } = ctx.ports.openstack(cloud, ctx.signal);
  const [servers, flavors, images, networks, keyPairs] = await Promise.all([
    compute.servers(),
    compute.flavors(),
    image.images(),
    network.networks(),
    compute.keyPairs(),
  ]);
  const mark = markOf(ctx.environment.name, name);
  const own = servers.filter(({ metadata }) => metadata[METADATA] === mark);
  return {
    own: new Map(own.map((server) => [server.name, server])),
    others: servers.filter((server) => !own.includes(server)).map((server) => server.name),
    hasNetwork: networks.some((each) => each.name === nameOf(ctx.environment.name, name)),
    ...{ flavors, keyPairs, images: images.filter(({ status }) => status === 'active').map((each) => each.name) },
    externals: networks.filter(({ external }) => external),
  };
}

type Told = {
  readonly check: string;
  readonly isFine: boolean;
  readonly what: { readonly fine: string; readonly wrong: string };
  readonly advice: string;
};

/** What would fail later: everything that the missing servers need. */
export async function findingsOf(
  layer: Layer,
  ctx: SurveyContext,
  { read, missing, cloud }: { readonly read: Read; readonly missing: number; readonly cloud: string },
): Promise<readonly Finding[]> {
  if (missing === 0) return [];
  const { flavor: flavorName, image, servers } = settingOf(layer);
  const flavor = read.flavors.find(({ name }) => name === flavorName);
  const { externalNetwork, keyName, prefix = '' } = servers ?? {};
  const foreign = read.others.filter((name) => name.startsWith(prefix));
  const isExternal =
    externalNetwork === undefined
      ? read.externals.length === 1
      : read.externals.some(({ name }) => name === externalNetwork);
  const need = { flavor: flavor ?? { vcpus: 0, ramMiB: 0 }, count: missing, ports: missing };
  const short = await shortOfQuota(ctx.ports.openstack(cloud, ctx.signal), need);
  const { advice } = words;
  const told: readonly Told[] = [
    { check: 'flavor', isFine: flavor !== undefined, what: words.flavor(flavorName), advice: advice.flavor },
    { check: 'image', isFine: read.images.includes(image ?? ''), what: words.image(image), advice: advice.image },
    { check: 'network', isFine: isExternal, what: words.external(externalNetwork), advice: advice.external },
    { check: 'names', isFine: foreign.length === 0, what: words.foreign(foreign), advice: advice.foreign },
    { check: 'quota', isFine: short.length === 0, what: words.quota(missing, short), advice: advice.quota },
    {
      ...{ check: 'key pair', what: words.keyPair(keyName ?? ''), advice: advice.keyPair },
      isFine: keyName === undefined || read.keyPairs.some(({ name }) => name === keyName),
    },
  ];
  return told.map(({ check, isFine, what, advice: mend }): Finding => {
    if (isFine) return { layer: layer.name, check, health: 'ok', what: what.fine };
    return { layer: layer.name, check, health: 'failure', what: what.wrong, advice: mend };
  });
}
