import type { StepContext } from '#domain/run.ts';

/** Key of a server's metadata. */
export const METADATA = 'strata_layer';

/**
 * What stands on everything that was made for a layer, whichever run made it: what the layer is made of outlives the run.
 */
export function markOf(environment: string, layer: string): string {
  return `${environment}/${layer}`;
}

/** In Neutron's `description`. */
export function descriptionOf({ run }: Pick<StepContext, 'run'>, layer: string): string {
  return `strata:${markOf(run.environment, layer)}`;
}

/** How the network, its router and groups are called. */
export function nameOf(environment: string, layer: string): string {
  return `strata-${environment}-${layer}`;
}
