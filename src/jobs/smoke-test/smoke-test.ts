import { InputError } from '#domain/errors.ts';
import type { Job, SurveyContext } from '#domain/run.ts';
import { type Facts, Input, type LayerFacts } from './input.ts';
import { plan } from './plan.ts';
import { report } from './report.ts';

/** Proves that a cloud does what a cloud is for, with objects of its own, and takes them away again. */
export const smokeTest: Job<Input, Facts> = {
  name: 'smoke-test',
  parse: (raw) => Input.parse(raw),
  survey,
  plan,
  report,
};

async function survey({ layer }: Input, ctx: SurveyContext): Promise<Facts> {
  const chosen = ctx.environment.layers.filter(
    (known) => known.kind === 'openstack' && (layer === 'all' || known.name === layer),
  );
  if (chosen.length === 0) {
    throw new InputError(
      `testing layer "${layer}" of environment "${ctx.environment.name}": it has no OpenStack layer of that name`,
    );
  }
  const layers = chosen.map(async ({ name, reach, smokeTest: { user } }): Promise<LayerFacts> => {
    const { identity } = ctx.ports.openstack(name, ctx.signal);
    const [network, volume] = await Promise.all([identity.has('network'), identity.has('volume')]);
    return { name, network, volume, reach: reach.kind !== 'none', user };
  });
  return { layers: await Promise.all(layers) };
}
