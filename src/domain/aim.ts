import { z } from 'zod';

const Input = z.object({
  layer: z.string(),
  depth: z.string().optional(),
  action: z.string().optional(),
  node: z.string().optional(),
  count: z.number().optional(),
});
/** What a run is about: its layer, and what is done there, as far as the inputs of our jobs say it alike. */
export type Aim = z.infer<typeof Input>;

/** The aim of a stored input; one that another version of Strata wrote is about all. */
export function aimOf(input: unknown): Aim {
  return Input.catch({ layer: 'all' }).parse(input);
}
