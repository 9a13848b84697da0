import { CheckError } from '#domain/errors.ts';
import type { Flavor, Image, Network } from '#domain/openstack.ts';
import type { Step, StepContext } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';
import { lookStep } from '../../mark.ts';

export type Found = { readonly id: string; readonly name: string };

function settingOf(ctx: StepContext, layer: string) {
  return ctx.environment.layers.find((known) => known.name === layer)?.smokeTest;
}

/** Log in, then an image, a flavor and, where networks are wanted, the external network. */
export function basics(layer: string): {
  auth: Step;
  image: Step<Found | undefined>;
  flavor: Step<Found | undefined>;
  external: Step<Found | undefined>;
} {
  const auth = lookStep({
    id: `${layer}/auth`,
    title: words.title.auth,
    layer,
    async look(ctx) {
      const { user, project } = await ctx.ports.openstack(layer, ctx.signal).identity.authenticate();
      return { kind: 'ready', value: { user, project }, detail: `${user} in ${project}` };
    },
  });
  const image = lookStep<Found>({
    id: `${layer}/image`,
    title: words.title.image,
    layer,
    async look(ctx) {
      const wanted = settingOf(ctx, layer)?.image;
      const all = await ctx.ports.openstack(layer, ctx.signal).image.images();
      const found = choose(
        all.filter((each) => each.status === 'active'),
        wanted,
        bySize,
      );
      if (!found) throw missing({ what: 'image', wanted, advice: words.advice.image });
      return { kind: 'ready', value: { id: found.id, name: found.name }, detail: found.name };
    },
  });
  const flavor = lookStep<Found>({
    id: `${layer}/flavor`,
    title: words.title.flavor,
    layer,
    async look(ctx) {
      const wanted = settingOf(ctx, layer)?.flavor;
      const all = await ctx.ports.openstack(layer, ctx.signal).compute.flavors();
      const found = choose(
        all.filter((each) => wanted !== undefined || each.ramMiB >= 256),
        wanted,
        bySmallest,
      );
      if (!found) throw missing({ what: 'flavor', wanted, advice: words.advice.flavor });
      const detail = `${found.name}: ${found.vcpus} vCPU, ${found.ramMiB} MiB`;
      return { kind: 'ready', value: { id: found.id, name: found.name }, detail };
    },
  });
  const external = lookStep<Found>({
    id: `${layer}/external`,
    title: words.title.external,
    layer,
    async look(ctx) {
      const wanted = settingOf(ctx, layer)?.externalNetwork;
      const all = await ctx.ports.openstack(layer, ctx.signal).network.networks();
      const found = choose(
        all.filter((each) => each.external),
        wanted,
        byName,
      );
      if (!found) throw missing({ what: 'external network', wanted, advice: words.advice.external });
      return {
        kind: 'ready',
        value: { id: found.id, name: found.name },
        detail: `${found.name}, mtu ${found.mtuBytes}`,
      };
    },
  });
  return { auth, image, flavor, external };
}

/** The one of this name, or the first by `order` when no name is wanted. */
function choose<T extends Found>(
  all: readonly T[],
  wanted: string | undefined,
  order: (a: T, b: T) => number,
): T | undefined {
  if (wanted !== undefined) return all.find((each) => each.name === wanted || each.id === wanted);
  return all.toSorted(order)[0];
}

/** cirros before anything else, then the smallest. */
function bySize(a: Image, b: Image): number {
  const rank = (image: Image) => (/cirros/i.test(image.name) ? 0 : 1);
  return rank(a) - rank(b) || (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0) || byName(a, b);
}

function bySmallest(a: Flavor, b: Flavor): number {
  return a.ramMiB - b.ramMiB || a.vcpus - b.vcpus || a.diskGiB - b.diskGiB || byName(a, b);
}

function byName(a: Pick<Network, 'name'>, b: Pick<Network, 'name'>): number {
  return a.name.localeCompare(b.name);
}

function missing(of: {
  readonly what: string;
  readonly wanted: string | undefined;
  readonly advice: string;
}): CheckError {
  const which = of.wanted === undefined ? 'none there' : `no "${of.wanted}"`;
  return new CheckError(`choosing the ${of.what}: ${which}`, { advice: of.advice });
}
