import type { Labels } from '#domain/kubernetes.ts';
import type { RunRef } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';

/**
 * What Strata notes on a release. Labels, not the description: Helm writes them on the revision's Secret, where they are read
 * without opening it, from the moment it begins; a rollback brings back those of the revision it goes to.
 */
export const DIGEST = 'strata/digest';
const RUN = 'strata/run';
/** What Strata notes on a namespace that it made. */
const OWNER = 'strata/layer';

/** helm's `--labels` for a release that this run installs. */
export function releaseLabels(run: RunRef, digest: string): string {
  return `${DIGEST}=${digest},${RUN}=${markOf(run)}`;
}

/** True when a helm of this run began the revision. */
export function isOfRun(labels: Labels, run: RunRef): boolean {
  return labels[RUN] === markOf(run);
}

export function ownerLabels(environment: Pick<Environment, 'name'>, layer: Pick<Layer, 'name'>): Labels {
  return { [OWNER]: `${environment.name}.${layer.name}` };
}

/** True when Strata made it for this layer. */
export function isOwn(labels: Labels, environment: Pick<Environment, 'name'>, layer: Pick<Layer, 'name'>): boolean {
  return labels[OWNER] === `${environment.name}.${layer.name}`;
}

function markOf({ number, key }: RunRef): string {
  return `${number}-${key}`;
}
