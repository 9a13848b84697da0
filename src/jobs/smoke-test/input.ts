import { z } from 'zod';

/** quick: server and console. standard: network, floating IP and volume too. full: and whatever can be reached. */
export const Input = z.object({
  layer: z.string(),
  depth: z.enum(['quick', 'standard', 'full']),
});
export type Input = z.infer<typeof Input>;

/** What the plan depends on: which layers, what they offer. */
export type LayerFacts = {
  readonly name: string;
  readonly network: boolean;
  readonly volume: boolean;
  readonly reach: boolean;
  readonly user: string;
};
export type Facts = { readonly layers: readonly LayerFacts[] };
