import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    chaosSeed: number;
  }
}

/** One seed for all the tests of this project: `STRATA_CHAOS_SEED` when it is set, else a new one. */
export default function provideSeed(project: TestProject): void {
  const seed = Number(process.env['STRATA_CHAOS_SEED'] ?? Date.now() % 1_000_000);
  console.log(`chaos: STRATA_CHAOS_SEED=${seed} plays this again`);
  project.provide('chaosSeed', seed);
}
