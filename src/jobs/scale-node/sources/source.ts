import type { Node } from '#domain/kubernetes.ts';
import type { Step, SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import type { Target } from '../hold.ts';

/** What is wanted of a source: so many new nodes, of this flavor where one is named; and the node that goes. */
export type Wish = {
  readonly layer: Layer;
  readonly nodes: readonly Node[];
  readonly count: number;
  readonly flavor?: string | undefined;
  readonly goes?: Node | undefined;
  /** Highest number that a node was ever called by. */
  readonly highest: number;
};

/** What every source finds out; each adds its own. JSON: it is stored, and digested by `judged`. */
export type SourceFacts = { readonly names: readonly string[]; readonly sibling?: string | undefined };

/** Where the nodes of a cluster come from and go to. `F`: what its steps depend on. */
export interface NodeSource<F extends SourceFacts = SourceFacts> {
  readonly name: string;
  /** Reads only. @throws CheckError when it is known already that it cannot be done: no quota, a tool of the wrong version */
  survey(wish: Wish, ctx: SurveyContext): Promise<F>;
  /** What people judge, a line each: machines with their identities, versions and hashes. Pure. */
  judged(facts: F): readonly string[];
  /** From nothing to nodes that the cluster knows, in the order of `facts.names`. Pure. */
  add(layer: string, facts: F): readonly Step[];
  /** Switches the machine of the node that goes off, until it is seen off. Pure. */
  stop(target: Target, facts: F): readonly Step[];
  /** Takes the node that goes out of the cluster, then its machine away. Pure. */
  remove(target: Target, facts: F): readonly Step[];
}
