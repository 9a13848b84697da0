import type { Environment, Layer } from './stack.ts';

/** The layer and everything it stands on, bottom first. */
export function foundationOf({ layers }: Environment, layer: Layer): readonly Layer[] {
  const path: Layer[] = [];
  for (let at: Layer | undefined = layer; at && !path.includes(at); at = layers.find(({ name }) => name === at?.on)) {
    path.unshift(at);
  }
  return path;
}

/** The layer and everything that stands on it, bottom first. */
export function standingOn(environment: Environment, layer: Layer): readonly Layer[] {
  return environment.layers.filter((each) => foundationOf(environment, each).includes(layer));
}

/** The namespaces of a cluster that other layers call theirs. */
export function claimedNamespaces(environment: Environment, cluster: Layer): readonly string[] {
  const names = standingOn(environment, cluster)
    .filter((layer) => layer !== cluster)
    .flatMap(({ namespace }) => namespace ?? []);
  return [...new Set(names)];
}
