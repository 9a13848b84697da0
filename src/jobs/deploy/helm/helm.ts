import type { Step } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';
import { type HelmFacts, isKept } from './facts.ts';
import { labelStep } from './labels.ts';
import { namespaceStep } from './namespaces.ts';
import { releaseStep, rollbackStep } from './release.ts';

/** Namespaces, labels, and each release that is not yet as it is to be, in the order of the stack file. */
export function installSteps(layer: Layer, facts: HelmFacts, environment: Environment): readonly Step[] {
  const { releases, newNamespaces, unlabelled } = facts;
  const changing = releases.filter((release) => !isKept(release));
  const last = releases.at(-1);
  const isToLabel =
    Object.keys(layer.helm?.labels ?? {}).length > 0 && (unlabelled === undefined || unlabelled.length > 0);
  return [
    ...newNamespaces.map((name) => namespaceStep(layer, environment, name)),
    ...(isToLabel ? [labelStep(layer)] : []),
    ...changing.map((release) => releaseStep({ layer, release, isLast: release === last })),
  ] as readonly Step[];
}

/** One release back to the revision before; none where there was no other that was well. */
export function rollbackSteps(layer: Layer, { releases }: HelmFacts, name: string): readonly Step[] {
  const release = releases.find((each) => each.name === name);
  const to = release?.now?.previous?.revision;
  if (!release || to === undefined) return [];
  return [rollbackStep({ layer, release, isLast: true }, to)];
}
