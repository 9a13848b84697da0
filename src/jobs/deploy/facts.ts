import type { Level } from '#domain/mtu.ts';
import type { Input } from './input.ts';
import type { Finding, LayerFacts, Part } from './provisioner.ts';

/** What one layer's provisioner found out. */
export type Surveyed = { readonly name: string; readonly provisioner: string; readonly facts: LayerFacts };

/** What a plan depends on. Layers are bottom first. */
export type Facts = {
  readonly layers: readonly Surveyed[];
  /** Of the stack as a whole. */
  readonly findings: readonly Finding[];
  /** The MTU chain as it is, or will be where a layer is not there yet. */
  readonly chain: readonly Level[];
};

/** Every result of the preflight, worst first. */
export function findingsOf({ layers, findings }: Facts): readonly Finding[] {
  const all = [...findings, ...layers.flatMap(({ facts }) => facts.findings)];
  const rank = { failure: 0, warning: 1, ok: 2 } as const;
  return all.toSorted((a, b) => rank[a.health] - rank[b.health]);
}

/** True when nothing of these layers is to be made, changed or taken away. */
export function isKept({ layers }: Facts): boolean {
  return layers.every(({ facts }) => facts.parts.every(({ from, to }) => from === to));
}

/** What is and what is to be; of a removal what is there goes, and nothing comes. */
export function partsOf({ action }: Pick<Input, 'action'>, { parts }: LayerFacts): readonly Part[] {
  if (action !== 'remove') return parts;
  return parts.flatMap(({ what, from }) => (from === undefined ? [] : [{ what, from }]));
}
