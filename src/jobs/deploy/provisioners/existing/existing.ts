import type { Provisioner } from '../../provisioner.ts';

/** A layer that somebody else sets up: it is only verified, by its status. */
export const existing: Provisioner = {
  name: 'existing',
  survey: async () => ({ parts: [], findings: [], hashes: [] }),
  steps: () => [],
  removeSteps: () => [],
};
