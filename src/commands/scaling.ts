import type { Environment, Layer } from '#domain/stack.ts';
import type { Call } from './spec.ts';
import { permitted } from './target.ts';

/** What /scale-node does to nodes, as people write it. */
export const ACTIONS = ['add', 'remove', 'replace', 'uncordon'] as const;
export type Action = (typeof ACTIONS)[number];

/** Nodes that one run may add. */
export const MOST_NODES = 20;
const MOST_FLAVOR = 255;

/** How many nodes a word means; undefined when it is no whole number from 1 to 20. */
export function countOf(word: string): number | undefined {
  const count = /^\d{1,3}$/.test(word) ? Number(word) : 0;
  return count >= 1 && count <= MOST_NODES ? count : undefined;
}

/** True for what no flavor is called, or could not be said in a command. */
export function badFlavor(flavor: string): boolean {
  return flavor.length > MOST_FLAVOR || /["“”„«»\n]/u.test(flavor);
}

/** The layers of an environment that have nodes. */
export function clustersOf({ layers }: Environment): readonly Layer[] {
  return layers.filter(({ kind }) => kind === 'kubernetes');
}

/** Environments with a cluster that the caller may change. */
export function scalable(call: Pick<Call, 'request' | 'deps'>): readonly Environment[] {
  return permitted('operate', call).filter((environment) => clustersOf(environment).length > 0);
}
