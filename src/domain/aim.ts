import { z } from 'zod';

const Input = z
  .object({
    layer: z.string().optional(),
    layers: z.array(z.string()).optional(),
    depth: z.string().optional(),
    action: z.string().optional(),
    node: z.string().optional(),
    count: z.number().optional(),
    release: z.string().optional(),
    isDryRun: z.boolean().optional(),
    isOverride: z.boolean().optional(),
  })
  .transform(({ layer, layers = ['all'], ...rest }) => ({ ...rest, layer: layer ?? layers.join(' + ') }));
/** What a run is about: its layer, and what is done there, as far as the inputs of our jobs say it alike. */
export type Aim = z.infer<typeof Input>;

/** The aim of a stored input; one that another version of Strata wrote is about all. */
export function aimOf(input: unknown): Aim {
  return Input.catch({ layer: 'all' }).parse(input);
}
