import type { Labels, Node } from '#domain/kubernetes.ts';
import type { Step } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { clusterOf, settingOf } from './setting.ts';

/** Nodes that take ordinary pods; in a cluster without workers that is every node. */
export function workersOf(nodes: readonly Node[]): readonly Node[] {
  const workers = nodes.filter(({ roles }) => !roles.includes('control-plane'));
  return workers.length > 0 ? workers : nodes;
}

/** The workers that lack one of these labels. One that is cordoned may be on its way out: its labels were taken on purpose. */
export function unlabelledOf(nodes: readonly Node[], labels: Labels): readonly Node[] {
  const wanted = Object.entries(labels);
  return workersOf(nodes).filter(
    (node) => node.schedulable && wanted.some(([name, value]) => node.labels[name] !== value),
  );
}

/** Gives the workers their labels; nodes that came since the plan was made too. */
export function labelStep(layer: Layer): Step<number> {
  const { labels } = settingOf(layer);
  return {
    id: `${layer.name}/labels`,
    title: words.title.labels(labels),
    layer: layer.name,
    timeoutMs: 300_000,
    find: async () => undefined,
    async act(ctx) {
      const cluster = clusterOf(layer, ctx);
      const nodes = unlabelledOf(await cluster.nodes(), labels);
      for (const { name } of nodes) await cluster.patchNode(name, { labels });
      return nodes.length;
    },
    settle: async (_ctx, count) => ({ kind: 'ready', value: count, detail: words.labelled(count) }),
  };
}

/** Takes them off the workers again, where they have the value that the stack file gives them. */
export function unlabelStep(layer: Layer): Step<number> {
  const { labels } = settingOf(layer);
  return {
    id: `${layer.name}/unlabel`,
    title: words.title.unlabel(labels),
    layer: layer.name,
    timeoutMs: 300_000,
    find: async () => undefined,
    async act(ctx) {
      const cluster = clusterOf(layer, ctx);
      const ours = (node: Node) => Object.entries(labels).filter(([name, value]) => node.labels[name] === value);
      const nodes = workersOf(await cluster.nodes()).filter((node) => ours(node).length > 0);
      for (const node of nodes) {
        const gone = Object.fromEntries(ours(node).map(([name]) => [name, null]));
        await cluster.patchNode(node.name, { labels: gone });
      }
      return nodes.length;
    },
    settle: async (_ctx, count) => ({ kind: 'ready', value: count, detail: words.unlabelled(count) }),
  };
}
