import { z } from 'zod';

/** How a node may be called. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export const NodeName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/);

/** add: nodes to a cluster. remove: a living one. replace: a dead one, by a new one. uncordon: takes pods again. */
export const Input = z.discriminatedUnion('action', [
  z.object({
    layer: z.string(),
    action: z.literal('add'),
    count: z.int().min(1).max(20),
    flavor: z.string().optional(),
  }),
  z.object({ layer: z.string(), action: z.enum(['remove', 'replace', 'uncordon']), node: NodeName }),
]);
export type Input = z.infer<typeof Input>;
