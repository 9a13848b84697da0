import type { Step, SurveyContext } from '#domain/run.ts';
import type { Environment, Layer } from '#domain/stack.ts';

/** One result of the preflight. A failure blocks the run; `isOverridable` ones may be let through as `destroy` with a reason. */
export type Finding = {
  readonly layer: string;
  /** As `quota`, `mtu`, `helm`. */
  readonly check: string;
  readonly health: 'ok' | 'warning' | 'failure';
  /** One sentence with the numbers. */
  readonly what: string;
  readonly advice?: string | undefined;
};

/** One thing that a layer is made of: what is there, what is to be. `to` undefined: it goes. Equal: it is kept. */
export type Part = {
  /** As `server node-2`, `release openstack/keystone`. */
  readonly what: string;
  /** Version, or what stands for it. undefined: it is not there. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** What every provisioner finds out; each adds its own. JSON: it is stored with the run. */
export type LayerFacts = {
  readonly parts: readonly Part[];
  readonly findings: readonly Finding[];
  /** SHA-256 hashes of playbooks, charts and value files, as `charts 3f2a...`: whoever approves a plan approves them. */
  readonly hashes: readonly string[];
  /** True of a layer that is, or may be, there and could not be read: what stands on it cannot be asked either. */
  readonly isUnread?: boolean | undefined;
};

/** How a layer is set up, verified and taken away. `F`: what its steps depend on. One folder each, none special-cased. */
export interface Provisioner<F extends LayerFacts = LayerFacts> {
  readonly name: string;
  /**
   * Reads what is there, and checks beforehand what would fail later. The layer below may not exist yet when a whole stack
   * is deployed, or not answer (`isBelowPlanned`): then only what needs no layer below is read, and the rest is found by the
   * steps.
   */
  survey(layer: Layer, ctx: SurveyContext & { readonly isBelowPlanned: boolean }): Promise<F>;
  /** Pure. Everything that brings the layer to where it is to be; empty when all parts are kept. The last one verifies it. */
  steps(layer: Layer, facts: F, environment: Environment): readonly Step[];
  /** Pure. Takes away what Strata made, or what `parts` lists by name; nothing else. */
  removeSteps(layer: Layer, facts: F, environment: Environment): readonly Step[];
  /** Pure. Brings one part back to what it was before, where the tools of the layer can. */
  rollbackSteps?(layer: Layer, facts: F, part: string): readonly Step[];
}
