import type { Step } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { lookStep } from '../mark.ts';
import type { NodeFact } from './facts.ts';
import { clusterOf } from './hold.ts';

/** The nodes as they are at the end: what the picture sets beside those of the beginning. */
export function afterStep(layer: string): Step {
  return lookStep<readonly NodeFact[]>({
    id: afterId(layer),
    title: words.title.after,
    layer,
    async look(ctx) {
      const nodes = await clusterOf(layer, ctx).nodes();
      const value = nodes.map(({ name, roles, ready, schedulable }): NodeFact => ({ name, roles, ready, schedulable }));
      const ready = value.filter((node) => node.ready === 'True').length;
      return { kind: 'ready', value, detail: words.nodes(ready, value.length) };
    },
  });
}

export function afterId(layer: string): string {
  return `${layer}/after`;
}
