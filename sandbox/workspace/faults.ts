import { z } from 'zod';
import { type ErrorName, ERRORS } from './sources.ts';

const Count = z.int().min(0);
const FaultPatch = z.strictObject({
  /** The Web API answers 503. */
  down: z.boolean().optional(),
  /** The Web API takes calls and never answers. */
  silent: z.boolean().optional(),
  /** The Web API answers so much later. */
  slowMs: z.number().min(0).optional(),
  /** The next n calls of a method (`*`: of any) answer 429. */
  rateLimited: z.record(z.string(), Count).optional(),
  retryAfterSeconds: Count.optional(),
  /** The next n calls of a method do their work and lose their answer. */
  lost: z.record(z.string(), Count).optional(),
  /** Blocks of these types are refused, as where Slack has not brought them yet. */
  unknownBlocks: z.array(z.string()).optional(),
  /** Calls of a method are refused with this error, which its page lists. */
  refused: z.record(z.string(), z.enum(Object.keys(ERRORS) as ErrorName[])).optional(),
  /** Names of channels that somebody archived, and of those that the app was removed from. */
  archived: z.array(z.string()).optional(),
  withoutBot: z.array(z.string()).optional(),
  /** The next n commands and clicks are delivered twice, with the same envelope id. */
  duplicates: Count.optional(),
  /** The next n commands and clicks never reach the app. */
  undelivered: Count.optional(),
});
type Settings = { [K in keyof z.infer<typeof FaultPatch>]-?: NonNullable<z.infer<typeof FaultPatch>[K]> };

/** What goes wrong, and for how much longer. */
export type Faults = Settings & {
  /** Changes what is named and leaves the rest. @throws ZodError for a fault that does not exist */
  set(patch: unknown): void;
  clear(): void;
  /** Counts one use down; true while there was one left. */
  use(kind: 'rateLimited' | 'lost', method: string): boolean;
};

function none(): Settings {
  const counts = { rateLimited: {}, retryAfterSeconds: 1, lost: {}, refused: {}, duplicates: 0, undelivered: 0 };
  return { down: false, silent: false, slowMs: 0, unknownBlocks: [], archived: [], withoutBot: [], ...counts };
}

export function createFaults(): Faults {
  const faults: Faults = {
    ...none(),
    set: (patch) => void Object.assign(faults, FaultPatch.parse(patch)),
    clear: () => void Object.assign(faults, none()),
    use(kind, method) {
      const key = [method, '*'].find((name) => (faults[kind][name] ?? 0) > 0);
      if (key === undefined) return false;
      faults[kind] = { ...faults[kind], [key]: faults[kind][key]! - 1 };
      return true;
    },
  };
  return faults;
}
