import { z } from 'zod';

const Layers = z.array(z.string()).min(1);
const Reason = z.string().max(500).optional();

/**
 * apply: brings layers to where the stack file wants them. remove: takes them away, with all that stands on them. rollback:
 * one Helm release goes back to what it was before. `layers` are names, bottom first.
 */
export const Input = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('apply'),
    layers: Layers,
    isDryRun: z.boolean(),
    /** Lets a preflight that failed through, with a reason; then the plan is as sharp as one that destroys. */
    isOverride: z.boolean(),
    reason: Reason,
  }),
  z.object({ action: z.literal('remove'), layers: Layers, isDryRun: z.boolean(), reason: Reason }),
  z.object({ action: z.literal('rollback'), layers: Layers.max(1), release: z.string().max(53), reason: Reason }),
]);
export type Input = z.infer<typeof Input>;
