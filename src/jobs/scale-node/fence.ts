import type { Settled, Step, StepContext } from '#domain/run.ts';
import { words } from '#words/scale-node.ts';
import { undrained } from './drain.ts';
import { clusterOf, hold, type Target } from './hold.ts';

/**
 * Says that the machine is off for good: its pods are removed by force and its volumes let go, so that they come up
 * elsewhere. Rook asks to keep it until the machine was off and on again; here it goes with the node.
 * @see https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown
 */
const OUT_OF_SERVICE = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown' };

/** Only after the machine was seen off: a dead node that lives would write to volumes that another one has. */
export function fenceStep(target: Target): Step {
  const { layer, node } = target;
  return {
    id: `${layer}/fence-${node}`,
    title: words.title.fence(node),
    layer,
    timeoutMs: 900_000,
    risk: words.risk.fence(node),
    find: async () => undefined,
    async act(ctx) {
      await hold(target, 'drain', ctx);
      const cluster = clusterOf(layer, ctx);
      await cluster.taint(node, { ...OUT_OF_SERVICE, effect: 'NoExecute' });
      await cluster.taint(node, { ...OUT_OF_SERVICE, effect: 'NoSchedule' });
      return null;
    },
    settle: (ctx) => untilEmpty(ctx, target),
  };
}

async function untilEmpty(ctx: StepContext, target: Target): Promise<Settled<null>> {
  const left = await undrained(ctx, target);
  if (left.length === 0) return { kind: 'ready', value: null, detail: words.drained };
  const names = left.map(({ namespace, name }) => `${namespace}/${name}`);
  return { kind: 'wait', afterMs: 2000, why: words.stillThere(names), advice: words.advice.stillThere };
}
