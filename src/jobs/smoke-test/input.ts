import { z } from 'zod';

/** quick: the least that works. standard: network and storage too. full: and whatever can be reached. */
export const Input = z.object({
  layer: z.string(),
  depth: z.enum(['quick', 'standard', 'full']),
});
export type Input = z.infer<typeof Input>;
export type Depth = Input['depth'];
