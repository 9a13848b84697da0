import type { Node } from '#domain/kubernetes.ts';
import type { Verdict } from './guards/guard.ts';
import type { SourceFacts } from './sources/source.ts';

/** A node as the cluster had it before anything was changed. */
export type NodeFact = Pick<Node, 'name' | 'roles' | 'ready' | 'schedulable'>;

/** A cloud above the cluster whose compute service runs on the node that goes. */
export type NestedCompute = {
  readonly layer: string;
  readonly namespace: string;
  /** As Nova calls the host. */
  readonly host: string;
  /** Labels of the node that draw the compute's pods to it. */
  readonly labels: readonly string[];
};

/** A cloud above the cluster that gets a compute service on each new node. */
export type NestedCloud = {
  readonly layer: string;
  readonly namespace: string;
  /** Name of the CronJob that maps new hosts into a cell; undefined: it has none. */
  readonly cellSetup?: string | undefined;
};

/** What a plan depends on. `source`: what the node source knows, in its own shape. */
export type Facts = {
  readonly layer: string;
  /** undefined: nothing comes or goes. */
  readonly source?: { readonly name: string; readonly facts: SourceFacts } | undefined;
  readonly nodes: readonly NodeFact[];
  /** Highest number that the cluster keeps of nodes that it had. */
  readonly highest?: number | undefined;
  /** Names of the nodes to come, in order. */
  readonly names: readonly string[];
  /** Labels that each of them gets, and the worker that they are taken from. */
  readonly labels: Readonly<Record<string, string>>;
  readonly sibling?: string | undefined;
  readonly nestedClouds: readonly NestedCloud[];
  /** To uncordon: the clouds in the cluster. */
  readonly clouds?: readonly string[] | undefined;
  /** What runs on the node that goes. */
  readonly computes: readonly NestedCompute[];
  readonly verdicts: readonly Verdict[];
  readonly drainMs: number;
};
