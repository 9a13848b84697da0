import { InputError } from '#domain/errors.ts';
import { foundationOf } from '#domain/foundation.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { words } from '#words/deploy.ts';
import { chainFindings, chainTo } from './chain.ts';
import type { Facts, Surveyed } from './facts.ts';
import type { Input } from './input.ts';
import { provisionerOf } from './provisioners/provisioners.ts';
import { tunnelFindings } from './tunnels.ts';

/** Reads what is there and what would go wrong, layer by layer. Changes nothing. */
export async function survey(input: Input, ctx: SurveyContext): Promise<Facts> {
  const layers = chosenOf(input.layers, ctx.environment);
  const surveyed: Surveyed[] = [];
  // One after the other: what a layer can be asked depends on the one below.
  for (const layer of layers) {
    const provisioner = provisionerOf(layer);
    const below = foundationOf(ctx.environment, layer);
    const isBelowPlanned = surveyed.some(
      ({ name, facts }) =>
        below.some((each) => each.name === name) &&
        (facts.isUnread === true || facts.parts.some(({ from }) => from === undefined)),
    );
    const facts = await provisioner.survey(layer, { ...ctx, isBelowPlanned });
    surveyed.push({ name: layer.name, provisioner: provisioner.name, facts });
  }
  const top = layers.at(-1);
  if (input.action !== 'apply' || !top) return { layers: surveyed, findings: [], chain: [] };
  const [chain, tunnels] = await Promise.all([chainTo(top, ctx), tunnelFindings(layers, ctx)]);
  return { layers: surveyed, findings: [...chainFindings(top, chain), ...tunnels], chain };
}

/** The layers of these names, bottom first. @throws InputError when the environment has one no more */
export function chosenOf(names: readonly string[], { layers, name }: Environment): readonly Layer[] {
  const missing = names.find((each) => !layers.some((layer) => layer.name === each));
  if (missing !== undefined) throw new InputError(words.noLayer(missing, name));
  return layers.filter((layer) => names.includes(layer.name));
}
