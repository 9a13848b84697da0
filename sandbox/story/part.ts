import type { Trouble } from '../panel/panel.ts';

/** One layer of the story: how it stands in the stack file, what can go wrong with it, and its end. */
export type Part = {
  readonly layer: { readonly name: string; readonly [field: string]: unknown };
  readonly about: string;
  readonly troubles: readonly Omit<Trouble, 'layer'>[];
  close(): Promise<unknown>;
};
