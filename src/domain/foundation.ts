import type { Environment, Layer } from './stack.ts';

/** The layer and everything it stands on, bottom first. */
export function foundationOf({ layers }: Environment, layer: Layer): readonly Layer[] {
  const path: Layer[] = [];
  for (let at: Layer | undefined = layer; at && !path.includes(at); at = layers.find(({ name }) => name === at?.on)) {
    path.unshift(at);
  }
  return path;
}

/** The namespaces of a cluster that other layers call theirs. */
export function claimedNamespaces(environment: Environment, cluster: Layer): readonly string[] {
  const names = environment.layers
    .filter((layer) => layer !== cluster && foundationOf(environment, layer).includes(cluster))
    .flatMap(({ namespace }) => namespace ?? []);
  return [...new Set(names)];
}
