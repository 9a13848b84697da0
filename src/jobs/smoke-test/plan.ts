import type { Plan } from '#domain/run.ts';
import type { LayerKind } from '#domain/stack.ts';
import { words } from '#words/smoke-test.ts';
import type { Input } from './input.ts';
import type { LayerFacts, LayerTest } from './layer-test.ts';
import { LAYER_TESTS } from './layer-tests.ts';

export type Facts = { readonly layers: readonly LayerFacts[] };

/** Pure: the steps of each layer, one layer after the other. */
export function plan({ depth }: Input, { layers }: Facts): Plan {
  return {
    summary: words.summary(
      depth,
      layers.map(({ name }) => name),
    ),
    risk: 'probe',
    steps: layers.flatMap((facts) => testOf(facts.kind).steps(facts, depth)),
    leftovers: async (ctx) =>
      (await Promise.all(layers.map((facts) => testOf(facts.kind).leftovers(facts, ctx)))).flat(),
  };
}

/** The test of a kind. @throws Error for one that has none: the survey chooses only those that have */
export function testOf(kind: LayerKind): LayerTest {
  const test = LAYER_TESTS[kind];
  if (!test) throw new Error(`planning a smoke test: no test of a ${kind} layer`);
  return test;
}
