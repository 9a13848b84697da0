import type { Step, StepContext, SurveyContext } from '#domain/run.ts';
import type { Layer, LayerKind } from '#domain/stack.ts';
import type { Depth } from './input.ts';

/** What every layer's plan depends on; each kind adds its own. */
export type LayerFacts = { readonly kind: LayerKind; readonly name: string };

/** How a layer of one kind is tested. `F`: what its plan depends on, JSON. */
export interface LayerTest<F extends LayerFacts = LayerFacts> {
  /** What the layer offers. Reads only. */
  survey(layer: Layer, ctx: SurveyContext): Promise<F>;
  /** Pure. */
  steps(facts: F, depth: Depth): readonly Step[];
  /** Everything that still carries the run's name or mark, a line each, with its id. Reads only. */
  leftovers(facts: F, ctx: StepContext): Promise<readonly string[]>;
}

/** Each step knows its own value's type; a plan needs only that they are steps. */
export function stepsOf(...all: readonly { readonly id: string }[]): Step[] {
  return all as Step[];
}
